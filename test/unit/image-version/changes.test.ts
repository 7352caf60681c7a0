import fc from 'fast-check';
import type { ResourceProperties } from '../../../src/cloudformation/request.ts';
import {
  type Actual,
  changesInPlace,
  type Declared,
  isChanged,
  isReplacement,
  keptMetadata,
  undoesReplacement,
} from '../../../src/image-version/changes.ts';
import { readProperties } from '../../../src/image-version/properties.ts';
import type { ImageVersion } from '../../../src/sagemaker/image-versions.ts';
import { baseImage, imageVersion, resourceProperties, versionArn } from '../../support/provider/builders.ts';
import { stringified, templates } from '../../support/provider/templates.ts';

/** A template that changes from `old` to `raw`; both say the least that they may beside it. */
function declare(raw: ResourceProperties, old: ResourceProperties = {}): Declared {
  const properties = resourceProperties(raw);
  return { properties: readProperties(properties), raw: properties, old: resourceProperties(old) };
}

/** A version that is what the template says. */
function versionOf(template: ResourceProperties): ImageVersion {
  const { ImageName, BaseImage, metadata } = readProperties(template);
  const said = Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
  return imageVersion({ BaseImage, ...said }, ImageName);
}

const newBase = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.5';

/** What an Update does: it replaces the version, changes it in place, or nothing. */
function changes(declared: Declared, actual: Actual) {
  return isReplacement(declared, actual.version) ? 'replacement' : changesInPlace(declared, actual);
}

