// A name that two files of src and sandbox export means the same in both.
import { readFileSync } from 'node:fs';
import { filesOf } from './markdown.ts';

/** The names with one meaning in several files. The sandbox shares no code with src. */
const sameMeaning: Readonly<Record<string, string>> = {
  AttributeReference: 'The macro and the sandbox both read templates.',
  Clock: 'The provider and the sandbox both have a clock.',
  isList: 'The macro and the sandbox both read templates.',
  isMap: 'The macro and the sandbox both read templates.',
  StackEvent: 'The provider reads what the sandbox writes.',
  handler: 'Lambda calls it in each bundle.',
};

const exportOf = /^export (?:async |abstract )*(?:const|function|class|interface|type) (\w+)/gm;
const exports = [...filesOf('.ts', 'src'), ...filesOf('.ts', 'sandbox')].flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(exportOf)].map(([, name = '']) => ({ name, file })),
);
const filesByName = new Map<string, Set<string>>();
for (const { name, file } of exports) filesByName.set(name, (filesByName.get(name) ?? new Set()).add(file));

test('finds the exported names', () => {
  expect(filesByName.get('createSageMaker')).toEqual(new Set(['sandbox/sagemaker/sagemaker.ts']));
  expect([...(filesByName.get('handler') ?? [])]).toContain('src/handler.ts');
});

test('no two files export the same name with different meanings', () => {
  const twice = [...filesByName].filter(([name, files]) => files.size > 1 && !Object.hasOwn(sameMeaning, name));

  expect(twice).toEqual([]);
});
