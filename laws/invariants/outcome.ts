/** Invariants about the outcome of an operation: a complete stack is as its template, and a rollback restores. */
import { liveResources, type ResourceRecord, type StackEvent } from '../../sandbox/cloudformation/stack.ts';
import { type Fault, isDenial, isSilence } from '../../sandbox/faults/fault.ts';
import type { JsonMap } from '../../sandbox/json.ts';
import { metadataMembers } from '../../sandbox/sagemaker/model.ts';
import type { ImageVersionRecord } from '../../sandbox/sagemaker/state.ts';
import {
  about,
  completeVersions,
  declarableAliases,
  type Invariant,
  imageVersionsOf,
  isRemovedByHand,
  isUnanswered,
  type RequestRecord,
  type Run,
  type Snapshot,
  type Step,
  versionNamed,
  versionsIn,
  withStatus,
} from '../run.ts';
import { declaredAliases } from '../scenario.ts';
import { aliasesOn, forgotten, givenUpIn, versionsOf } from './ownership.ts';

/**
 * A complete stack has what its template declares. Exempted are resources that CloudFormation was told to skip, aliases on
 * retained versions (see `rollbackRestores`), and the aliases of `movedByHand`, `passedOn`, `takenBack` and `unrestored`.
 * Exempted are also resources that have had no request since an operation in which CloudFormation denies the provider
 * answers, if Lambda throttles, delays or repeats a request in any operation, or if a request about the resource outlives
 * the rollback of that operation or of one before. Such a request then counts as wanted.
 */
export const successIsTrue: Invariant = (run, { ended, after, skipped }) => {
  const isDeliveredAgain = run.steps.some(({ operation }) => operation.faults.some(({ on }) => on === 'attempt'));
  return [ended, after].flatMap((snapshot) =>
    completeVersions(run, snapshot).flatMap((resource) => {
      const sinceMs = broughtForwardAt(run, resource);
      const outlives = ({ ended, added: { requests } }: Step) =>
        isRollback(ended) &&
        requests
          .filter((request) => request.RequestType !== 'Delete' && about(resource.LogicalResourceId)(request))
          .some((request) => isUnanswered(run, request, ended.at));
      const isMisled = run.steps.some((step, index) => {
        if (!step.operation.faults.some(isSilence) || step.after.at < sinceMs) return false;
        const since = run.steps.findLastIndex(({ after }, earlier) => earlier < index && after.isQuiet) + 1;
        return isDeliveredAgain || run.steps.slice(since, index + 1).some(outlives);
      });
      if (isMisled || skipped.includes(resource.LogicalResourceId)) return [];
      return differences(resource, snapshot, [
        ...onRetained(run, snapshot, run.history.events),
        ...movedByHand(run, resource, sinceMs),
        ...passedOn(run, resource, sinceMs),
        ...takenBack(run, resource, sinceMs),
        ...unrestored(run, resource, sinceMs),
      ]);
    }),
  );
};

function isRollback({ stack }: Snapshot): boolean {
  return stack?.StackStatus.includes('ROLLBACK') ?? false;
}

/** The aliases that people have moved on the resource's image since then, or removed with a version of it. */
function movedByHand({ history }: Run, { Properties }: ResourceRecord, sinceMs: number): readonly string[] {
  return history.byHand
    .filter(({ at, ImageName }) => at >= sinceMs && ImageName === Properties['ImageName'])
    .flatMap(({ moved }) => moved);
}

/**
 * The aliases that other versions of the image declared in an update that failed without rollback, or before it: the update
 * may have given them the alias, and the restoration of a failed one may have taken it back. If the template then agrees
 * with this resource, nothing tells the provider.
 */
