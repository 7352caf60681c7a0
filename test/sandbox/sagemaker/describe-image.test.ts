import { IMAGE_ARN, ROLE_ARN, wires } from '../../support/sagemaker.ts';

const { openWithImage } = wires();

test('DescribeImage shows instants in seconds, and no member that was not given', async () => {
  const { post } = await openWithImage();

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
