/** Invariants about ownership: no version is left that nobody refers to, and no foreign version is touched. */
import { isDeepStrictEqual } from 'node:util';
import { liveResources, type StackEvent } from '../../sandbox/cloudformation/stack.ts';
import { type Fault, isDenial, isSilence } from '../../sandbox/faults/fault.ts';
import { mapOf } from '../../sandbox/json.ts';
import type { ImageVersionRecord } from '../../sandbox/sagemaker/state.ts';
import {
  about,
  declarableAliases,
  type Images,
  type Invariant,
  isAdoptedBy,
  isComplete,
  isUnanswered,
  type MadeRecord,
  type RequestRecord,
  type Run,
  type Snapshot,
  type Step,
  versionNamed,
  versionsIn,
  withStatus,
} from '../run.ts';
import { declaredAliases } from '../scenario.ts';

/** How often CloudFormation tries to delete a resource that an update replaced or removed. */
const cleanUpTries = 3;

/** Every version existed before and is not adopted, or the stack refers to it, or it was to be retained. */
export const nothingLeaks: Invariant = (run, { after }) => {
  if (!after.isQuiet || after.stack?.StackStatus === 'UPDATE_ROLLBACK_FAILED') return [];
  const foreign = run.foreign.filter((each) => !isAdoptedBy(versionNamed(each.ImageVersionArn, after.images)?.Aliases));
  const kept = new Set([...arnsOf(foreign), ...referredTo(run, after), ...excused(run), ...denied(run, after)]);
  // What is DELETING is going already, and what is DELETE_FAILED is exempted: SageMaker has refused to delete it.
  const left = versionsIn(after.images).filter(({ ImageVersionStatus }) => !ImageVersionStatus.startsWith('DELET'));
  return left
    .filter(({ ImageVersionArn }) => !kept.has(ImageVersionArn))
    .map((version) => {
      const maker = run.history.made.find(({ ImageVersionArn }) => ImageVersionArn === version.ImageVersionArn);
      return `${version.ImageVersionArn} (${version.ImageVersionStatus}), made by ${maker?.LogicalResourceId}, is left`;
    });
};

/**
 * Nobody but people changes a foreign version. One that the stack adopts is its own for good when the operation is complete.
 * After any other operation it has its former aliases again, and perhaps one that only an earlier template declared: a
 * version that took it may have returned it. Its metadata is not restored. Its image may be the stack's, which
 * CloudFormation deletes with all versions.
 * Exempted are the aliases of `contestedByHand`: the provider's last look is older than the move.
 */
export const foreignVersionsAreUntouched: Invariant = (run, { after }) =>
  run.foreign
    .filter((version) => version.ImageVersionStatus !== 'DELETING' && isOnItsImage(version, after))
    .flatMap((version) => {
      const { ImageVersionArn: arn } = version;
      const now = versionNamed(arn, after.images);
      const adoption = run.history.made.find((made) => made.isAdopted && made.ImageVersionArn === arn);
      const hasJoined = adoption && run.steps.some(({ ended }) => isComplete(ended) && adoption.at <= ended.at);
      if (hasJoined || isAdoptedBy(version.Aliases) || isAdoptedBy(now?.Aliases)) return [];
      if (now === undefined) return [`${arn} is gone`];
      const contested = contestedByHand(run, version);
      const Aliases = version.Aliases.filter((alias) => now.Aliases.includes(alias) || !contested.includes(alias));
      const formerly = adoption ? formerlyDeclared(run, adoption) : [];
      const isOwn = (alias: string) => Aliases.includes(alias) || !formerly.includes(alias);
      const ignored = [...(version.pending ? changedByTime : []), ...(adoption ? ofMetadata : [])];
      const isAsLeft = isDeepStrictEqual(
        lasting({ ...now, Aliases: now.Aliases.filter(isOwn) }, ignored),
        lasting({ ...version, Aliases }, ignored),
      );
      return isAsLeft ? [] : [`${arn} is now ${JSON.stringify(now)}`];
    });

