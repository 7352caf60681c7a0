// The documents, the simulations and the simulated SageMaker agree with the table of properties.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { arbitraryScenario } from '../../laws/arbitrary-scenario.ts';
import { templateSource, versionAttributes } from '../../laws/scenario.ts';
import { ApiError } from '../../sandbox/sagemaker/api-answer.ts';
import { metadataMembers, readInput } from '../../sandbox/sagemaker/model.ts';
import { isRefused } from '../../src/image-version/properties.ts';
import {
  attributeNames,
  metadataNames,
  type Property,
  propertyNamed,
  propertyTable,
} from '../../src/image-version/property-table.ts';
import { resourceProperties } from '../support/provider/builders.ts';

const table: readonly (readonly [string, Property])[] = Object.entries(propertyTable);
const allNames = table.map(([name]) => name);
const choicesOf = (name: string): readonly string[] => {
  const constraint = propertyNamed(name)?.constraint ?? { type: 'boolean' };
  return 'enum' in constraint ? constraint.enum : [];
};
const sorted = (names: Iterable<string>) => [...new Set(names)].toSorted();
const but = (names: Iterable<string>, ...left: readonly string[]) =>
  sorted(names).filter((name) => !left.includes(name));
const namesIn = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

describe('README.md', () => {
  const readme = readFileSync('README.md', 'utf8');
  const section = readme.slice(readme.indexOf('## Properties and attributes'), readme.indexOf('## What happens to'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const documented = new Map(
    rows.flatMap((row) => {
      const [, names = '', required, change, note = ''] = row.split('|').map((cell) => cell.trim());
      return namesIn(names).map((name) => [name, { required, change, note }] as const);
    }),
  );
  const changeInWords = {
    replacement: 'replacement',
    metadata: 'update in place',
    aliases: 'update in place',
    none: 'nothing',
  };

  test('has a row for every property but ServiceToken', () => {
    expect(sorted(documented.keys())).toEqual(but(allNames, 'ServiceToken'));
  });

  test.each([...documented])('describes %s as it is', (name, { required, change, note }) => {
    const property = propertyNamed(name);

    expect({ required, change }).toEqual({
      required: property?.required ? 'yes' : 'no',
      change: changeInWords[property?.change ?? 'none'],
    });
    expect(note).toMatch(constraintInWords(property?.constraint ?? { type: 'boolean' }));
  });

  test('names the metadata that goes back to a neutral value', () => {
    const [, goingBack = '', values = ''] =
      /If you remove (.*?) from the template, it goes back to (.*?)\./s.exec(readme) ?? [];

    expect(namesIn(goingBack).map((name) => propertyNamed(name)?.neutral)).toEqual(
      namesIn(values).map((value) => (value === 'false' ? false : value)),
    );
    expect(sorted(namesIn(goingBack))).toEqual(
      sorted(table.filter(([, { neutral }]) => neutral !== undefined).map(([name]) => name)),
    );
  });

  test('has all attributes', () => {
    const [, sentence = ''] = /`!GetAtt` returns (.*?)\(/s.exec(section) ?? [];

    expect(sorted(namesIn(sentence))).toEqual(sorted(attributeNames));
  });

  function constraintInWords(constraint: Property['constraint']): RegExp | string {
    switch (constraint.type) {
      case 'boolean':
        return '`true`, `false`';
      case 'integer':
        return `${constraint.minimum}–${constraint.maximum}`;
      case 'array':
        return constraintInWords(constraint.items);
      case 'string': {
        if ('enum' in constraint) return new RegExp(`^${constraint.enum.map((value) => `\`${value}\``).join(', ')}$`);
        const { minLength, maxLength, pattern = '' } = constraint;
        // The form of a name and a version says more than its length.
        return pattern.includes('\\d') ? 'A name and a version' : `${minLength}–${maxLength} `;
      }
    }
  }
});

describe('The simulation', () => {
  const scenarios = fc
    .sample(arbitraryScenario, { seed: 1, numRuns: 300 })
    .flatMap(({ operations }) =>
      operations.flatMap(({ template }) =>
        template.versions.map(({ nonsense: _, ...version }) => ({ ...template, versions: [version] })),
      ),
    );
  const drawn = scenarios.flatMap((plan) => {
    const { Resources } = JSON.parse(templateSource(plan, { provider: 'p', sibling: 's' }).templateText);
    const [version] = plan.versions;
    return version === undefined ? [] : Object.keys(Resources[version.id].Properties);
  });

  test.each<[what: string, names: Iterable<string>, expected: Iterable<string>]>([
    ['draws every property', drawn, allNames],
    ['and its SageMaker store all metadata', metadataMembers, metadataNames],
    ['asks for every attribute', versionAttributes, attributeNames],
  ])('%s', (_what, names, expected) => {
    expect(sorted(names)).toEqual(sorted(expected));
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
    ...allNames.flatMap(choicesOf),
    ...['cpu', 'CPU ', 'INFERENCE_', 'stable'],
  ];
  const input = { ImageName: 'a', BaseImage: 'a', ClientToken: 'a' };

  test.each<[property: string, refusedByUsAlone?: readonly string[]]>([
    ['ImageName'],
    ['BaseImage', ['a\tb']],
    ['Alias', ['cfn-a']],
    ...but(metadataMembers, 'Horovod').map((name): [string] => [name]),
  ])('%s', (property, refusedByUsAlone = []) => {
    const isTakenByUs = (value: string) => !isRefused(resourceProperties({ [property]: value }));
    const isTakenBySageMaker = (value: string) => {
      const given = property === 'Alias' ? { Aliases: [value] } : { [property]: value };
      try {
        readInput('CreateImageVersion', { ...input, ...given });
        return true;
      } catch (error) {
        if (error instanceof ApiError) return false;
        throw error;
      }
    };

    expect([...samples.filter(isTakenByUs), ...refusedByUsAlone].toSorted()).toEqual(
      samples.filter(isTakenBySageMaker).toSorted(),
    );
  });
});
