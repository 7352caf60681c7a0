/** Five steps with a stack of image versions in the sandbox. Saves nothing. */
import { readFileSync } from 'node:fs';
import type { KnownProvider } from '../sandbox/cli/known-provider.ts';
import {
  type ProviderSandboxOptions,
  type RecordedSandbox,
  withProviderSandbox,
} from '../sandbox/cli/provider-sandbox.ts';
import {
  type ImageVersionView,
  listImageVersions,
  printAliasNote,
  printOutputs,
  printVersions,
} from '../sandbox/cli/show.ts';
import type { Terminal } from '../sandbox/cli/terminal.ts';
import { type WatchDependencies, watch } from '../sandbox/cli/watch.ts';
import type { OperationResult } from '../sandbox/cloudformation/cloudformation.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

interface StoryOptions extends Pick<ProviderSandboxOptions, 'bundles' | 'seed'> {
  readonly provider: KnownProvider;
  /** The file with the template. */
  readonly template: string;
}

interface Step {
  readonly heading: string;
  readonly watch: string;
  readonly operation: 'create' | 'update' | 'delete';
  /** Only those that differ from the template's defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly expected: { readonly StackStatus: string; readonly versions: readonly ExpectedVersion[] };
  /** Printed after the step, if it had the expected result. */
  readonly outcome: string;
}

interface ExpectedVersion {
  readonly Version: number;
  readonly tag: string;
  readonly Aliases: readonly string[];
  readonly ReleaseNotes?: string | undefined;
}

const previous: ExpectedVersion = { Version: 1, tag: '1.3', Aliases: ['1.3'] };
const corrected = { ReleaseNotes: 'Python 3.12, PyTorch 2.9' };
const replacement: ExpectedVersion = { Version: 3, tag: '1.5', Aliases: ['1.5', 'latest'], ...corrected };

const steps: readonly Step[] = [
  {
    heading: 'Create the stack',
    watch:
      'Stable has DependsOn: Previous, and the provider reports a version as complete only when it is CREATED. So ' +
      'Previous is always version 1, and Stable is version 2.',
    operation: 'create',
    parameters: {},
    expected: {
      StackStatus: 'CREATE_COMPLETE',
      versions: [previous, { Version: 2, tag: '1.4', Aliases: ['1.4', 'latest'], ReleaseNotes: 'First release' }],
    },
    outcome: 'Previous is version 1; Stable is version 2 and carries latest.',
  },
  {
    heading: 'Change ReleaseNotes: an update in place',
    watch: 'Stable keeps its version, its number and its aliases. One UpdateImageVersion is the only change.',
    operation: 'update',
    parameters: corrected,
    expected: {
      StackStatus: 'UPDATE_COMPLETE',
      versions: [previous, { Version: 2, tag: '1.4', Aliases: ['1.4', 'latest'], ...corrected }],
    },
    outcome: 'Version 2 has new ReleaseNotes, and nothing else has changed.',
  },
  {
    heading: 'Change StableTag to 1.5: a replacement',
    watch:
      'The provider creates the new version, then moves the fixed alias latest to it. CloudFormation deletes the old ' +
      'version in the clean-up, when the update can no longer fail.',
    operation: 'update',
    parameters: { ...corrected, StableTag: '1.5' },
    expected: { StackStatus: 'UPDATE_COMPLETE', versions: [previous, replacement] },
    outcome: 'latest has moved from version 2 to version 3, and version 2 is deleted.',
  },
  {
    heading: 'Change StableTag to does-not-exist: an update that fails',
    watch:
      'SageMaker cannot create this version, and the Reason says why. The stack rolls back: the provider removes what ' +
      'the failed update made, and returns the aliases that it took.',
    operation: 'update',
    parameters: { ...corrected, StableTag: 'does-not-exist' },
    expected: { StackStatus: 'UPDATE_ROLLBACK_COMPLETE', versions: [previous, replacement] },
    outcome: 'Version 3 and its aliases are as before; the failed version 4 is gone.',
  },
  {
    heading: 'Delete the stack',
    watch: 'CloudFormation deletes dependent resources first: Stable, then Previous, then Image.',
    operation: 'delete',
    parameters: {},
    expected: { StackStatus: 'DELETE_COMPLETE', versions: [] },
    outcome: 'Both versions and the image are deleted.',
  },
];

const fileName = 'examples/quick-start.yaml';
const StackName = 'quick-start';

