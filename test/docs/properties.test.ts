// The properties and attributes are written down in many places, each for readers of its own: all of them say the same.
import { readFileSync } from 'node:fs';
import { drawScenario } from '../../laws/draw-scenario.ts';
import { metadataNames } from '../../laws/invariants/outcome.ts';
import { templateSource, versionAttributes } from '../../laws/template-text.ts';
import {
  lastingMetadata,
  optionalProperties,
  ownAttributes,
  ownReplacements,
  requiredProperties,
} from '../../sandbox/cli/own-type.ts';
import { ownRules } from '../../sandbox/cli/own-values.ts';
import { Alias, BaseImage, ImageName, metadataMembers } from '../../sandbox/sagemaker/members.ts';
import type { Shape } from '../../sandbox/sagemaker/shapes.ts';
import { attributes } from '../../src/image-version/attributes.ts';
import {
  aliasConstraint,
  choices,
  readOnlyProperties,
  type TextConstraint,
  textConstraints,
} from '../../src/image-version/constraints.ts';
import { isRefused, knownProperties, readProperties } from '../../src/image-version/properties.ts';
import { attributes as macroAttributes } from '../../src/macro/attributes.ts';
import { addedProperties, nativeProperties } from '../../src/macro/resources.ts';
import { imageVersion, resourceProperties } from '../support/provider/builders.ts';

const sorted = (names: Iterable<string>) => [...new Set(names)].toSorted();
const but = (names: Iterable<string>, ...left: readonly string[]) =>
  sorted(names).filter((name) => !left.includes(name));

const wanted = readProperties(resourceProperties());
const given = Object.keys(attributes(imageVersion(), wanted));
const metadata = Object.keys(wanted.metadata);