function passedOn({ steps }: Run, resource: ResourceRecord, sinceMs: number): readonly string[] {
  const { ImageName } = resource.Properties;
  return steps
    .filter(({ isWithoutRollback, ended }) => isWithoutRollback && ended.stack?.StackStatus.endsWith('_FAILED'))
    .filter(({ ended }) => ended.at >= sinceMs)
    .flatMap(({ operation, ended }) => [
      ...operation.template.versions
        .filter((version) => version.id !== resource.LogicalResourceId && version.ImageName === ImageName)
        .flatMap(declaredAliases),
      ...declaredByOthers(ended, resource),
    ]);
}

/**
 * The aliases that an older version of the image has after the Delete of the version that the resource replaced, if
 * CloudFormation denied every answer then and DescribeImageVersion was stale. The provider cannot find out that the stack
 * does not roll back. The stale answer shows the alias on the version that is deleted, so the provider returns the alias to
 * the version that had it before: an alias on an older version does less harm than on none.
 */
function takenBack({ steps }: Run, { LogicalResourceId, PhysicalResourceId }: ResourceRecord, sinceMs: number) {
  const isStale = (fault: Fault) => fault.on === 'reads' && fault.operations.includes('DescribeImageVersion');
  const isCleanUp = (request: RequestRecord) =>
    request.at >= sinceMs && request.RequestType === 'Delete' && about(LogicalResourceId)(request);
  const isOlder = ({ ImageVersionArn }: ImageVersionRecord) =>
    imageIn(ImageVersionArn) === imageIn(PhysicalResourceId) &&
    numberIn(ImageVersionArn) < numberIn(PhysicalResourceId);
  return steps
    .filter(({ operation: { faults } }) => faults.some(isSilence) && faults.some(isStale))
    .filter(({ ended, added }) => ended.stack?.StackStatus === 'UPDATE_COMPLETE' && added.requests.some(isCleanUp))
    .flatMap(({ after }) => versionsIn(after.images).filter(isOlder).flatMap(declarableAliases));
}

/** The aliases that the resource's version has lacked since a rollback in which SageMaker denied calls. */
function unrestored({ steps }: Run, { PhysicalResourceId, Properties }: ResourceRecord, sinceMs: number) {
  return steps
    .filter(({ operation, ended }) => operation.faults.some(isDenial) && isRollback(ended))
    .filter(({ after }) => after.at >= sinceMs)
    .flatMap(({ after }) => {
      const has = versionNamed(PhysicalResourceId, after.images)?.Aliases;
      return declaredAliases(Properties).filter((alias) => has?.includes(alias) === false);
    });
}

/**
 * When the last request was issued that brought the resource forward. A rollback leaves an alias where a person put it, and
 * the Delete of the version that was replaced does nothing for the present one.
 */
function broughtForwardAt({ steps }: Run, { LogicalResourceId }: ResourceRecord): number {
  const request = steps
    .filter(({ ended }) => !isRollback(ended))
    .filter(({ ended: { stack } }) => stack?.resources[LogicalResourceId]?.ResourceStatus.endsWith('_COMPLETE'))
    .flatMap(({ added }) => added.requests.filter(about(LogicalResourceId)))
    .findLast(({ RequestType }) => RequestType !== 'Delete');
  return request?.at ?? 0;
}

/** How the version differs from what its template declares, or from what the attributes say. */
function differences(resource: ResourceRecord, { images }: Snapshot, exempted: readonly string[]): readonly string[] {
  const { LogicalResourceId, PhysicalResourceId, Properties, Attributes } = resource;
  const version = versionNamed(PhysicalResourceId, images);
  const what = `${LogicalResourceId} (${PhysicalResourceId})`;
  if (version === undefined) return [`${what} is not there`];
  const different = unequal([
    ['ImageVersionStatus', version.ImageVersionStatus, 'CREATED'],
    ['BaseImage', version.BaseImage, Properties['BaseImage']],
    ['Version', Attributes['Version'], String(version.Version)],
    ['ContainerImage', Attributes['ContainerImage'], version.ContainerImage],
    ['ImageVersionArn', Attributes['ImageVersionArn'], version.ImageVersionArn],
    ...declaredMetadata(Properties).map((name) => [name, metadataOf(version, name), String(Properties[name])] as const),
  ]);
  const missing = declaredAliases(Properties).filter((alias) => ![...version.Aliases, ...exempted].includes(alias));
  return [
    ...different.map(([name, is, wanted]) => `${what}: ${name} ${is}, not ${wanted}`),
    ...missing.map((alias) => `${what} lacks the alias ${alias}: it has ${version.Aliases.join(', ')}`),
  ];
}

