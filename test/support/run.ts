/** Builders of runs for the tests of the invariants: a step lies between two snapshots of stack and images. */

import {
  type AnswerRecord,
  type History,
  type Invariant,
  type MadeRecord,
  newHistory,
  type RequestRecord,
  type Run,
  type Snapshot,
  type Step,
} from '../../laws/run.ts';
import type { ResourceRecord, Stack, StackEvent } from '../../sandbox/cloudformation/stack.ts';
import type { JsonMap } from '../../sandbox/json.ts';
import type { ImageVersionRecord } from '../../sandbox/sagemaker/state.ts';
import { deploy, scenario } from './scenario.ts';

const ImageName = 'studio';
const StackId = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/scenario/5b918d10-c5a1-11f0-90d5-0a9cd3354c10';

export function versionArn(Version: number): string {
  return `arn:aws:sagemaker:eu-west-1:111122223333:image-version/studio/${Version}`;
}

export function baseImage(tag: string): string {
  return `111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:${tag}`;
}

/** A version as SageMaker has it. */
export function recordOf(Version: number, overrides: Partial<ImageVersionRecord> = {}): ImageVersionRecord {
  return {
    Version,
    ImageVersionArn: versionArn(Version),
    BaseImage: baseImage('1.1'),
    ContainerImage: 'studio@sha256:c0ffee',
    ClientToken: `token-${Version}`,
    createdAtMs: 0,
    modifiedAtMs: 0,
    ImageVersionStatus: 'CREATED',
    Aliases: [],
    metadata: {},
    ...overrides,
  };
}

/** A resource as CloudFormation has it: it refers to version `Version`, or to whatever `overrides` say. */
export function resourceOf(
  LogicalResourceId: string,
  Version: number,
  { Properties, ...overrides }: Partial<ResourceRecord> = {},
): ResourceRecord {
  const ImageVersionArn = versionArn(Version);
  return {
    LogicalResourceId,
    ResourceType: 'Custom::SageMakerImageVersion',
    PhysicalResourceId: ImageVersionArn,
    ResourceStatus: 'CREATE_COMPLETE',
    LastUpdatedTimestamp: 0,
    Properties: { ImageName, BaseImage: baseImage('1.1'), ...Properties },
    Attributes: { ImageVersionArn, Version: String(Version), ContainerImage: 'studio@sha256:c0ffee' },
    attributesKey: 'Data',
    Metadata: {},
    dependencies: [],
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    ...overrides,
  };
}

/** Both worlds at an instant when Lambda has nothing left to do. */
export function snapshotOf(
  StackStatus: string,
  resources: readonly ResourceRecord[],
  versions: readonly ImageVersionRecord[],
  overrides: Partial<Snapshot> = {},
): Snapshot {
  const stack: Stack = {
    StackId,
    StackName: 'scenario',
    CreationTime: 0,
    StackStatus,
    source: { templateText: '', fileName: 'scenario.json', parameters: {} },
    resources: Object.fromEntries(resources.map((resource) => [resource.LogicalResourceId, resource])),
    outputs: [],
    imports: [],
    events: [],
  };
  const image = {
    ImageName,
    ImageArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image/studio',
    createdAtMs: 0,
    modifiedAtMs: 0,
    ImageStatus: 'CREATED' as const,
    RoleArn: 'arn:aws:iam::111122223333:role/StudioImages',
    Tags: [],
    lastVersion: versions.length,
    versions: [...versions],
    modification: 0,
  };
  return { at: 0, stack, images: { studio: image }, isQuiet: true, ...overrides };
}

/** Before there was a stack. */
export const nothing: Snapshot = { at: 0, stack: undefined, images: {}, isQuiet: true };

/** An event about version 1 of the resource `V1`. */
export function eventOf(ResourceStatus: string, overrides: Partial<StackEvent> = {}): StackEvent {
  return {
    EventId: 'event',
    StackId,
    StackName: 'scenario',
    LogicalResourceId: 'V1',
    PhysicalResourceId: versionArn(1),
    ResourceType: 'Custom::SageMakerImageVersion',
    Timestamp: 0,
    ResourceStatus,
    ...overrides,
  };
}

/** The request `r` about the resource `V1`. */
export function requestOf(RequestType: 'Create' | 'Update' | 'Delete', event: JsonMap = {}): RequestRecord {
  return { at: 0, event, RequestId: 'r', LogicalResourceId: 'V1', RequestType };
}

/** What the provider says to the request `r`: that version 1 is there. */
export function answerOf(overrides: Partial<AnswerRecord> = {}): AnswerRecord {
  return {
    by: 'ProviderFunction',
    RequestId: 'r',
    Status: 'SUCCESS',
    PhysicalResourceId: versionArn(1),
    at: 0,
    versionStatus: 'CREATED',
    ...overrides,
  };
}

export function madeBy(LogicalResourceId: string, Version: number): MadeRecord {
  return { at: 0, ImageVersionArn: versionArn(Version), LogicalResourceId, isAdopted: false };
}

type Added = Partial<Omit<History, 'lines'>>;

interface StepPlan extends Partial<Omit<Step, 'added'>> {
  readonly added?: Added;
}

/** An operation that ends where it began: with a complete stack that has nothing in it. */
export function stepOf({ added, ...overrides }: StepPlan = {}): Step {
  const before = overrides.before ?? snapshotOf('CREATE_COMPLETE', [], []);
  const ended = overrides.ended ?? before;
  const { lines: _, ...none } = newHistory();
  return {
    operation: deploy([]),
    call: 'UpdateStack',
    isWithoutRollback: false,
    before,
    ended,
    after: ended,
    repeated: undefined,
    origin: before,
    skipped: [],
    added: { ...none, ...added },
    ...overrides,
  };
}

/** A run of these steps: its history is all that they have added. */
export function runOf(steps: readonly Step[], overrides: Partial<Run> = {}): Run {
  const all = <Name extends keyof Step['added']>(name: Name) => steps.map(({ added }) => added[name]);
  return {
    scenario: scenario(steps.map(({ operation }) => operation)),
    foreign: [],
    steps,
    history: {
      requests: all('requests').flat(),
      answers: all('answers').flat(),
      made: all('made').flat(),
      events: all('events').flat(),
      logLines: all('logLines').flat(),
      byHand: all('byHand').flat(),
      lines: [],
    },
    ...overrides,
  };
}

/** What the invariant finds broken in the last of the steps. */
export function found(
  invariant: Invariant,
  steps: readonly StepPlan[],
  overrides: Partial<Run> = {},
): readonly string[] {
  const told = steps.map(stepOf);
  const last = told.at(-1);
  if (last === undefined) throw new RangeError('A run has a step');
  return invariant(runOf(told, overrides), last);
}