const readme = readFileSync('README.md', 'utf8');
const section = readme.slice(readme.indexOf('## Properties and attributes'), readme.indexOf('## What happens to'));
const table = section.split('\n').filter((line) => line.startsWith('| `'));
const namesIn = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
const [, attributesSentence = ''] = /`!GetAtt` returns (.*?)\(/s.exec(section) ?? [];

const cdk = readFileSync('examples/cdk/image-version.ts', 'utf8');

describe('The properties that the provider reads are', () => {
  const scenarios = Array.from({ length: 300 }, (_, seed) => drawScenario(seed + 1)).flatMap(({ operations }) =>
    operations.flatMap(({ template }) =>
      template.versions.map(({ nonsense: _, ...version }) => ({ ...template, versions: [version] })),
    ),
  );
  const drawn = scenarios.flatMap((plan) => {
    const { Resources } = JSON.parse(templateSource(plan, { provider: 'p', sibling: 's' }).templateText);
    const [version] = plan.versions;
    return version === undefined ? [] : Object.keys(Resources[version.id].Properties);
  });

  test.each<[where: string, names: readonly string[]]>([
    ['what the sandbox knows beforehand', [...requiredProperties, ...optionalProperties]],
    ['what the sandbox has a rule for', ['ServiceToken', ...ownRules.values.keys(), ...ownRules.items.keys()]],
    ['in the table of README.md', ['ServiceToken', ...table.flatMap((row) => namesIn(row.split('|')[1] ?? ''))]],
    ['what the macro takes, and what it sets', [...nativeProperties, ...addedProperties, 'ServiceToken']],
    ['what simulated scenarios draw', drawn],
  ])('%s', (_where, names) => {
    expect(sorted(names)).toEqual(sorted(knownProperties));
  });

  test('what the CDK construct passes on, which has no need for Alias', () => {
    const passed = [...cdk.matchAll(/^ +([A-Z]\w+): props\./gm)].map(([, name = '']) => name);

    expect(sorted(passed)).toEqual(but(knownProperties, 'Alias', 'ServiceToken', 'ServiceTimeout'));
    expect(cdk).toMatch(/serviceToken: props\.serviceToken .*serviceTimeout: props\.serviceTimeout/s);
  });

  test('what the CDK construct is tested with', () => {
    const [tested = ''] =
      /Properties: \{.*?\n {4}\}/s.exec(readFileSync('examples/cdk/image-version.test.ts', 'utf8')) ?? [];
    const names = [...tested.matchAll(/^ {6}(\w+):/gm)].map(([, name = '']) => name);

    expect(sorted(names)).toEqual(but(knownProperties, 'Alias'));
  });

  test('those of the native type, and our own', () => {
    expect(sorted(addedProperties)).toEqual(['Revision', 'ServiceTimeout']);
  });
});

describe('What an update changes in place is', () => {
  test.each<[where: string, names: readonly string[]]>([
    ['what the simulated SageMaker keeps', Object.keys(metadataMembers)],
    ['what the checkInvariants of simulated scenarios looks at', metadataNames],
    ['all that is neither an alias, nor of the protocol, nor a replacement', [...knownPropertiesInPlace()]],
    ['what README.md says so of', table.filter((row) => /update in place/.test(row)).flatMap(namesInFirstColumn)],
  ])('%s', (_where, names) => {
    expect(but(names, 'Alias', 'Aliases')).toEqual(sorted(metadata));
  });

  function knownPropertiesInPlace() {
    return but(knownProperties, 'ServiceToken', 'ServiceTimeout', ...ownReplacements);
  }
  function namesInFirstColumn(row: string) {
    return namesIn(row.split('|')[1] ?? '');
  }
});

test('What the command line warns of when it is taken out is all metadata but what README.md says goes back', () => {
  const [, goingBack = ''] = /\nIf you remove (.*) from the template/.exec(readme) ?? [];

  expect(sorted(lastingMetadata)).toEqual(but(metadata, ...namesIn(goingBack)));
});

test('A change makes another version of what README.md says so of', () => {
  const replacing = table
    .filter((row) => /\| replacement \|/.test(row))
    .flatMap((row) => namesIn(row.split('|')[1] ?? ''));

  expect(sorted(replacing)).toEqual(sorted(ownReplacements));
});

describe('The attributes that every answer has are', () => {
  test.each<[where: string, names: readonly string[]]>([
    ['what the sandbox knows beforehand', ownAttributes],
    ['in README.md', namesIn(attributesSentence)],
    ['what the macro lets templates ask for', macroAttributes],
    ['what simulated scenarios ask for', versionAttributes],
    ['what cannot be set, and two that are set', [...readOnlyProperties, 'ImageName', 'BaseImage']],
  ])('%s', (_where, names) => {
    expect(sorted(names)).toEqual(sorted(given));
  });
});

describe('What the provider takes for a property, SageMaker takes, and nothing else:', () => {
  const lengths = [1, 36, 37, 63, 64, 127, 128, 129, 255, 256, 512, 513];
  const samples = [
    ...lengths.flatMap((length) => ['a'.repeat(length), `${'a'.repeat(Math.max(1, length - 4))} 1.0`]),
    ...['', ' ', 'A', '0', '_', '-', '.', 'a-', 'a.', '-a', '.a', '_a', 'a_', 'a-b', 'a.b', 'a_b', 'a--b', 'a.-b'],
    ...['a b', 'a:b', 'a/b@sha256:0', 'é', 'a\tb', 'cfn-a', 'two\nlines', 'a\n', 'a\r', '\na'],
    ...['Python', '3.12', 'Python 3', 'Python 3.12', 'Python3.12', 'Python  3.12', 'Python 3.12.', 'Python 3.12.1'],
    ...['Python 3.12.1.1', 'Python-3.12', 'Python 3.12 ', ' Python 3.12', 'Scikit-learn 1.5', 'a1 1.0', 'R 2.17rc1'],
    ...Object.values(choices).flat(),
    ...['cpu', 'CPU ', 'INFERENCE_', 'stable'],
  ];
  const { Horovod: _, ...ofMetadata } = metadataMembers;

  test.each<[property: string, shape: Shape<unknown>, refusedByUsAlone?: readonly string[]]>([
    ['ImageName', ImageName],
    ['BaseImage', BaseImage, ['a\tb']],
    ['Alias', Alias, ['cfn-a']],
    ...Object.entries<Shape<unknown>>(ofMetadata),
  ])('%s', (property, shape, refusedByUsAlone = []) => {
    const isTakenByUs = (value: string) => !isRefused(resourceProperties({ [property]: value }));
    const isTakenBySageMaker = (value: string) => {
      const broken: string[] = [];
      shape.read(value, property, broken);
      return broken.length === 0;
    };

    expect([...samples.filter(isTakenByUs), ...refusedByUsAlone].toSorted()).toEqual(
      samples.filter(isTakenBySageMaker).toSorted(),
    );
  });
});

test('README.md has the lengths that the provider takes', () => {
  const told = table.flatMap((row) => {
    const [, figures] = /(\d+–\d+) (?:characters|of letters)/.exec(row) ?? [];
    return figures === undefined ? [] : namesIn(row.split('|')[1] ?? '').map((name) => [name, figures] as const);
  });
  const figures = ({ shortest, longest }: TextConstraint) => `${shortest}–${longest}`;

  // What MLFramework and ProgrammingLang are to look like says more than how long they may be.
  const { MLFramework: _, ProgrammingLang: __, ...others } = textConstraints;
  expect(Object.fromEntries(told)).toEqual({
    ...Object.fromEntries(Object.entries(others).map(([name, constraint]) => [name, figures(constraint)])),
    Alias: figures(aliasConstraint),
    Aliases: figures(aliasConstraint),
  });
});

const shapes: Readonly<Record<string, Shape<unknown>>> = metadataMembers;

describe.each(Object.entries(choices))('The values of %s are', (property, values) => {
  const row = table.find((each) => each.startsWith(`| \`${property}\``)) ?? '';
  const small = property.charAt(0).toLowerCase() + property.slice(1);
  const [, inCdk = ''] = new RegExp(`readonly ${small}\\?: (.*);`).exec(cdk) ?? [];
  const [ofSageMaker = ''] = shapes[property]?.constraints ?? [];

  test.each([
    ['in README.md', namesIn(row.split('|')[4] ?? '')],
    ['what the simulated SageMaker takes', /\[(.*)\]/.exec(ofSageMaker)?.[1]?.split(', ')],
    ['in the CDK construct', [...inCdk.matchAll(/'(\w+)'/g)].map(([, value]) => value)],
  ])('%s', (_where, told) => {
    expect(told).toEqual(values);
  });
});
