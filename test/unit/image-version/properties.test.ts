import fc from 'fast-check';
import type { ResourceProperties } from '../../../src/cloudformation/request.ts';
import { ProviderError } from '../../../src/errors.ts';
import { declaredAliases, isImageName, isRefused, readProperties } from '../../../src/image-version/properties.ts';
import { baseImage, resourceProperties } from '../../support/provider/builders.ts';
import { stringified, templates } from '../../support/provider/templates.ts';
import { thrownBy } from '../../support/thrown-by.ts';
import { refusedProperties } from './refused-properties.ts';

/** The problems of `overrides` to the least properties, as the Reason has them. */
function problemsOf(overrides: ResourceProperties): string {
  return problemsIn(resourceProperties(overrides));
}

function problemsIn(raw: ResourceProperties): string {
  try {
    readProperties(raw);
  } catch (thrown) {
    const { code, message } = ProviderError.from(thrown);
    const [, problems] = /^The template's properties are not valid: (.*)\.$/s.exec(message) ?? [];
    return `${code}: ${problems}`;
  }
  return 'none';
}

describe('readProperties', () => {
  test('reads the required properties', () => {
    expect(readProperties(resourceProperties())).toEqual({
      ImageName: 'my-image',
      BaseImage: baseImage,
      Aliases: [],
      metadata: {},
    });
  });

  test('reads every property', () => {
    const raw = resourceProperties({
      ServiceTimeout: '600',
      Revision: 'b1946ac9',
      Alias: 'latest',
      Aliases: ['1.4', 'stable'],
      Horovod: 'true',
      JobType: 'NOTEBOOK_KERNEL',
      MLFramework: 'PyTorch 2.9.1',
      Processor: 'GPU',
      ProgrammingLang: 'Python 3.12',
      ReleaseNotes: 'What is new – all of it',
      VendorGuidance: 'STABLE',
    });

    expect(readProperties(raw)).toEqual({
      ImageName: 'my-image',
      BaseImage: baseImage,
      Aliases: ['latest', '1.4', 'stable'],
      metadata: {
        Horovod: true,
        JobType: 'NOTEBOOK_KERNEL',
        MLFramework: 'PyTorch 2.9.1',
        Processor: 'GPU',
        ProgrammingLang: 'Python 3.12',
        ReleaseNotes: 'What is new – all of it',
        VendorGuidance: 'STABLE',
      },
    });
  });

  test.each([
    [true, true],
    ['true', true],
    [false, false],
    ['false', false],
  ])('reads a Horovod of %j', (Horovod, expected) => {
    expect(readProperties(resourceProperties({ Horovod })).metadata.Horovod).toBe(expected);
  });

  test('reads numbers as strings', () => {
    const { Aliases } = readProperties(resourceProperties({ Alias: 1, Aliases: [2.5, '3'], Revision: 42 }));

    expect(Aliases).toEqual(['1', '2.5', '3']);
  });

  test('for any input: reads stringified properties as it reads the template’s own', () => {
    fc.assert(
      fc.property(templates, (template) => {
        expect(readProperties(stringified(template))).toEqual(readProperties(template));
      }),
    );
  });

  test.each(['a', 'A'.repeat(63), 'my-image', 'My.Image-2'])('accepts the ImageName %s', (ImageName) => {
    expect(problemsOf({ ImageName })).toBe('none');
  });

  test.each(refusedProperties)('refuses %j', (overrides, problem) => {
    expect(problemsOf(overrides)).toBe(`InvalidRequest: ${problem}`);
  });

  test('counts characters, not UTF-16 units', () => {
    expect(problemsOf({ ReleaseNotes: '😀'.repeat(255) })).toBe('none');
    expect(problemsOf({ ReleaseNotes: '😀'.repeat(256) })).toBe(
      'InvalidRequest: ReleaseNotes must have 1 to 255 characters, not 256',
    );
  });

  test('shows the beginning of a long value', () => {
    expect(problemsOf({ Horovod: 'x'.repeat(100) })).toBe(
      `InvalidRequest: Horovod must be true or false, not "${'x'.repeat(79)}...`,
    );
  });

  test('reports all problems at once', () => {
    const raw = {
      ImageNam: 'x',
      Version: 3,
      Processor: 'TPU',
      Aliases: ['ok', '', '-'],
      Alias: 'cfn-x',
      Horovod: 'no',
    };

    expect(thrownBy(() => readProperties(raw))).toEqual(
      new ProviderError(
        'InvalidRequest',
        "The template's properties are not valid: " +
          'ImageNam is not a property of an image version (did you mean ImageName?); ' +
          'Version is an attribute, read with Fn::GetAtt, and cannot be set; ' +
          'ImageName is required; BaseImage is required; ' +
          'Horovod must be true or false, not "no"; ' +
          'Processor must be one of CPU, GPU, not "TPU"; ' +
          'Alias must be letters, digits, "-", "_" and ".", beginning with none of "-", "." and "cfn-", not "cfn-x"; ' +
          'Aliases[2] must be letters, digits, "-", "_" and ".", beginning with none of "-", "." and "cfn-", not "-".',
      ),
    );
  });

  test('for any input: reads any properties, or throws an InvalidRequest', () => {
    const values = fc.jsonValue({ depthSize: 'small' });
    const names = fc.oneof(
      fc.constantFrom('ImageName', 'BaseImage', 'Alias', 'Aliases', 'Horovod', 'JobType'),
      fc.string(),
    );

    fc.assert(
      fc.property(fc.dictionary(names, values), (raw) => {
        try {
          readProperties(raw);
        } catch (thrown) {
          expect(thrown).toMatchObject({ name: 'ProviderError', code: 'InvalidRequest', worthwhileMs: 0 });
        }
      }),
    );
  });
});

describe('declaredAliases', () => {
  test('is the union of Alias and Aliases, each once, in order', () => {
    expect(declaredAliases({ Alias: 'b', Aliases: ['a', 'b', 'c', 'a'] })).toEqual(['b', 'a', 'c']);
  });

  test.each([
    [{}, []],
    [{ Alias: 'a' }, ['a']],
    [{ Aliases: ['a'] }, ['a']],
    [{ Aliases: [] }, []],
    [{ Alias: null, Aliases: 'a' }, []],
    [{ Aliases: [1, true, null, ['x'], 'a b'] }, ['1', 'true', 'a b']],
    [{ Alias: 'cfn-', Aliases: ['a', 'cfn-x'] }, ['a']],
  ])(
    "takes from %j the aliases %j, valid or not, but none of the provider's own",
    (raw: ResourceProperties, expected) => {
      expect(declaredAliases(raw)).toEqual(expected);
    },
  );
});

describe('isRefused', () => {
  test('for any input: is true exactly if readProperties throws', () => {
    const sound = fc.constant(resourceProperties());
    const broken = fc.constantFrom(resourceProperties({ Colour: 'red' }), resourceProperties({ ImageName: undefined }));

    fc.assert(
      fc.property(fc.oneof(templates, sound, broken), (raw) => {
        expect(isRefused(raw)).toBe(problemsIn(raw) !== 'none');
      }),
    );
  });
});

describe('isImageName', () => {
  test.each(['my-image', 'My.Image-2', 'a'])('is true for %j', (name) => {
    expect(isImageName(name)).toBe(true);
  });

  test.each(['', 'my--image', 'a'.repeat(64), 42, undefined, ['my-image']])('is false for %j', (name) => {
    expect(isImageName(name)).toBe(false);
  });
});
