/**
 * The invariants by name. Each is a function of a run whose last step has just ended. They share no code with the
 * provider, not even its way to read a property.
 */
import type { Invariant, Run, Violation } from '../run.ts';
import {
  anAnswerStays,
  everyRequestIsAnswered,
  givenUpWithCause,
  noSecretIsWritten,
  successWaits,
  unconfirmedWithCause,
} from './answers.ts';
import {
  aliasesAreThoseDeclared,
  neverAllowedIsRolledBack,
  nothingFailsNeedlessly,
  replacedExactlyWhenAsked,
} from './effort.ts';
import { failedResourcesAreRestored, numbersAscend, rollbackRestores, successIsTrue } from './outcome.ts';
import { foreignVersionsAreUntouched, nothingLeaks, repeatsChangeNothing, retainedVersionsStay } from './ownership.ts';

const invariants: Readonly<Record<string, Invariant>> = {
  'every request is answered': everyRequestIsAnswered,
  'nothing leaks': nothingLeaks,
  'nothing else is touched': foreignVersionsAreUntouched,
  'a repeat changes nothing': repeatsChangeNothing,
  'rollback restores': rollbackRestores,
  'what fails without rollback is restored': failedResourcesAreRestored,
  'success is true': successIsTrue,
  'order is kept': numbersAscend,
  'an answer stays': anAnswerStays,
  'success waits': successWaits,
  'requests are given up with cause': givenUpWithCause,
  'what is unconfirmed has a cause': unconfirmedWithCause,
  'nothing fails needlessly': nothingFailsNeedlessly,
  'what was never allowed anything is rolled back': neverAllowedIsRolledBack,
  'replaced exactly when asked': replacedExactlyWhenAsked,
  'aliases are those declared': aliasesAreThoseDeclared,
  'retained versions stay': retainedVersionsStay,
  'no secret is written': noSecretIsWritten,
};

/** The violations in the last step of the run. */
export function checkInvariants(run: Run): readonly Violation[] {
  const step = run.steps.at(-1);
  if (step === undefined) return [];
  return Object.entries(invariants).flatMap(([invariant, check]) =>
    check(run, step).map((found) => ({ invariant, found })),
  );
}
