import { bundledOnly } from '../../release/sbom.ts';

const described = { name: 'provider', version: '1.0.0', externalReferences: [] };

/** What `npm sbom` prints, with another time and serial number each time. */
function printed(run: string) {
  return {
    bomFormat: 'CycloneDX',
    serialNumber: `urn:uuid:${run}`,
    metadata: { timestamp: run, component: { 'bom-ref': 'provider@1.0.0', name: 'name-of-the-folder' } },
    components: ['sdk@3.0.0', 'core@2.0.0', 'bundler@4.0.0'].map((reference) => ({
      'bom-ref': reference,
      scope: 'optional',
      properties: [{ name: 'cdx:npm:package:development', value: 'true' }],
    })),
    dependencies: [
      { ref: 'provider@1.0.0', dependsOn: ['sdk@3.0.0', 'bundler@4.0.0'] },
      { ref: 'sdk@3.0.0', dependsOn: ['core@2.0.0'] },
      { ref: 'core@2.0.0' },
      { ref: 'bundler@4.0.0', dependsOn: ['core@2.0.0'] },
    ],
  };
}

const bundled = new Set(['sdk@3.0.0', 'core@2.0.0']);

describe('The bill of materials', () => {
  it('lists the packages that are in the code, and what they depend on', () => {
    expect(bundledOnly(printed('first'), bundled, described)).toEqual({
      bomFormat: 'CycloneDX',
      serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
      metadata: { component: { 'bom-ref': 'provider@1.0.0', ...described } },
      components: ['sdk@3.0.0', 'core@2.0.0'].map((reference) => ({ 'bom-ref': reference, scope: 'required' })),
      dependencies: [
        { ref: 'provider@1.0.0', dependsOn: ['sdk@3.0.0'] },
        { ref: 'sdk@3.0.0', dependsOn: ['core@2.0.0'] },
        { ref: 'core@2.0.0', dependsOn: [] },
      ],
    });
  });

  it('is the same each time, and has another serial number for other packages', () => {
    const first = bundledOnly(printed('first'), bundled, described);

    expect(bundledOnly(printed('second'), bundled, described)).toEqual(first);
    expect(bundledOnly(printed('first'), new Set(['sdk@3.0.0']), described)['serialNumber']).not.toBe(
      first['serialNumber'],
    );
  });

  it('is refused if npm does not know a package that is in the code', () => {
    expect(() => bundledOnly(printed('first'), new Set(['sdk@3.0.1']), described)).toThrow(
      'npm sbom does not list sdk@3.0.1',
    );
  });
});
