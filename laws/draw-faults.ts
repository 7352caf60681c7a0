/** Draws the faults of one operation. */
import { versionOperations } from '../sandbox/sagemaker/disturbed-call.ts';
import type { Chance } from './chance.ts';
import { callDisturbances, deliveryDisturbances, type Fault } from './fault.ts';

type Draw = (chance: Chance) => Fault;

const early = (chance: Chance) => chance.number(1, chance.pick([3, 10, 40]));

const draws: readonly Draw[] = [
  (chance) => ({
    on: 'call',
    operation: chance.pick(versionOperations),
    nth: early(chance),
    count: chance.number(1, chance.pick([1, 3, 8])),
    does: chance.pick(callDisturbances),
  }),
  (chance) => ({
    on: 'permissions',
    denied: chance.pick(['everything', 'everything', ...versionOperations] as const),
    nth: chance.pick([1, early(chance)]),
  }),
  (chance) => ({ on: 'creation', nth: chance.number(1, 4), count: 1 }),
  (chance) => ({ on: 'deletion', nth: chance.number(1, 3), count: chance.pick([1, 1, 9]) }),
  (chance) => ({
    on: 'delivery',
    nth: early(chance),
    count: chance.number(1, chance.pick([1, 4, 7])),
    does: chance.pick(deliveryDisturbances),
  }),
  (chance) => ({ on: 'CloudFormation', nth: chance.number(1, 5), count: chance.pick([1, 2, 4, 7, 9]) }),
  (chance) => ({ on: 'attempt', nth: chance.number(1, 12), does: 'throttle', count: chance.number(1, 6) }),
  (chance) => ({ on: 'attempt', nth: chance.number(1, 12), does: 'late', ms: drawDelay(chance) }),
  (chance) => ({ on: 'attempt', nth: chance.number(1, 12), does: 'duplicate', ms: drawDelay(chance) }),
  drawKill,
  drawKill,
  drawKill,
];

export function drawFaults(chance: Chance): readonly Fault[] {
  if (chance.sometimes(0.02)) return [{ on: 'provider', does: 'break' }];
  const count = chance.pick([0, 0, 1, 1, 2, 4]);
  return Array.from({ length: count }, () => chance.pick(draws)(chance));
}

function drawKill(chance: Chance): Fault {
  return {
    on: 'invocation',
    nth: chance.number(1, 12),
    function: chance.sometimes(0.9) ? 'ProviderFunction' : 'FailsafeFunction',
    point: chance.number(1, chance.pick([6, 15, 40])),
    does: chance.pick(['exit', 'exit', 'hang']),
  };
}

/** From the same snapshot to twenty minutes. */
function drawDelay(chance: Chance): number {
  return chance.pick([0, 200, 5_000, 40_000, 90_000, 600_000, 1_200_000]) + chance.number(0, 1000);
}
