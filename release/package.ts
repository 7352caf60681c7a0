/**
 * Writes `dist/cdk/`: the CDK constructs of the npm package, as JavaScript with types, with the provider that they deploy.
 * The rest of the package is what `npm run build` and the release write. Two runs for one commit write the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeWhole } from '../bundle.mjs';
import { mapOf } from '../sandbox/json.ts';
import { constructsModule } from './constructs.ts';
import { readTemplate } from './template.ts';
import { translate } from './translate.ts';

const folder = 'dist/cdk';
rmSync(folder, { recursive: true, force: true });

const code: string[] = [];
const { Parameters, Rules, Conditions, Resources, Outputs } = translate(readTemplate(), (CodeUri) => {
  code.push(CodeUri);
  return { Folder: basename(CodeUri) };
});
await writeWhole(
  'cdk/generated.ts',
  constructsModule(JSON.parse(readFileSync('dist/schema.json', 'utf8')), mapOf(Parameters)),
);
compile();
// The package itself has ES modules. CommonJS can be required and imported.
await writeWhole(join(folder, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`);
const template = { Parameters, Rules, Conditions, Resources, Outputs };
await writeWhole(join(folder, 'provider.template.json'), `${JSON.stringify(template, undefined, 1)}\n`);
for (const uri of code) cpSync(uri, join(folder, 'code', basename(uri)), { recursive: true });
process.stdout.write(`${folder} has the CDK constructs.\n`);

/** Without the CDK, which is not installed here: the example in `examples/cdk` checks the types. */
function compile(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--project', 'cdk', '--noCheck'], {
    stdio: 'inherit',
  });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.d.ts'))) {
    const path = join(folder, file);
    // TypeScript rewrites the names of imported files only in the JavaScript.
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(?<=from '\.\/[\w-]+)\.ts(?=')/g, '.js'));
  }
}
