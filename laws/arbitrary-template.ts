/** Arbitrary templates, and arbitrary changes of a template: each change is data until it is applied. */
import fc, { type Arbitrary } from 'fast-check';
import type { Json } from '../sandbox/json.ts';
import {
  contestedAlias,
  declaredAliases,
  foreignTag,
  type SiblingPlan,
  sharedImages,
  type TemplatePlan,
  type VersionPlan,
} from './scenario.ts';

/** A change of a template; applied to any template it gives another one. */
export type Change = (plan: TemplatePlan) => TemplatePlan;

/** `arbitrary` with this probability, in percent; else undefined. Shrinks to undefined. */
export function maybe<T>(percent: number, arbitrary: Arbitrary<T>): Arbitrary<T | undefined> {
  const absent = { weight: 100 - percent, arbitrary: fc.constant(undefined) };
  return fc.oneof({ withCrossShrink: true }, absent, { weight: percent, arbitrary });
}

/** Each of the items with the same probability, in percent, in their order. */
export function someOf<T>(percent: number, items: readonly T[]): Arbitrary<readonly T[]> {
  return fc
    .tuple(...items.map((item) => maybe(percent, fc.constant(item))))
    .map((drawn) => drawn.filter((item) => item !== undefined));
}

/** Each of the names with the same probability, in percent, with one of its values. */
export function someValues<T>(percent: number, values: Readonly<Record<string, readonly T[]>>) {
  const entries = Object.entries(values).map(([name, choices]) => {
    const entry = fc.constantFrom(...choices).map((value) => [name, value] as const);
    return maybe(percent, entry);
  });
  return fc.tuple(...entries).map((drawn) => Object.fromEntries(drawn.filter((entry) => entry !== undefined)));
}

/** One of the numbers, or up to `most` more. */
export function around(numbers: Arbitrary<number>, most: number): Arbitrary<number> {
  return fc.tuple(numbers, fc.nat(most)).map(([about, more]) => about + more);
}

export const ownImages = ['own-studio', 'Own-Lab', 'own.third'] as const;
const ownAliases = ['latest', 'stable', 'next', '1.4', 'x_y'] as const;
const alias = fc.constantFrom(...ownAliases);
/** Of the stack, or of somebody else. */
export const anyAlias = fc.oneof(
  { weight: 5, arbitrary: alias },
  { weight: 1, arbitrary: fc.constant(contestedAlias) },
);
const aliases = (percent: number) => someOf<string>(percent, ownAliases);
const tag = fc.constantFrom('1.1', '1.2', '1.3', '2.0');
/** Stands for one of a list whose length is not known yet. */
const position = fc.nat(59);

const metadata: Arbitrary<VersionPlan['metadata']> = someValues<Json>(25, {
  Horovod: [true, false, 'true'],
  JobType: ['TRAINING', 'NOTEBOOK_KERNEL'],
  MLFramework: ['PyTorch 2.9', 'TensorFlow 2.17.1'],
  Processor: ['CPU', 'GPU'],
  ProgrammingLang: ['Python 3.12'],
  ReleaseNotes: ['First', 'Second'],
  VendorGuidance: ['STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED', 'NOT_PROVIDED'],
});

/** Of a version that exists before the stack, if the scenario has so many. */
const adoption = fc.record({
  Adopt: fc.integer({ min: 1, max: 3 }),
  ImageName: fc.constantFrom(...sharedImages),
  tag: fc.constant(foreignTag),
});

const isDependency = fc.nat(9).map((drawn) => drawn < 4);

const addition: Arbitrary<Change> = fc
  .record({
    number: fc.integer({ min: 6, max: 99 }),
    image: position,
    tag,
    Aliases: aliases(30),
    Alias: maybe(20, alias),
    metadata,
    DependsOn: fc.array(isDependency, { minLength: 5, maxLength: 5 }),
    DeletionPolicy: maybe(15, fc.constantFrom('Retain' as const, 'RetainExceptOnCreate' as const)),
    UpdateReplacePolicy: maybe(15, fc.constant('Retain' as const)),
    ServiceTimeout: maybe(10, fc.constantFrom(120, 600, 1800)),
    isIndependent: maybe(8, fc.constant(true)),
    adoption: maybe(12, adoption),
  })
  .map(({ number, image, DependsOn, adoption, ...properties }) => (plan) => {
    const version = {
      ...properties,
      id: newId(plan, number),
      ImageName: imageNameAt(plan, image),
      ...adoption,
      DependsOn: idsOf(plan.versions).filter((_id, index) => DependsOn[index]),
    };
    return { ...plan, versions: [...plan.versions, version] };
  });

