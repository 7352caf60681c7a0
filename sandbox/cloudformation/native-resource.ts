/**
 * What the simulated native types share: like their handlers, they call SageMaker and wait for a stable resource.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
 */
import { type Json, type JsonMap, mapOf } from '../json.ts';
import { isPlainMap } from '../template/evaluate.ts';
import { declarationProblem, type Problem, type ResourceDeclaration } from '../template/template.ts';
import { namesIn, type ResourceSchema, violations } from './registry-schema.ts';
import type { ResourceCall, ResourceOutcome, ResourceType } from './resource-type.ts';
import type { Surroundings } from './run.ts';

/** SageMaker's API. The body is JSON text; an error's code is in `__type`. */
export interface SageMakerApi {
  call(operation: string, input: JsonMap): Promise<{ readonly status: number; readonly body: string }>;
}

type Send = (operation: string, input: JsonMap) => Promise<JsonMap>;

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
  changes(Properties: JsonMap, old: JsonMap, read: Send): Promise<JsonMap | undefined>;
  /** Why the creation, update or deletion of a resource failed. */
  failure(fields: JsonMap, arn: string): HandlerError;
}

/** SageMaker refuses a call, or the resource does not become stable. `code` is SageMaker's, or the handler's own. */
export class HandlerError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Services = Surroundings & { readonly sageMaker: SageMakerApi };

export function createNativeType(native: NativeResource, { clock, sageMaker, settings }: Services): ResourceType {
  const { noun, schema, handlerErrorCodes, ...resource } = native;
  const pause = (ms: number, signal: AbortSignal) => clock.sleep(ms, signal).catch(() => undefined);
  const createOnly = namesIn(schema.createOnlyProperties);
  const attributes = namesIn(schema.readOnlyProperties);

  const send: Send = async (operation, input) => {
    const { status, body } = await sageMaker.call(operation, input);
    const fields = mapOf(JSON.parse(body === '' ? '{}' : body));
    if (status < 300) return fields;
    throw new HandlerError(text(fields['__type']), text(fields['Message'] ?? fields['message']));
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
    if (!isStable) throw resource.failure(fields, arn);
    return succeeded(arn, fields);
  };

  const succeeded = (arn: string, fields: JsonMap): ResourceOutcome => {
    const known = attributes.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]] as const]));
    return { kind: 'succeeded', PhysicalResourceId: arn, Attributes: Object.fromEntries(known), attributesKey: arn };
  };

  const failed = (error: unknown, PhysicalResourceId: string): ResourceOutcome => {
    if (!(error instanceof HandlerError)) throw error;
    const { code, message } = error;
    const handlerErrorCode = handlerErrorCodes[code] ?? commonErrorCodes[code] ?? 'GeneralServiceException';
    const Reason = `Resource handler returned message: "${message}" (HandlerErrorCode: ${handlerErrorCode})`;
    return { kind: 'failed', Reason, PhysicalResourceId };
  };

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
        return failed(error, arn);
      }
    },
    update: async (call, { PhysicalResourceId: arn, Properties: old, Attributes }) => {
      const refusal = refused(call, schema);
      if (refusal !== undefined) return refusal;
      const name = resource.nameIn(arn, call.Properties);
      try {
        const read: Send = (operation, input) => send(operation, { ...name, ...input });
        const changes = await resource.changes(call.Properties, old, read);
        if (changes === undefined) return succeeded(arn, Attributes);
        await send(`Update${noun}`, { ...name, ...changes });
        return await created(call, arn, ['CREATING', 'UPDATING']);
      } catch (error) {
        return failed(error, arn);
      }
    },
    delete: async (call, arn) => {
      const name = resource.nameIn(arn, call.Properties);
      try {
        if (resource.busy.length > 0) await stabilize(call, name, resource.busy);
        await send(`Delete${noun}`, name);
        if (call.isExpress) return succeeded(arn, {});
        throw resource.failure(await stabilize(call, name, ['DELETING']), arn);
      } catch (error) {
        const isGone = error instanceof HandlerError && error.code === 'ResourceNotFound';
        return isGone ? succeeded(arn, {}) : failed(error, arn);
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

export function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The outcome if CloudFormation does not call its handler with these properties. */
function refused({ LogicalResourceId, Properties }: ResourceCall, schema: ResourceSchema): ResourceOutcome | undefined {
  const texts = violations(Properties, schema).map((violation) => violation.text);
  if (texts.length === 0) return undefined;
  const failure = `Properties validation failed for resource ${LogicalResourceId} with message:`;
  return { kind: 'refused', Reason: [failure, ...texts].join('\n') };
}

function declaredProblems(declaration: ResourceDeclaration, schema: ResourceSchema): readonly Problem[] {
  const { LogicalResourceId, Properties, hasMoreProperties, faultyProperties } = declaration;
  if (!isPlainMap(Properties)) return [];
  const failure = `Properties validation failed for resource ${LogicalResourceId} with message:`;
  return violations(Properties, schema)
    .filter(({ name }) => !faultyProperties.has(name) && (Object.hasOwn(Properties, name) || !hasMoreProperties))
    .map((violation) => declarationProblem(declaration, `${failure} ${violation.text}`, violation.name));
}