/** The aliases that an earlier request of the resource declared, and the last one does not. */
function formerlyDeclared({ history }: Run, resource: Pick<MadeRecord, 'LogicalResourceId'>): readonly string[] {
  const declared = history.requests
    .filter(about(resource.LogicalResourceId))
    .map(({ event }) => declaredAliases(mapOf(event['ResourceProperties'])));
  return declared.flat().filter((alias) => !declared.at(-1)?.includes(alias));
}

/**
 * The aliases on the version's image that people moved while a request that declares them could not see it, where a call can
 * take them. An alias that the version still had when the last step was checked is contested only if a person moved it again
 * since then.
 */
function contestedByHand(run: Run, { ImageVersionArn }: ImageVersionRecord): readonly string[] {
  if (run.scenario.switches.aliasOfAnotherVersion !== 'moves') return [];
  const faults = run.scenario.operations.flatMap((operation) => operation.faults);
  const behindMs = Math.max(0, ...faults.map((fault) => (fault.on === 'reads' ? fault.behindMs : 0)));
  const checked = run.steps.at(-2)?.after;
  const kept = (checked && versionNamed(ImageVersionArn, checked.images)?.Aliases) ?? [];
  return run.history.byHand.flatMap(({ at, ImageName, moved }) => {
    if (!ImageVersionArn.toLowerCase().includes(`:image-version/${ImageName.toLowerCase()}/`)) return [];
    const declared = run.history.requests
      .filter((request) => request.RequestType !== 'Delete' && request.at <= at + behindMs)
      .filter((request) => isUnanswered(run, request, Math.max(at, request.at)))
      .map(({ event }) => mapOf(event['ResourceProperties']))
      .filter((properties) => properties['ImageName'] === ImageName)
      .flatMap(declaredAliases);
    const isOpen = checked === undefined || at >= checked.at;
    return moved.filter((alias) => declared.includes(alias) && (isOpen || !kept.includes(alias)));
  });
}

/** Whether the image still exists that the version was made in. */
function isOnItsImage({ ImageVersionArn, createdAtMs }: ImageVersionRecord, { images }: Snapshot): boolean {
  return Object.values(images).some(
    (image) =>
      ImageVersionArn.startsWith(`${image.ImageArn.replace(':image/', ':image-version/')}/`) &&
      image.ImageStatus !== 'DELETING' &&
      image.createdAtMs <= createdAtMs,
  );
}

/** What an adoption may change for good: the metadata, and what follows from it. */
const ofMetadata = ['metadata', 'modifiedAtMs', 'archivesAtMs'];
/** What time alone changes where a version was still changing when a person left it. */
const changedByTime = ['ImageVersionStatus', 'modifiedAtMs', 'pending', 'ContainerImage', 'FailureReason'];

/** The version without these members. The order of its aliases does not count. */
function lasting(version: ImageVersionRecord, ignored: readonly string[]): object {
  const members = Object.entries({ ...version, Aliases: version.Aliases.toSorted() });
  return Object.fromEntries(members.filter(([name]) => !ignored.includes(name)));
}

export const repeatsChangeNothing: Invariant = (run, { added, after, repeated }) => {
  if (repeated === undefined) return [];
  // A Delete that failed may well continue when it is delivered again.
  const undeleted = versionsOf(run, withStatus(added.events, 'DELETE_FAILED'));
  // A version that was still CREATING may have failed since, and then it may go.
  const undecided = versionsIn(after.images).filter(({ ImageVersionStatus }) => ImageVersionStatus === 'CREATING');
  // What SageMaker did not let a rollback remove may go when SageMaker lets it.
  const exempted = [
    ...undeleted,
    ...arnsOf(undecided),
    ...unanswered(run),
    ...toldByTheLog(run),
    ...neverAnswered(run),
  ];
  // Then its aliases may go back, and those that it was about to get.
  const makers = run.history.made.filter(({ ImageVersionArn }) => exempted.includes(ImageVersionArn));
  const plans = run.steps.flatMap(({ operation }) => operation.template.versions);
  const wanted = plans.filter(({ id }) => makers.some(about(id))).flatMap(declaredAliases);
  const freed = [...aliasesOn(exempted, after), ...wanted];
  const before = shown(after.images, exempted, freed);
  const now = shown(repeated.images, exempted, freed);
  return [
    ...before.filter((version) => !now.includes(version)).map((version) => `no longer: ${version}`),
    ...now.filter((version) => !before.includes(version)).map((version) => `new: ${version}`),
  ];
};

