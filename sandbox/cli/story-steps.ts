/** The steps of the story: the operations on `examples/quick-start.yaml`, what to watch, and the expected results. */

export interface Step {
  readonly heading: string;
  /** What the user should look at during the step. */
  readonly watch: string;
  readonly operation: 'create' | 'update' | 'delete';
  /** Only those that differ from the template's defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly expected: { readonly StackStatus: string; readonly versions: readonly ExpectedVersion[] };
  /** Printed after the step, if it had the expected result. */
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
      'version in the clean-up, when nothing can fail any more.',
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
