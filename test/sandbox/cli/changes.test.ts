import { type PlannedChanges, printChanges } from '../../../sandbox/cli/changes.ts';
import { openTerminal } from '../../../sandbox/cli/terminal.ts';
import type { ChangeDetail, Modification, ResourceChange } from '../../../sandbox/cloudformation/change-set.ts';
import { schema } from '../../../src/schema.ts';

function written(...changes: readonly ResourceChange[]): readonly string[] {
  return writtenOf({ changes, insteadOfChanges: 'Only the outputs change.', warnings: [] });
}

function writtenOf(foreseen: PlannedChanges): readonly string[] {
  const lines: string[] = [];
  const write = (text: string | Uint8Array) => lines.push(String(text).trimEnd()) > 0;
  printChanges(foreseen, [schema], openTerminal({ columns: 100, isTTY: false, write }, {}));
  return lines;
}

function modification(ResourceType: string, ...names: readonly string[]): Modification {
  const Details = names.map((told): ChangeDetail => {
    const [Name = '', later] = told.split('?');
    const Target = { Attribute: 'Properties', Name, RequiresRecreation: 'Conditionally' } as const;
    return { Target, Evaluation: later === undefined ? 'Static' : 'Dynamic' };
  });
  const PhysicalResourceId = 'any';
  const LogicalResourceId = 'Only';
  return {
    Action: 'Modify',
    LogicalResourceId,
    PhysicalResourceId,
    ResourceType,
    Replacement: 'Conditional',
    Scope: ['Properties'],
    Details,
  };
}

test('prints what is created, deleted and retained', () => {
  const gone = { LogicalResourceId: 'Old', PhysicalResourceId: 'any', ResourceType: 'Custom::Thing' } as const;

  expect(
    written(
      { Action: 'Add', LogicalResourceId: 'New', ResourceType: 'Custom::Thing' },
      { Action: 'Remove', PolicyAction: 'Delete', ...gone },
      { Action: 'Remove', PolicyAction: 'Retain', ...gone },
    ),
  ).toEqual([
    '  Change        Resource  Type           Because of',
    '  create        New       Custom::Thing',
    '  delete        Old       Custom::Thing',
    '  leave behind  Old       Custom::Thing  DeletionPolicy',
    '',
  ]);
});

test('prints what this provider will do with its resource, and that CloudFormation does not know it', () => {
  expect(written(modification('Custom::SageMakerImageVersion', 'BaseImage', 'Aliases'))).toEqual([
    '  Change   Resource  Type                           Because of',
    '  replace  Only      Custom::SageMakerImageVersion  BaseImage, Aliases',
    '  CloudFormation does not know whether a custom resource will be replaced. This provider replaces it',
    '  for such a change.',
    '',
  ]);
  expect(written(modification('Custom::SageMakerImageVersion', 'ReleaseNotes'))[1]).toBe(
    '  update  Only      Custom::SageMakerImageVersion  ReleaseNotes',
  );
});

test('prints that another provider decides whether it replaces its resource', () => {
  expect(written(modification('Custom::Thing', 'BaseImage'))).toEqual([
    '  Change             Resource  Type           Because of',
    '  update or replace  Only      Custom::Thing  BaseImage',
    '  The provider of a custom resource decides whether it is replaced: it answers with a new physical',
    '  id.',
    '',
  ]);
});

test('marks a value that is known later', () => {
  expect(written(modification('Custom::SageMakerImageVersion', 'ImageName?'))).toEqual([
    '  Change             Resource  Type                           Because of',
    '  update or replace  Only      Custom::SageMakerImageVersion  ImageName (known later)',
    '  Known later: the value comes from another resource that changes, and can stay the same.',
    '',
  ]);
});

test('prints what CloudFormation knows of a native type', () => {
  const image = { ...modification('AWS::SageMaker::Image', 'ImageName'), Replacement: 'True' } as const;

  expect(written(image)[1]).toBe('  replace  Only      AWS::SageMaker::Image  ImageName');
  expect(written({ ...image, Replacement: 'False' })[1]).toBe('  update  Only      AWS::SageMaker::Image  ImageName');
});

test('prints which resources an option retains', () => {
  const removal = { Action: 'Remove', PhysicalResourceId: 'any', ResourceType: 'Custom::Thing' } as const;
  const changes = [
    { ...removal, LogicalResourceId: 'Stuck', PolicyAction: 'Retain' },
    { ...removal, LogicalResourceId: 'Other', PolicyAction: 'Delete' },
  ] as const;

  expect(writtenOf({ changes, insteadOfChanges: '', retained: ['Stuck'], warnings: [] })).toEqual([
    '  Change        Resource  Type           Because of',
    '  leave behind  Stuck     Custom::Thing  --retain-resources',
    '  delete        Other     Custom::Thing',
    '',
  ]);
});

test('prints warnings at the end, also if only outputs change', () => {
  const lines: string[] = [];
  const write = (text: string | Uint8Array) => lines.push(String(text).trimEnd()) > 0;
  const terminal = openTerminal({ columns: 60, isTTY: true, write }, {});

  const insteadOfChanges = 'Only the outputs change.';
  const changes = [modification('AWS::SageMaker::Image', 'Tags')];
  const longer = 'Another sentence, of a warning that has more than one line.';

  printChanges({ changes, insteadOfChanges, warnings: ['A sentence.'] }, [schema], terminal);
  printChanges({ changes: [], insteadOfChanges, warnings: [longer] }, [schema], terminal);

  const { yellow } = terminal.colours;
  expect(lines.slice(2)).toEqual([
    `  ${yellow('A sentence.')}`,
    '',
    '  Only the outputs change.',
    `  ${yellow('Another sentence, of a warning that has more than one')}`,
    `  ${yellow('line.')}`,
    '',
  ]);
});

test('prints that only outputs change', () => {
  expect(written()).toEqual(['  Only the outputs change.', '']);
});