/**
 * After a rollback each resource is what it was: the same version with the same aliases. Exempted are aliases on a version
 * that the rollback retains as its policy asks, because no request tells the provider of that; a later rollback may return
 * them. Exempted are operations in which SageMaker or CloudFormation denied calls, and what people have removed or moved
 * since: with a version that a person deletes, its aliases are gone before the rollback can return them.
 */
export const rollbackRestores: Invariant = (run, { origin, after, skipped, added }) => {
  const { stack } = origin;
  if (stack === undefined || after.stack?.StackStatus !== 'UPDATE_ROLLBACK_COMPLETE') return [];
  if (!origin.isQuiet || !after.isQuiet || skipped.length > 0) return [];
  // Without rollback, several operations may have failed since.
  const since = run.steps.slice(run.steps.findLastIndex(({ before }) => before === origin));
  if (since.some(({ operation }) => operation.faults.some((fault) => isDenial(fault) || isSilence(fault)))) return [];
  // SageMaker does not change a version that is DELETE_FAILED.
  const stuck = versionsIn(after.images).filter(({ ImageVersionStatus }) => ImageVersionStatus === 'DELETE_FAILED');
  const exempted = [
    ...onRetained(run, after, added.events),
    ...aliasesOn([...forgotten(run), ...givenUpIn(run)], after),
    ...passedOnAndDropped(since),
    ...stuck.flatMap(({ Aliases }) => Aliases),
  ];
  return imageVersionsOf(stack)
    .filter((resource) => !isSilentlyRestored(resource, since))
    .flatMap((resource) => lost(run, resource, { origin, after }, exempted));
};

/**
 * Whether an earlier operation without rollback updated the resource, and the rollback sent no request for it, as after a
 * replacement that CloudFormation undoes by deleting the new version. Then the version is as the earlier operation left it.
 */
function isSilentlyRestored(resource: ResourceRecord, since: readonly Step[]): boolean {
  const last = since.at(-1)?.added;
  const rollback = last && withStatus(last.events, 'UPDATE_ROLLBACK_IN_PROGRESS')[0];
  const isRequested = last?.requests.some(
    (request) =>
      request.RequestType === 'Update' &&
      about(resource.LogicalResourceId)(request) &&
      request.at >= (rollback?.Timestamp ?? 0),
  );
  return !isRequested && since.slice(0, -1).some(({ added }) => added.requests.some(about(resource.LogicalResourceId)));
}

/**
 * The aliases that every update without rollback but the last one declared. A later update may have removed them for good, and
 * the request that rolls it back names only what it declared itself.
 */
function passedOnAndDropped(steps: readonly Step[]): readonly string[] {
  const earlier = steps.filter(({ isWithoutRollback }) => isWithoutRollback).slice(0, -1);
  return earlier.flatMap(({ operation }) => operation.template.versions).flatMap(declaredAliases);
}

/**
 * Where an update has failed without a rollback, the resources that have failed are what they were, as after a rollback.
 * Exempted is also an alias that another version of the image declares by now: both templates hold at once.
 */
