/**
 * What the simulated native types have in common: like their handlers in CloudFormation, they call SageMaker's operations
 * and wait until the resource is stable.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
 */
import type { Clock } from '../clock.ts';
import { type Json, type JsonMap, mapOf } from '../json.ts';
import { isPlainMap } from '../template/evaluate.ts';
import { declarationProblem, type Problem, type ResourceDeclaration } from '../template/template.ts';
import { namesIn, type ResourceSchema, violations } from './registry-schema.ts';
import type { ResourceCall, ResourceOutcome, ResourceType } from './resource-type.ts';
import type { CloudFormationSettings } from './settings.ts';

/** SageMaker's API. The body is JSON text; an error's code is in `__type`. */
export interface SageMakerApi {
  call(operation: string, input: JsonMap): Promise<{ readonly status: number; readonly body: string }>;
}

/** One native type. */
export interface NativeResource {
  /** Its operations are CreateNoun, DescribeNoun, UpdateNoun and DeleteNoun; its fields NounArn and NounStatus. */
  readonly noun: 'Image' | 'ImageVersion';
  readonly schema: ResourceSchema;
  readonly handlerErrorCodes: Readonly<Record<string, string>>;
  /** What names the resource in every call but the first. */
  nameIn(arn: string, Properties: JsonMap): JsonMap;
  creation(Properties: JsonMap): JsonMap;
  /** The statuses that a deletion waits out before it calls DeleteNoun. */
  readonly busy: readonly string[];
  /** The input of UpdateNoun besides the name; undefined if there is nothing to call it for. */
  changes(Properties: JsonMap, old: JsonMap, read: Read): Promise<JsonMap | undefined>;
  /** The handler's error for a resource whose creation, update or deletion failed. */
  failure(fields: JsonMap, arn: string): Refusal;
}

/** A reading call for this resource. Throws a CallRefused. */
export type Read = (operation: string, input?: JsonMap) => Promise<JsonMap>;

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

class CallRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

type Settings = Pick<CloudFormationSettings, 'imageHandlerDelayMs' | 'imagePollDelayMs'>;