describe('changes', () => {
  test('for any input: finds none between a version and its own template, as CloudFormation stringifies it or not', () => {
    fc.assert(
      fc.property(templates, fc.boolean(), (template, isStringified) => {
        const raw = isStringified ? stringified(template) : template;
        const properties = readProperties(raw);
        const actual = { version: versionOf(template), aliases: ['cfn-mark', ...properties.Aliases] };

        expect(changes({ properties, raw, old: raw }, actual)).toBeUndefined();
      }),
    );
  });

  test('for any input: finds none after the update that it asked for', () => {
    fc.assert(
      fc.property(templates, templates, (from, to) => {
        const raw = { ...to, ImageName: from['ImageName'], BaseImage: from['BaseImage'], Revision: from['Revision'] };
        const declared = { properties: readProperties(raw), raw, old: from };
        const [version, aliases] = [versionOf(from), readProperties(from).Aliases];
        const change = changes(declared, { version, aliases });
        fc.pre(change !== 'replacement' && change !== undefined);

        const { AliasesToAdd = [], AliasesToDelete = [], ...metadata } = change;
        const said = Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
        const updated = {
          version: { ...version, ...said },
          aliases: [...aliases.filter((alias) => !AliasesToDelete.includes(alias)), ...AliasesToAdd],
        };

        expect(changes(declared, updated)).toBeUndefined();
      }),
    );
  });

  test.each<[string, ResourceProperties, ResourceProperties, object]>([
    ['Alias', { Alias: 'b' }, { Alias: 'a' }, { AliasesToAdd: ['b'], AliasesToDelete: ['a'] }],
    ['Aliases', { Aliases: ['a', 'b'] }, { Aliases: ['a'] }, { AliasesToAdd: ['b'] }],
    ['Aliases, less', {}, { Aliases: ['a'] }, { AliasesToDelete: ['a'] }],
    ['Horovod', { Horovod: 'true' }, { Horovod: 'false' }, { Horovod: true }],
    ['Horovod, back', { Horovod: 'false' }, { Horovod: 'true' }, { Horovod: false }],
    ['JobType', { JobType: 'INFERENCE' }, { JobType: 'TRAINING' }, { JobType: 'INFERENCE' }],
    ['MLFramework', { MLFramework: 'PyTorch 2.9' }, {}, { MLFramework: 'PyTorch 2.9' }],
    ['Processor', { Processor: 'GPU' }, { Processor: 'CPU' }, { Processor: 'GPU' }],
    ['ProgrammingLang', { ProgrammingLang: 'Python 3.12' }, {}, { ProgrammingLang: 'Python 3.12' }],
    ['ReleaseNotes', { ReleaseNotes: 'new' }, { ReleaseNotes: 'old' }, { ReleaseNotes: 'new' }],
    ['VendorGuidance', { VendorGuidance: 'STABLE' }, {}, { VendorGuidance: 'STABLE' }],
  ])('updates only what changed: %s', (_what, to, from, parameters) => {
    const { Aliases } = readProperties(resourceProperties(from));
    const actual = { version: versionOf(resourceProperties(from)), aliases: ['cfn-mark', ...Aliases] };

    expect(changes(declare(to, from), actual)).toEqual(parameters);
  });

  test('puts all changes into one update', () => {
    const from = { Aliases: ['a', 'b'], Horovod: true, ReleaseNotes: 'old' };
    const to = { Aliases: ['b', 'c'], Processor: 'GPU', ReleaseNotes: 'new' };
    const actual = { version: versionOf(resourceProperties(from)), aliases: ['a', 'b'] };

    expect(changes(declare(to, from), actual)).toEqual({
      AliasesToAdd: ['c'],
      AliasesToDelete: ['a'],
      Horovod: false,
      Processor: 'GPU',
      ReleaseNotes: 'new',
    });
  });

  test.each<[string, ResourceProperties]>([
    ['ImageName', { ImageName: 'another-image' }],
    ['BaseImage', { BaseImage: newBase }],
    ['Revision', { Revision: '2' }],
  ])('replaces the version for another %s', (_what, to) => {
    expect(changes(declare(to), { version: imageVersion(), aliases: [] })).toEqual('replacement');
  });

  test('replaces the version if Revision is removed', () => {
    const declared = declare({}, { Revision: '1' });

    expect(changes(declared, { version: imageVersion(), aliases: [] })).toEqual('replacement');
  });

  test('replaces the version, whatever else changes', () => {
    const declared = declare({ BaseImage: newBase, ReleaseNotes: 'new' });

    expect(changes(declared, { version: imageVersion(), aliases: [] })).toEqual('replacement');
  });

  test('ignores ServiceTimeout', () => {
    const declared = declare({ ServiceTimeout: '600' }, { ServiceTimeout: '3600' });

    expect(changes(declared, { version: imageVersion(), aliases: [] })).toBeUndefined();
  });

  test('compares with the actual version: what it already has needs no update', () => {
    const declared = declare({ ReleaseNotes: 'new', Aliases: ['a'] }, { ReleaseNotes: 'old' });
    const actual = { version: imageVersion({ ReleaseNotes: 'new' }), aliases: ['a'] };

    expect(changes(declared, actual)).toBeUndefined();
  });

  test('compares with the actual version: restores what somebody else changed', () => {
    const declared = declare({ ReleaseNotes: 'ours', Aliases: ['a'] }, { ReleaseNotes: 'ours', Aliases: ['a'] });
    const actual = { version: imageVersion({ ReleaseNotes: 'theirs' }), aliases: [] };

    expect(changes(declared, actual)).toEqual({ AliasesToAdd: ['a'], ReleaseNotes: 'ours' });
  });

  test('ignores aliases and metadata that nobody declared', () => {
    const actual = {
      version: imageVersion({ Horovod: true, VendorGuidance: 'STABLE', ReleaseNotes: 'theirs' }),
      aliases: ['theirs', 'cfn-mark'],
    };

    expect(changes(declare({}), actual)).toBeUndefined();
  });

  test('does not remove an alias that the version no longer has', () => {
    const declared = declare({}, { Aliases: ['moved-on'] });

    expect(changes(declared, { version: imageVersion(), aliases: [] })).toBeUndefined();
  });

  test('returns removed metadata to its neutral value, if there is one', () => {
    const declared = declare({}, { Horovod: 'true', VendorGuidance: 'STABLE', ReleaseNotes: 'old', Processor: 'CPU' });
    const version = imageVersion({ Horovod: true, VendorGuidance: 'STABLE', ReleaseNotes: 'old', Processor: 'CPU' });

    expect(changes(declared, { version, aliases: [] })).toEqual({ Horovod: false, VendorGuidance: 'NOT_PROVIDED' });
  });

  test('does not change removed metadata that is neutral already, or absent', () => {
    const declared = declare({}, { Horovod: 'false', VendorGuidance: 'NOT_PROVIDED' });
    const version = imageVersion({ Horovod: undefined, VendorGuidance: undefined });

    expect(changes(declared, { version, aliases: [] })).toBeUndefined();
  });

  test.each([
    ['TO_BE_ARCHIVED', 'ARCHIVED', undefined],
    ['STABLE', 'ARCHIVED', { VendorGuidance: 'STABLE' }],
    ['ARCHIVED', 'TO_BE_ARCHIVED', { VendorGuidance: 'ARCHIVED' }],
    ['TO_BE_ARCHIVED', 'STABLE', { VendorGuidance: 'TO_BE_ARCHIVED' }],
  ] as const)('follows SageMaker’s archiving: declared %s, actually %s', (declared, present, change) => {
    const both = { VendorGuidance: declared };
    const version = imageVersion({ VendorGuidance: present });

    expect(changes(declare(both, both), { version, aliases: [] })).toEqual(change);
  });

  test('finds none if the template returns to the version after a failed replacement', () => {
    const declared = declare({ BaseImage: baseImage, Revision: '1' }, { BaseImage: newBase, Revision: '2' });

    expect(changes(declared, { version: imageVersion(), aliases: [] })).toBeUndefined();
  });

  test('finds none if the template returns to the image of the version after a failed replacement', () => {
    const declared = declare({ ImageName: 'My-Image' }, { ImageName: 'another-image' });

    expect(changes(declared, { version: imageVersion(), aliases: [] })).toBeUndefined();
  });

  test('replaces the version if one property returns and another one changes', () => {
    const declared = declare(
      { ImageName: 'my-image', BaseImage: newBase },
      { ImageName: 'another-image', BaseImage: baseImage },
    );

    expect(changes(declared, { version: imageVersion(), aliases: [] })).toEqual('replacement');
  });

  test('replaces the version for another letter case of ImageName, and finds none if it returns', () => {
    const actual = { version: imageVersion({ ImageVersionArn: versionArn(1, 'my-image') }), aliases: [] };

    expect(changes(declare({ ImageName: 'My-Image' }), actual)).toEqual('replacement');
    expect(changes(declare({}, { ImageName: 'My-Image' }), actual)).toBeUndefined();
  });
});

