import { ListAliasesCommand, type ListAliasesCommandInput, paginateListAliases } from '@aws-sdk/client-sagemaker';
import { type Wire, wires } from '../../support/sagemaker.ts';

const { openWithImage } = wires();

const openWithTwoVersions = (settings = {}) =>
  openWithImage(settings, { Aliases: ['one', '1.0'] }, { Aliases: ['latest', 'two', '2.0'] });

async function aliases({ client }: Wire, input: Partial<ListAliasesCommandInput> = {}): Promise<string[] | undefined> {
  const answer = await client.send(new ListAliasesCommand({ ImageName: 'my-image', ...input }));
  return answer.SageMakerImageVersionAliases;
}

test('ListAliases shows the aliases of all versions, of one number, or of the version with an alias', async () => {
  const wire = await openWithTwoVersions();

  expect(await aliases(wire)).toEqual(['1.0', '2.0', 'latest', 'one', 'two']);
  expect(await aliases(wire, { Version: 1 })).toEqual(['1.0', 'one']);
  expect(await aliases(wire, { Alias: 'latest' })).toEqual(['2.0', 'latest', 'two']);
});

test('ListAliases comes in pages, which may be shorter than MaxResults', async () => {
  const wire = await openWithTwoVersions({ largestPageSize: 2 });
  const pages: (string[] | undefined)[] = [];

  for await (const page of paginateListAliases({ client: wire.client, pageSize: 100 }, { ImageName: 'my-image' })) {
    pages.push(page.SageMakerImageVersionAliases);
  }

  expect(pages).toEqual([['1.0', '2.0'], ['latest', 'one'], ['two']]);
});

test('a token of one version is refused for another', async () => {
  const wire = await openWithTwoVersions({ defaultPageSize: 1 });
  const { NextToken } = await wire.client.send(new ListAliasesCommand({ ImageName: 'my-image', Version: 2 }));

  const { body } = await wire.post('ListAliases', { ImageName: 'my-image', Version: 1, NextToken: NextToken ?? '' });

  expect(body).toEqual({ __type: 'ValidationException', message: 'Invalid NextToken.' });
});
