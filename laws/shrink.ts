/** Makes a scenario that breaks a invariant as small as it gets while it still breaks the same invariant. */
import type { Operation, Scenario, TemplatePlan } from './scenario.ts';

/**
 * @param breaks whether a scenario still breaks the invariant
 * @returns a scenario of which no part can be left out; `scenario` itself where none could
 */
export async function shrink(scenario: Scenario, breaks: (scenario: Scenario) => Promise<boolean>): Promise<Scenario> {
  let smallest = scenario;
  for (let hasShrunk = true; hasShrunk; ) {
    hasShrunk = false;
    for (const smaller of smallerScenarios(smallest)) {
      if (!(await breaks(smaller))) continue;
      smallest = smaller;
      hasShrunk = true;
      break;
    }
  }
  return smallest;
}

/** Every scenario with one part less, the largest parts first. */
function* smallerScenarios(scenario: Scenario): Generator<Scenario> {
  const { operations, foreign } = scenario;
  for (const operation of operations) yield { ...scenario, operations: without(operations, operation) };
  for (const id of idsIn(operations))
    yield { ...scenario, operations: operations.map(onTemplate((plan) => withoutId(plan, id))) };
  for (const [index, operation] of operations.entries()) {
    for (const smaller of smallerOperations(operation))
      yield { ...scenario, operations: operations.with(index, smaller) };
  }
  for (const one of foreign) yield { ...scenario, foreign: without(foreign, one) };
  for (const name of keysOf(scenario.switches)) yield { ...scenario, switches: withoutKey(scenario.switches, name) };
  for (const name of keysOf(scenario.cloudFormation)) {
    yield { ...scenario, cloudFormation: withoutKey(scenario.cloudFormation, name) };
  }
  if (scenario.providerTimeoutSeconds !== undefined) yield withoutKey(scenario, 'providerTimeoutSeconds');
  if (scenario.largestPageSize !== 100) yield { ...scenario, largestPageSize: 100 };
  for (const [index, operation] of operations.entries()) {
    for (const plan of plainerPlans(operation.template)) {
      yield { ...scenario, operations: operations.with(index, { ...operation, template: plan }) };
    }
  }
}

function* smallerOperations(operation: Operation): Generator<Operation> {
  for (const fault of operation.faults) yield { ...operation, faults: without(operation.faults, fault) };
  if (operation.cancelAfterMs !== undefined) yield withoutKey(operation, 'cancelAfterMs');
  if (operation.isRepeated) yield { ...operation, isRepeated: false };
  if (!operation.isAwaited) yield { ...operation, isAwaited: true };
  if (operation.pauseMs > 0) yield { ...operation, pauseMs: 0 };
}

/** What a version need not say. */
function* plainerPlans(plan: TemplatePlan): Generator<TemplatePlan> {
  for (const [index, version] of plan.versions.entries()) {
    const plainer = [
      ...(Object.keys(version.metadata).length > 0 ? [{ ...version, metadata: {} }] : []),
      ...version.Aliases.map((alias) => ({ ...version, Aliases: without(version.Aliases, alias) })),
      ...version.DependsOn.map((id) => ({ ...version, DependsOn: without(version.DependsOn, id) })),
      ...(['Alias', 'Revision', 'ServiceTimeout', 'DeletionPolicy', 'UpdateReplacePolicy'] as const)
        .filter((name) => version[name] !== undefined)
        .map((name) => withoutKey(version, name)),
    ];
    for (const each of plainer) yield { ...plan, versions: plan.versions.with(index, each) };
  }
}

function idsIn(operations: readonly Operation[]): readonly string[] {
  const ids = operations.flatMap(({ template: { images, versions, siblings } }) =>
    [...siblings, ...versions, ...images].map(({ id }) => id),
  );
  return [...new Set(ids)];
}

const onTemplate =
  (change: (plan: TemplatePlan) => TemplatePlan) =>
  (operation: Operation): Operation => ({ ...operation, template: change(operation.template) });

/** Without the resource, and without the versions of an image that goes. */
function withoutId({ images, versions, siblings }: TemplatePlan, gone: string): TemplatePlan {
  const image = images.find(({ id }) => id === gone);
  return {
    images: images.filter((each) => each !== image),
    siblings: siblings.filter(({ id }) => id !== gone),
    versions: versions
      .filter(({ id, ImageName }) => id !== gone && ImageName !== image?.ImageName)
      .map((version) => ({ ...version, DependsOn: without(version.DependsOn, gone) })),
  };
}

function without<T>(list: readonly T[], item: T): readonly T[] {
  return list.filter((each) => each !== item);
}

function withoutKey<T extends object, Key extends keyof T>(whole: T, key: Key): Omit<T, Key> {
  const { [key]: _, ...rest } = whole;
  return rest;
}

function keysOf<T extends object>(whole: T): readonly (keyof T)[] {
  const isKey = (key: string): key is string & keyof T => key in whole;
  return Object.keys(whole).filter(isKey);
}
