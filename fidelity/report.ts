/** Prints the plan, the facts and the result. */
import type { Terminal } from '../sandbox/cli/terminal.ts';
import { defaultSettings } from '../sandbox/cloudformation/settings.ts';
import { sageMakerSwitches } from '../sandbox/sagemaker/settings.ts';
import { likelierSides } from '../sandbox/switches.ts';
import type { Fact, Investigation } from './investigate.ts';
import { imageName, imagePrefix } from './laboratory.ts';
import type { LiveOptions } from './options.ts';

/** Prints what a live run will make. */
export function printPlan(
  { account, region, roleArn, baseImage, runId }: LiveOptions & { runId: string },
  terminal: Terminal,
) {
  const { line, prose } = terminal;
  line(`In account ${account}, Region ${region}, this command creates`);
  line();
  for (const name of ['shared', 'again', 'Mixed-Case']) line(`  the image ${imageName(runId, name)}`);
  line(`  about 15 versions of them, from ${baseImage}`);
  line(`  with the role ${roleArn}`);
  line();
  prose(
    `It takes some minutes and deletes all of it at the end, also after an error or Ctrl-C. If anything is left behind, ` +
      `its name begins with ${imagePrefix}-${runId}. Add --yes to start.`,
  );
  line();
}

/** Prints what a live run with a stack will make. */
export function printStackPlan(
  { account, region, StackName }: Pick<LiveOptions, 'account' | 'region'> & { StackName: string },
  { line, prose }: Terminal,
) {
  line(`In account ${account}, Region ${region}, this command creates`);
  line();
  line(`  the stack ${StackName}`);
  line('  in it a function, its role, and two custom resources of that function');
  line();
  prose(
    'It takes some minutes. It creates a stack, makes an update that fails, makes an update without rollback, and deletes ' +
      'the stack, also after an error or Ctrl-C. Add --yes to start.',
  );
  line();
}

/** Prints a fact and, if it differs, what the sandbox assumes. */
export function factPrinter({ prose, colours }: Terminal): (fact: Fact) => void {
  return ({ Probe, Question, Answer, Problem }) => {
    prose(`${colours.bold(Probe)}: ${Question}`);
    const assumed = assumedOf(Probe);
    if (Answer === undefined) prose(`no answer: ${Problem}`, { indent: 2, style: colours.red });
    else if (assumed === undefined || assumed === Answer) prose(Answer, { indent: 2, style: colours.green });
    else prose(`${Answer}, but the sandbox assumes ${assumed}`, { indent: 2, style: colours.yellow });
  };
}

export function printResult({ facts, left }: Investigation, { line, prose, colours }: Terminal): void {
  const answered = facts.filter(({ Answer }) => Answer !== undefined);
  const other = answered.filter(({ Probe, Answer }) => (assumedOf(Probe) ?? Answer) !== Answer);
  line();
  line(`${answered.length} questions answered, ${other.length} of them differently from what the sandbox assumes.`);
  if (left.length === 0) line('Nothing is left behind.');
  else prose(`These could not be deleted. Delete them yourself: ${left.join(', ')}`, { style: colours.red });
}

function assumedOf(probe: string): string | undefined {
  const { lastUpdatedTimeInRollback, disableRollbackShown, replacementWithoutRollback, serviceTimeoutIn } =
    defaultSettings;
  const assumed = {
    ...likelierSides(sageMakerSwitches),
    ...{ lastUpdatedTimeInRollback, disableRollbackShown, replacementWithoutRollback, serviceTimeoutIn },
  };
  const [, side] = Object.entries(assumed).find(([name]) => name === probe) ?? [];
  return side;
}
