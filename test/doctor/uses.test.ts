import type { StudioResource } from '../../doctor/studio.ts';
import { type NamedVersion, usesOf } from '../../doctor/uses.ts';
import { versionArn } from '../support/provider/builders.ts';

const version: NamedVersion = {
  ...{ ImageName: 'my-image', Version: 3, ImageVersionArn: versionArn(3) },
  ...{ aliases: ['1.3', 'latest'], isLatest: true },
};
const imageArn = versionArn(3).replace(':image-version/', ':image/').replace('/3', '');
const offer = (more: object) => ({ CustomImages: [{ ImageName: 'my-image', AppImageConfigName: 'config', ...more }] });
const start = (spec: object) => ({ DefaultResourceSpec: { InstanceType: 'ml.t3.medium', ...spec } });

function usedBy(settings: object, overrides: Partial<NamedVersion> = {}) {
  const profile: StudioResource = { Kind: 'UserProfile', name: 'd-1/ana', settings: { App: settings } };
  return usesOf({ ...version, ...overrides }, [profile]).map(({ Setting, By }) => `${Setting} ${By}`);
}

test.each<[string, object, Partial<NamedVersion>, readonly string[]]>([
  ['its number', offer({ ImageVersionNumber: 3 }), {}, ['App.CustomImages[0] ImageVersionNumber']],
  ['another number', offer({ ImageVersionNumber: 30 }), {}, []],
  ['the number of another image', offer({ ImageName: 'other', ImageVersionNumber: 3 }), {}, []],
  ['the latest version, which it is', offer({}), {}, ['App.CustomImages[0] Latest']],
  ['the latest version, which it is not', offer({}), { isLatest: false }, []],
  [
    'its ARN',
    start({ SageMakerImageVersionArn: versionArn(3) }),
    {},
    ['App.DefaultResourceSpec SageMakerImageVersionArn'],
  ],
  [
    'its ARN in lower case',
    start({ SageMakerImageVersionArn: versionArn(3, 'My-Image').toLowerCase() }),
    {},
    ['App.DefaultResourceSpec SageMakerImageVersionArn'],
  ],
  ['an ARN that begins with its ARN', start({ SageMakerImageVersionArn: versionArn(31) }), {}, []],
  [
    'the ARN of another account',
    start({ SageMakerImageVersionArn: versionArn(3).replace(/\d{12}/, '444455556666') }),
    {},
    [],
  ],
  [
    'another ARN, which has precedence over its alias',
    start({
      ...{ SageMakerImageArn: imageArn, SageMakerImageVersionAlias: '1.3' },
      SageMakerImageVersionArn: versionArn(1),
    }),
    {},
    [],
  ],
  [
    'its alias',
    start({ SageMakerImageArn: imageArn, SageMakerImageVersionAlias: '1.3' }),
    {},
    ['App.DefaultResourceSpec SageMakerImageVersionAlias'],
  ],
  [
    'its alias, with the ARN cleared',
    start({
      ...{ SageMakerImageArn: imageArn, SageMakerImageVersionAlias: '1.3' },
      SageMakerImageVersionArn: 'None',
    }),
    {},
    ['App.DefaultResourceSpec SageMakerImageVersionAlias'],
  ],
  [
    'an alias that another version has',
    start({ SageMakerImageArn: imageArn, SageMakerImageVersionAlias: '1.4' }),
    {},
    [],
  ],
  [
    'the alias of another image',
    start({ SageMakerImageArn: `${imageArn}-2`, SageMakerImageVersionAlias: '1.3' }),
    {},
    [],
  ],
  ['the image alone', start({ SageMakerImageArn: imageArn }), {}, ['App.DefaultResourceSpec Latest']],
  ['no image at all', start({}), {}, []],
  [
    'the ARN of a version that is gone',
    start({ SageMakerImageVersionArn: versionArn(3) }),
    {
      ImageVersionArn: undefined,
      aliases: [],
      isLatest: false,
    },
    ['App.DefaultResourceSpec SageMakerImageVersionArn'],
  ],
])('a setting with %s', (_what, settings, overrides, uses) => {
  expect(usedBy(settings, overrides)).toEqual(uses);
});
