/** Invariants about the provider's effort: it does all that the template asks and that can be done, and no more. */
import type { ResourceRecord, StackEvent } from '../../sandbox/cloudformation/stack.ts';
import { type Fault, isDenial, isSilence, versionOperations } from '../../sandbox/faults/fault.ts';
import {
  completeVersions,
  declarableAliases,
  type Invariant,
  imageVersionsOf,
  isRemovedByHand,
  isUnanswered,
  type Run,
  type Step,
  versionNamed,
} from '../run.ts';
import { contestedAlias, plannedAliases, type Scenario, type TemplatePlan, type VersionPlan } from '../scenario.ts';
import { wasCancelled } from './answers.ts';

/**
 * A good template is deployed, in spite of contention, throttling and duplicates. A rollback, because the template is bad
 * or the update was cancelled, reaches its end. Exempted are resources whose version or image a person removed during their
 * request.
 */
export const nothingFailsNeedlessly: Invariant = (run, step) => {
  const { scenario, steps, history } = run;
  const { operation, call, before, ended, added } = step;
  const isOrdinary = ['CreateStack', 'UpdateStack', 'RollbackStack'].includes(call) || call.startsWith('DeleteStack');
  if (!isOrdinary || added.events.length === 0 || !before.isQuiet || steps.some(isTroubled)) return [];
  const isTakenBack = operation.cancelAfterMs !== undefined || !isGood(operation.template) || adoptsInVain(run, step);
  // Only a rollback needs CloudFormation's answers.
  const isOvercome = (fault: Fault) => isHarmless(fault) || (isSilence(fault) && !isTakenBack);
  if (scenario.providerTimeoutSeconds !== undefined || !operation.faults.every(isOvercome)) return [];
  if (isTakenBack && silentCalls(operation.faults) > mostSilentCalls) return [];
  if (takesTooLong(scenario, step) || operation.template.siblings.some(({ failsToRollBack }) => failsToRollBack))
    return [];
  // For a new stack of the same name, the versions that the old stack retained are foreign, and so are their aliases.
  const { StackId } = ended.stack ?? {};
  if (history.events.some((event) => event.ResourceStatus === 'DELETE_SKIPPED' && event.StackId !== StackId)) return [];
  // An image that is busy, or still being deleted, can fail an operation and its rollback.
  const hasRefused = ({ ResourceType, ResourceStatus, ResourceStatusReason = '' }: StackEvent) =>
    ResourceType === 'AWS::SageMaker::Image' &&
    /^(CREATE|UPDATE)_FAILED$/.test(ResourceStatus) &&
    !ResourceStatusReason.endsWith('cancelled');
  if (added.events.some(hasRefused)) return [];
  const failed = Object.values(ended.stack?.resources ?? {}).filter((each) => /_FAILED$/.test(each.ResourceStatus));
  if (failed.some(({ ResourceType }) => ResourceType === 'AWS::SageMaker::Image')) return [];
  if (isRefused(scenario, step) || isCutShort(run, step, failed)) return [];
  const status = ended.stack?.StackStatus;
  // A version that is gone, or an alias that a person has taken, may fail an update, but never its rollback.
  const isMeddledWith = history.byHand.length > 0;
  if (step.isWithoutRollback && (isTakenBack || isMeddledWith)) return [];
  const expected =
    isTakenBack || isMeddledWith || call === 'RollbackStack' ? /_COMPLETE$/ : /^(CREATE|UPDATE|DELETE)_COMPLETE$/;
  return status === undefined || expected.test(status) ? [] : [`${call} ends in ${status}`];
};

/**
 * A provider that SageMaker denies everything makes nothing, so it never keeps a stack from rolling back. The usual cause
 * is an ImageName outside the role's policy. Other faults of calls make no difference. Exempted is a cancelled Create:
 * CloudFormation gives its resource an id that does not tell what became of it.
 */
