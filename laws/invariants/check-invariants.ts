/** The invariants by name. They share no code with the provider, not even its way to read a property. */
import type { Invariant, Run } from '../run.ts';
import * as answers from './answers.ts';
import * as effort from './effort.ts';
import * as outcome from './outcome.ts';
import * as ownership from './ownership.ts';

const invariants: Readonly<Record<string, Invariant>> = {
  'every request is answered': answers.everyRequestIsAnswered,
  'nothing leaks': ownership.nothingLeaks,
  'nothing else is touched': ownership.foreignVersionsAreUntouched,
  'a repeat changes nothing': ownership.repeatsChangeNothing,
  'rollback restores': outcome.rollbackRestores,
  'what fails without rollback is restored': outcome.failedResourcesAreRestored,
  'success is true': outcome.successIsTrue,
  'order is kept': outcome.numbersAscend,
  'an answer stays': answers.anAnswerStays,
  'success waits': answers.successWaits,
  'the failsafe answers only after a fault': answers.givenUpWithCause,
  'a Create answers unconfirmed only after a fault': answers.unconfirmedWithCause,
  'nothing fails needlessly': effort.nothingFailsNeedlessly,
  'a stack that is denied every call rolls back': effort.neverAllowedIsRolledBack,
  'replaced exactly when asked': effort.replacedExactlyWhenAsked,
  'aliases are those declared': effort.aliasesAreThoseDeclared,
  'retained versions stay': ownership.retainedVersionsStay,
  'no secret is written': answers.noSecretIsWritten,
};

export function checkInvariants(run: Run) {
  const step = run.steps.at(-1);
  if (step === undefined) return [];
  return Object.entries(invariants).flatMap(([invariant, check]) =>
    check(run, step).map((found) => ({ invariant, found })),
  );
}
