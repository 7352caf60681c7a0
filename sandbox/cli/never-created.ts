/** What is to be done with a stack whose first deployment has failed: the same as in AWS. */
import { usualStateFolder } from './state-folder.ts';

export function wasNeverCreated(StackStatus: string): boolean {
  return StackStatus.startsWith('ROLLBACK_');
}

/** One sentence and the command. */
export function onlyDeletion({ stackName, state }: { readonly stackName: string; readonly state: string }): string {
  const where = state === usualStateFolder ? '' : ` --state ${state}`;
  const command = `npm run sandbox -- delete --stack-name ${stackName}${where}`;
  return `It was never created, so it can only be deleted: ${command}`;
}
