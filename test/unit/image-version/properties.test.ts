import fc from 'fast-check';
import type { ResourceProperties } from '../../../src/cloudformation/request.ts';
import { ProviderError } from '../../../src/errors.ts';
import { declaredAliases, isImageName, isRefused, readProperties } from '../../../src/image-version/properties.ts';
import { baseImage, resourceProperties } from '../../support/provider/builders.ts';
import { stringified, templates } from '../../support/provider/templates.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const aliasForm = 'letters, digits, "-", "_" and ".", beginning with none of "-" and "."';
const nameWithVersion = 'a name and a version, such as "Python 3.12" or "PyTorch 2.9.1"';
const printable = 'a single line without control characters';
const nameForm = 'the name, not an ARN: letters and digits, with single hyphens or dots between them';

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
  test('reads the least that a template may say', () => {
    expect(readProperties(resourceProperties())).toEqual({
      ImageName: 'my-image',
      BaseImage: baseImage,
      Aliases: [],
      metadata: {
        Horovod: undefined,
        JobType: undefined,
        MLFramework: undefined,
        Processor: undefined,
        ProgrammingLang: undefined,
        ReleaseNotes: undefined,
        VendorGuidance: undefined,
      },
    });
  });

  test('reads everything that a template may say', () => {
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

  test('reads numbers where strings are meant', () => {
    const { Aliases } = readProperties(resourceProperties({ Alias: 1, Aliases: [2.5, '3'], Revision: 42 }));

    expect(Aliases).toEqual(['1', '2.5', '3']);
  });

  test('law: what CloudFormation stringifies is read as what the template says', () => {
    fc.assert(
      fc.property(templates, (template) => {
        expect(readProperties(stringified(template))).toEqual(readProperties(template));
      }),
    );
  });

  test.each(['a', 'A'.repeat(63), 'my-image', 'My.Image-2'])('takes the ImageName %s', (ImageName) => {
    expect(problemsOf({ ImageName })).toBe('none');
  });

  test.each([
    [{ ImageName: undefined }, 'ImageName is required'],
    [{ BaseImage: undefined }, 'BaseImage is required'],
    [{ ImageName: '' }, 'ImageName must have 1 to 63 characters, not 0'],
    [{ ImageName: 'a'.repeat(64) }, 'ImageName must have 1 to 63 characters, not 64'],
    [{ ImageName: 'my--image' }, `ImageName must be ${nameForm}, not "my--image"`],
    [{ ImageName: '-my' }, `ImageName must be ${nameForm}, not "-my"`],
    [{ ImageName: 'my_image' }, `ImageName must be ${nameForm}, not "my_image"`],
    [{ ImageName: 'my-image\n' }, `ImageName must be ${nameForm}, not "my-image\\n"`],
    [{ ImageName: { Ref: 'Image' } }, 'ImageName must be a string, not {"Ref":"Image"}'],
    [{ ImageName: null }, 'ImageName must be a string, not null'],
    [{ BaseImage: '' }, 'BaseImage must have 1 to 255 characters, not 0'],
    [{ BaseImage: 'b'.repeat(256) }, 'BaseImage must have 1 to 255 characters, not 256'],
    [{ BaseImage: 'two\nlines' }, `BaseImage must be ${printable}, not "two\\nlines"`],
    [{ BaseImage: 'be\u0007l' }, `BaseImage must be ${printable}, not "be\\u0007l"`],
    [{ ['x'.repeat(99)]: 'x' }, `${'x'.repeat(80)}… is not a property of an image version`],
    [{ BaseImage: ['b'] }, 'BaseImage must be a string, not ["b"]'],
    [{ Revision: '' }, 'Revision must have 1 to 128 characters, not 0'],
    [{ Revision: 'r'.repeat(129) }, 'Revision must have 1 to 128 characters, not 129'],
    [{ Revision: {} }, 'Revision must be a string, not {}'],
    [{ Horovod: 'yes' }, 'Horovod must be true or false, not "yes"'],
    [{ Horovod: 1 }, 'Horovod must be true or false, not 1'],
    [{ Horovod: [true] }, 'Horovod must be true or false, not [true]'],
    [{ JobType: 'training' }, 'JobType must be one of TRAINING, INFERENCE, NOTEBOOK_KERNEL, not "training"'],
    [{ Processor: 'TPU' }, 'Processor must be one of CPU, GPU, not "TPU"'],
    [{ VendorGuidance: '' }, 'VendorGuidance must be one of NOT_PROVIDED, STABLE, TO_BE_ARCHIVED, ARCHIVED, not ""'],
    [{ MLFramework: 'PyTorch' }, `MLFramework must be ${nameWithVersion}, not "PyTorch"`],
    [{ MLFramework: 'P 1.0'.padStart(129, 'P') }, 'MLFramework must have 1 to 128 characters, not 129'],
    [{ ProgrammingLang: 'Python  3.12' }, `ProgrammingLang must be ${nameWithVersion}, not "Python  3.12"`],
    [{ ProgrammingLang: 3.12 }, `ProgrammingLang must be ${nameWithVersion}, not "3.12"`],
    [{ ReleaseNotes: '' }, 'ReleaseNotes must have 1 to 255 characters, not 0'],
    [{ ReleaseNotes: 'n'.repeat(256) }, 'ReleaseNotes must have 1 to 255 characters, not 256'],
    [{ ReleaseNotes: 'two\nlines' }, 'ReleaseNotes must be a single line, not "two\\nlines"'],
    [{ Alias: '' }, 'Alias must have 1 to 128 characters, not 0'],
    [{ Alias: 'a'.repeat(129) }, 'Alias must have 1 to 128 characters, not 129'],
    [{ Alias: '.hidden' }, `Alias must be ${aliasForm}, not ".hidden"`],
    [{ Alias: 'a b' }, `Alias must be ${aliasForm}, not "a b"`],
    [{ Alias: null }, 'Alias must be a string, not null'],
    [{ Aliases: 'latest' }, 'Aliases must be a list of strings, not "latest"'],
    [{ Aliases: ['fine', '-bad'] }, `Aliases[1] must be ${aliasForm}, not "-bad"`],
    [{ Aliases: [['latest']] }, 'Aliases[0] must be a string, not ["latest"]'],
    [
      { Alias: 'cfn-mine', Aliases: ['cfn-'] },
      'Alias must not begin with "cfn-", which the provider keeps for its own aliases; ' +
        'Aliases[0] must not begin with "cfn-", which the provider keeps for its own aliases',
    ],
    [{ Version: 3 }, 'Version is an attribute, read with Fn::GetAtt, and cannot be set'],
    [{ ImageArn: 'x' }, 'ImageArn is an attribute, read with Fn::GetAtt, and cannot be set'],
    [{ ImageVersionArn: 'x' }, 'ImageVersionArn is an attribute, read with Fn::GetAtt, and cannot be set'],
    [{ ContainerImage: 'x' }, 'ContainerImage is an attribute, read with Fn::GetAtt, and cannot be set'],
    [{ imageName: 'x' }, 'imageName is not a property of an image version (did you mean ImageName?)'],
    [{ Alia: 'x' }, 'Alia is not a property of an image version (did you mean Alias?)'],
    [{ MlFramwork: 'x' }, 'MlFramwork is not a property of an image version (did you mean MLFramework?)'],
    [
      { ProgramingLanguage: 'x' },
      'ProgramingLanguage is not a property of an image version (did you mean ProgrammingLang?)',
    ],
    [{ Aliaxx: 'x' }, 'Aliaxx is not a property of an image version (did you mean Alias?)'],
    [{ Alibi: 'x' }, 'Alibi is not a property of an image version'],
    [{ Colour: 'x' }, 'Colour is not a property of an image version'],
    [{ X: 'x' }, 'X is not a property of an image version'],
  ])('refuses %j', (overrides: ResourceProperties, problem) => {
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
      `InvalidRequest: Horovod must be true or false, not "${'x'.repeat(79)}…`,
    );
  });

  test('tells all problems at once', () => {
    const raw = { ImageNam: 'x', Version: 3, Processor: 'TPU', Aliases: ['ok', ''], Alias: 'cfn-x', Horovod: 'no' };

    expect(thrownBy(() => readProperties(raw))).toEqual(
      new ProviderError(
        'InvalidRequest',
        "The template's properties are not valid: " +
          'ImageNam is not a property of an image version (did you mean ImageName?); ' +
          'Version is an attribute, read with Fn::GetAtt, and cannot be set; ' +
          'ImageName is required; BaseImage is required; ' +
          'Horovod must be true or false, not "no"; ' +
          'Processor must be one of CPU, GPU, not "TPU"; ' +
          'Alias must not begin with "cfn-", which the provider keeps for its own aliases; ' +
          'Aliases[1] must have 1 to 128 characters, not 0.',
      ),
    );
  });

  test('law: whatever the properties, either they are read or the Reason tells what is wrong', () => {
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
          expect(thrown).toMatchObject({ name: 'ProviderError', code: 'InvalidRequest', retryable: false });
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
  test('law: says so exactly where readProperties throws', () => {
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
  test.each(['my-image', 'My.Image-2', 'a'])('says so of %j', (name) => {
    expect(isImageName(name)).toBe(true);
  });

  test.each(['', 'my--image', 'a'.repeat(64), 42, undefined, ['my-image']])('does not say so of %j', (name) => {
    expect(isImageName(name)).toBe(false);
  });
});
