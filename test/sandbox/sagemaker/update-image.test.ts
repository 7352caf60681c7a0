import { UpdateImageCommand, type UpdateImageCommandInput } from '@aws-sdk/client-sagemaker';
import { IMAGE_ARN, ROLE_ARN, STATUS_MS, type Wire, wires } from '../../support/sagemaker.ts';

const { open, openWithImage } = wires();

function update({ client }: Wire, change: Partial<UpdateImageCommandInput> = {}) {
  return client.send(new UpdateImageCommand({ ImageName: 'my-image', ...change }));
}

test('UpdateImage sets and deletes properties, by way of UPDATING', async () => {
  const wire = await open();
  await wire.haveImage({ DisplayName: 'Old', Description: 'Old' });

  const { ImageArn } = await update(wire, { Description: 'New', DeleteProperties: ['DisplayName'] });
  const during = await wire.image();
  wire.clock.advance(STATUS_MS);
  const after = await wire.image();

  expect(ImageArn).toBe(IMAGE_ARN);
  expect(during.ImageStatus).toBe('UPDATING');
  expect(after).toMatchObject({ ImageStatus: 'CREATED', Description: 'New' });
  expect(after.DisplayName).toBeUndefined();
});

test('UpdateImage can delete the description, and counts as a modification', async () => {
  const wire = await open();
  await wire.haveImage({ Description: 'Old' });
  wire.clock.advance(5000);

  await update(wire, { DeleteProperties: ['Description'] });

  const { Description, LastModifiedTime } = await wire.image();
  expect(Description).toBeUndefined();
  expect(LastModifiedTime).toEqual(new Date('2026-01-01T00:00:06Z'));
});

test('an image becomes UPDATE_FAILED with the reason of a failure rule, and another update repairs it', async () => {
  let reason: string | undefined = 'The role is gone.';
  const wire = await openWithImage({ failures: { imageUpdate: () => reason } });

  await update(wire);
  wire.clock.advance(STATUS_MS);
  const failed = await wire.image();
  reason = undefined;
  await update(wire, { RoleArn: ROLE_ARN });
  wire.clock.advance(STATUS_MS);
  const repaired = await wire.image();

  expect(failed).toMatchObject({ ImageStatus: 'UPDATE_FAILED', FailureReason: 'The role is gone.' });
  expect(repaired.ImageStatus).toBe('CREATED');
  expect(repaired.FailureReason).toBeUndefined();
});