/** The versions that no event names, and none may mean: a late delivery of their request may remove them. */
function neverAnswered({ history }: Run): readonly string[] {
  const skipped = withStatus(history.events, 'DELETE_SKIPPED');
  const retained = skipped.filter(({ PhysicalResourceId }) => !PhysicalResourceId.startsWith('arn:'));
  const unknown = history.made
    .filter(({ ImageVersionArn: arn }) => !history.events.some(({ PhysicalResourceId }) => PhysicalResourceId === arn))
    .filter(({ LogicalResourceId: id, at }) => !retained.filter(about(id)).some(({ Timestamp }) => Timestamp >= at));
  return arnsOf(unknown);
}

export function aliasesOn(arns: readonly string[], { images }: Snapshot): readonly string[] {
  return versionsIn(images)
    .filter(({ ImageVersionArn }) => arns.includes(ImageVersionArn))
    .flatMap(({ Aliases }) => Aliases);
}

/** Without versions that are DELETING, DELETE_FAILED or CREATE_FAILED: a repeat may remove these. */
function shown(images: Images, exempted: readonly string[], freed: readonly string[]): readonly string[] {
  return versionsIn(images)
    .filter(({ ImageVersionArn }) => !exempted.includes(ImageVersionArn))
    .filter(({ ImageVersionStatus }) => !/^(DELET|CREATE_FAILED)/.test(ImageVersionStatus))
    .map((version) => {
      const { ImageVersionArn, metadata } = version;
      const Aliases = declarableAliases(version).filter((alias) => !freed.includes(alias));
      return JSON.stringify({ ImageVersionArn, Aliases: Aliases.toSorted(), metadata });
    });
}

/** A resource whose Create has failed or was cancelled may have an id that names no version: it then means all it made. */
function referredTo(run: Run, { stack }: Snapshot): readonly string[] {
  if (stack === undefined) return [];
  const live = liveResources(stack);
  // The clean-up comes after the first update that succeeds.
  const replaced = stack.pendingUpdate?.replaced ?? [];
  // An update that failed without rollback, and did not restore the resource: the next operation sends another one.
  const unsettled = live.filter(({ needsUpdate }) => needsUpdate).map(({ LogicalResourceId }) => LogicalResourceId);
  return [...versionsOf(run, [...live, ...replaced]), ...madeBy(run, ...unsettled)];
}

/** What was retained, what somebody has told CloudFormation to leave, and what would not go and was reported. */
function excused(run: Run): readonly string[] {
  return [
    ...versionsOf(run, withStatus(run.history.events, 'DELETE_SKIPPED')),
    ...madeBy(run, ...run.steps.flatMap(({ skipped }) => skipped)),
    ...outlasting(run),
    // SageMaker did not let the provider remove it. Its event says so or, if it was cancelled or has died, the log.
    ...madeByFailedUpdates(run.steps.filter(({ operation }) => operation.faults.some(isDenial))),
    ...unanswered(run),
    ...toldByTheLog(run),
    ...givenUpIn(run),
    ...forgotten(run),
  ];
}

/**
 * Impatience again: what SageMaker does not let go while it is being created outlasts the three invocations of a function with
 * a short Timeout, or the ServiceTimeout of an update and of its rollback, or of a cancelled Create and of its Deletes. In the
 * second case, an event says so.
 */
