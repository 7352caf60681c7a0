/**
 * What no provider can do anything about, by name. Lives are drawn without it; FIDELITY.md has the list.
 */
import type { Fault } from './faults.ts';
import type { Life, Operation } from './life.ts';

/** The life with nothing in it that is out of reach. */
export function withoutExempted(life: Life): Life {
  return [withoutConcurrentDuplicates, withoutImpatience, withoutNamelessCleanUp, withoutHaste].reduce(
    (less, exempt) => exempt(less),
    life,
  );
}

/**
 * Concurrent duplicates: where aliases move instead of conflicting and ClientTokens are forgotten, two invocations that
 * make the same version at the same moment have nothing by which one of them could notice the other.
 */
function withoutConcurrentDuplicates(life: Life): Life {
  const { aliasOfAnotherVersion, ClientToken } = life.switches;
  if (aliasOfAnotherVersion !== 'moves' || ClientToken !== 'forgotten') return life;
  const isDuplicate = (fault: Fault) => fault.on === 'attempt' && fault.does === 'duplicate';
  return onOperations(life, (operation) => ({
    ...operation,
    faults: operation.faults.filter((fault) => !isDuplicate(fault)),
  }));
}

/**
 * Impatience: a ServiceTimeout that is over before Lambda has delivered the request, or has noticed that an invocation
 * hangs, leaves nobody to answer it. An hour is always enough.
 */
function withoutImpatience(life: Life): Life {
  const isLate = ({ on }: Fault) => on === 'attempt' || on === 'invocation' || on === 'provider' || on === 'delivery';
  const isOutOfTime = life.providerTimeoutSeconds !== undefined;
  if (!isOutOfTime && !life.operations.some(({ faults }) => faults.some(isLate))) return life;
  return onOperations(life, ({ template, ...operation }) => ({
    ...operation,
    template: { ...template, versions: template.versions.map(({ ServiceTimeout: _, ...version }) => version) },
  }));
}

/**
 * A nameless clean-up: where ARNs have names in lower case and the Delete of a replaced version has the new properties,
 * it says nowhere how the old image's name is really written.
 */
function withoutNamelessCleanUp(life: Life): Life {
  if (life.switches.caseOfArns !== 'lowered') return life;
  return { ...life, cloudFormation: { ...life.cloudFormation, cleanupDeleteProperties: 'old' } };
}

/**
 * Haste: a rollback that begins while a call of the cancelled request is on its way to SageMaker reads what was there
 * before that call. CloudFormation has been seen to take two seconds.
 */
function withoutHaste(life: Life): Life {
  const isSlow = (fault: Fault) => fault.on === 'call' && fault.does === 'slow request';
  const onItsWayMs = life.operations.some(({ faults }) => faults.some(isSlow)) ? 10_000 : 2_000;
  const { pauseBeforeRollbackMs = 0, ...cloudFormation } = life.cloudFormation;
  return {
    ...life,
    cloudFormation: { ...cloudFormation, pauseBeforeRollbackMs: Math.max(pauseBeforeRollbackMs, onItsWayMs) },
  };
}

function onOperations(life: Life, change: (operation: Operation) => Operation): Life {
  return { ...life, operations: life.operations.map(change) };
}