export const neverAllowedIsRolledBack: Invariant = (_run, { operation: { faults }, call, ended, added }) => {
  const isNeverAllowed = faults.some(
    (fault) =>
      fault.on === 'call' &&
      fault.does === 'access-denied' &&
      fault.operations.length === versionOperations.length &&
      fault.nth === 1,
  );
  const isOfSageMaker = ({ on }: Fault) => on === 'call' || on === 'creation' || on === 'deletion';
  if (call !== 'CreateStack' || !isNeverAllowed || !faults.every(isOfSageMaker)) return [];
  return imageVersionsOf(ended.stack)
    .filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED')
    .filter(({ LogicalResourceId }) => !wasCancelled(LogicalResourceId, added.events))
    .map(
      ({ LogicalResourceId, PhysicalResourceId }) => `${LogicalResourceId} (${PhysicalResourceId}) is DELETE_FAILED`,
    );
};

/**
 * Whether the update replaces a version, which CloudFormation does not take without rollback. The provider may only see
 * whether the creation was without rollback.
 */
function isRefused({ cloudFormation }: Scenario, { isWithoutRollback, before, operation }: Step): boolean {
  if (!isWithoutRollback && cloudFormation.disableRollbackShown !== 'creation') return false;
  return imageVersionsOf(before.stack).some(({ LogicalResourceId, Properties }) => {
    const plan = operation.template.versions.find(({ id }) => id === LogicalResourceId);
    if (plan === undefined) return false;
    const { ImageName, BaseImage, Revision } = Properties;
    return plan.ImageName !== ImageName || plan.Revision !== Revision || !String(BaseImage).endsWith(`:${plan.tag}`);
  });
}

/**
 * Whether each of the resources failed because, during the last Create or Update about it, a person deleted a version that
 * it had made, or the image: no request can create a version that somebody deletes at the same time. CloudFormation cancels
 * the other resources when one has failed.
 */
function isCutShort(run: Run, { added }: Step, failed: readonly ResourceRecord[]): boolean {
  const isCancelled = ({ LogicalResourceId: id }: ResourceRecord) =>
    wasCancelled(id, added.events.filter((event) => event.LogicalResourceId === id).slice(-1));
  const isRemoved = ({ LogicalResourceId, Properties }: ResourceRecord) => {
    const request = added.requests.findLast((each) => each.LogicalResourceId === LogicalResourceId);
    if (request === undefined || request.RequestType === 'Delete') return false;
    const made = run.history.made.filter((each) => each.LogicalResourceId === LogicalResourceId);
    return added.byHand.some(
      ({ at, operation, ImageName, removed }) =>
        isUnanswered(run, request, at) &&
        ((operation === 'DeleteImage' && ImageName === Properties['ImageName']) ||
          made.some(({ ImageVersionArn }) => removed.includes(ImageVersionArn))),
    );
  };
  const settled = failed.filter((resource) => !isCancelled(resource));
  return settled.length > 0 && settled.every(isRemoved);
}

/** Whether versions that must be created one after the other take longer than there is time. */
function takesTooLong({ switches, versionCreation: [, longestMs] }: Scenario, { operation }: Step): boolean {
  const budgetMs = 40 * 60_000;
  return switches.imageWhileVersionIsCreated === 'busy' && operation.template.versions.length * longestMs > budgetMs;
}

/** Whether a step may have left something that hinders later ones. A ServiceTimeout stays until the template changes it. */
function isTroubled({ skipped, operation: { faults, template } }: Step): boolean {
  if (template.versions.some(({ ServiceTimeout }) => ServiceTimeout !== undefined)) return true;
  const isTroubling = (fault: Fault) =>
    fault.on === 'deletion' || fault.on === 'provider' || isDenial(fault) || isSilence(fault);
  return skipped.length > 0 || faults.some(isTroubling);
}

function isGood({ images, versions, siblings }: TemplatePlan): boolean {
  const isOwn = ({ ImageName }: VersionPlan) => images.some((image) => image.ImageName === ImageName);
  const isGoodVersion = (version: VersionPlan) =>
    !(version.isIndependent && isOwn(version)) &&
    !version.tag.startsWith('does-not-exist') &&
    version.nonsense === undefined &&
    version.ServiceTimeout === undefined &&
    !plannedAliases(version).includes(contestedAlias);
  return siblings.every(({ fails }) => !fails) && versions.every(isGoodVersion);
}