function outlasting(run: Run): readonly string[] {
  const { operations, versionCreation, providerTimeoutSeconds = Infinity } = run.scenario;
  if (3 * providerTimeoutSeconds * 1000 < versionCreation[1]) return madeByFailedUpdates(run.steps);
  const told = run.history.events.filter(
    ({ ResourceStatus, ResourceStatusReason = '' }) =>
      / that the request had (created|adopted): .* Cause: /.test(ResourceStatusReason) ||
      (ResourceStatus === 'DELETE_FAILED' && ResourceStatusReason.includes(' was still CREATING when the time ')),
  );
  const impatient = operations
    .flatMap(({ template }) => template.versions)
    .filter(({ id, ServiceTimeout = Infinity }) => ServiceTimeout * 1000 < versionCreation[1] && told.some(about(id)));
  return madeBy(run, ...impatient.map(({ id }) => id));
}

/**
 * The versions on whose deletion CloudFormation has given up: they keep their aliases. CloudFormation has tried three times,
 * faults or a short Timeout of the function have kept the deletion from working, and the events say so.
 */
export function givenUpIn(run: Run): readonly string[] {
  const isShort = run.scenario.providerTimeoutSeconds !== undefined;
  const canFailDeletions = (fault: Fault) =>
    isSilence(fault) || (fault.on !== 'creation' && fault.on !== 'CloudFormation');
  return run.steps
    .filter(({ operation }) => isShort || operation.faults.some(canFailDeletions))
    .flatMap(({ added }) => {
      const failed = withStatus(added.events, 'DELETE_FAILED');
      const triesOf = (id: string) => failed.filter(({ PhysicalResourceId }) => PhysicalResourceId === id).length;
      const givenUp = failed.filter(({ PhysicalResourceId }) => triesOf(PhysicalResourceId) >= cleanUpTries);
      return versionsOf(run, givenUp);
    });
}

/** The versions that resources made in the same operation in which an update of theirs failed. */
function madeByFailedUpdates(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ added }) => {
    const failed = withStatus(added.events, 'UPDATE_FAILED');
    return arnsOf(added.made.filter(({ LogicalResourceId }) => failed.some(about(LogicalResourceId))));
  });
}

/**
 * The replacements that CloudFormation has neither taken nor deleted, because it was told not to roll back. The provider
 * refuses to make them, unless the stack is in express mode, or CloudFormation shows that it rolls back.
 */
export function forgotten({ scenario, steps }: Pick<Run, 'scenario' | 'steps'>): readonly string[] {
  const { replacementWithoutRollback = 'forgotten', ...sides } = scenario.cloudFormation;
  const isForgotten = ({ isWithoutRollback, ended }: Step) => {
    if (!isWithoutRollback) return false;
    if (ended.stack?.DeploymentConfig?.Mode === 'EXPRESS') return sides.replacementInExpress === 'forgotten';
    return replacementWithoutRollback === 'forgotten' && sides.disableRollbackShown === 'creation';
  };
  return madeByFailedUpdates(steps.filter(isForgotten));
}

/**
 * Failed replacements that SageMaker did not let a rollback remove, or was still creating two minutes after the Delete of the
 * version that they replace. An error in the log asks somebody to delete them.
 */
function toldByTheLog({ history, scenario, steps }: Run): readonly string[] {
  const isSlow = scenario.versionCreation[1] > 120_000;
  const lines = steps
    .filter(({ operation }) => isSlow || operation.faults.some(isDenial))
    .flatMap(({ added }) => added.logLines.map((line) => line.toLowerCase()));
  const isTold = ({ ImageVersionArn }: MadeRecord) => {
    const [, ImageName, Version] = /image-version\/(.*)\/(\d+)$/.exec(ImageVersionArn.toLowerCase()) ?? [];
    return lines.some((line) => line.includes(`may have left version ${Version} of image ${ImageName}, which`));
  };
  return arnsOf(history.made.filter(isTold));
}

/**
 * What was made in an operation in which CloudFormation denies the provider answers, or earlier in the update that it rolls
 * back: until the next operation begins, since Lambda may deliver a request after its operation has ended. The provider cannot
 * find out then that a request was cancelled, or that the failsafe has answered it.
 */
