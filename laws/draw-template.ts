/** Draws the template that a scenario begins with, and resources for later ones. */
import type { Json } from '../sandbox/json.ts';
import type { Chance } from './chance.ts';
import { contestedAlias, declaredAliases, sharedImages, type TemplatePlan, type VersionPlan } from './scenario.ts';

const ownImages = ['own-studio', 'Own-Lab', 'own.third'] as const;
const aliasNames = ['latest', 'stable', 'next', '1.4', 'x_y'] as const;

export function drawTemplate(chance: Chance): TemplatePlan {
  const images = ownImages
    .slice(0, chance.number(0, 2))
    .map((ImageName, index) => ({ id: `Image${index + 1}`, ImageName, ImageDescription: 'First' }));
  let plan: TemplatePlan = { images, versions: [], siblings: [] };
  for (let count = chance.number(1, chance.pick([1, 2, 3, 5])); count > 0; count -= 1) {
    plan = withVersion(plan, `V${plan.versions.length + 1}`, chance);
  }
  return plan;
}

/** The plan with one more version, called `id`. */
export function withVersion(plan: TemplatePlan, id: string, chance: Chance): TemplatePlan {
  const version: VersionPlan = {
    id,
    ImageName: drawImageName(plan, chance),
    tag: drawTag(chance),
    Aliases: chance.some(aliasNames, 0.3),
    ...(chance.sometimes(0.2) && { Alias: chance.pick(aliasNames) }),
    metadata: drawMetadata(chance),
    DependsOn: chance.some(
      plan.versions.map((each) => each.id),
      0.4,
    ),
    ...(chance.sometimes(0.15) && { DeletionPolicy: chance.pick(['Retain', 'RetainExceptOnCreate'] as const) }),
    ...(chance.sometimes(0.15) && { UpdateReplacePolicy: 'Retain' as const }),
    ...(chance.sometimes(0.1) && { ServiceTimeout: chance.pick([120, 600, 1800]) }),
  };
  return sensible({ ...plan, versions: [...plan.versions, version] });
}

export function drawImageName({ images }: TemplatePlan, chance: Chance): string {
  return chance.pick([...images.map(({ ImageName }) => ImageName), ...sharedImages]);
}

export function drawTag(chance: Chance): string {
  return chance.pick(['1.1', '1.2', '1.3', '2.0']);
}

export function drawAlias(chance: Chance): string {
  return chance.pick(aliasNames);
}

export function drawMetadata(chance: Chance): VersionPlan['metadata'] {
  const values: Readonly<Record<string, readonly Json[]>> = {
    Horovod: [true, false, 'true'],
    JobType: ['TRAINING', 'NOTEBOOK_KERNEL'],
    MLFramework: ['PyTorch 2.9', 'TensorFlow 2.17.1'],
    Processor: ['CPU', 'GPU'],
    ProgrammingLang: ['Python 3.12'],
    ReleaseNotes: ['First', 'Second'],
    VendorGuidance: ['STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED', 'NOT_PROVIDED'],
  };
  return Object.fromEntries(
    chance.some(Object.entries(values), 0.25).map(([name, choices]) => [name, chance.pick(choices)]),
  );
}

/** The plan with every alias on one version of its image only: no provider could do otherwise. */
export function sensible(plan: TemplatePlan): TemplatePlan {
  const seen = new Set<string>();
  const isNew = (ImageName: string, alias: string) => {
    const key = `${ImageName} ${alias}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
  const versions = plan.versions.map(({ Alias, ...version }) => {
    const aliases = declaredAliases({ ...version, ...(Alias !== undefined && { Alias }) }).filter(
      (alias) => alias === contestedAlias || isNew(version.ImageName, alias),
    );
    const kept = Alias !== undefined && aliases.includes(Alias);
    return {
      ...version,
      ...(kept && { Alias }),
      Aliases: kept ? aliases.filter((alias) => alias !== Alias) : aliases,
      DependsOn: version.DependsOn.filter((id) => plan.versions.some((each) => each.id === id)),
    };
  });
  return { ...plan, versions };
}