/**
 * Whether a new resource may adopt a version that it cannot: only the first operation is certain to find the foreign versions
 * as they were.
 */
function adoptsInVain({ scenario, steps, history }: Run, { operation: { template }, before }: Step): boolean {
  const isThere = (id: string) =>
    imageVersionsOf(before.stack).some(
      ({ LogicalResourceId, PhysicalResourceId }) => LogicalResourceId === id && PhysicalResourceId.startsWith('arn:'),
    );
  const adopting = template.versions.filter(({ Adopt, id }) => Adopt !== undefined && !isThere(id));
  const isAdoptable = ({ ImageName, Adopt = 0 }: VersionPlan) => {
    const version = scenario.foreign.filter((each) => each.ImageName === ImageName)[Adopt - 1];
    return version?.Aliases.every((alias) => !alias.startsWith('cfn-'));
  };
  const isFirst = steps.length === 1 && history.byHand.length === 0;
  const numbers = new Set(adopting.map(({ ImageName, Adopt }) => `${ImageName}/${Adopt}`));
  return adopting.length > 0 && !(isFirst && numbers.size === adopting.length && adopting.every(isAdoptable));
}

/** Another ImageName, BaseImage or Revision gives a new version; any other change keeps the version. */
export const replacedExactlyWhenAsked: Invariant = (run, { call, before, ended, added }) => {
  if (call !== 'UpdateStack' || ended.stack?.StackStatus !== 'UPDATE_COMPLETE') return [];
  const { resources } = ended.stack;
  return imageVersionsOf(before.stack).flatMap((old) => {
    const now = resources[old.LogicalResourceId];
    if (now === undefined || versionNamed(old.PhysicalResourceId, before.images) === undefined) return [];
    // The image may have been created again, and then the new version may have the old number.
    if (added.byHand.some(({ removed }) => removed.includes(old.PhysicalResourceId))) return [];
    // A Create that failed without rollback is none to replace.
    if (isRemovedByHand(run, old) || old.ResourceStatus === 'CREATE_FAILED') return [];
    const isAsked = ['ImageName', 'BaseImage', 'Revision'].some(
      (name) => now.Properties[name] !== old.Properties[name],
    );
    const isReplaced = now.PhysicalResourceId !== old.PhysicalResourceId;
    return isAsked === isReplaced ? [] : [`${old.PhysicalResourceId} became ${now.PhysicalResourceId}`];
  });
};

/** A version has the aliases that its template declares, and none that only an earlier template declared. */
export const aliasesAreThoseDeclared: Invariant = (run, { ended, before, operation }) => {
  if (!before.isQuiet || run.steps.some(isTroubled)) return [];
  return completeVersions(run, ended).flatMap(({ LogicalResourceId, PhysicalResourceId }) => {
    const plan = operation.template.versions.find(({ id }) => id === LogicalResourceId);
    const version = versionNamed(PhysicalResourceId, ended.images);
    if (plan === undefined || version === undefined) return [];
    // An adopted version keeps the aliases that it had before.
    const former = run.scenario.foreign.flatMap(({ Aliases }) => Aliases);
    return declarableAliases(version)
      .filter((alias) => !plannedAliases(plan).includes(alias) && !former.includes(alias))
      .map((alias) => `${LogicalResourceId} has ${alias}, which no template declares any more`);
  });
};

/** The provider asks CloudFormation for no longer than a minute, and so about this often. */
const mostSilentCalls = 7;

/** How many calls of CloudFormation fail, one fault after the other. */
function silentCalls(faults: readonly Fault[]): number {
  return faults.reduce((calls, fault) => calls + (fault.on === 'CloudFormation' ? fault.count : 0), 0);
}

/** Whether a retry is enough to get over the fault. */
function isHarmless(fault: Fault): boolean {
  if (fault.on === 'CloudFormation') return fault.count <= mostSilentCalls;
  if (fault.on === 'person' || fault.on === 'rate') return true;
  return (fault.on === 'call' && !isDenial(fault)) || (fault.on === 'attempt' && fault.does === 'duplicate');
}