export function createNativeType(
  { noun, schema, handlerErrorCodes, ...resource }: NativeResource,
  {
    clock,
    sageMaker,
    settings,
  }: { readonly clock: Clock; readonly sageMaker: SageMakerApi; readonly settings: Settings },
): ResourceType {
  const createOnly = namesIn(schema.createOnlyProperties);
  const attributes = namesIn(schema.readOnlyProperties);

  const send = async (operation: string, input: JsonMap): Promise<JsonMap> => {
    const { status, body } = await sageMaker.call(operation, input);
    const fields = mapOf(JSON.parse(body === '' ? '{}' : body));
    if (status < 300) return fields;
    throw new CallRefused({ code: text(fields['__type']), message: text(fields['Message'] ?? fields['message']) });
  };

  /** Polls while the resource has a `transient` status. Resolves with what DescribeNoun then returns. */
  const stabilize = async ({ signal }: ResourceCall, name: JsonMap, transient: readonly string[]) => {
    for (;;) {
      const fields = await send(`Describe${noun}`, name);
      if (signal.aborted || !transient.includes(text(fields[`${noun}Status`]))) return fields;
      await pause(settings.imagePollDelayMs, signal);
    }
  };

  const created = async (call: ResourceCall, arn: string, transient: readonly string[]): Promise<ResourceOutcome> => {
    const fields = await stabilize(call, resource.nameIn(arn, call.Properties), call.isExpress ? [] : transient);
    if (call.signal.aborted) return { kind: 'cancelled', PhysicalResourceId: arn };
    const isStable = fields[`${noun}Status`] === 'CREATED' || call.isExpress;
    return isStable ? succeeded(arn, fields) : failed(resource.failure(fields, arn), arn);
  };

  const succeeded = (arn: string, fields: JsonMap): ResourceOutcome => {
    const known = attributes.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]] as const]));
    return { kind: 'succeeded', PhysicalResourceId: arn, Attributes: Object.fromEntries(known), attributesKey: arn };
  };

  const failed = ({ code, message }: Refusal, PhysicalResourceId: string): ResourceOutcome => {
    const handlerErrorCode = handlerErrorCodes[code] ?? commonErrorCodes[code] ?? 'GeneralServiceException';
    const Reason = `Resource handler returned message: "${message}" (HandlerErrorCode: ${handlerErrorCode})`;
    return { kind: 'failed', Reason, PhysicalResourceId };
  };

  const failedCall = (error: unknown, arn: string): ResourceOutcome => {
    if (error instanceof CallRefused) return failed(error.refusal, arn);
    throw error;
  };

  const pause = (ms: number, signal: AbortSignal) => clock.sleep(ms, signal).catch(() => undefined);

  return {
    problems: (declaration) => declaredProblems(declaration, schema),
    attributes,
    requiresRecreation: (property) => (createOnly.includes(property) ? 'Always' : 'Never'),
    create: async (call) => {
      const refusal = refused(call, schema);
      if (refusal !== undefined) return refusal;
      await pause(settings.imageHandlerDelayMs, call.signal);
      if (call.signal.aborted) return { kind: 'cancelled', PhysicalResourceId: '' };
      let arn = '';
      try {
        arn = text((await send(`Create${noun}`, resource.creation(call.Properties)))[`${noun}Arn`]);
        call.progress('Resource creation Initiated', arn);
        return await created(call, arn, ['CREATING']);
      } catch (error) {
        return failedCall(error, arn);
      }
    },
    update: async (call, { PhysicalResourceId: arn, Properties: old, Attributes }) => {
      const refusal = refused(call, schema);
      if (refusal !== undefined) return refusal;
      const name = resource.nameIn(arn, call.Properties);
      try {
        const changes = await resource.changes(call.Properties, old, (operation, input) =>
          send(operation, { ...name, ...input }),
        );
        if (changes === undefined) return succeeded(arn, Attributes);
        await send(`Update${noun}`, { ...name, ...changes });
        return await created(call, arn, ['CREATING', 'UPDATING']);
      } catch (error) {
        return failedCall(error, arn);
      }
    },
    delete: async (call, arn) => {
      const name = resource.nameIn(arn, call.Properties);
      try {
        if (resource.busy.length > 0) await stabilize(call, name, resource.busy);
        await send(`Delete${noun}`, name);
        if (call.isExpress) return succeeded(arn, {});
        const fields = await stabilize(call, name, ['DELETING']);
        return failed(resource.failure(fields, arn), arn);
      } catch (error) {
        const isGone = error instanceof CallRefused && error.refusal.code === 'ResourceNotFound';
        return isGone ? succeeded(arn, {}) : failedCall(error, arn);
      }
    },
    missingAttribute: (_resource, attribute) =>
      `Requested attribute ${attribute} does not exist in schema for ${schema.typeName}`,
  };
}

const commonErrorCodes: Readonly<Record<string, string>> = {
  NotStabilized: 'NotStabilized',
  ResourceNotFound: 'NotFound',
  ResourceLimitExceeded: 'ServiceLimitExceeded',
  ValidationException: 'InvalidRequest',
  AccessDeniedException: 'AccessDenied',
  ThrottlingException: 'Throttling',
};

/** Without what is undefined. */
export function present(values: { readonly [name: string]: Json | undefined }): JsonMap {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

export function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The outcome if CloudFormation does not call its handler with these properties. */
function refused({ LogicalResourceId, Properties }: ResourceCall, schema: ResourceSchema): ResourceOutcome | undefined {
  const broken = violations(Properties, schema);
  if (broken.length === 0) return undefined;
  const texts = broken.map((violation) => violation.text).join('\n');
  const Reason = `Properties validation failed for resource ${LogicalResourceId} with message:\n${texts}`;
  return { kind: 'refused', Reason };
}

function declaredProblems(declaration: ResourceDeclaration, schema: ResourceSchema): readonly Problem[] {
  const { LogicalResourceId, Properties, hasMoreProperties, faultyProperties } = declaration;
  if (!isPlainMap(Properties)) return [];
  return violations(Properties, schema)
    .filter(({ name }) => !faultyProperties.has(name) && (Object.hasOwn(Properties, name) || !hasMoreProperties))
    .map((violation) => {
      const message = `Properties validation failed for resource ${LogicalResourceId} with message: ${violation.text}`;
      return declarationProblem(declaration, message, violation.name);
    });
}
