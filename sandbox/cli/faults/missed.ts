/** Why a fault that was asked for has not happened. */
import { versionOperations } from '../../sagemaker/disturbed-call.ts';
import type { AskedFault, Fault } from './fault.ts';

/** Says of a fault that was asked for why it did not happen; `called` are the operations of SageMaker that were called. */
export function missed(fault: AskedFault, called: readonly string[]): string {
  return `--fault ${fault.given} did not happen: ${whyMissed(fault, called)}.`;
}

/** Says of a fault that was asked for that nothing was done at all. */
export function notTried({ given }: AskedFault): string {
  return `--fault ${given} did not happen: nothing was carried out.`;
}

function whyMissed(fault: Fault, called: readonly string[]): string {
  switch (fault.name) {
    case 'create-failed':
      return fault.text === ''
        ? 'no version was made'
        : `no version was made whose BaseImage has "${fault.text}" in it`;
    case 'delete-failed':
      return fault.text === ''
        ? 'no version was deleted'
        : `no version was deleted whose BaseImage has "${fault.text}" in it`;
    case 'late':
    case 'duplicate':
    case 'lambda-throttle':
    case 'break':
      return 'no request came to the provider';
    case 'bucket-refuses':
      return 'no response was sent';
    default: {
      const { operations, hits } = fault;
      const call = operations === versionOperations ? 'call about versions' : `call of ${operations.join(' or ')}`;
      if ('share' in hits && hits.share < 1) return `chance has hit no ${call}`;
      const isCalled = operations.some((operation) => called.includes(operation));
      return isCalled ? `another fault came first at each ${call}` : `there was no ${call}`;
    }
  }
}
