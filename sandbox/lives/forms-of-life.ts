/** What a life that was written down has to look like, member by member. */
import { versionOperations } from '../sagemaker/disturbed-call.ts';
import {
  type ApiFault,
  type AttemptFault,
  type BrokenFault,
  type CallFault,
  type ChangeFault,
  callDisturbances,
  type DeliveryFault,
  deliveryDisturbances,
  type Fault,
  type KillFault,
  type PermissionFault,
} from './faults.ts';
import {
  anything,
  choice,
  type Form,
  listOf,
  mapOf,
  oneOf,
  optional,
  rangeOf,
  record,
  text,
  wholeNumber,
  yesOrNo,
} from './form.ts';
import type { ForeignVersion, ImagePlan, Life, Operation, SiblingPlan, TemplatePlan, VersionPlan } from './life.ts';

const count = wholeNumber({ min: 1 });
const milliseconds = wholeNumber({ min: 0 });
const texts = listOf(text);

const callFault = record<CallFault>({
  on: choice(['call']),
  operation: choice(versionOperations),
  nth: count,
  count,
  does: choice(callDisturbances),
});
const permissionFault = record<PermissionFault>({
  on: choice(['permissions']),
  denied: choice([...versionOperations, 'everything']),
  nth: count,
});
const changeFault = record<ChangeFault>({ on: choice(['creation', 'deletion']), nth: count, count });
const deliveryFault = record<DeliveryFault>({
  on: choice(['delivery']),
  nth: count,
  count,
  does: choice(deliveryDisturbances),
});
const apiFault = record<ApiFault>({ on: choice(['CloudFormation']), nth: count, count });
const attempt = { on: choice(['attempt']), nth: count };
const attemptFault: Form<AttemptFault> = oneOf('does', {
  throttle: record<Extract<AttemptFault, { does: 'throttle' }>>({ ...attempt, does: choice(['throttle']), count }),
  late: record<Extract<AttemptFault, { does: 'late' }>>({ ...attempt, does: choice(['late']), ms: milliseconds }),
  duplicate: record<Extract<AttemptFault, { does: 'duplicate' }>>({
    ...attempt,
    does: choice(['duplicate']),
    ms: milliseconds,
  }),
});
const killFault = record<KillFault>({
  on: choice(['invocation']),
  nth: count,
  function: choice(['ProviderFunction', 'FailsafeFunction']),
  point: count,
  does: choice(['exit', 'hang']),
});
const brokenFault = record<BrokenFault>({ on: choice(['provider']), does: choice(['break']) });

const fault: Form<Fault> = oneOf('on', {
  call: callFault,
  permissions: permissionFault,
  creation: changeFault,
  deletion: changeFault,
  delivery: deliveryFault,
  CloudFormation: apiFault,
  attempt: attemptFault,
  invocation: killFault,
  provider: brokenFault,
});

const image = record<ImagePlan>({ id: text, ImageName: text, ImageDescription: text });
const version = record<VersionPlan>({
  id: text,
  ImageName: text,
  tag: text,
  Revision: optional(text),
  Alias: optional(text),
  Aliases: texts,
  metadata: mapOf(anything),
  nonsense: optional(mapOf(anything)),
  ServiceTimeout: optional(count),
  DependsOn: texts,
  DeletionPolicy: optional(choice(['Retain', 'RetainExceptOnCreate'])),
  UpdateReplacePolicy: optional(choice(['Retain'])),
});
const sibling = record<SiblingPlan>({
  id: text,
  afterMs: milliseconds,
  fails: yesOrNo,
  failsToRollBack: yesOrNo,
  generation: wholeNumber({ min: 0 }),
});
const template = record<TemplatePlan>({
  images: listOf(image),
  versions: listOf(version),
  siblings: listOf(sibling),
});
const operation = record<Operation>({
  kind: choice(['deploy', 'delete']),
  template,
  cancelAfterMs: optional(milliseconds),
  isAwaited: yesOrNo,
  pauseMs: milliseconds,
  isRepeated: yesOrNo,
  faults: listOf(fault),
});

const switches = record<Life['switches']>({
  aliasOfAnotherVersion: optional(choice(['ResourceInUse', 'moves'])),
  aliasAddedTwice: optional(choice(['accepted', 'ResourceInUse'])),
  absentAliasDeleted: optional(choice(['accepted', 'ResourceNotFound'])),
  versionByMissingAlias: optional(choice(['AccessDenied', 'ResourceNotFound'])),
  ClientToken: optional(choice(['remembered', 'forgotten'])),
  imageWhileVersionIsCreated: optional(choice(['free', 'busy'])),
  numbersOfImageCreatedAgain: optional(choice(['restart', 'continue'])),
  caseOfArns: optional(choice(['kept', 'lowered'])),
  imageInTransition: optional(choice(['ResourceInUse', 'ValidationException'])),
  updateWhileCreating: optional(choice(['accepted', 'ResourceInUse', 'ValidationException'])),
  deleteWhileCreating: optional(choice(['accepted', 'ResourceInUse'])),
});
const cloudFormation = record<Life['cloudFormation']>({
  rollbackAfterReplacement: optional(choice(['delete-only', 'update-first'])),
  cleanupDeleteProperties: optional(choice(['old', 'new'])),
  pauseBeforeRollbackMs: optional(milliseconds),
  inProgressAfterIssueMs: optional(milliseconds),
  partition: optional(text),
});
const foreignVersion = record<ForeignVersion>({ ImageName: text, Aliases: texts });

export const formOfLife = record<Life>({
  seed: wholeNumber({ min: 0 }),
  switches,
  cloudFormation,
  versionCreation: rangeOf(milliseconds),
  largestPageSize: count,
  providerTimeoutSeconds: optional(count),
  foreign: listOf(foreignVersion),
  operations: listOf(operation),
});
