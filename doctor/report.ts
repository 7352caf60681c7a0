/** The doctor's findings as text and as JSON. */
import { printTable, type Terminal } from '../sandbox/cli/terminal.ts';
import { parsePhysicalResourceId } from '../src/image-version/physical-resource-id.ts';
import type { OrphanCause } from './judge.ts';
import { type Findings, type Judged, nameOf, type Orphan } from './orphans.ts';

const hourMs = 3_600_000;

/**
 * @param orphans those of the findings that are wanted
 * @param now in milliseconds since the epoch
 */
export function printFindings(
  findings: Findings,
  orphans: readonly Orphan[],
  { Region, now, isSelection }: { readonly Region: string; readonly now: number; readonly isSelection: boolean },
  terminal: Terminal,
): void {
  const { line, prose, colours } = terminal;
  const { judged } = findings;
  if (orphans.length > 0) {
    const rows = orphans.map(({ version, cause }) => [
      nameOf(version),
      version.ImageVersionStatus,
      age(now - version.CreationTime.getTime()),
      version.aliases.join(', ') || '–',
      `${why(cause)}${version.isAdopted ? ' The stack had adopted it: ask whoever made it.' : ''}`,
    ]);
    printTable(['Version', 'Status', 'Age', 'Aliases', 'Why it is listed'], rows, terminal);
    line();
  }
  for (const { version, verdict } of judged) {
    if (verdict.kind === 'undecided') prose(`Undecided: ${nameOf(version)} ${verdict.because}.`);
  }
  prose(colours.bold(summary(findings, Region)));
  if (isSelection) prose(`The options select ${orphans.length} of them.`);
  const [first] = orphans;
  if (first === undefined) return;
  line();
  prose(
    'A version that a DeletionPolicy or UpdateReplacePolicy retains on purpose looks the same as one that was left by ' +
      'mistake: ask the owner of the stack. The doctor does not see the stacks of other accounts and Regions. Nothing ' +
      `was deleted. To delete ${isSelection ? 'these versions with their aliases' : 'a version with its aliases, name it'}:`,
  );
  const names = (isSelection ? orphans : [first]).map(({ version }) => nameOf(version)).join(' --delete ');
  line(`  npx --no sagemaker-image-version-provider orphans --region ${Region} --delete ${names}`);
  if (!isSelection) return;
  line();
  prose('The AWS CLI can delete them too. It does not check again that they are orphans:');
  for (const command of deleteCommands(orphans, Region)) line(`  ${command}`);
}

function deleteCommands(orphans: readonly Orphan[], Region: string): readonly string[] {
  return orphans.map(
    ({ version: { ImageName, Version } }) =>
      `aws sagemaker delete-image-version --region ${Region} --image-name ${ImageName} --version-number ${Version}`,
  );
}

export function summary({ images, judged, orphans }: Findings, Region: string): string {
  const count = (kind: string) => judged.filter(({ verdict }) => verdict.kind === kind).length;
  const causes = (['StackGone', 'ResourceGone', 'NotThePhysicalResource', 'OperationFailed'] as const)
    .map((Cause) => ({ Cause, found: orphans.filter(({ cause }) => cause.Cause === Cause).length }))
    .filter(({ found }) => found > 0)
    .map(({ Cause, found }) => `${found} ${inWords[Cause]}`);
  const detail = causes.length > 0 ? ` (${causes.join(', ')})` : '';
  return (
    `${Region}: ${plural(images, 'image')}, ${plural(judged.length, 'version')} made by the provider: ` +
    `${count('in use')} in use, ${count('undecided')} undecided, ${plural(orphans.length, 'orphan')}${detail}.`
  );
}

const inWords = {
  StackGone: 'of deleted stacks',
  ResourceGone: 'of removed resources',
  NotThePhysicalResource: 'of resources that use another version',
  OperationFailed: 'of failed operations',
} as const;

function why(cause: OrphanCause): string {
  switch (cause.Cause) {
    case 'StackGone':
      return `No existing stack made it${cause.Stack ? `: stack ${cause.Stack.StackName} was deleted${on(cause.Stack.DeletionTime)}` : ''}.`;
    case 'ResourceGone':
      return `Stack ${cause.Stack.StackName} no longer has the resource that made it.`;
    case 'NotThePhysicalResource':
      return usedInstead(cause);
    case 'OperationFailed':
      return `An operation of the stack made it, and failed. ${usedInstead(cause)}`;
  }
}