/** A sibling can fail to roll back only if it was created, and thus succeeded before. */
function sibling(fails: boolean): Arbitrary<SiblingPlan> {
  return fc.record({
    id: fc.constant('Sibling'),
    afterMs: around(fc.constantFrom(0, 500, 3_000, 10_000, 30_000, 120_000), 3_000),
    fails: fc.constant(fails),
    failsToRollBack: fc.nat(4).map((drawn) => fails && drawn === 4),
    generation: fc.integer({ min: 1, max: 1_000_000 }),
  });
}

/** The template that a scenario begins with: up to five versions, the first of which are called V1, V2 and so on. */
export const arbitraryTemplate: Arbitrary<TemplatePlan> = fc
  .record({
    images: fc.nat(2),
    succeeding: maybe(30, sibling(false)),
    additions: fc.constantFrom(1, 2, 3, 5).chain((maxLength) => fc.array(addition, { minLength: 1, maxLength })),
  })
  .map(({ images, succeeding, additions }) => {
    const declared = ownImages
      .slice(0, images)
      .map((ImageName, index) => ({ id: `Image${index + 1}`, ImageName, ImageDescription: 'First' }));
    const none: TemplatePlan = { images: declared, versions: [], siblings: succeeding ? [succeeding] : [] };
    const plan = additions.reduce((less, add) => add(less), none);
    return sensible(renamed(plan, (id) => `V${idsOf(plan.versions).indexOf(id) + 1}`));
  });

/** Changes these properties of one version of the template, where it has one. */
function versionChange<T>(
  arbitrary: Arbitrary<T>,
  change: (drawn: T, version: VersionPlan, plan: TemplatePlan) => Partial<VersionPlan>,
): Arbitrary<Change> {
  return fc.tuple(position, arbitrary).map(([at, drawn]) => (plan) => {
    const version = cyclic(plan.versions, at);
    return version === undefined ? plan : changed(plan, version, change(drawn, version, plan));
  });
}

function changed(plan: TemplatePlan, version: VersionPlan, properties: Partial<VersionPlan>): TemplatePlan {
  return { ...plan, versions: plan.versions.map((each) => (each === version ? { ...each, ...properties } : each)) };
}

const replaceTag = versionChange(tag, (drawn) => ({ tag: drawn }));
const replaceRevision = versionChange(fc.integer({ min: 1, max: 9 }), (drawn) => ({ Revision: String(drawn) }));
const replaceImage = versionChange(position, (at, _version, plan) => ({ ImageName: imageNameAt(plan, at) }));
const updateMetadata = versionChange(metadata, (drawn) => ({ metadata: drawn }));
const addAlias = versionChange(alias, (added, { Aliases }) => ({ Aliases: [...Aliases, added] }));
const dropAliases = versionChange(aliases(50), (kept, { Aliases }) => ({
  Alias: undefined,
  Aliases: Aliases.filter((each) => kept.includes(each)),
}));
const setTimeout = versionChange(fc.constantFrom(600, 1800, 3600), (ServiceTimeout) => ({ ServiceTimeout }));
const policies = fc.record({
  DeletionPolicy: maybe(40, fc.constant('Retain' as const)),
  UpdateReplacePolicy: maybe(40, fc.constant('Retain' as const)),
});
const setPolicies = versionChange(policies, (drawn) => drawn);
const setDependencies = versionChange(fc.nat(31), (bits, version, { versions }) => ({
  DependsOn: idsOf(versions.slice(0, versions.indexOf(version))).filter((_id, index) => (bits >> index) & 1),
}));

/** Each of two versions, of the same image if possible, gets the aliases of the other one, which may have none. */
const exchangeAliases: Arbitrary<Change> = fc.tuple(position, position).map(([at, otherAt]) => (plan) => {
  const one = cyclic(plan.versions, at);
  const others = plan.versions.filter((each) => each !== one);
  const other = others.find(({ ImageName }) => ImageName === one?.ImageName) ?? cyclic(others, otherAt);
  if (one === undefined || other === undefined) return plan;
  const aliasesOf = ({ Alias, Aliases }: VersionPlan) => ({ Alias, Aliases });
  return changed(changed(plan, one, aliasesOf(other)), other, aliasesOf(one));
});