function unanswered({ steps, history }: Run): readonly string[] {
  return steps.flatMap(({ operation, origin }, index) => {
    const nextAt = steps[index + 1]?.before.at ?? Number.POSITIVE_INFINITY;
    const isOfStep = ({ at }: MadeRecord) => at >= origin.at && at < nextAt;
    return operation.faults.some(isSilence) ? arnsOf(history.made.filter(isOfStep)) : [];
  });
}

/**
 * What SageMaker did not let the provider remove goes with the next request about its resource, if there is one. Exempted is
 * also what one delivery of a Create made, if SageMaker denies the other one and the Delete every call: then the provider
 * takes it that the Create could make nothing, so that a wrong ImageName does not keep a stack from rolling back.
 */
function denied({ steps, history }: Run, { stack }: Snapshot): readonly string[] {
  const live = stack === undefined ? [] : liveResources(stack);
  const answers = history.answers.filter(({ PhysicalResourceId }) => PhysicalResourceId.startsWith('denied/'));
  const isDenied = ({ RequestId }: RequestRecord) => answers.some((answer) => answer.RequestId === RequestId);
  const left = history.made.filter(({ LogicalResourceId: id }) => {
    const lastAbout = steps.findLast(({ added }) => added.requests.some(about(id)));
    const isTakenForNone = history.requests.filter(isDenied).some(about(id));
    return (live.some(about(id)) || isTakenForNone) && lastAbout?.operation.faults.some(isDenial);
  });
  return arnsOf(left);
}

/** The versions that the ids name; every one that a resource has made where its id is a marker. */
export function versionsOf(
  run: Run,
  resources: readonly Pick<StackEvent, 'LogicalResourceId' | 'PhysicalResourceId'>[],
): readonly string[] {
  return resources.flatMap(({ LogicalResourceId, PhysicalResourceId }) =>
    PhysicalResourceId.startsWith('arn:') ? [PhysicalResourceId] : madeBy(run, LogicalResourceId),
  );
}

function madeBy({ history }: Run, ...ids: readonly string[]): readonly string[] {
  return arnsOf(history.made.filter(({ LogicalResourceId }) => ids.includes(LogicalResourceId)));
}

function arnsOf(versions: readonly { readonly ImageVersionArn: string }[]): readonly string[] {
  return versions.map(({ ImageVersionArn }) => ImageVersionArn);
}

/**
 * What a policy has retained stays until a person removes it, with its metadata. Other versions of the stack may take its
 * aliases. It holds as long as the image exists and is not DELETING, also while the image is UPDATING and after that or a
 * deletion has failed.
 */
export const retainedVersionsStay: Invariant = ({ history }, { before, after }) => {
  const skipped = withStatus(history.events, 'DELETE_SKIPPED').filter(({ Timestamp }) => Timestamp <= before.at);
  const isRetained = ({ ImageVersionArn: arn, createdAtMs }: ImageVersionRecord) => {
    // A new image of the same name begins its numbers again, so another resource may have made the present version.
    const made = history.made.findLast(({ ImageVersionArn }) => ImageVersionArn === arn);
    const sinceMs = Math.max(createdAtMs, made?.at ?? 0);
    const removals = history.byHand.filter(({ removed }) => removed.includes(arn));
    return skipped
      .filter((event) => event.PhysicalResourceId === arn && event.Timestamp >= sinceMs)
      .filter((event) => made === undefined || about(made.LogicalResourceId)(event))
      .some(({ Timestamp }) => removals.every(({ at }) => at < Timestamp));
  };
  return versionsIn(before.images)
    .filter((version) => version.ImageVersionStatus === 'CREATED' && isOnItsImage(version, after))
    .filter(isRetained)
    .filter(({ ImageVersionArn: arn, metadata }) => {
      return !isDeepStrictEqual(versionNamed(arn, after.images)?.metadata, metadata);
    })
    .map(({ ImageVersionArn }) => `${ImageVersionArn} was retained, and has been touched`);
};
