/**
 * CloudFormation in virtual time, with all that a template of another author needs around it: a provider that answers with
 * every attribute that the template reads, stubs for other types, stored values, and a stack that exports what is imported.
 */
import {
  type CloudFormation,
  type CloudFormationServices,
  createCloudFormation,
} from '../../sandbox/cloudformation/cloudformation.ts';
import { createResponseBucket, type ResponseBucket } from '../../sandbox/cloudformation/response-bucket.ts';
import type { Stack } from '../../sandbox/cloudformation/stack.ts';
import { isList, isMap, type Json, type JsonMap, mapOf } from '../../sandbox/json.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { createSageMaker } from '../../sandbox/sagemaker/sagemaker.ts';
import { sageMakerSettings } from '../../sandbox/sagemaker/settings.ts';
import type { Template } from '../../sandbox/template/template.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { exportedValue, storedValues } from './parameter-values.ts';

export interface World {
  readonly clock: VirtualClock;
  /** CloudFormation in an account where another stack exports these names. */
  open(exportedNames: readonly string[]): CloudFormation;
}

export function newWorld(text: string, template: Template): World {
  const clock = new VirtualClock(Date.UTC(2026, 10, 21));
  const random = seededRandom(1);
  const bucket = createResponseBucket('eu-west-1', { clock, random });
  const sageMaker = createSageMaker(sageMakerSettings({}), { clock, random });
  const attributes = attributesReadIn(template);
  const invokeEvent: CloudFormationServices['invokeEvent'] = (_functionArn, event) => void answer(event);
  const answer = async (event: Json) => {
    const request = mapOf(event);
    await clock.sleep(1000);
    await succeed(request, attributes.get(String(request['LogicalResourceId'])) ?? {}, bucket);
  };
  return {
    clock,
    open: (exportedNames) => {
      const settings = { stubs: ['*'], storedValues: storedValues(text, template) };
      const snapshot = { stacks: [exportingStack(exportedNames)] };
      return createCloudFormation(settings, { clock, random, invokeEvent, sageMaker, bucket, snapshot });
    },
  };
}

function exportingStack(names: readonly string[]): Stack {
  return {
    StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/exporting/5b918d10-c5a1-11f0-90d5-0a9cd3354c10',
    StackName: 'exporting',
    CreationTime: 0,
    StackStatus: 'CREATE_COMPLETE',
    source: { templateText: '', fileName: 'exporting.yaml', parameters: {} },
    resources: {},
    outputs: names.map((ExportName, index) => ({
      OutputKey: `Value${index}`,
      OutputValue: exportedValue(ExportName),
      ExportName,
    })),
    imports: [],
    events: [],
  };
}

async function succeed(request: JsonMap, Data: JsonMap, bucket: ResponseBucket): Promise<void> {
  const { StackId = '', RequestId = '', LogicalResourceId = '', PhysicalResourceId } = request;
  const id = PhysicalResourceId ?? `made-for-${LogicalResourceId}`;
  const response = { Status: 'SUCCESS', PhysicalResourceId: id, StackId, RequestId, LogicalResourceId, Data };
  const body = JSON.stringify(response);
  await bucket.put(String(request['ResponseURL']), { 'content-length': String(Buffer.byteLength(body)) }, body);
}

/** The attributes that the template reads of each resource, with a value: a list where a function wants a list. */
function attributesReadIn(template: Template): ReadonlyMap<string, JsonMap> {
  const read = new Map<string, Record<string, Json>>();
  const note = (reference: string, isOfList: boolean) => {
    const [id = '', ...path] = reference.split('.');
    const attribute = path.join('.');
    const value = `${id}-${attribute}`;
    const ofResource = read.get(id) ?? {};
    ofResource[attribute] ??= isOfList ? Array.from({ length: 10 }, (_, index) => `${value}-${index}`) : value;
    read.set(id, ofResource);
  };
  const walk = (value: Json, isOfList: boolean): void => {
    if (isList(value)) for (const item of value) walk(item, false);
    if (!isMap(value)) return;
    for (const [name, argument] of Object.entries(value)) {
      const args = isList(argument) ? argument : [argument];
      if (name === 'Fn::GetAtt') note(args.map(String).join('.'), isOfList);
      else if (name === 'Fn::Sub') {
        for (const [, id] of String(args[0]).matchAll(/\$\{([\w.]+)\}/g)) note(String(id), false);
        walk(args[1] ?? null, false);
      } else for (const [index, item] of args.entries()) walk(item, index === listArguments[name]);
    }
  };
  for (const { Properties, Metadata = null } of template.Resources.values()) {
    walk(Properties, false);
    walk(Metadata, false);
  }
  for (const { Value } of template.Outputs.values()) walk(Value, false);
  return read;
}

/** Which argument of a function is a list. */
const listArguments: Readonly<Record<string, number>> = { 'Fn::Select': 1, 'Fn::Join': 1 };