const rename: Arbitrary<Change> = fc.tuple(position, fc.integer({ min: 6, max: 99 })).map(([at, number]) => (plan) => {
  const former = cyclic(plan.versions, at)?.id;
  const id = newId(plan, number);
  return renamed(plan, (each) => (each === former ? id : each));
});

const remove: Arbitrary<Change> = position.map((at) => (plan) => {
  const removed = cyclic(plan.versions, at);
  return plan.versions.length < 2 ? plan : { ...plan, versions: plan.versions.filter((each) => each !== removed) };
});

/** An image leaves the template with its versions. */
const removeImage: Arbitrary<Change> = position.map((at) => (plan) => {
  const removed = cyclic(plan.images, at);
  const versions = plan.versions.filter(({ ImageName }) => ImageName !== removed?.ImageName);
  return versions.length === 0 ? plan : { ...plan, images: plan.images.filter((each) => each !== removed), versions };
});

const describeImages: Arbitrary<Change> = fc.integer({ min: 1, max: 9 }).map((number) => (plan) => ({
  ...plan,
  images: plan.images.map((image) => ({ ...image, ImageDescription: `Text ${number}` })),
}));

/** A change after which the template can still be deployed. */
export const arbitraryChange: Arbitrary<Change> = fc
  .oneof(
    { weight: 2, arbitrary: replaceTag },
    replaceRevision,
    replaceImage,
    updateMetadata,
    addAlias,
    dropAliases,
    { weight: 2, arbitrary: exchangeAliases },
    rename,
    remove,
    removeImage,
    addition,
    setTimeout,
    setPolicies,
    setDependencies,
    describeImages,
  )
  .map((change) => (plan) => sensible(change(plan)));

const failSibling: Arbitrary<Change> = sibling(true).map((added) => (plan) => ({ ...plan, siblings: [added] }));
const failBase = versionChange(fc.integer({ min: 1, max: 3 }), (number) => ({ tag: `does-not-exist-${number}` }));
const contest = versionChange(fc.constant(contestedAlias), (added, { Aliases }) => ({ Aliases: [...Aliases, added] }));
const mistakes: readonly Readonly<Record<string, Json>>[] = [
  { Procesor: 'CPU' },
  { Aliases: ['cfn-mine'] },
  { MLFramework: '' },
  { Version: 3 },
];
const misspell = versionChange(fc.constantFrom(...mistakes), (nonsense) => ({ nonsense }));

/** A change with which the deployment must fail. */
export const arbitraryBreak: Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: failSibling },
  { weight: 2, arbitrary: failBase },
  contest,
  misspell,
);

/** The plan with every alias on one version of its image only: no provider could do otherwise. */
function sensible(plan: TemplatePlan): TemplatePlan {
  const seen = new Set<string>();
  const isNew = (ImageName: string, each: string) => {
    const key = `${ImageName} ${each}`;
    return !seen.has(key) && seen.add(key);
  };
  const versions = plan.versions.map((version) => {
    const kept = declaredAliases(version).filter((each) => each === contestedAlias || isNew(version.ImageName, each));
    const Alias = kept.find((each) => each === version.Alias);
    const DependsOn = version.DependsOn.filter((id) => idsOf(plan.versions).includes(id));
    return { ...version, Alias, Aliases: kept.filter((each) => each !== Alias), DependsOn };
  });
  return { ...plan, versions };
}

function imageNameAt({ images }: TemplatePlan, at: number): string {
  return cyclic([...images.map(({ ImageName }) => ImageName), ...sharedImages], at) ?? sharedImages[0];
}

function renamed(plan: TemplatePlan, change: (id: string) => string): TemplatePlan {
  const versions = plan.versions.map((version) => ({
    ...version,
    id: change(version.id),
    DependsOn: version.DependsOn.map(change),
  }));
  return { ...plan, versions };
}

function newId({ versions }: TemplatePlan, number: number): string {
  let id = `V${number}`;
  while (idsOf(versions).includes(id)) id = `${id}x`;
  return id;
}

function idsOf(versions: readonly VersionPlan[]): readonly string[] {
  return versions.map(({ id }) => id);
}

function cyclic<T>(list: readonly T[], at: number): T | undefined {
  return list[at % list.length];
}
