/** Invariants about the provider's effort: it does all that the template asks and that can be done, and no more. */
import type { ResourceRecord } from '../../sandbox/cloudformation/stack.ts';
import { type Fault, isDenial, isSilence, versionOperations } from '../../sandbox/faults/fault.ts';
import {
  about,
  completeVersions,
  declarableAliases,
  type Invariant,
  imageVersionsOf,
  isRemovedByHand,
  isUnanswered,
  type Run,
  type Step,
  versionNamed,
  withStatus,
} from '../run.ts';
import { contestedAlias, declaredAliases, type Scenario, type TemplatePlan, type VersionPlan } from '../scenario.ts';
import { wasCancelled } from './answers.ts';

/**
 * A good template is deployed, in spite of contention, throttling and duplicates. A rollback, because the template is bad
 * or the update was cancelled, reaches its end. Exempted are resources whose version or image a person removed during their
 * request.
 */
export const nothingFailsNeedlessly: Invariant = (run, step) => {
  const { scenario, steps, history } = run;
  const { operation, call, before, ended, added } = step;
  const { faults, template, cancelAfterMs } = operation;
  const isOrdinary = /^(Create|Update|Rollback|Delete)Stack/.test(call) && added.events.length > 0;
  if (!isOrdinary || !before.isQuiet || steps.some(isTroubled)) return [];
  const isTakenBack = cancelAfterMs !== undefined || !isGood(template) || adoptsInVain(run, step);
  // Only a rollback needs CloudFormation's answers.
  const isOvercome = (fault: Fault) => isHarmless(fault) || (isSilence(fault) && !isTakenBack);
  if (scenario.providerTimeoutSeconds !== undefined || !faults.every(isOvercome)) return [];
  const silentCalls = faults.map((fault) => (fault.on === 'CloudFormation' ? fault.count : 0));
  if (isTakenBack && silentCalls.reduce((sum, count) => sum + count, 0) > mostSilentCalls) return [];
  if (takesTooLong(scenario, step) || template.siblings.some(({ failsToRollBack }) => failsToRollBack)) return [];
  // For a new stack of the same name, the versions that the old stack retained are foreign, and so are their aliases.
  const { StackId, StackStatus } = ended.stack ?? {};
  if (withStatus(history.events, 'DELETE_SKIPPED').some((event) => event.StackId !== StackId)) return [];
  const failed = Object.values(ended.stack?.resources ?? {}).filter((each) => /_FAILED$/.test(each.ResourceStatus));
  // An image that is busy, or still being deleted, can fail an operation and its rollback.
  const refused = added.events.filter(
    ({ ResourceStatus: status, ResourceStatusReason = '' }) =>
      /^(CREATE|UPDATE)_FAILED$/.test(status) && !ResourceStatusReason.endsWith('cancelled'),
  );
  if ([...refused, ...failed].some(({ ResourceType }) => ResourceType === 'AWS::SageMaker::Image')) return [];
  if (isRefused(scenario, step) || isCutShort(run, step, failed)) return [];
  // A version that is gone, or an alias that a person has taken, may fail an update, but never its rollback.
  const mayFail = isTakenBack || history.byHand.length > 0;
  if (step.isWithoutRollback && mayFail) return [];
  const expected = mayFail || call === 'RollbackStack' ? /_COMPLETE$/ : /^(CREATE|UPDATE|DELETE)_COMPLETE$/;
  return StackStatus === undefined || expected.test(StackStatus) ? [] : [`${call} ends in ${StackStatus}`];
};

/**
 * A provider that SageMaker denies everything makes nothing, so it never keeps a stack from rolling back. The usual cause
 * is an ImageName outside the role's policy. Other faults of calls make no difference. Exempted is a cancelled Create:
 * CloudFormation gives its resource an id that does not tell what became of it.
 */
