/** What the person at the terminal reads. */
import type { Terminal } from '../sandbox/cli/terminal.ts';
import { LIKELIER_SWITCHES } from '../sandbox/sagemaker/switches.ts';
import type { Fact, Investigation } from './investigate.ts';
import { imageName, imagePrefix } from './laboratory.ts';
import type { LiveOptions } from './options.ts';

/** What a live run would make, before it makes it. */
export function tellPlan(
  { account, region, roleArn, baseImage, runId }: LiveOptions & { runId: string },
  terminal: Terminal,
) {
  const { line, prose } = terminal;
  line(`In account ${account}, Region ${region}, this makes`);
  line();
  for (const name of ['shared', 'again', 'Mixed-Case']) line(`  the image ${imageName(runId, name)}`);
  line(`  about 15 versions of them, from ${baseImage}`);
  line(`  with the role ${roleArn}`);
  line();
  prose(
    `It takes some minutes, and deletes all of it in the end, also after an error or Ctrl-C. Whatever should be left ` +
      `behind has a name that begins with ${imagePrefix}-${runId}. Add --yes to do so.`,
  );
  line();
}

/** The sandbox's side is given where it is another. */
export function tellFact({ prose, colours }: Terminal): (fact: Fact) => void {
  return ({ Probe, Question, Answer, Problem }) => {
    prose(`${colours.bold(Probe)}: ${Question}`);
    const assumed = assumedOf(Probe);
    if (Answer === undefined) prose(`could not be told: ${Problem}`, { indent: 2, style: colours.red });
    else if (assumed === undefined || assumed === Answer) prose(Answer, { indent: 2, style: colours.green });
    else prose(`${Answer}, where the sandbox assumes ${assumed}`, { indent: 2, style: colours.yellow });
  };
}

export function tellResult({ facts, left }: Investigation, { line, prose, colours }: Terminal): void {
  const told = facts.filter(({ Answer }) => Answer !== undefined);
  const other = told.filter(({ Probe, Answer }) => (assumedOf(Probe) ?? Answer) !== Answer);
  line();
  line(`${told.length} questions answered, ${other.length} of them otherwise than the sandbox assumes.`);
  if (left.length === 0) line('Nothing is left behind.');
  else prose(`These images would not go, delete them yourself: ${left.join(', ')}`, { style: colours.red });
}

function assumedOf(probe: string): string | undefined {
  const [, side] = Object.entries(LIKELIER_SWITCHES).find(([name]) => name === probe) ?? [];
  return side;
}
