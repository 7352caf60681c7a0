/**
 * AWS::SageMaker::Image, the one native type that the sandbox really simulates: it calls SageMaker's operations and waits
 * until the image is stable.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-image.html
 */
import { isDeepStrictEqual } from 'node:util';
import schema from '../aws/aws-sagemaker-image.json';
import type { Clock } from '../clock.ts';
import { type JsonMap, mapOf } from '../json.ts';
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

export function createImageType(
  clock: Clock,
  images: SageMakerImages,
  { imageHandlerDelayMs, imagePollDelayMs }: Pick<CloudFormationSettings, 'imageHandlerDelayMs' | 'imagePollDelayMs'>,
): ResourceType {
  const answer = async (operation: Parameters<SageMakerImages['call']>[0], input: JsonMap): Promise<Answer> => {
    const { status, body } = await images.call(operation, input);
    const fields = mapOf(JSON.parse(body === '' ? '{}' : body));
    if (status < 300) return { fields };
    return { code: text(fields['__type']), message: text(fields['Message'] ?? fields['message']) };
  };

  /** Polls until the image has left the `transient` statuses, or is deleted. Undefined if `signal` aborts first. */
  const stabilize = async (ImageName: string, transient: readonly string[], signal: AbortSignal) => {
    for (;;) {
      const described = await answer('DescribeImage', { ImageName });
      if ('code' in described || !transient.includes(text(described.fields['ImageStatus']))) return described;
      await clock.sleep(imagePollDelayMs, signal).catch(() => undefined);
      if (signal.aborted) return undefined;
    }
  };

  const awaitImage = async (
    call: ResourceCall,
    ImageArn: string,
    transient: readonly string[],
  ): Promise<ResourceOutcome> => {
    if (call.isExpress) return imageOf(ImageArn);
    const described = await stabilize(text(call.Properties['ImageName']), transient, call.signal);
    if (described === undefined) return { kind: 'cancelled', PhysicalResourceId: ImageArn };
    if ('code' in described) return failed(described, ImageArn);
    if (described.fields['ImageStatus'] === 'CREATED') return imageOf(ImageArn);
    return notStabilized(described.fields, ImageArn);
  };

  const create = async (call: ResourceCall): Promise<ResourceOutcome> => {
    const { ImageName, ImageRoleArn, ImageDisplayName, ImageDescription, Tags } = call.Properties;
    const input = {
      ImageName,
      RoleArn: ImageRoleArn,
      DisplayName: ImageDisplayName,
      Description: ImageDescription,
      Tags,
    };
    await clock.sleep(imageHandlerDelayMs, call.signal).catch(() => undefined);
    if (call.signal.aborted) return { kind: 'cancelled', PhysicalResourceId: '' };
    const created = await answer('CreateImage', withoutUndefined(input));
    if ('code' in created) return failed(created, '');
    const ImageArn = text(created.fields['ImageArn']);
    call.progress('Resource creation Initiated', ImageArn);
    return awaitImage(call, ImageArn, ['CREATING']);
  };

  return {
    problems: imageProblems,
    attributes: namesIn(schema.readOnlyProperties),
    requiresRecreation: (property) => (createOnly.includes(property) ? 'Always' : 'Never'),
    create: async (call) => refused(call) ?? create(call),
    update: async (call, { PhysicalResourceId, Properties: old }) => {
      const refusal = refused(call);
      if (refusal !== undefined) return refusal;
      const input = updateInput(call.Properties, old);
      if (input === undefined) return imageOf(PhysicalResourceId);
      const updated = await answer('UpdateImage', input);
      if ('code' in updated) return failed(updated, PhysicalResourceId);
      return awaitImage(call, PhysicalResourceId, ['CREATING', 'UPDATING']);
    },
    delete: async ({ Properties, isExpress, signal }, PhysicalResourceId) => {
      const inArn = PhysicalResourceId.slice(PhysicalResourceId.lastIndexOf('/') + 1);
      // SageMaker may lower the case of the name in the ARN.
      const given = text(Properties['ImageName']);
      const ImageName = given.toLowerCase() === inArn.toLowerCase() ? given : inArn;
      const deleted = await answer('DeleteImage', { ImageName });
      if (isExpress && !('code' in deleted)) return imageOf(PhysicalResourceId);
      const described = 'code' in deleted ? deleted : await stabilize(ImageName, ['DELETING'], signal);
      if (described === undefined) return { kind: 'cancelled', PhysicalResourceId };
      if ('code' in described) {
        const isGone = described.code === 'ResourceNotFound';
        return isGone ? imageOf(PhysicalResourceId) : failed(described, PhysicalResourceId);
      }
      return notStabilized(described.fields, PhysicalResourceId);
    },
    missingAttribute: (_resource, attribute) =>
      `Requested attribute ${attribute} does not exist in schema for AWS::SageMaker::Image`,
  };
}

type Refusal = { readonly code: string; readonly message: string };
type Answer = { readonly fields: JsonMap } | Refusal;

/** The input of UpdateImage; undefined if it cannot make the change (Tags). */
function updateInput(desired: JsonMap, old: JsonMap): JsonMap | undefined {
  const { Tags: _desiredTags, ...desiredImage } = desired;
  const { Tags: _oldTags, ...oldImage } = old;
  if (isDeepStrictEqual(desiredImage, oldImage)) return undefined;
  const removed = (name: string) => old[name] !== undefined && desired[name] === undefined;
  const DeleteProperties = [
    ...(removed('ImageDisplayName') ? ['DisplayName'] : []),
    ...(removed('ImageDescription') ? ['Description'] : []),
  ];
  return withoutUndefined({
    ImageName: desired['ImageName'],
    RoleArn: desired['ImageRoleArn'],
    DisplayName: desired['ImageDisplayName'],
    Description: desired['ImageDescription'],
    DeleteProperties: DeleteProperties.length > 0 ? DeleteProperties : undefined,
  });
}

function imageOf(ImageArn: string): ResourceOutcome {
  return { kind: 'succeeded', PhysicalResourceId: ImageArn, Attributes: { ImageArn }, attributesKey: ImageArn };
}

function failed({ code, message }: Refusal, PhysicalResourceId: string): ResourceOutcome {
  const handlerErrorCode = handlerErrorCodes[code] ?? 'GeneralServiceException';
  const Reason = `Resource handler returned message: "${message}" (HandlerErrorCode: ${handlerErrorCode})`;
  return { kind: 'failed', Reason, PhysicalResourceId };
}

function notStabilized({ FailureReason }: JsonMap, PhysicalResourceId: string): ResourceOutcome {
  return failed({ code: 'NotStabilized', message: text(FailureReason) }, PhysicalResourceId);
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

function withoutUndefined(input: { readonly [name: string]: JsonMap[string] | undefined }): JsonMap {
  const entries = Object.entries(input).filter((entry): entry is [string, JsonMap[string]] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

const createOnly = namesIn(schema.createOnlyProperties);

/** The outcome if CloudFormation does not call its handler with these properties. */
function refused({ LogicalResourceId, Properties }: ResourceCall): ResourceOutcome | undefined {
  const broken = violations(Properties, schema);
  if (broken.length === 0) return undefined;
  const texts = broken.map(({ text }) => text).join('\n');
  return {
    kind: 'refused',
    Reason: `Properties validation failed for resource ${LogicalResourceId} with message:\n${texts}`,
  };
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
