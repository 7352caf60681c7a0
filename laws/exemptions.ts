/**
 * The exemptions, by name: situations in which no provider could keep the invariants. No scenario is drawn with them;
 * `sandbox/FIDELITY.md` lists them.
 */
import type { Fault } from '../sandbox/faults/fault.ts';
import type { OperationPlan, Scenario } from './scenario.ts';

/** The scenario without the situations that are exempted. */
export function withoutExempted(scenario: Scenario): Scenario {
  return [withoutConcurrentDuplicates, withoutImpatience, withoutNamelessCleanUp, withoutHaste].reduce(
    (less, exempt) => exempt(less),
    scenario,
  );
}

/**
 * Concurrent duplicates: where aliases move instead of conflicting and ClientTokens are forgotten, two invocations that
 * make the same version at the same instant have nothing by which one of them could notice the other.
 */
function withoutConcurrentDuplicates(scenario: Scenario): Scenario {
  const { aliasOfAnotherVersion, ClientToken } = scenario.switches;
  if (aliasOfAnotherVersion !== 'moves' || ClientToken !== 'forgotten') return scenario;
  const isDuplicate = (fault: Fault) => fault.on === 'attempt' && fault.does === 'duplicate';
  return onOperations(scenario, (operation) => ({
    ...operation,
    faults: operation.faults.filter((fault) => !isDuplicate(fault)),
  }));
}

/**
 * Impatience: where a ServiceTimeout ends before Lambda delivers the request, or before Lambda notices that an invocation
 * hangs, nobody is left to answer the request. An hour is always enough.
 */
function withoutImpatience(scenario: Scenario): Scenario {
  const isLate = ({ on }: Fault) => on === 'attempt' || on === 'invocation' || on === 'provider' || on === 'delivery';
  const isOutOfTime = scenario.providerTimeoutSeconds !== undefined;
  if (!isOutOfTime && !scenario.operations.some(({ faults }) => faults.some(isLate))) return scenario;
  return onOperations(scenario, ({ template, ...operation }) => ({
    ...operation,
    template: { ...template, versions: template.versions.map(({ ServiceTimeout: _, ...version }) => version) },
  }));
}

/**
 * A nameless clean-up: where ARNs have names in lower case, and the Delete of a replaced version has the new properties,
 * no part of the Delete has the old image's name as it is spelled.
 */
function withoutNamelessCleanUp(scenario: Scenario): Scenario {
  if (scenario.switches.caseOfArns !== 'lowered') return scenario;
  return { ...scenario, cloudFormation: { ...scenario.cloudFormation, cleanupDeleteProperties: 'old' } };
}

/**
 * Haste: a rollback that begins while a call of the cancelled request is on its way to SageMaker reads the state before
 * that call. In reality, CloudFormation was seen to take two seconds.
 */
function withoutHaste(scenario: Scenario): Scenario {
  const isSlow = (fault: Fault) => fault.on === 'call' && fault.does === 'slow-request';
  const onItsWayMs = scenario.operations.some(({ faults }) => faults.some(isSlow)) ? 10_000 : 2_000;
  const { pauseBeforeRollbackMs = 0, ...cloudFormation } = scenario.cloudFormation;
  return {
    ...scenario,
    cloudFormation: { ...cloudFormation, pauseBeforeRollbackMs: Math.max(pauseBeforeRollbackMs, onItsWayMs) },
  };
}

function onOperations(scenario: Scenario, change: (operation: OperationPlan) => OperationPlan): Scenario {
  return { ...scenario, operations: scenario.operations.map(change) };
}