export const neverAllowedIsRolledBack: Invariant = (_run, { operation: { faults }, call, ended, added }) => {
  const isNeverAllowed = faults.some(
    (fault) => isDenial(fault) && fault.operations.length === versionOperations.length && fault.nth === 1,
  );
  const isOfSageMaker = ({ on }: Fault) => on === 'call' || on === 'creation' || on === 'deletion';
  if (call !== 'CreateStack' || !isNeverAllowed || !faults.every(isOfSageMaker)) return [];
  return withStatus(imageVersionsOf(ended.stack), 'DELETE_FAILED')
    .filter(({ LogicalResourceId }) => !wasCancelled(LogicalResourceId, added.events))
    .map((resource) => `${resource.LogicalResourceId} (${resource.PhysicalResourceId}) is DELETE_FAILED`);
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
    wasCancelled(id, added.events.filter(about(id)).slice(-1));
  const isRemoved = ({ LogicalResourceId, Properties }: ResourceRecord) => {
    const request = added.requests.findLast(about(LogicalResourceId));
    if (request === undefined || request.RequestType === 'Delete') return false;
    const made = run.history.made.filter(about(LogicalResourceId));
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
    !declaredAliases(version).includes(contestedAlias);
  return siblings.every(({ fails }) => !fails) && versions.every(isGoodVersion);
}

/** Whether a new resource may adopt in vain: only the first operation surely finds the foreign versions as they were. */
function adoptsInVain({ scenario, steps, history }: Run, { operation: { template }, before }: Step): boolean {
  const there = imageVersionsOf(before.stack).filter(({ PhysicalResourceId }) => PhysicalResourceId.startsWith('arn:'));
  const adopting = template.versions.filter(({ Adopt, id }) => Adopt !== undefined && !there.some(about(id)));
  const isAdoptable = ({ ImageName, Adopt = 0 }: VersionPlan) => {
    const version = scenario.foreign.filter((each) => each.ImageName === ImageName)[Adopt - 1];
    return version?.Aliases.every((alias) => !alias.startsWith('cfn-'));
  };
  const isFirst = steps.length === 1 && history.byHand.length === 0;
  const numbers = new Set(adopting.map(({ ImageName, Adopt }) => `${ImageName}/${Adopt}`));
  return adopting.length > 0 && !(isFirst && numbers.size === adopting.length && adopting.every(isAdoptable));
}

/** Another ImageName, BaseImage or Revision gives a new version; any other change keeps the version. */
export const replacedExactlyWhenAsked: Invariant = (run, { call, before, ended }) => {
  if (call !== 'UpdateStack' || ended.stack?.StackStatus !== 'UPDATE_COMPLETE') return [];
  const { resources } = ended.stack;
  return imageVersionsOf(before.stack).flatMap((old) => {
    const { PhysicalResourceId: arn } = old;
    const now = resources[old.LogicalResourceId];
    if (now === undefined || versionNamed(arn, before.images) === undefined) return [];
    // The image may have been created again, also since an earlier operation, and then the new version may have the old number.
    const made = run.history.made.findLast(({ at, ImageVersionArn }) => ImageVersionArn === arn && at <= before.at);
    const isRemoved = run.history.byHand.some(({ at, removed }) => removed.includes(arn) && at >= (made?.at ?? 0));
    // A Create that failed without rollback, and perhaps its Delete too, is none to replace.
    if (isRemoved || isRemovedByHand(run, old) || /^(CREATE|DELETE)_FAILED$/.test(old.ResourceStatus)) return [];
    const createOnly = ['ImageName', 'BaseImage', 'Revision'];
    const isAsked = createOnly.some((name) => now.Properties[name] !== old.Properties[name]);
    const isReplaced = now.PhysicalResourceId !== arn;
    return isAsked === isReplaced ? [] : [`${arn} became ${now.PhysicalResourceId}`];
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
      .filter((alias) => !declaredAliases(plan).includes(alias) && !former.includes(alias))
      .map((alias) => `${LogicalResourceId} has ${alias}, which no template declares any more`);
  });
};

/** The provider asks CloudFormation for no longer than a minute, and so about this often. */
const mostSilentCalls = 7;

/** Whether a retry is enough to get over the fault. */
function isHarmless(fault: Fault): boolean {
  if (fault.on === 'CloudFormation') return fault.count <= mostSilentCalls;
  if (fault.on === 'person' || fault.on === 'rate') return true;
  return (fault.on === 'call' && !isDenial(fault)) || (fault.on === 'attempt' && fault.does === 'duplicate');
}