export const failedResourcesAreRestored: Invariant = (run, { before, after, added, operation, isWithoutRollback }) => {
  if (!isWithoutRollback || before.stack === undefined || after.stack?.StackStatus !== 'UPDATE_FAILED') return [];
  if (!before.isQuiet || !after.isQuiet) return [];
  if (operation.faults.some((fault) => isDenial(fault) || isSilence(fault) || fault.on === 'deletion')) return [];
  const exempted = [...onRetained(run, after, added.events), ...aliasesOn(forgotten(run), after)];
  const failed = withStatus(liveResources(after.stack), 'UPDATE_FAILED').filter(({ needsUpdate }) => !needsUpdate);
  return imageVersionsOf(before.stack)
    .filter(({ ResourceStatus }) => ResourceStatus.endsWith('_COMPLETE'))
    .filter(({ LogicalResourceId }) => failed.some(about(LogicalResourceId)))
    .flatMap((resource) =>
      lost(run, resource, { origin: before, after }, [...exempted, ...declaredByOthers(after, resource)]),
    );
};

/** The aliases that the stack's other versions of the resource's image declare. */
function declaredByOthers({ stack }: Snapshot, { LogicalResourceId, Properties }: ResourceRecord): readonly string[] {
  return imageVersionsOf(stack)
    .filter((other) => other.LogicalResourceId !== LogicalResourceId)
    .filter((other) => other.Properties['ImageName'] === Properties['ImageName'])
    .flatMap((other) => declaredAliases(other.Properties));
}

type Span = Pick<Step, 'origin' | 'after'>;

/** What a rollback did not restore of the resource. */
function lost(run: Run, resource: ResourceRecord, step: Span, exempted: readonly string[]) {
  const { origin, after } = step;
  const { LogicalResourceId, PhysicalResourceId, Properties } = resource;
  const was = versionNamed(PhysicalResourceId, origin.images);
  // Without the version that the update made, the rollback may make another one.
  const made = run.history.made.filter(about(LogicalResourceId)).filter(({ at }) => at >= origin.at);
  const ids = [PhysicalResourceId, ...made.map(({ ImageVersionArn }) => ImageVersionArn)];
  const isRemoved = run.history.byHand.some((act) => act.at >= origin.at && ids.some((id) => act.removed.includes(id)));
  if (was === undefined || isRemoved || isRemovedByHand(run, resource)) return [];
  const idNow = after.stack?.resources[LogicalResourceId]?.PhysicalResourceId;
  if (idNow !== PhysicalResourceId) return [`${LogicalResourceId} is ${idNow}, no longer ${PhysicalResourceId}`];
  const is = versionNamed(PhysicalResourceId, after.images);
  if (is === undefined) return [`${PhysicalResourceId} is no longer there`];
  const declared = declaredAliases(Properties);
  const home = declared.filter((alias) => !was.Aliases.includes(alias));
  // An alias that only the failed template declares goes, also where the version happened to have it before.
  const dropped = run.steps
    .filter(({ before }) => before.at >= origin.at)
    .flatMap(({ operation }) => operation.template.versions.filter(({ id }) => id === LogicalResourceId))
    .flatMap(declaredAliases)
    .filter((alias) => was.Aliases.includes(alias) && !declared.includes(alias));
  const kept = [...exempted, ...dropped, ...movedByHand(run, resource, origin.at), ...cutOff(run, step, was, is)];
  const aliasesBut = (ignored: readonly string[], version: ImageVersionRecord) => {
    const others = declarableAliases(version).filter((alias) => !ignored.includes(alias));
    return String(others.toSorted());
  };
  return unequal([
    ['aliases', aliasesBut([...kept, ...home], is), aliasesBut(kept, was)],
    // What the former template declares is restored, even if the version did not have it.
    ...declaredMetadata(Properties)
      .filter((name) => metadataOf(is, name) !== String(Properties[name]))
      .map((name) => [name, metadataOf(is, name), metadataOf(was, name)] as const),
  ]).map(([name, value, former]) => `${PhysicalResourceId}: ${name} ${value}, no longer ${former}`);
}

/**
 * The aliases of `was` that no version has now, if `is` has a marker of one that is gone. That one was CREATE_FAILED, so
 * SageMaker did not change it, and the invocation that removed it may have died before it returned the aliases.
 */
