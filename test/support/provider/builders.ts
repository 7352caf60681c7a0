/**
 * Valid requests, properties and versions, with overrides. What nobody overrides is the same in every test.
 */
import {
  type CreateRequest,
  type DeleteRequest,
  type ResourceProperties,
  readRequest,
  type UpdateRequest,
} from '../../../src/cloudformation/request.ts';
import type { StackResource } from '../../../src/cloudformation/stacks.ts';
import type { ImageVersion } from '../../../src/sagemaker/image-versions.ts';

/** When every request was issued and every version was made, unless a test says otherwise. */
export const issuedAt = Date.parse('2026-11-21T03:58:10Z');

/** @param instant when CloudFormation signs, in milliseconds since the epoch */
export function responseUrl(instant: number = issuedAt): string {
  const date = new Date(instant).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return (
    'https://cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com/arn%3Aaws%3Acloudformation' +
    `%7CStable%7C1f9a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}&X-Amz-SignedHeaders=host` +
    '&X-Amz-Expires=7200&X-Amz-Credential=AKIA%2F20261121&X-Amz-Signature=c0ffee'
  );
}

/** A ResponseURL without an issue time. */
export const undatedUrl = 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer';

export const baseImage = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.4';
export const containerImage = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image@sha256:${'ab'.repeat(32)}`;
const ServiceToken = 'arn:aws:lambda:eu-west-1:111122223333:function:sagemaker-image-version-provider';

/** The least that a template says; an override of undefined takes a property away. */
export function resourceProperties(overrides: ResourceProperties = {}): ResourceProperties {
  const properties = { ServiceToken, ImageName: 'my-image', BaseImage: baseImage, ...overrides };
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

const common = {
  ResponseURL: responseUrl(),
  StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/studio/5b918d10-c5a1-11f0-90d5-0a9cd3354c10',
  RequestId: '0e1f9a6c-3c1d-4b7a-9d55-6a0f4b7e2c11',
  LogicalResourceId: 'Stable',
};

export function createRequest(overrides: Partial<CreateRequest> = {}): CreateRequest {
  return issued({ RequestType: 'Create', ...common, ResourceProperties: resourceProperties(), ...overrides });
}

/** An Update of version 1 that changes nothing. */
export function updateRequest(overrides: Partial<UpdateRequest> = {}): UpdateRequest {
  return issued({
    RequestType: 'Update',
    ...common,
    RequestId: '77c0ffd2-8a4b-4ad2-b0de-1f5c3ad7e922',
    PhysicalResourceId: versionArn(1),
    ResourceProperties: resourceProperties(),
    OldResourceProperties: resourceProperties(),
    ...overrides,
  });
}

/** A Delete of version 1. */
export function deleteRequest(overrides: Partial<DeleteRequest> = {}): DeleteRequest {
  return issued({
    RequestType: 'Delete',
    ...common,
    RequestId: 'd1e7e0aa-51c9-4f0b-8d0e-5a3c8b9f6633',
    PhysicalResourceId: versionArn(1),
    ResourceProperties: resourceProperties(),
    ...overrides,
  });
}

/** With the issue time that the provider reads from ResponseURL. */
function issued<R extends Omit<CreateRequest | UpdateRequest | DeleteRequest, 'issuedAt'>>(request: R) {
  return { ...request, issuedAt: readRequest(request).issuedAt };
}

/** The resource as CloudFormation sees it: nothing has touched it since the request was issued. */
export function stackResource(
  ResourceStatus: string,
  { PhysicalResourceId = undefined, lastUpdatedAt = issuedAt }: Partial<StackResource> = {},
): StackResource {
  return { ResourceStatus, PhysicalResourceId, lastUpdatedAt };
}

export function versionArn(Version: number, ImageName: string = 'my-image'): string {
  return `arn:aws:sagemaker:eu-west-1:111122223333:image-version/${ImageName}/${Version}`;
}

/** A CREATED version of `my-image` about which nobody said more than they had to. */
export function imageVersion(overrides: Partial<ImageVersion> = {}, ImageName: string = 'my-image'): ImageVersion {
  const { Version = 1 } = overrides;
  return {
    ImageVersionArn: versionArn(Version, ImageName),
    ImageArn: `arn:aws:sagemaker:eu-west-1:111122223333:image/${ImageName}`,
    Version,
    ImageVersionStatus: 'CREATED',
    CreationTime: new Date(issuedAt),
    ContainerImage: containerImage,
    BaseImage: baseImage,
    Horovod: false,
    VendorGuidance: 'NOT_PROVIDED',
    ...overrides,
  };
}
