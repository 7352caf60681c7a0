import { readProperties } from '../../../src/image-version/properties.ts';
import { addedProperties, nativeProperties } from '../../../src/macro/resources.ts';

/** A value that each property may have. */
const values: Readonly<Record<string, unknown>> = {
  ImageName: 'data-science',
  BaseImage: 'studio:1.4',
  Alias: 'latest',
  Aliases: ['1.4'],
  Horovod: 'true',
  JobType: 'TRAINING',
  MLFramework: 'PyTorch 2.9',
  Processor: 'GPU',
  ProgrammingLang: 'Python 3.12',
  ReleaseNotes: 'First release',
  VendorGuidance: 'STABLE',
  Revision: 'a1b2c3',
  ServiceTimeout: '1800',
};

describe('The properties that the macro knows', () => {
  it('are properties of the provider, every one', () => {
    const properties = Object.fromEntries(
      [...nativeProperties, ...addedProperties].map((name) => [name, values[name]]),
    );

    expect(Object.keys(properties).toSorted()).toEqual(Object.keys(values).toSorted());
    expect(() => readProperties(properties)).not.toThrow();
  });
});
