import { type ImageVersionView, printOutputs, printVersions } from '../../../sandbox/cli/show.ts';
import { openTerminal, type Terminal } from '../../../sandbox/cli/terminal.ts';
import { thisProvider } from '../../support/known-provider.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const ContainerImage = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio@${digest}`;
const ImageVersionArn = 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/data-science/1';

function version(Version: number, ImageName = 'data-science'): ImageVersionView {
  return {
    ImageName,
    Version,
    ImageVersionArn,
    ImageVersionStatus: 'CREATED',
    BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:1.4',
    ContainerImage,
    FailureReason: undefined,
    Aliases: ['1.4', 'cfn-a-b-c-0', 'latest'],
    ReleaseNotes: 'First release',
  };
}

function printedAt(columns: number, print: (terminal: Terminal) => void): string {
  let text = '';
  const write = (written: string) => {
    text += written;
    return true;
  };
  print(openTerminal({ write, columns }, {}));
  return text;
}

const widths = [20, 60, 80, 100, 120, 200];

test.each(widths)('the digests of versions are whole if asked for, in %d columns', (columns) => {
  const versions = [version(1), { ...version(2), ContainerImage: undefined }];

  const text = printedAt(columns, (terminal) => printVersions(versions, terminal, thisProvider(), { isWhole: true }));

  expect(text).toContain(`\n  Version  ContainerImage\n  1        ${digest}\n`);
  expect(text).not.toContain('…');
});

test('the digests of the versions of several images are whole beside the names of the images', () => {
  const versions = [version(1), version(1, 'other')];

  const text = printedAt(80, (terminal) => printVersions(versions, terminal, thisProvider(), { isWhole: true }));

  expect(text).toContain(`  data-science  1        ${digest}\n  other         1        ${digest}\n`);
});

test('the digests of versions are short in the table of an operation', () => {
  const text = printedAt(100, (terminal) => printVersions([version(1)], terminal, thisProvider()));

  expect(text).toBe(
    '  Version  Status   BaseImage   ContainerImage        Aliases      ReleaseNotes\n' +
      '  1        CREATED  studio:1.4  sha256:0123456789ab…  1.4, latest  First release\n',
  );
});

test.each(widths)('the values of outputs are whole in %d columns', (columns) => {
  const outputs = [
    { OutputKey: 'Arn', OutputValue: ImageVersionArn },
    { OutputKey: 'ContainerImage', OutputValue: ContainerImage },
  ];

  const lines = printedAt(columns, (terminal) => printOutputs(outputs, terminal)).split('\n');

  expect(lines.filter((each) => each.endsWith(ContainerImage))).toHaveLength(1);
  expect(lines.filter((each) => each.endsWith(ImageVersionArn))).toHaveLength(1);
});

test('an output that does not fit is shortened on request', () => {
  const outputs = [{ OutputKey: 'Image', OutputValue: ContainerImage }];

  expect(printedAt(80, (terminal) => printOutputs(outputs, terminal, { isWhole: false }))).toBe(
    '  Image  111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio@sha256:0123456789ab…\n',
  );
});

test('an output that does not fit has a line below its name', () => {
  const outputs = [
    { OutputKey: 'Number', OutputValue: '2' },
    { OutputKey: 'ContainerImage', OutputValue: ContainerImage },
  ];

  expect(printedAt(80, (terminal) => printOutputs(outputs, terminal))).toBe(
    `  Number          2\n  ContainerImage\n    ${ContainerImage}\n`,
  );
});
