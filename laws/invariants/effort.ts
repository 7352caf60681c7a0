/** Laws about what the provider makes of a template: all that can be done is done, and no more. */
import { isGone, type ResourceRecord } from '../../sandbox/cloudformation/stack.ts';
import { type Fault, isDenial, versionOperations } from '../../sandbox/faults/fault.ts';
import { type Step, versionsIn } from '../run.ts';
import { contestedAlias, plannedAliases, type Scenario, type TemplatePlan } from '../scenario.ts';
import { wasCancelled } from './answers.ts';
import type { Invariant } from './invariant.ts';

/**
 * What a provider can do for a good template, it does: contention, throttling and duplicates are no excuse. And what is
 * taken back, because the template is bad or somebody has cancelled, is taken back to its end.
 */
export const nothingFailsNeedlessly: Invariant = ({ scenario, steps, history }, step) => {
  const { operation, call, before, ended, added } = step;
  const isOrdinary = call === 'CreateStack' || call === 'UpdateStack' || call.startsWith('DeleteStack');
  if (!isOrdinary || added.events.length === 0 || !before.isQuiet || steps.some(isTroubled)) return [];
  if (scenario.providerTimeoutSeconds !== undefined || !operation.faults.every(isHarmless)) return [];
  if (takesTooLong(scenario, step) || operation.template.siblings.some(({ failsToRollBack }) => failsToRollBack))
    return [];
  // To a stack made anew, what the old one has retained is somebody else's, and so are its aliases.
  const { StackId } = ended.stack ?? {};
  if (history.events.some((event) => event.ResourceStatus === 'DELETE_SKIPPED' && event.StackId !== StackId)) return [];
  const resources = Object.values(ended.stack?.resources ?? {});
  if (resources.some(({ ResourceType, ResourceStatus }) => isImage(ResourceType) && /_FAILED$/.test(ResourceStatus))) {
    return [];
  }
  const status = ended.stack?.StackStatus;
  const isTakenBack = operation.cancelAfterMs !== undefined || !isGood(operation.template);
  const expected = isTakenBack ? /_COMPLETE$/ : /^(CREATE|UPDATE|DELETE)_COMPLETE$/;
  return status === undefined || expected.test(status) ? [] : [`${call} ends in ${status}`];
};

/**
 * A provider that was never allowed anything has made nothing, so it has no part in a stack that cannot be rolled back:
 * mostly an ImageName that the role's policy does not have. What else goes wrong with a call makes no difference. Exempted
 * is a Create that was cancelled: CloudFormation has given its resource an id that says nothing of what became of it.
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
  return Object.values(ended.stack?.resources ?? {})
    .filter((resource) => isImageVersion(resource) && resource.ResourceStatus === 'DELETE_FAILED')
    .filter((resource) => !wasCancelled(resource, added.events))
    .map(
      ({ LogicalResourceId, PhysicalResourceId }) => `${LogicalResourceId} (${PhysicalResourceId}) is DELETE_FAILED`,
    );
};

function isImageVersion({ ResourceType }: ResourceRecord): boolean {
  return ResourceType === 'Custom::SageMakerImageVersion';
}

/** CloudFormation's own type: an image that is busy can fail a rollback. */
function isImage(ResourceType: string): boolean {
  return ResourceType === 'AWS::SageMaker::Image';
}

/** Where an image is busy while a version of it is created, versions are made one after the other. */
function takesTooLong({ switches, versionCreation: [, longestMs] }: Scenario, { operation }: Step): boolean {
  const budgetMs = 40 * 60_000;
  return switches.imageWhileVersionIsCreated === 'busy' && operation.template.versions.length * longestMs > budgetMs;
}

/** Earlier failures may have left what is in the way now, and a ServiceTimeout goes on until it is changed. */
function isTroubled({ skipped, operation: { faults, template } }: Step): boolean {
  if (template.versions.some(({ ServiceTimeout }) => ServiceTimeout !== undefined)) return true;
  return (
    skipped.length > 0 || faults.some((fault) => fault.on === 'deletion' || fault.on === 'provider' || isDenial(fault))
  );
}

function isGood({ versions, siblings }: TemplatePlan): boolean {
  return (
    siblings.every(({ fails }) => !fails) &&
    versions.every(
      (version) =>
        !version.tag.startsWith('does-not-exist') &&
        version.nonsense === undefined &&
        version.ServiceTimeout === undefined &&
        !plannedAliases(version).includes(contestedAlias),
    )
  );
}

/** A new version for another image, base or revision; the same one for everything else. */
export const replacedExactlyWhenAsked: Invariant = (_run, { call, before, ended }) => {
  if (call !== 'UpdateStack' || ended.stack?.StackStatus !== 'UPDATE_COMPLETE') return [];
  const { resources } = ended.stack;
  return Object.values(before.stack?.resources ?? {})
    .filter((old) => isImageVersion(old) && !isGone(old))
    .flatMap((old) => {
      const now = resources[old.LogicalResourceId];
      const wasThere = versionsIn(before.images).some(
        ({ ImageVersionArn }) => ImageVersionArn === old.PhysicalResourceId,
      );
      if (now === undefined || !wasThere) return [];
      const isAsked = ['ImageName', 'BaseImage', 'Revision'].some(
        (name) => now.Properties[name] !== old.Properties[name],
      );
      const isReplaced = now.PhysicalResourceId !== old.PhysicalResourceId;
      return isAsked === isReplaced ? [] : [`${old.PhysicalResourceId} became ${now.PhysicalResourceId}`];
    });
};

/** A version bears what its template declares, and nothing that it declared before. */
export const aliasesAreThoseDeclared: Invariant = ({ steps }, { ended, before, operation }) => {
  const { stack } = ended;
  if (!before.isQuiet || steps.some(isTroubled)) return [];
  if (stack?.StackStatus !== 'CREATE_COMPLETE' && stack?.StackStatus !== 'UPDATE_COMPLETE') return [];
  return Object.values(stack.resources)
    .filter((resource) => isImageVersion(resource) && !isGone(resource))
    .flatMap((resource: ResourceRecord) => {
      const plan = operation.template.versions.find(({ id }) => id === resource.LogicalResourceId);
      const version = versionsIn(ended.images).find((each) => each.ImageVersionArn === resource.PhysicalResourceId);
      if (plan === undefined || version === undefined) return [];
      const borne = version.Aliases.filter((alias) => !alias.startsWith('cfn-'));
      const surplus = borne.filter((alias) => !plannedAliases(plan).includes(alias));
      return surplus.map(
        (alias) => `${resource.LogicalResourceId} bears ${alias}, which no template declares any more`,
      );
    });
};

/** Whether all it takes is to try again. CloudFormation is not asked for longer than a minute. */
function isHarmless(fault: Fault): boolean {
  if (fault.on === 'CloudFormation') return fault.count <= 7;
  return (fault.on === 'call' && !isDenial(fault)) || (fault.on === 'attempt' && fault.does === 'duplicate');
}
