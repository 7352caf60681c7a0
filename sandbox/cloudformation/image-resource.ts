/**
 * AWS::SageMaker::Image, the one native type that the sandbox really simulates: it calls SageMaker's operations and waits
 * until the image is stable.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-image.html
 */
import { isDeepStrictEqual } from 'node:util';
import schema from '../aws/aws-sagemaker-image.json';
import type { Clock } from '../clock.ts';
import { type Json, type JsonMap, mapOf } from '../json.ts';
import { isPlainMap } from '../template/evaluate.ts';
import { declarationProblem, type Problem, type ResourceDeclaration } from '../template/template.ts';
import { namesIn, violations } from './registry-schema.ts';
import type { ResourceCall, ResourceOutcome, ResourceType } from './resource-type.ts';
import type { CloudFormationSettings } from './settings.ts';

/** The operations of SageMaker's API that an Image needs. The body is JSON text; an error's code is in `__type`. */
export interface SageMakerImages {
  call(
    operation: 'CreateImage' | 'DescribeImage' | 'UpdateImage' | 'DeleteImage',
    input: JsonMap,
  ): Promise<{ readonly status: number; readonly body: string }>;
}

type ImageSettings = Pick<CloudFormationSettings, 'imageHandlerDelayMs' | 'imagePollDelayMs'>;

export function createImageType(clock: Clock, images: SageMakerImages, settings: ImageSettings): ResourceType {
  const answer = async (operation: Parameters<SageMakerImages['call']>[0], input: JsonMap): Promise<Answer> => {
    const { status, body } = await images.call(operation, input);
    const fields = mapOf(JSON.parse(body === '' ? '{}' : body));
    if (status < 300) return { fields };
    return { code: text(fields['__type']), message: text(fields['Message'] ?? fields['message']) };
  };

  /** Polls while the image has a `transient` status. `wanted` is the status or error code that it succeeds with. */
  const stabilize = async (
    { isExpress, signal }: ResourceCall,
    { ImageName, ImageArn }: { readonly ImageName: string; readonly ImageArn: string },
    transient: readonly string[],
    wanted: 'CREATED' | 'ResourceNotFound',
  ): Promise<ResourceOutcome> => {
    if (isExpress) return imageOf(ImageArn);
    for (;;) {
      const described = await answer('DescribeImage', { ImageName });
      const outcome = 'code' in described ? described.code : text(described.fields['ImageStatus']);
      if (outcome === wanted) return imageOf(ImageArn);
      if ('code' in described) return failed(described, ImageArn);
      const message = text(described.fields['FailureReason']);
      if (!transient.includes(outcome)) return failed({ code: 'NotStabilized', message }, ImageArn);
      await clock.sleep(settings.imagePollDelayMs, signal).catch(() => undefined);
      if (signal.aborted) return { kind: 'cancelled', PhysicalResourceId: ImageArn };
    }
  };

  return {
    problems: imageProblems,
    attributes: namesIn(schema.readOnlyProperties),
    requiresRecreation: (property) => (createOnly.includes(property) ? 'Always' : 'Never'),
    create: async (call) => {
      const refusal = refused(call);
      if (refusal !== undefined) return refusal;
      await clock.sleep(settings.imageHandlerDelayMs, call.signal).catch(() => undefined);
      if (call.signal.aborted) return { kind: 'cancelled', PhysicalResourceId: '' };
      const { Tags } = call.Properties;
      const created = await answer('CreateImage', inputOf(call.Properties, { Tags }));
      if ('code' in created) return failed(created, '');
      const ImageArn = text(created.fields['ImageArn']);
      call.progress('Resource creation Initiated', ImageArn);
      return stabilize(call, { ImageName: text(call.Properties['ImageName']), ImageArn }, ['CREATING'], 'CREATED');
    },
    update: async (call, { PhysicalResourceId: ImageArn, Properties: old }) => {
      const refusal = refused(call);
      if (refusal !== undefined) return refusal;
      if (differOnlyInTags(call.Properties, old)) return imageOf(ImageArn);
      const removed = (name: string) => old[name] !== undefined && call.Properties[name] === undefined;
      const DeleteProperties = ['DisplayName', 'Description'].filter((name) => removed(`Image${name}`));
      const more = DeleteProperties.length > 0 ? { DeleteProperties } : {};
      const updated = await answer('UpdateImage', inputOf(call.Properties, more));
      if ('code' in updated) return failed(updated, ImageArn);
      const ImageName = text(call.Properties['ImageName']);
      return stabilize(call, { ImageName, ImageArn }, ['CREATING', 'UPDATING'], 'CREATED');
    },
    delete: async (call, ImageArn) => {
      const inArn = ImageArn.slice(ImageArn.lastIndexOf('/') + 1);
      // SageMaker may lower the case of the name in the ARN.
      const given = text(call.Properties['ImageName']);
      const ImageName = given.toLowerCase() === inArn.toLowerCase() ? given : inArn;
      const deleted = await answer('DeleteImage', { ImageName });
      if (!('code' in deleted)) return stabilize(call, { ImageName, ImageArn }, ['DELETING'], 'ResourceNotFound');
      return deleted.code === 'ResourceNotFound' ? imageOf(ImageArn) : failed(deleted, ImageArn);
    },
    missingAttribute: (_resource, attribute) =>
      `Requested attribute ${attribute} does not exist in schema for AWS::SageMaker::Image`,
  };
}