/** Resolves with whether every step had the expected result; stops at the first that had not. */
export async function runStory(options: StoryOptions, dependencies: WatchDependencies): Promise<boolean> {
  const { terminal } = dependencies;
  const { line, prose, colours, width } = terminal;
  const logLines: string[] = [];
  prose(`A stack of SageMaker image versions (${fileName}), in ${steps.length} steps.`);
  prose('The provider runs as in Lambda (dist/provider). AWS itself is simulated on this machine.');
  const onLog = (functionId: string, logLine: string) => logLines.push(`${functionId}: ${logLine}`);
  const succeeded = await withProviderSandbox({ ...options, onLog }, async (sandbox) => {
    const templateText = readFileSync(options.template, 'utf8');
    for (const [index, step] of steps.entries()) {
      const heading = `${index + 1}/${steps.length} ${step.heading}`;
      line();
      line(`${colours.dim('──')} ${colours.bold(heading)} ${colours.dim('─'.repeat(width - heading.length - 4))}`);
      const problem = await runStep(step, templateText, sandbox, { ...dependencies, ...options });
      if (problem === undefined) continue;
      prose(`✗ ${problem}`, { indent: 2, style: colours.red });
      return false;
    }
    return printEnd(sandbox, terminal);
  });
  if (!succeeded) {
    line();
    line("The provider's log:");
    for (const logLine of logLines) line(logLine);
  }
  return succeeded;
}

/** Resolves with what differs from the expected result, or undefined. */
async function runStep(
  step: Step,
  templateText: string,
  sandbox: RecordedSandbox,
  dependencies: WatchDependencies & Pick<StoryOptions, 'provider'>,
): Promise<string | undefined> {
  const { cloudFormation, sageMaker } = sandbox;
  const { terminal, provider } = dependencies;
  const { line, prose, colours } = terminal;
  const source = { templateText, fileName, parameters: step.parameters };
  const operations = {
    create: () => cloudFormation.createStack(StackName, source),
    update: () => cloudFormation.updateStack(StackName, source),
    delete: () => cloudFormation.deleteStack(StackName),
  };
  prose(step.watch, { indent: 2, style: colours.cyan });
  line();
  const { result, calls } = await watch(operations[step.operation], sandbox, dependencies);
  const { images } = sageMaker.state();
  const versions = listImageVersions(images, Object.keys(images));
  const stack = cloudFormation.findStack(StackName);

  line();
  printVersions(versions, terminal, provider);
  if (step.operation === 'create') printAliasNote(versions, terminal, provider);
  if (stack !== undefined) {
    line();
    printOutputs(stack.outputs, terminal, { isWhole: false });
  }
  line();
  prose(`SageMaker calls by the provider: ${calls}`, { indent: 2 });
  const problem = problemWith(step, result, versions, provider);
  if (problem === undefined) prose(`✓ ${step.outcome}`, { indent: 2, style: colours.green });
  return problem;
}

function problemWith(
  { expected }: Step,
  result: OperationResult | undefined,
  versions: readonly ImageVersionView[],
  { isDeclarable }: KnownProvider,
): string | undefined {
  const StackStatus = result?.StackStatus ?? 'gone';
  if (StackStatus !== expected.StackStatus) {
    return `The stack should be ${expected.StackStatus} now, but it is ${StackStatus}.`;
  }
  const unstable = versions.find(({ ImageVersionStatus }) => ImageVersionStatus !== 'CREATED');
  if (unstable !== undefined) {
    return `Version ${unstable.Version} should be CREATED now, but it is ${unstable.ImageVersionStatus}.`;
  }
  const wanted = inWords(expected.versions);
  const found = inWords(
    versions.map((version) => ({
      ...version,
      tag: version.BaseImage.slice(version.BaseImage.lastIndexOf(':') + 1),
      Aliases: version.Aliases.filter(isDeclarable),
    })),
  );
  return wanted === found ? undefined : `There should be ${wanted} now, but there is ${found}.`;
}

function inWords(versions: readonly ExpectedVersion[]): string {
  const words = versions.map(({ Version, tag, Aliases, ReleaseNotes }) => {
    const notes = ReleaseNotes === undefined ? 'no ReleaseNotes' : `ReleaseNotes "${ReleaseNotes}"`;
    return `version ${Version} of tag ${tag} with the aliases [${Aliases.join(', ')}] and ${notes}`;
  });
  return words.length === 0 ? 'no version' : words.join(' and ');
}

function printEnd({ sageMaker }: Sandbox, { line, prose, colours }: Terminal): boolean {
  const left = Object.keys(sageMaker.state().images);
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
