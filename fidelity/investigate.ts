/** Runs all probes, even if some fail, and deletes what they made. */
import { inspect } from 'node:util';
import type { Clock } from '../src/clock.ts';
import { type Laboratory, type LaboratoryOptions, openLaboratory } from './laboratory.ts';
import type { Probe } from './probes.ts';

export interface Fact {
  readonly Probe: string;
  readonly Question: string;
  /** The answer of the service; undefined if there is none. */
  readonly Answer?: string;
  readonly Problem?: string;
}

export interface Investigation {
  readonly facts: readonly Fact[];
  /** Images that could not be deleted. */
  readonly left: readonly string[];
}

/** Calls `onFact` with each fact as soon as it is known. Never rejects; an interruption ends it early. */
export async function investigate(
  probes: readonly Probe[],
  options: LaboratoryOptions,
  { clock, onFact = () => {} }: { readonly clock: Clock; readonly onFact?: (fact: Fact) => void },
): Promise<Investigation> {
  const laboratory = openLaboratory(options, { clock });
  const facts: Fact[] = [];
  for (const probe of probes) {
    if (options.signal.aborted) break;
    const fact = await factOf(probe, laboratory);
    facts.push(fact);
    onFact(fact);
  }
  return { facts, left: await laboratory.cleanUp() };
}

async function factOf({ name: Probe, question: Question, ask }: Probe, laboratory: Laboratory): Promise<Fact> {
  try {
    return { Probe, Question, Answer: await ask(laboratory) };
  } catch (error) {
    return { Probe, Question, Problem: error instanceof Error ? `${error.name}: ${error.message}` : inspect(error) };
  }
}
