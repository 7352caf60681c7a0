/**
 * What the variants are invoked with: an Update that changes nothing, so that each of its calls is a question; and for
 * AwsCustomResource the first of those questions alone.
 */
import { readRequest, type UpdateRequest } from '../../src/cloudformation/request.ts';
import { ownershipAlias } from '../../src/image-version/ownership.ts';

const ImageVersionArn = 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/my-image/1';
const ResourceProperties = {
  ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:provider',
  ImageName: 'my-image',
  BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.4',
};

/** @param url of the service; the ResponseURL is signed now, so that the request is young */
export function updateRequest(url: string): Omit<UpdateRequest, 'issuedAt'> {
  const now = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return {
    RequestType: 'Update',
    ResponseURL: `${url}/response?X-Amz-Date=${now}&X-Amz-Expires=7200`,
    StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/studio/5b918d10-c5a1-11f0-90d5-0a9cd3354c10',
    RequestId: '77c0ffd2-8a4b-4ad2-b0de-1f5c3ad7e922',
    LogicalResourceId: 'Stable',
    PhysicalResourceId: ImageVersionArn,
    ResourceProperties,
    OldResourceProperties: ResourceProperties,
  };
}

/** The alias by which the version belongs to the resource of the request. */
export const ownAlias = (url: string): string => ownershipAlias(readRequest(updateRequest(url)), { predecessor: 0 });

export function awsCustomResourceRequest(url: string): object {
  const Update = JSON.stringify({
    service: 'SageMaker',
    action: 'describeImageVersion',
    parameters: { ImageName: 'my-image', Version: 1 },
  });
  return { ...updateRequest(url), ResourceProperties: { Update, InstallLatestAwsSdk: 'false' } };
}
