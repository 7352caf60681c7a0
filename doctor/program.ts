/** The doctor's command line. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Terminal } from '../sandbox/cli/terminal.ts';
import type { DeployedStack } from './declared.ts';
import { driftOf } from './drift.ts';
import { DoctorError, exitStatus } from './errors.ts';
import { deleteOrphans, type ExaminationDependencies, findOrphans, type Selection, selected } from './orphans.ts';
import { asJson, printFindings, whoseAsJson, whoseInWords } from './report.ts';
import { driftAsJson, printDrift, statusOf } from './report-drift.ts';
import { printUses, usesAsJson, usesOfEach } from './report-uses.ts';
import type { Studio } from './studio.ts';
import { type NamedVersion, readVersion } from './uses.ts';

export interface ProgramDependencies {
  readonly terminal: Terminal;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  /** Opens AWS in `region`; if undefined, in the Region of the environment or the profile. */
  readonly connect: (region: string | undefined) => Promise<Connection>;
}

interface Connection extends ExaminationDependencies {
  readonly Region: string;
  readonly readStudio: () => Promise<Studio>;
  readonly readDeployedStack: (StackName: string) => Promise<DeployedStack>;
}

const whoseHelp = `
Example:
  sagemaker-image-version-provider whose --region eu-west-1 data-science/3

Exit status: 0 if there is an answer; 2 for wrong usage; 3 if AWS did not answer. It needs the permissions of
orphans, except sagemaker:DeleteImageVersion.`;

const usedByHelp = `
Example:
  sagemaker-image-version-provider used-by --region eu-west-1 data-science/3

Exit status: 0 if nothing uses the versions; 1 if something does; 2 for wrong usage; 3 if AWS did not answer, or if the doctor
found nothing but may not read everything.

It needs sagemaker:DescribeImageVersion, ListAliases, ListDomains, DescribeDomain, ListUserProfiles, DescribeUserProfile,
ListSpaces, DescribeSpace, ListApps and DescribeApp, on all resources.`;

const driftHelp = `
Example:
  sagemaker-image-version-provider drift --region eu-west-1 --stack-name studio

Exit status: 0 if every version is IN_SYNC; 1 if one is MODIFIED or DELETED; 2 for wrong usage; 3 if AWS did not answer, or
if there is no drift but something is NOT_CHECKED.

It needs cloudformation:DescribeStacks, GetTemplate, ListStackResources and ListExports, and sagemaker:DescribeImageVersion
and ListAliases, on all resources.`;

interface DriftOptions {
  readonly stackName: string;
  readonly region?: string;
  readonly json: boolean;
}

interface OrphansOptions {
  readonly region?: string;
  readonly image?: string;
  readonly keep?: string;
  readonly olderThan?: string;
  readonly delete?: readonly string[];
  readonly json: boolean;
}

const orphansHelp = `
Examples:
  sagemaker-image-version-provider orphans --region eu-west-1
  sagemaker-image-version-provider orphans --region eu-west-1 --json
  sagemaker-image-version-provider orphans --region eu-west-1 --image data-science --keep 3 --older-than 30d
  sagemaker-image-version-provider orphans --region eu-west-1 --delete data-science/3 --delete data-science/4

--keep and --older-than only list, and print the commands that delete what is listed.

Exit status: 0 if no orphan is listed, or if SageMaker is deleting the named ones; 1 if one is listed; 2 for wrong
usage; 3 if AWS did not answer.

It needs sagemaker:ListImages, ListImageVersions and ListAliases, cloudformation:ListStacks, ListStackResources and
DescribeStackEvents, on all resources, and sagemaker:DeleteImageVersion for --delete.`;

/**
 * Runs a command line and resolves with the exit status. Rejects with a CommanderError for wrong usage, and with a
 * DoctorError that says what to do.
 */
