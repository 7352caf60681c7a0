import fc from 'fast-check';
import {
  deniedId,
  notCreatedId,
  parsePhysicalResourceId,
  unconfirmedId,
} from '../../../src/image-version/physical-resource-id.ts';
import { imageVersion, versionArn } from '../../support/provider/builders.ts';

const requestHashes = fc.stringMatching(/^[0-9a-f]{16}$/);

describe.each([
  ['not created', notCreatedId, 'not-created/0123456789abcdef', {}],
  ['unconfirmed', unconfirmedId, 'unconfirmed/0123456789abcdef', { requestHash: '0123456789abcdef' }],
  ['denied', deniedId, 'denied/0123456789abcdef', { requestHash: '0123456789abcdef' }],
])('The placeholder id of a Create that is %s', (kind, placeholderId, id, named) => {
  test('has a form of its own', () => {
    expect(placeholderId('0123456789abcdef')).toBe(id);
  });

  test('for any input: is read back with the request that it names', () => {
    fc.assert(
      fc.property(requestHashes, fc.constantFrom('my-image', undefined), (requestHash, ImageName) => {
        const expected = { kind, ...('requestHash' in named && { requestHash }) };
        expect(parsePhysicalResourceId(placeholderId(requestHash), ImageName)).toEqual(expected);
      }),
    );
  });
});

describe('parsePhysicalResourceId', () => {
  test('for any input: the ARN of any version is read back as that version', () => {
    const names = fc.stringMatching(/^[a-zA-Z0-9]([-.]?[a-zA-Z0-9]){0,20}$/);
    fc.assert(
      fc.property(names, fc.integer({ min: 1 }), (ImageName, Version) => {
        const { ImageVersionArn } = imageVersion({ Version }, ImageName);

        expect(parsePhysicalResourceId(ImageVersionArn, ImageName)).toEqual({
          kind: 'image version',
          version: { ImageName, Version },
        });
      }),
    );
  });

  test('names the image as the template does', () => {
    expect(parsePhysicalResourceId(versionArn(3), 'My-Image')).toEqual({
      kind: 'image version',
      version: { ImageName: 'My-Image', Version: 3 },
    });
  });

  test.each(['studio-Stable-1B2C3D4E5F', 'my-image', 'NOT-CREATED/1', '', versionArn(0)])(
    'takes %j for an id that CloudFormation made up',
    (id) => {
      expect(parsePhysicalResourceId(id, 'my-image')).toEqual({ kind: 'invented' });
    },
  );
});
