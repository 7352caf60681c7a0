/** The command `story`, which `npm start` runs: five steps with a stack of image versions. Nothing is saved. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { OperationResult } from '../cloudformation/cloudformation.ts';
import type { Sandbox } from '../sandbox.ts';
import { type ImageVersionView, listImageNames, listImageVersions, publicAliases } from './image-versions.ts';
import { withProviderSandbox } from './provider-sandbox.ts';
import { printAliasNote, printOutputs, printVersions } from './stack-tables.ts';
import { type ExpectedVersion, type Step, steps } from './story-steps.ts';
import type { Terminal } from './terminal.ts';
import { watch } from './watch.ts';

export interface StoryOptions {
  readonly packageRoot: string;
  readonly providerTemplate: string;
  readonly seed: number;
}

export interface StoryDependencies {
  readonly terminal: Terminal;
  readonly clock: Clock;
}

const template = 'examples/quick-start.yaml';
const StackName = 'quick-start';

/** Resolves with whether every step had the expected result; stops at the first that had not. */
export async function runStory(options: StoryOptions, dependencies: StoryDependencies): Promise<boolean> {
  const { terminal } = dependencies;
  const { line, prose, colours } = terminal;
  const logLines: string[] = [];
  prose(`A stack of SageMaker image versions (${template}), in ${steps.length} steps.`);
  prose('The provider runs as in Lambda (dist/provider). AWS itself is simulated on this machine.');
  const succeeded = await withProviderSandbox(
    { ...options, onLog: (functionId, logLine) => logLines.push(`${functionId}: ${logLine}`) },
    async (sandbox) => {
      const templateText = readFileSync(join(options.packageRoot, template), 'utf8');
      for (const [index, step] of steps.entries()) {
        line();
        writeHeading(`${index + 1}/${steps.length} ${step.heading}`, terminal);
        const problem = await runStep(step, templateText, sandbox, dependencies);
        if (problem === undefined) continue;
        prose(`✗ ${problem}`, { indent: 2, style: colours.red });
        return false;
      }
      return printEnd(sandbox, terminal);
    },
  );
  if (!succeeded) {
    line();
    line("The provider's log:");
    for (const logLine of logLines) line(logLine);
  }
  return succeeded;
}

function writeHeading(heading: string, { line, colours, width }: Terminal): void {
  line(`${colours.dim('──')} ${colours.bold(heading)} ${colours.dim('─'.repeat(width - heading.length - 4))}`);
}

/** Resolves with what differs from the expected result, or undefined. */
async function runStep(
  step: Step,
  templateText: string,
  sandbox: Sandbox,
  dependencies: StoryDependencies,
): Promise<string | undefined> {
  const { cloudFormation, sageMaker } = sandbox;
  const { terminal } = dependencies;
  const { line, prose, colours } = terminal;
  prose(step.watch, { indent: 2, style: colours.cyan });
  line();
  const { result, calls } = await watch(() => act(step, templateText, sandbox), sandbox, dependencies);
  const versions = await listImageVersions(sageMaker, await listImageNames(sageMaker));
  const stack = cloudFormation.findStack(StackName);

  line();
  printVersions(versions, terminal);
  if (step.operation === 'create') printAliasNote(terminal);
  if (stack !== undefined) {
    line();
    printOutputs(stack, terminal);
  }
  line();
  prose(`SageMaker calls by the provider: ${calls}`, { indent: 2 });
  const problem = problemWith(step, result, versions);
  if (problem === undefined) prose(`✓ ${step.outcome}`, { indent: 2, style: colours.green });
  return problem;
}

function act(
  { operation, parameters }: Step,
  templateText: string,
  { cloudFormation }: Sandbox,
): Promise<OperationResult | undefined> {
  const source = { templateText, fileName: template, parameters };
  switch (operation) {
    case 'create':
      return cloudFormation.createStack(StackName, source);
    case 'update':
      return cloudFormation.updateStack(StackName, source);
    case 'delete':
      return cloudFormation.deleteStack(StackName);
  }
}

function problemWith(
  { expected }: Step,
  result: OperationResult | undefined,
  versions: readonly ImageVersionView[],
): string | undefined {
  const StackStatus = result?.StackStatus ?? 'gone';
  if (StackStatus !== expected.StackStatus) {
    return `The stack should be ${expected.StackStatus} now, but it is ${StackStatus}.`;
  }
  const unstable = versions.find(({ ImageVersionStatus }) => ImageVersionStatus !== 'CREATED');
  if (unstable !== undefined) {
    return `Version ${unstable.Version} should be CREATED now, but it is ${unstable.ImageVersionStatus}.`;
  }
  const actual = versions.map(toExpected);
  if (isDeepStrictEqual(actual, expected.versions)) return undefined;
  return `There should be ${inWords(expected.versions)} now, but there is ${inWords(actual)}.`;
}

function toExpected(version: ImageVersionView): ExpectedVersion {
  const { Version, BaseImage, ReleaseNotes } = version;
  return {
    Version,
    tag: BaseImage.slice(BaseImage.lastIndexOf(':') + 1),
    Aliases: publicAliases(version),
    ...(ReleaseNotes !== undefined && { ReleaseNotes }),
  };
}

function inWords(versions: readonly ExpectedVersion[]): string {
  const words = versions.map(({ Version, tag, Aliases, ReleaseNotes }) => {
    const notes = ReleaseNotes === undefined ? 'no ReleaseNotes' : `ReleaseNotes "${ReleaseNotes}"`;
    return `version ${Version} of tag ${tag} with the aliases [${Aliases.join(', ')}] and ${notes}`;
  });
  return words.length === 0 ? 'no version' : words.join(' and ');
}

async function printEnd(sandbox: Sandbox, { line, prose, colours }: Terminal): Promise<boolean> {
  const left = await listImageNames(sandbox.sageMaker);
  line();
  if (left.length > 0) {
    prose(`✗ SageMaker should have no images now, but it has ${left.join(', ')}.`, { style: colours.red });
    return false;
  }
  prose('Nothing is left: SageMaker has no images and no versions.', { style: colours.bold });
  line();
  line('Your own template:  npm run sandbox -- deploy --template FILE --stack-name NAME');
  line('On AWS:             sam build && sam deploy');
  return true;
}