type Refusal = { readonly code: string; readonly message: string };
type Answer = { readonly fields: JsonMap } | Refusal;

/** UpdateImage cannot change tags. */
function differOnlyInTags(desired: JsonMap, old: JsonMap): boolean {
  return isDeepStrictEqual({ ...desired, Tags: null }, { ...old, Tags: null });
}

/** The input of CreateImage or UpdateImage, without what is undefined. */
function inputOf(Properties: JsonMap, more: { readonly [name: string]: Json | undefined }): JsonMap {
  const { ImageName, ImageRoleArn: RoleArn, ImageDisplayName: DisplayName, ImageDescription: Description } = Properties;
  const entries = Object.entries({ ImageName, RoleArn, DisplayName, Description, ...more });
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function imageOf(ImageArn: string): ResourceOutcome {
  return { kind: 'succeeded', PhysicalResourceId: ImageArn, Attributes: { ImageArn }, attributesKey: ImageArn };
}

function failed({ code, message }: Refusal, PhysicalResourceId: string): ResourceOutcome {
  const handlerErrorCode = handlerErrorCodes[code] ?? 'GeneralServiceException';
  const Reason = `Resource handler returned message: "${message}" (HandlerErrorCode: ${handlerErrorCode})`;
  return { kind: 'failed', Reason, PhysicalResourceId };
}

const handlerErrorCodes: Readonly<Record<string, string>> = {
  NotStabilized: 'NotStabilized',
  ResourceInUse: 'AlreadyExists',
  ResourceNotFound: 'NotFound',
  ResourceLimitExceeded: 'ServiceLimitExceeded',
  ValidationException: 'InvalidRequest',
  AccessDeniedException: 'AccessDenied',
  ThrottlingException: 'Throttling',
};

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const createOnly = namesIn(schema.createOnlyProperties);

/** The outcome if CloudFormation does not call its handler with these properties. */
function refused({ LogicalResourceId, Properties }: ResourceCall): ResourceOutcome | undefined {
  const broken = violations(Properties, schema);
  if (broken.length === 0) return undefined;
  const texts = broken.map(({ text }) => text).join('\n');
  const Reason = `Properties validation failed for resource ${LogicalResourceId} with message:\n${texts}`;
  return { kind: 'refused', Reason };
}

function imageProblems(declaration: ResourceDeclaration): readonly Problem[] {
  const { LogicalResourceId, Properties, hasMoreProperties, faultyProperties } = declaration;
  if (!isPlainMap(Properties)) return [];
  return violations(Properties, schema)
    .filter(({ name }) => !faultyProperties.has(name) && (Object.hasOwn(Properties, name) || !hasMoreProperties))
    .map(({ name, text }) => {
      const message = `Properties validation failed for resource ${LogicalResourceId} with message: ${text}`;
      return declarationProblem(declaration, message, name);
    });
}
