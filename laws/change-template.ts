/** Changes a template as its author might: each change is one of a list, drawn by chance. */
import type { Chance } from './chance.ts';
import { drawAlias, drawImageName, drawMetadata, drawTag, sensible, withVersion } from './draw-template.ts';
import { contestedAlias, type TemplatePlan, type VersionPlan } from './scenario.ts';

type Change = (plan: TemplatePlan, chance: Chance) => TemplatePlan;

/** The plan with one change for the better or the worse of nobody: every such template can be deployed. */
export function changeTemplate(plan: TemplatePlan, chance: Chance): TemplatePlan {
  return sensible(chance.pick(changes)(plan, chance));
}

/** The plan with one thing in it that must fail. */
export function breakTemplate(plan: TemplatePlan, chance: Chance): TemplatePlan {
  return chance.pick(breakings)(plan, chance);
}

const changeVersion =
  (change: (version: VersionPlan, chance: Chance, plan: TemplatePlan) => VersionPlan): Change =>
  (plan, chance) => {
    if (plan.versions.length === 0) return withVersion(plan, freshId(plan, chance), chance);
    const { id } = chance.pick(plan.versions);
    const versions = plan.versions.map((version) => (version.id === id ? change(version, chance, plan) : version));
    return { ...plan, versions };
  };

const replaceTag = changeVersion((version, chance) => ({ ...version, tag: drawTag(chance) }));
const replaceRevision = changeVersion((version, chance) => ({ ...version, Revision: String(chance.number(1, 9)) }));
const replaceImage = changeVersion((version, chance, plan) => ({ ...version, ImageName: drawImageName(plan, chance) }));
const updateMetadata = changeVersion((version, chance) => ({ ...version, metadata: drawMetadata(chance) }));
const addAlias = changeVersion((version, chance) => ({ ...version, Aliases: [...version.Aliases, drawAlias(chance)] }));
const dropAliases = changeVersion(({ Alias: _, ...version }, chance) => ({
  ...version,
  Aliases: chance.some(version.Aliases, 0.5),
}));
const setTimeout = changeVersion((version, chance) => ({ ...version, ServiceTimeout: chance.pick([600, 1800, 3600]) }));
const setPolicies = changeVersion(({ DeletionPolicy: _, UpdateReplacePolicy: __, ...version }, chance) => ({
  ...version,
  ...(chance.sometimes(0.4) && { DeletionPolicy: 'Retain' as const }),
  ...(chance.sometimes(0.4) && { UpdateReplacePolicy: 'Retain' as const }),
}));
const setDependencies = changeVersion((version, chance, { versions }) => ({
  ...version,
  DependsOn: chance.some(
    versions.slice(0, versions.indexOf(version)).map(({ id }) => id),
    0.5,
  ),
}));

/** Each of two versions of an image gets what the other one had; one of them may have had nothing. */
const exchangeAliases: Change = (plan, chance) => {
  if (plan.versions.length < 2) return replaceTag(plan, chance);
  const one = chance.pick(plan.versions);
  const others = plan.versions.filter((each) => each !== one);
  const other = others.find(({ ImageName }) => ImageName === one.ImageName) ?? chance.pick(others);
  const withAliasesOf = ({ Alias: _, ...version }: VersionPlan, { Alias, Aliases }: VersionPlan) => ({
    ...version,
    ...(Alias !== undefined && { Alias }),
    Aliases,
  });
  const versions = plan.versions.map((version) => {
    if (version === one) return withAliasesOf(one, other);
    return version === other ? withAliasesOf(other, one) : version;
  });
  return { ...plan, versions };
};

const rename: Change = (plan, chance) => {
  if (plan.versions.length === 0) return plan;
  const { id } = chance.pick(plan.versions);
  const renamed = freshId(plan, chance);
  const now = (each: string) => (each === id ? renamed : each);
  const versions = plan.versions.map((version) => ({
    ...version,
    id: now(version.id),
    DependsOn: version.DependsOn.map(now),
  }));
  return { ...plan, versions };
};

const remove: Change = (plan, chance) => {
  if (plan.versions.length < 2) return plan;
  const removed = chance.pick(plan.versions);
  return { ...plan, versions: plan.versions.filter((version) => version !== removed) };
};

const add: Change = (plan, chance) => withVersion(plan, freshId(plan, chance), chance);

const describeImages: Change = (plan, chance) => ({
  ...plan,
  images: plan.images.map((image) => ({ ...image, ImageDescription: `Text ${chance.number(1, 9)}` })),
});

const changes: readonly Change[] = [
  replaceTag,
  replaceTag,
  replaceRevision,
  replaceImage,
  updateMetadata,
  addAlias,
  dropAliases,
  exchangeAliases,
  exchangeAliases,
  rename,
  remove,
  add,
  setTimeout,
  setPolicies,
  setDependencies,
  describeImages,
];

const failSibling: Change = (plan, chance) => {
  const sibling = {
    id: 'Sibling',
    afterMs: chance.pick([0, 500, 3_000, 10_000, 30_000, 120_000]) + chance.number(0, 3000),
    fails: true,
    failsToRollBack: chance.sometimes(0.2),
    generation: chance.number(1, 1_000_000),
  };
  return { ...plan, siblings: [...plan.siblings.filter(({ id }) => id !== sibling.id), sibling] };
};
const failBase = changeVersion((version, chance) => ({ ...version, tag: `does-not-exist-${chance.number(1, 3)}` }));
const contest = changeVersion((version) => ({ ...version, Aliases: [...version.Aliases, contestedAlias] }));
const misspell = changeVersion((version, chance) => ({
  ...version,
  nonsense: chance.pick([{ Procesor: 'CPU' }, { Aliases: ['cfn-mine'] }, { MLFramework: '' }, { Version: 3 }]),
}));

const breakings: readonly Change[] = [failSibling, failSibling, failSibling, failBase, failBase, contest, misspell];

function freshId({ versions }: TemplatePlan, chance: Chance): string {
  const id = `V${chance.number(6, 99)}`;
  return versions.some((version) => version.id === id) ? `${id}x` : id;
}