export function createProgram({ terminal, now, connect }: ProgramDependencies) {
  let status: number = exitStatus.nothingFound;
  const program = new Command('sagemaker-image-version-provider')
    .description('Find who uses image versions, and what the provider has left behind in an AWS account.')
    .showHelpAfterError('(See --help.)')
    .exitOverride();

  const region = () =>
    new Option('--region <REGION>', "the Region; the default is that of the environment or of AWS's configuration");
  const json = () => new Option('--json', "print JSON with AWS's own names").default(false);

  program
    .command('orphans')
    .description('List the versions that the provider made and that no stack refers to any more.')
    .addOption(region())
    .addOption(
      new Option('--delete <IMAGE/VERSION>', 'delete this orphan; you can repeat this option').argParser(versionName),
    )
    .option('--image <NAME>', 'only the versions of this image')
    .option('--keep <NUMBER>', 'leave out this number of the newest orphans of each image')
    .option('--older-than <AGE>', 'list only orphans older than this: 12h, 30d or 4w')
    .addOption(json())
    .addHelpText('after', orphansHelp)
    .action(async (options: OrphansOptions) => {
      const { region, image, delete: names, json } = options;
      const selection = readSelection(options, now());
      const { Region, ...aws } = await connect(region);
      const findings = await findOrphans(aws, image);
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
      const orphans = selection === undefined ? findings.orphans : selected(findings.orphans, selection);
      if (json) terminal.line(JSON.stringify(asJson(findings, orphans, Region), undefined, 2));
      else printFindings(findings, orphans, { Region, now: now(), isSelection: selection !== undefined }, terminal);
      status = orphans.length > 0 ? exitStatus.found : exitStatus.nothingFound;
    });

  program
    .command('whose')
    .description('Print the stack and the resource that each version belongs to.')
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

  program
    .command('used-by')
    .description('Print the domains, user profiles, spaces and apps that use versions.')
    .argument('<IMAGE/VERSION...>', 'such as data-science/3', versionName)
    .addOption(region())
    .addOption(json())
    .addHelpText('after', usedByHelp)
    .action(async (names: readonly string[], { region, json }: Omit<OrphansOptions, 'delete'>) => {
      const { Region, imageVersions, readStudio } = await connect(region);
      const versions: NamedVersion[] = [];
      for (const name of names) versions.push(await readVersion(name, imageVersions));
      const studio = await readStudio();
      const found = usesOfEach(versions, studio);
      if (json) terminal.line(JSON.stringify(usesAsJson(found, studio, Region), undefined, 2));
      else printUses(found, studio, Region, terminal);
      if (found.some(({ uses }) => uses.length > 0)) status = exitStatus.found;
      else if (studio.notRead.length > 0) status = exitStatus.noAnswer;
    });

  program
    .command('drift')
    .description("Compare what a stack's template declares of its image versions with what SageMaker has.")
    .requiredOption('--stack-name <NAME>', 'the name or id of the stack')
    .addOption(region())
    .addOption(json())
    .addHelpText('after', driftHelp)
    .action(async ({ stackName, region, json }: DriftOptions) => {
      const { Region, imageVersions, readDeployedStack } = await connect(region);
      const stack = await readDeployedStack(stackName);
      const drifts = await driftOf(stack, imageVersions);
      if (json) terminal.line(JSON.stringify(driftAsJson(drifts, stack, Region), undefined, 2));
      else printDrift(drifts, stack, terminal);
      status = { DRIFTED: exitStatus.found, NOT_CHECKED: exitStatus.noAnswer, IN_SYNC: exitStatus.nothingFound }[
        statusOf(drifts)
      ];
    });

  return async (argv: readonly string[]): Promise<number> => {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  };
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Undefined if all orphans are wanted. Throws a DoctorError with everything that is wrong with the options. */
function readSelection({ keep, olderThan, delete: names }: OrphansOptions, now: number): Selection | undefined {
  if (keep === undefined && olderThan === undefined) return undefined;
  const [, count, unit = ''] = /^(\d+)([hdw])$/.exec(olderThan ?? '0d') ?? [];
  const problems: string[] = [];
  if (!/^\d+$/.test(keep ?? '0')) problems.push(`--keep must be a whole number, such as 3, not '${keep}'.`);
  if (count === undefined) {
    problems.push(`--older-than must be a number of hours, days or weeks, such as 12h, 30d or 4w, not '${olderThan}'.`);
  }
  if (names !== undefined) {
    problems.push('--keep and --older-than only list versions: use --delete without them.');
  }
  if (problems.length > 0) throw new DoctorError(problems.join('\n'), exitStatus.wrongUsage);
  return { keep: Number(keep ?? 0), createdBefore: new Date(now - Number(count) * (unitMs[unit] ?? 0)) };
}

function versionName(text: string, earlier: readonly string[] = []): readonly string[] {
  const [, image, version] = /^(?:arn:[^/]+:image-version\/)?([^/]+)\/0*([1-9]\d*)$/.exec(text) ?? [];
  if (image === undefined) throw new InvalidArgumentError('Write it as IMAGE/VERSION, such as data-science/3.');
  return [...new Set([...earlier, `${image}/${version}`])];
}
