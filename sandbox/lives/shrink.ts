/** Makes a life that breaks a law as small as it gets while it still breaks the same law. */
import type { Life, Operation, TemplatePlan } from './life.ts';

/**
 * @param breaks whether a life still breaks the law
 * @returns a life of which no part can be left out; `life` itself where none could
 */
export async function shrink(life: Life, breaks: (life: Life) => Promise<boolean>): Promise<Life> {
  let smallest = life;
  for (let hasShrunk = true; hasShrunk; ) {
    hasShrunk = false;
    for (const smaller of smallerLives(smallest)) {
      if (!(await breaks(smaller))) continue;
      smallest = smaller;
      hasShrunk = true;
      break;
    }
  }
  return smallest;
}

/** Every life with one part less, the largest parts first. */
function* smallerLives(life: Life): Generator<Life> {
  const { operations, foreign } = life;
  for (const operation of operations) yield { ...life, operations: without(operations, operation) };
  for (const id of idsIn(operations))
    yield { ...life, operations: operations.map(onTemplate((plan) => withoutId(plan, id))) };
  for (const [index, operation] of operations.entries()) {
    for (const smaller of smallerOperations(operation)) yield { ...life, operations: operations.with(index, smaller) };
  }
  for (const one of foreign) yield { ...life, foreign: without(foreign, one) };
  for (const name of keysOf(life.switches)) yield { ...life, switches: withoutKey(life.switches, name) };
  for (const name of keysOf(life.cloudFormation)) {
    yield { ...life, cloudFormation: withoutKey(life.cloudFormation, name) };
  }
  if (life.providerTimeoutSeconds !== undefined) yield withoutKey(life, 'providerTimeoutSeconds');
  if (life.largestPageSize !== 100) yield { ...life, largestPageSize: 100 };
  for (const [index, operation] of operations.entries()) {
    for (const plan of plainerPlans(operation.template)) {
      yield { ...life, operations: operations.with(index, { ...operation, template: plan }) };
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
