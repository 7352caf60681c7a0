/** Draws a scenario from a seed: the same seed, the same scenario. */
import { seededRandom } from '../sandbox/random.ts';
import { LIKELIER_SWITCHES, type Switches } from '../sandbox/sagemaker/switches.ts';
import { type Chance, chanceFrom } from './chance.ts';
import { breakTemplate, changeTemplate } from './change-template.ts';
import { drawFaults } from './draw-faults.ts';
import { drawTemplate } from './draw-template.ts';
import { withoutExempted } from './exemptions.ts';
import { contestedAlias, type Operation, type Scenario, sharedImages, type TemplatePlan } from './scenario.ts';

export function drawScenario(seed: number): Scenario {
  const chance = chanceFrom(seededRandom(seed));
  const isPlain = chance.sometimes(0.3);
  return withoutExempted({
    seed,
    switches: isPlain ? {} : drawSwitches(chance),
    cloudFormation: isPlain ? {} : drawCloudFormation(chance),
    versionCreation: chance.pick([
      [5_000, 20_000],
      [500, 2_000],
      [20_000, 120_000],
      [300_000, 1_500_000],
    ] as const),
    largestPageSize: chance.pick([100, 100, 2]),
    ...(chance.sometimes(0.15) && { providerTimeoutSeconds: chance.pick([10, 30, 120]) }),
    foreign: drawForeign(chance),
    operations: drawOperations(chance),
  });
}

const otherSides: { readonly [Name in keyof Switches]: readonly Switches[Name][] } = {
  aliasOfAnotherVersion: ['moves'],
  aliasAddedTwice: ['ResourceInUse'],
  absentAliasDeleted: ['ResourceNotFound'],
  versionByMissingAlias: ['ResourceNotFound'],
  ClientToken: ['forgotten'],
  imageWhileVersionIsCreated: ['busy'],
  numbersOfImageCreatedAgain: ['continue'],
  caseOfArns: ['lowered'],
  imageInTransition: ['ValidationException'],
  updateWhileCreating: ['accepted', 'ValidationException'],
  deleteWhileCreating: ['accepted'],
};

function drawSwitches(chance: Chance): Partial<Switches> {
  const likelier: Record<string, string> = { ...LIKELIER_SWITCHES };
  const drawn = Object.entries(otherSides)
    .filter(() => chance.sometimes(0.3))
    .map(([name, sides]) => [name, chance.pick<string>(sides)] as const);
  return Object.fromEntries(drawn.filter(([name, side]) => likelier[name] !== side));
}

function drawCloudFormation(chance: Chance): Scenario['cloudFormation'] {
  return {
    ...(chance.sometimes(0.4) && { rollbackAfterReplacement: 'update-first' as const }),
    ...(chance.sometimes(0.4) && { cleanupDeleteProperties: 'new' as const }),
    ...(chance.sometimes(0.3) && { pauseBeforeRollbackMs: chance.pick([0, 10_000, 100_000]) }),
    ...(chance.sometimes(0.3) && { inProgressAfterIssueMs: chance.pick([500, 2_000]) }),
    ...(chance.sometimes(0.2) && { partition: chance.pick(['aws-cn', 'aws-us-gov']) }),
  };
}

function drawForeign(chance: Chance): Scenario['foreign'] {
  const theirOwnership = 'cfn-0123456789abcdef-0123456789abcdef-0123456789abcdef-0';
  return sharedImages.flatMap((ImageName) =>
    [[], ['previous-owner'], [contestedAlias, theirOwnership]]
      .filter(() => chance.sometimes(0.6))
      .map((Aliases) => ({ ImageName, Aliases })),
  );
}

function drawOperations(chance: Chance): readonly Operation[] {
  const operations: Operation[] = [];
  let plan = drawTemplate(chance);
  for (let count = chance.number(1, 6); count > 0; count -= 1) {
    const isFirst = operations.length === 0;
    const kind = isFirst || !chance.sometimes(count === 1 ? 0.5 : 0.05) ? 'deploy' : 'delete';
    if (!isFirst) plan = changedOften(plan, chance);
    operations.push({
      kind,
      template: chance.sometimes(0.3) ? breakTemplate(plan, chance) : plan,
      ...(chance.sometimes(0.1) && { cancelAfterMs: chance.number(0, chance.pick([3000, 30_000, 300_000])) }),
      isAwaited: chance.sometimes(0.85),
      pauseMs: chance.pick([0, 1000, 100_000, 2 * 86_400_000]),
      isRepeated: chance.sometimes(0.2),
      faults: drawFaults(chance),
    });
  }
  return operations;
}

function changedOften(plan: TemplatePlan, chance: Chance): TemplatePlan {
  let changed = plan;
  for (let count = chance.number(1, chance.pick([1, 1, 4])); count > 0; count -= 1) {
    changed = changeTemplate(changed, chance);
  }
  return changed;
}