describe('changesInPlace', () => {
  test('does not replace a version that is known to be the wanted one', () => {
    const declared = declare({ BaseImage: newBase, Revision: '2', ReleaseNotes: 'new' });
    const actual = { version: imageVersion(), aliases: [] };

    expect(changesInPlace(declared, actual)).toEqual({ ReleaseNotes: 'new' });
  });
});

describe('keptMetadata', () => {
  test('names removed metadata that SageMaker cannot clear', () => {
    const all = {
      Horovod: true,
      JobType: 'TRAINING',
      MLFramework: 'PyTorch 2.9',
      Processor: 'GPU',
      ProgrammingLang: 'Python 3.12',
      ReleaseNotes: 'old',
      VendorGuidance: 'STABLE',
    };

    expect(keptMetadata(declare({}, all), versionOf(resourceProperties(all)))).toEqual([
      'JobType',
      'MLFramework',
      'Processor',
      'ProgrammingLang',
      'ReleaseNotes',
    ]);
  });

  test.each<[string, ResourceProperties, ResourceProperties, Partial<ImageVersion>]>([
    ['the template still sets', { ReleaseNotes: 'new' }, { ReleaseNotes: 'old' }, { ReleaseNotes: 'old' }],
    ['the template never set', {}, {}, { ReleaseNotes: 'theirs' }],
    ['the version does not have', {}, { ReleaseNotes: 'old' }, {}],
  ])('does not name metadata that %s', (_what, to, from, version) => {
    expect(keptMetadata(declare(to, from), imageVersion(version))).toEqual([]);
  });
});

describe('undoesReplacement', () => {
  test.each<[string, ResourceProperties]>([
    ['BaseImage', { BaseImage: newBase }],
    ['ImageName', { ImageName: 'another-image' }],
  ])('is true if %s returns to what the version is', (_what, from) => {
    expect(undoesReplacement(declare({}, from), imageVersion())).toBe(true);
  });

  test.each<[string, ResourceProperties, ResourceProperties]>([
    ['BaseImage changes again', { BaseImage: newBase }, {}],
    ['Revision alone changes, which a version does not show', { Revision: '1' }, { Revision: '2' }],
    ['metadata alone changes', { ReleaseNotes: 'new' }, {}],
    ['nothing changes', {}, {}],
  ])('is false if %s', (_what, to, from) => {
    expect(undoesReplacement(declare(to, from), imageVersion())).toBe(false);
  });
});

describe('isChanged', () => {
  test.each<[string, ResourceProperties, ResourceProperties, boolean]>([
    ['another value', { A: '1' }, { A: '2' }, true],
    ['something new', { A: '1' }, {}, true],
    ['nothing any more', {}, { A: '1' }, true],
    ['the word undefined after nothing', { A: 'undefined' }, {}, true],
    ['another list', { A: ['1'] }, { A: ['1', '2'] }, true],
    ['the same value', { A: '1' }, { A: '1', B: '2' }, false],
    ['the same list', { A: ['1'] }, { A: ['1'] }, false],
    ['the same number', { A: 1 }, { A: '1' }, false],
    ['nothing, as before', {}, {}, false],
  ])('compares the values: %s', (_what, raw, old, expected) => {
    expect(isChanged('A', raw, old)).toBe(expected);
  });
});
