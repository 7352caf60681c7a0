/** The steps of the story: what is done to `examples/quick-start.yaml`, what to watch, and what must come of it. */

export interface Step {
  readonly heading: string;
  /** What the reader should look at while it happens. */
  readonly watch: string;
  readonly operation: 'create' | 'update' | 'delete';
  /** Where they differ from the template's defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly expected: { readonly StackStatus: string; readonly versions: readonly ExpectedVersion[] };
  /** What has happened, said once it has. */
  readonly outcome: string;
}

export interface ExpectedVersion {
  readonly Version: number;
  readonly tag: string;
  readonly Aliases: readonly string[];
  readonly ReleaseNotes?: string;
}

const previous: ExpectedVersion = { Version: 1, tag: '1.3', Aliases: ['1.3'] };
const corrected = { ReleaseNotes: 'Python 3.12, PyTorch 2.9' };
const replacement: ExpectedVersion = { Version: 3, tag: '1.5', Aliases: ['1.5', 'latest'], ...corrected };

export const steps: readonly Step[] = [
  {
    heading: 'Create the stack',
    watch:
      'Stable says DependsOn: Previous, and a version is reported complete only when SageMaker says CREATED: so ' +
      'Previous is version 1 and Stable is version 2, every time.',
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
    watch: 'Stable keeps its version, its number and its aliases; one UpdateImageVersion is all that is changed.',
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
      'The new version comes first and takes the fixed alias latest from the old one, which is deleted only in the ' +
      'clean-up, when nothing can fail any more.',
    operation: 'update',
    parameters: { ...corrected, StableTag: '1.5' },
    expected: { StackStatus: 'UPDATE_COMPLETE', versions: [previous, replacement] },
    outcome: 'latest has moved from version 2 to version 3, and version 2 is deleted.',
  },
  {
    heading: 'Change StableTag to does-not-exist: an update that fails',
    watch:
      'SageMaker cannot make this version, and the Reason says why. The stack rolls back: whatever the failed update ' +
      'made is removed, and whatever it took is given back.',
    operation: 'update',
    parameters: { ...corrected, StableTag: 'does-not-exist' },
    expected: { StackStatus: 'UPDATE_ROLLBACK_COMPLETE', versions: [previous, replacement] },
    outcome: 'Version 3 and its aliases are as before; the failed version 4 is gone.',
  },
  {
    heading: 'Delete the stack',
    watch: 'Dependents go first: Stable, Previous, then the Image.',
    operation: 'delete',
    parameters: {},
    expected: { StackStatus: 'DELETE_COMPLETE', versions: [] },
    outcome: 'Both versions and the image are deleted.',
  },
];
