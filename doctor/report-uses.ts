/** Who uses a version, as text and as JSON. */
import { printTable, type Terminal } from '../sandbox/cli/terminal.ts';
import { nameOf } from './orphans.ts';
import { plural } from './report.ts';
import { type Studio, type StudioKind, studioKinds } from './studio.ts';
import { type NamedVersion, type Use, usesOf } from './uses.ts';

const nouns: Readonly<Record<StudioKind, string>> = {
  Domain: 'domain',
  UserProfile: 'user profile',
  Space: 'space',
  App: 'app',
};

const inWords: Readonly<Record<Use['By'], string>> = {
  ImageVersionNumber: 'its number',
  SageMakerImageVersionArn: 'its ARN',
  SageMakerImageVersionAlias: 'an alias',
  Latest: 'the latest (the setting names no version)',
};

export interface VersionInUse {
  readonly version: NamedVersion;
  readonly uses: readonly Use[];
}

export function usesOfEach(versions: readonly NamedVersion[], { resources }: Studio): readonly VersionInUse[] {
  return versions.map((version) => ({ version, uses: usesOf(version, resources) }));
}

export function printUses(found: readonly VersionInUse[], studio: Studio, Region: string, terminal: Terminal): void {
  const { line, prose, colours } = terminal;
  for (const { version, uses } of found) {
    const name = nameOf(version);
    if (version.ImageVersionArn === undefined) prose(colours.yellow(`${name} does not exist.`));
    if (uses.length > 0) {
      const rows = uses.map(({ Kind, Name, Setting, By }) => [`${nouns[Kind]} ${Name}`, inWords[By], Setting]);
      printTable([`Uses ${name}`, 'By', 'In the setting'], rows, terminal);
      line();
    }
    const users = new Set(uses.map(({ Kind, Name }) => `${Kind} ${Name}`)).size;
    const summary =
      users === 0
        ? `Nothing that the doctor can read uses ${name}.`
        : `${name} is used by ${plural(users, 'Studio resource')}.`;
    prose(colours.bold(summary));
  }
  prose(
    `${Region}: read ${countsOf(studio)
      .map(([Kind, count]) => plural(count, nouns[Kind]))
      .join(', ')}.`,
  );
  for (const sentence of studio.notRead) prose(colours.yellow(`Not read: ${sentence}`));
}

export function usesAsJson(found: readonly VersionInUse[], studio: Studio, Region: string) {
  return {
    Region,
    Versions: found.map(({ version: { ImageName, Version, ImageVersionArn }, uses }) => {
      return { ImageName, Version, ImageVersionArn, UsedBy: uses };
    }),
    Read: Object.fromEntries(countsOf(studio)),
    NotRead: studio.notRead,
  };
}

function countsOf({ resources }: Studio): readonly (readonly [StudioKind, number])[] {
  return studioKinds.map((kind) => [kind, resources.filter(({ Kind }) => Kind === kind).length]);
}
