/** The doctor's command line, and what it does in which order. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Terminal } from '../sandbox/cli/terminal.ts';
import { deleteOrphans } from './delete-orphans.ts';
import { type ExaminationDependencies, findOrphans } from './find-orphans.ts';
import { exitStatus } from './refusal.ts';
import { asJson, tellFindings, whoseAsJson, whoseInWords } from './tell.ts';

export interface ProgramDependencies {
  readonly terminal: Terminal;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  /** AWS in that Region; in the one of the environment or the profile if none is given. */
  readonly connect: (region: string | undefined) => Promise<ExaminationDependencies & { readonly Region: string }>;
}

const whoseHelp = `
Example:
  sagemaker-image-version-provider whose --region eu-west-1 data-science/3

Exit status: 0 if there is an answer; 2 if it was asked for wrongly; 3 if AWS did not answer. It needs the same permissions
as orphans does.`;

interface OrphansOptions {
  readonly region?: string;
  readonly delete?: readonly string[];
  readonly json: boolean;
}

const orphansHelp = `
Examples:
  sagemaker-image-version-provider orphans --region eu-west-1
  sagemaker-image-version-provider orphans --region eu-west-1 --json
  sagemaker-image-version-provider orphans --region eu-west-1 --delete data-science/3 --delete data-science/4

Exit status: 0 if there are no orphans, or those that were named are being deleted; 1 if there are some; 2 if it was
asked for wrongly; 3 if AWS did not answer.

It needs sagemaker:ListImages, ListImageVersions and ListAliases, cloudformation:ListStacks and ListStackResources, on
everything; and sagemaker:DeleteImageVersion for --delete.`;

/**
 * Carries out a command line; resolves with the exit status. Rejects with CommanderError for wrong usage, and with a
 * Refusal that says what to do.
 */
export function createProgram({ terminal, now, connect }: ProgramDependencies) {
  let status: number = exitStatus.nothingFound;
  const program = new Command('sagemaker-image-version-provider')
    .description('Looks after what the provider has made in an AWS account.')
    .showHelpAfterError('(See --help.)')
    .exitOverride();

  const region = () =>
    new Option('--region <REGION>', "the Region; by default that of the environment, or of AWS's configuration");
  const json = () => new Option('--json', "JSON in AWS's own names").default(false);

  program
    .command('orphans')
    .description('List the versions that the provider has made and no stack refers to any more.')
    .addOption(region())
    .addOption(new Option('--delete <IMAGE/VERSION>', 'delete this orphan; may be given again').argParser(versionName))
    .addOption(json())
    .addHelpText('after', orphansHelp)
    .action(async ({ region, delete: names, json }: OrphansOptions) => {
      const { Region, ...aws } = await connect(region);
      const findings = await findOrphans(aws);
      if (names !== undefined) {
        const Deleting: string[] = [];
        const onDeleted = (name: string) => {
          Deleting.push(name);
          if (!json) terminal.line(`SageMaker is deleting ${name}.`);
        };
        await deleteOrphans(names, findings, onDeleted, aws);
        if (json) terminal.line(JSON.stringify({ Region, Deleting }, undefined, 2));
        return;
      }
      if (json) terminal.line(JSON.stringify(asJson(findings, Region), undefined, 2));
      else tellFindings(findings, Region, now(), terminal);
      status = findings.orphans.length > 0 ? exitStatus.orphansFound : exitStatus.nothingFound;
    });

  program
    .command('whose')
    .description('Say which stack and which resource versions belong to.')
    .argument('<IMAGE/VERSION...>', 'such as data-science/3', versionName)
    .addOption(region())
    .addOption(json())
    .addHelpText('after', whoseHelp)
    .action(async (names: readonly string[], { region, json }: Omit<OrphansOptions, 'delete'>) => {
      const { Region, ...aws } = await connect(region);
      const findings = await findOrphans(aws);
      if (json) terminal.line(JSON.stringify(whoseAsJson(names, findings, Region), undefined, 2));
      else for (const sentence of whoseInWords(names, findings)) terminal.prose(sentence);
    });

  return async (argv: readonly string[]): Promise<number> => {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  };
}

function versionName(text: string, earlier: readonly string[] = []): readonly string[] {
  const [, image, version] = /^(?:arn:[^/]+:image-version\/)?([^/]+)\/0*([1-9]\d*)$/.exec(text) ?? [];
  if (image === undefined) throw new InvalidArgumentError('It has the form IMAGE/VERSION, such as data-science/3.');
  return [...new Set([...earlier, `${image}/${version}`])];
}
