import fc from 'fast-check';
import { ProviderError } from '../../../src/errors.ts';
import { isSameName, parseArn, tryParseArn } from '../../../src/sagemaker/image-version-arn.ts';
import { versionArn } from '../../support/provider/builders.ts';

describe('tryParseArn', () => {
  test.each([
    ['aws', 'eu-west-1'],
    ['aws-cn', 'cn-north-1'],
    ['aws-us-gov', 'us-gov-west-1'],
    ['aws-iso', 'us-iso-east-1'],
    ['aws-iso-b', 'us-isob-east-1'],
    ['aws-eusc', 'eusc-de-east-1'],
  ])('reads an ARN of partition %s', (partition, region) => {
    expect(tryParseArn(`arn:${partition}:sagemaker:${region}:111122223333:image-version/my-image/42`)).toEqual({
      ImageName: 'my-image',
      Version: 42,
    });
  });

  test.each(['My-Image', 'a', '1.2-3', 'Z9.a8', 'X'.repeat(63)])('keeps the name %s as it is', (ImageName) => {
    expect(tryParseArn(versionArn(1, ImageName))).toEqual({ ImageName, Version: 1 });
  });

  test.each([
    ['an image', 'arn:aws:sagemaker:eu-west-1:111122223333:image/my-image'],
    ['an image version without a number', 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/my-image'],
    ['no number', `${versionArn(1)}x`],
    ['number 0', versionArn(0)],
    ['a number with a leading zero', versionArn(1).replace('/1', '/01')],
    ['a negative number', versionArn(-1)],
    ['something after the number', `${versionArn(1)}/2`],
    ['something before the ARN', ` ${versionArn(1)}`],
    ['a line break at the end', `${versionArn(1)}\n`],
    ['another service', versionArn(1).replace('sagemaker', 's3')],
    ['an account that is none', versionArn(1).replace('111122223333', '1111')],
    ['a name that is none', versionArn(1, 'my--image')],
    ['no name', versionArn(1, '')],
    ['the literal None', 'None'],
    ['a marker', 'not-created/0123456789abcdef'],
    ['nothing', ''],
  ])('reads nothing from %s', (_what, arn) => {
    expect(tryParseArn(arn)).toBeUndefined();
  });
});

describe('tryParseArn with declared names', () => {
  test.each([
    ['MY-IMAGE', 'MY-IMAGE'],
    ['my-image', 'my-image'],
  ])('uses the name that the template declares as %s where only case differs', (declared, ImageName) => {
    expect(tryParseArn(versionArn(3, 'My-Image'), declared)).toEqual({ ImageName, Version: 3 });
  });

  test.each(['another-image', undefined, 42, ['my-image']])(
    'uses the name in the ARN where the template declares %j',
    (declared) => {
      expect(tryParseArn(versionArn(3), declared)).toEqual({ ImageName: 'my-image', Version: 3 });
    },
  );
});

describe('parseArn', () => {
  test('has the case of the declared name', () => {
    expect(parseArn(versionArn(3), 'My-Image')).toEqual({ ImageName: 'My-Image', Version: 3 });
  });

  test('throws for an ARN of unknown form', () => {
    expect(() => parseArn('arn:aws:sagemaker:eu-west-1:111122223333:image/my-image', 'my-image')).toThrow(
      new ProviderError(
        'InternalFailure',
        'SageMaker returned an ARN of unknown form: arn:aws:sagemaker:eu-west-1:111122223333:image/my-image. ' +
          'Report this error.',
      ),
    );
  });
});

describe('isSameName', () => {
  test('for any input: a name is the same in any case', () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-zA-Z0-9.-]*$/), (name) => isSameName(name, name.toUpperCase())));
  });

  test('tells different names apart', () => {
    expect(isSameName('my-image', 'my.image')).toBe(false);
  });
});