function cutOff({ scenario, steps }: Run, { origin, after }: Span, was: ImageVersionRecord, is: ImageVersionRecord) {
  const ends = (fault: Fault) => fault.on === 'invocation' || (fault.on === 'call' && /^(hang|kill)$/.test(fault.does));
  const faults = steps.filter(({ before }) => before.at >= origin.at).flatMap(({ operation }) => operation.faults);
  if (scenario.providerTimeoutSeconds === undefined && !faults.some(ends)) return [];
  const image = imageIn(is.ImageVersionArn);
  const present = versionsIn(after.images).filter(({ ImageVersionArn }) => imageIn(ImageVersionArn) === image);
  const takers = is.Aliases.flatMap((alias) => /-gave-[0-9a-f]+-(\d+)$/.exec(alias)?.[1] ?? []);
  if (takers.every((taker) => present.some(({ Version }) => String(Version) === taker))) return [];
  const held = present.flatMap(declarableAliases);
  return declarableAliases(was).filter((alias) => !held.includes(alias));
}

/**
 * The aliases on versions that a policy retained according to the events; and those that were taken for a version whose Create
 * was killed, if it was retained, or if its Delete failed.
 */
function onRetained(run: Run, snapshot: Snapshot, events: readonly StackEvent[]): readonly string[] {
  const skipped = withStatus(events, 'DELETE_SKIPPED');
  const isDeleted = ({ PhysicalResourceId: id }: StackEvent) =>
    withStatus(events, 'DELETE_COMPLETE').some(({ PhysicalResourceId }) => PhysicalResourceId === id);
  const left = [...skipped, ...withStatus(events, 'DELETE_FAILED')].filter((event) => !isDeleted(event));
  const died = left.filter(({ PhysicalResourceId }) => !PhysicalResourceId.startsWith('arn:'));
  const plans = run.scenario.operations.flatMap(({ template }) => template.versions);
  return [
    ...aliasesOn(versionsOf(run, skipped), snapshot),
    ...plans.filter(({ id }) => died.some(about(id))).flatMap(declaredAliases),
  ];
}

type Comparison = readonly [name: string, is: unknown, expected: unknown];

/** Those whose values differ. SageMaker itself archives a version that is TO_BE_ARCHIVED, after three months. */
function unequal(comparisons: readonly Comparison[]): readonly Comparison[] {
  const isArchived = (is: unknown, expected: unknown) => is === 'ARCHIVED' && expected === 'TO_BE_ARCHIVED';
  return comparisons.filter(([, is, expected]) => is !== expected && !isArchived(is, expected));
}

/** Of two versions of an image that were created in this operation, the dependent one has the higher number. */
export const numbersAscend: Invariant = (run, { ended, added }) => {
  const made = completeVersions(run, ended).filter(({ PhysicalResourceId }) =>
    added.made.some(({ ImageVersionArn, isAdopted }) => !isAdopted && ImageVersionArn === PhysicalResourceId),
  );
  return made.flatMap(({ dependencies, Properties, PhysicalResourceId: later }) =>
    made
      .filter((each) => dependencies.includes(each.LogicalResourceId))
      .filter((each) => Properties['ImageName'] === each.Properties['ImageName'])
      .filter((each) => numberIn(later) <= numberIn(each.PhysicalResourceId))
      .map((earlier) => `${later} depends on ${earlier.PhysicalResourceId}`),
  );
};

function declaredMetadata(Properties: JsonMap): readonly string[] {
  return metadataMembers.filter((name) => Properties[name] !== undefined);
}

/** Absent and neutral values are equal. */
function metadataOf({ metadata }: ImageVersionRecord, name: string): string {
  const withNeutral: JsonMap = { Horovod: false, VendorGuidance: 'NOT_PROVIDED', ...metadata };
  return String(withNeutral[name]);
}

function imageIn(arn: string): string {
  return arn.slice(0, arn.lastIndexOf('/'));
}

function numberIn(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf('/') + 1));
}
