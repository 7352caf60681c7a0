import { IMAGE_ARN, ROLE_ARN, wires } from '../../support/sagemaker.ts';

const { open } = wires();

test('DescribeImage shows instants in seconds, and no member that was not given', async () => {
  const { post, haveImage } = await open();
  await haveImage();

  const answer = await post('DescribeImage', { ImageName: 'my-image' });

  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    ImageName: 'my-image',
    ImageArn: IMAGE_ARN,
    ImageStatus: 'CREATED',
    RoleArn: ROLE_ARN,
    CreationTime: Date.parse('2026-01-01T00:00:00Z') / 1000,
    LastModifiedTime: Date.parse('2026-01-01T00:00:01Z') / 1000,
  });
});

test('DescribeImage of an image that is not there is ResourceNotFound', async () => {
  const { post } = await open();

  const { status, body } = await post('DescribeImage', { ImageName: 'my-image' });

  expect(status).toBe(400);
  expect(body).toEqual({ __type: 'ResourceNotFound', Message: `Image with ARN ${IMAGE_ARN} does not exist` });
});
