import { ListImageVersionsCommand, paginateListImageVersions } from '@aws-sdk/client-sagemaker';
import { IMAGE_ARN, versionArn, wires } from '../../support/sagemaker.ts';

const { openWithImage } = wires();

test('ListImageVersions shows the newest first, without the members that only DescribeImageVersion shows', async () => {
  const { post } = await openWithImage({}, { Aliases: ['first'], ReleaseNotes: 'First' }, { BaseImage: 'python:3.12' });

  const { body } = await post('ListImageVersions', { ImageName: 'my-image' });

  expect(body).toEqual({
    ImageVersions: [
      {
        ImageArn: IMAGE_ARN,
        ImageVersionArn: versionArn(2),
        ImageVersionStatus: 'CREATE_FAILED',
        FailureReason: "The base image 'python:3.12' is not the URI of an image in Amazon ECR.",
        Version: 2,
        CreationTime: Date.parse('2026-01-01T00:00:02Z') / 1000,
        LastModifiedTime: Date.parse('2026-01-01T00:00:03Z') / 1000,
      },
      {
        ImageArn: IMAGE_ARN,
        ImageVersionArn: versionArn(1),
        ImageVersionStatus: 'CREATED',
        Version: 1,
        CreationTime: Date.parse('2026-01-01T00:00:01Z') / 1000,
        LastModifiedTime: Date.parse('2026-01-01T00:00:02Z') / 1000,
      },
    ],
  });
});

test('the pages of ListImageVersions follow the order of the numbers, not of their digits', async () => {
  const { client } = await openWithImage({}, ...Array.from({ length: 11 }, () => ({})));
  const numbers: (number | undefined)[] = [];

  const pages = paginateListImageVersions(
    { client, pageSize: 4 },
    { ImageName: 'my-image', SortBy: 'VERSION', SortOrder: 'ASCENDING' },
  );
  for await (const { ImageVersions = [] } of pages) numbers.push(...ImageVersions.map(({ Version }) => Version));

  expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('ListImageVersions filters by time', async () => {
  const { client } = await openWithImage({}, {}, {});

  const { ImageVersions } = await client.send(
    new ListImageVersionsCommand({ ImageName: 'my-image', CreationTimeAfter: new Date('2026-01-01T00:00:02Z') }),
  );

  expect(ImageVersions).toMatchObject([{ Version: 2 }]);
});
