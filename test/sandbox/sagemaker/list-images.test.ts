import { ListImagesCommand, type ListImagesCommandInput, paginateListImages } from '@aws-sdk/client-sagemaker';
import { type Wire, wires } from '../../support/sagemaker.ts';

const { open } = wires();

async function names({ client }: Wire, input: ListImagesCommandInput = {}): Promise<(string | undefined)[]> {
  const { Images = [] } = await client.send(new ListImagesCommand(input));
  return Images.map(({ ImageName }) => ImageName);
}

async function openWith(...imageNames: readonly string[]): Promise<Wire> {
  const wire = await open();
  for (const ImageName of imageNames) await wire.haveImage({ ImageName });
  return wire;
}

test('ListImages shows the newest first', async () => {
  const wire = await openWith('b', 'a', 'c');

  expect(await names(wire)).toEqual(['c', 'a', 'b']);
});

test('ListImages sorts by SortBy and SortOrder', async () => {
  const wire = await openWith('b', 'a', 'c');

  expect(await names(wire, { SortBy: 'IMAGE_NAME', SortOrder: 'ASCENDING' })).toEqual(['a', 'b', 'c']);
  expect(await names(wire, { SortBy: 'LAST_MODIFIED_TIME', SortOrder: 'ASCENDING' })).toEqual(['b', 'a', 'c']);
});

test('ListImages filters by name and by time, including the instants themselves', async () => {
  const wire = await openWith('team-b', 'team-a', 'other');
  const second = (at: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + at * 1000);

  expect(await names(wire, { NameContains: 'team' })).toEqual(['team-a', 'team-b']);
  expect(await names(wire, { CreationTimeAfter: second(1) })).toEqual(['other', 'team-a']);
  expect(await names(wire, { CreationTimeBefore: second(1) })).toEqual(['team-a', 'team-b']);
  expect(await names(wire, { LastModifiedTimeAfter: second(2), LastModifiedTimeBefore: second(2) })).toEqual([
    'team-a',
  ]);
});

test('ListImages has ten images on a page by default', async () => {
  const wire = await openWith(...Array.from({ length: 11 }, (_, index) => `image-${index}`));

  expect(await names(wire)).toHaveLength(10);
  expect(await names(wire, { MaxResults: 11 })).toHaveLength(11);
});

test('the pages of ListImages show each image once', async () => {
  const wire = await openWith('a', 'b', 'c', 'd', 'e');
  const pages: (string | undefined)[][] = [];

  for await (const { Images = [] } of paginateListImages({ client: wire.client, pageSize: 2 }, {})) {
    pages.push(Images.map(({ ImageName }) => ImageName));
  }

  expect(pages).toEqual([['e', 'd'], ['c', 'b'], ['a']]);
});
