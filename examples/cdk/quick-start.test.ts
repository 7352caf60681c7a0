import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

/** The template without the list of constructs that the CDK compresses for its statistics: the bytes differ by machine. */
const read = (file: string) => {
  const template = JSON.parse(readFileSync(file, 'utf8'));
  template.Resources.CDKMetadata.Properties.Analytics = '';
  return template;
};

test('QuickStart.template.json is the template of the app', () => {
  assert.deepEqual(read('cdk.out/QuickStart.template.json'), read('QuickStart.template.json'));
});