function usedInstead({
  Stack,
  LogicalResourceId,
  PhysicalResourceId = '',
}: Extract<OrphanCause, { readonly LogicalResourceId: string }>): string {
  const id = parsePhysicalResourceId(PhysicalResourceId);
  const used = id.kind === 'image version' ? nameOf(id.version) : 'no version';
  return `Resource ${LogicalResourceId} of stack ${Stack.StackName} uses ${used} now.`;
}

/** A sentence for each name: which stack and resource the version belongs to, or why there is no answer. */
export function whoseInWords(names: readonly string[], { judged }: Findings): readonly string[] {
  return names.map((name) => `${name} ${whose(judged.find(({ version }) => nameOf(version) === name))}`);
}

/** Completes a sentence that begins with the version's name. */
function whose(found: Judged | undefined): string {
  if (found === undefined) return 'was not made by this provider, or does not exist.';
  const { verdict, maker } = found;
  switch (verdict.kind) {
    case 'in use':
      return `is resource ${verdict.LogicalResourceId} of stack ${verdict.StackName}.`;
    case 'undecided':
      return `${verdict.because}.${maker === undefined ? '' : ` It was made by ${madeBy(maker)}.`}`;
    case 'orphan':
      return `belongs to no resource: ${why(verdict)}`;
  }
}

function on(time: Date | undefined): string {
  return time === undefined ? '' : ` on ${time.toISOString().slice(0, 10)}`;
}

function age(ms: number): string {
  const hours = Math.floor(ms / hourMs);
  if (hours < 1) return 'minutes';
  return hours < 48 ? plural(hours, 'hour') : plural(Math.floor(hours / 24), 'day');
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The findings as JSON, with AWS's own names. */
export function asJson({ images, judged, orphans: all }: Findings, orphans: readonly Orphan[], Region: string) {
  const undecided = judged.flatMap(({ version, verdict }) =>
    verdict.kind === 'undecided' ? [{ ...named(version), Because: verdict.because }] : [],
  );
  return {
    Region,
    Images: images,
    Versions: judged.length,
    InUse: judged.length - undecided.length - all.length,
    Undecided: undecided,
    OrphansNotSelected: all.length - orphans.length,
    Orphans: orphans.map(({ version, cause }) => ({
      ...named(version),
      Cause: cause.Cause,
      StackName: cause.Stack?.StackName,
      StackId: cause.Stack?.StackId,
      LogicalResourceId: 'LogicalResourceId' in cause ? cause.LogicalResourceId : undefined,
    })),
  };
}

function madeBy({ StackName, LogicalResourceId }: NonNullable<Judged['maker']>): string {
  const resource = LogicalResourceId === undefined ? 'a removed resource' : `resource ${LogicalResourceId}`;
  return `${resource} of stack ${StackName}`;
}

export function whoseAsJson(names: readonly string[], { judged }: Findings, Region: string) {
  const asked = names.map((Name) => {
    const found = judged.find(({ version }) => nameOf(version) === Name);
    return { Name, ...(found && named(found.version)), ...ownerIn(found) };
  });
  return { Region, Versions: asked };
}

function ownerIn(found: Judged | undefined): object {
  if (found === undefined) return { Of: 'Unknown' };
  const { verdict, maker: MadeBy } = found;
  switch (verdict.kind) {
    case 'in use':
      return { Of: 'Stack', StackName: verdict.StackName, LogicalResourceId: verdict.LogicalResourceId, MadeBy };
    case 'undecided':
      return { Of: 'Undecided', Because: verdict.because, MadeBy };
    case 'orphan':
      return { Of: 'Nobody', Cause: verdict.Cause, MadeBy };
  }
}

function named({ ImageName, Version, ImageVersionArn, ImageVersionStatus, CreationTime, aliases }: Orphan['version']) {
  return { ImageName, Version, ImageVersionArn, ImageVersionStatus, CreationTime, Aliases: aliases };
}
