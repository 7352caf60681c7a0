/**
 * `npm run release`: writes everything that somebody needs to deploy the provider and to check templates without building it.
 * Two runs for one commit write the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeWhole } from '../bundle.mjs';
import { type JsonMap, mapOf } from '../sandbox/json.ts';
import { inOneFile } from './one-file.ts';
import { bundledOnly } from './sbom.ts';
import { readTemplate } from './template.ts';
import { type CodeOf, translate } from './translate.ts';
import { zip } from './zip.ts';

const { values: options } = parseArgs({
  options: {
    'home-page-url': { type: 'string' },
    'source-code-url': { type: 'string' },
    'out-dir': { type: 'string' },
  },
});
const name = 'sagemaker-image-version-provider';

/** The folders that `npm run build` has built for each function: the CodeUri in template.yaml. */
const folders = ['dist/provider/', 'dist/failsafe/', 'dist/macro/'];

const written = new Map<string, Uint8Array>();
const add = (path: string, contents: string | Uint8Array) => written.set(path, Buffer.from(contents));

const template = withPages(readTemplate());

const inline = new Map<string, JsonMap>();
const zips = new Map<string, JsonMap>();
for (const folder of folders) {
  const names = readdirSync(folder).sort();
  const files = names.map((file) => ({ name: file, contents: readFileSync(join(folder, file)) }));
  inline.set(folder, { ZipFile: inOneFile(files, 'index.cjs') });
  const contents = zip(files);
  // CloudFormation updates a function only if the key of its code changes.
  const file = `${basename(folder)}-${sha256(contents).slice(0, 16)}.zip`;
  add(file, contents);
  zips.set(folder, { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { 'Fn::Sub': `\${CodePrefix}${file}` } });
}
add(`${name}.template.json`, jsonText(translate(template, codeFrom(inline))));
add(`${name}-s3.template.json`, jsonText(translate(withCodeParameters(template), codeFrom(zips))));

add('sagemaker_image_version.py', readFileSync('release/cfn-lint/sagemaker_image_version.py'));
add('sagemaker_image_version.schema.json', readFileSync('dist/schema.json'));
add('sbom.cdx.json', jsonText(billOfMaterials()));
add('LICENSE', readFileSync('LICENSE'));
const sums = [...written].map(([path, contents]) => `${sha256(contents)}  ${path}\n`);
add('SHA256SUMS', sums.join(''));

const { 'out-dir': folder = 'dist/release' } = options;
// The files of an earlier release do not belong to this one. A folder that somebody names must be a new one.
if (options['out-dir'] === undefined) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [path, contents] of written) await writeWhole(join(folder, path), contents);
process.stdout.write(`${folder} has:\n${[...written.keys()].map((path) => `  ${path}\n`).join('')}`);

/** With the web pages of whoever publishes the release, if they are given. */
function withPages({ Metadata, ...rest }: JsonMap): JsonMap {
  const { 'home-page-url': HomePageUrl, 'source-code-url': SourceCodeUrl } = options;
  const key = 'AWS::ServerlessRepo::Application';
  const application = {
    ...mapOf(mapOf(Metadata)[key]),
    ...(HomePageUrl !== undefined && { HomePageUrl }),
    ...(SourceCodeUrl !== undefined && { SourceCodeUrl }),
  };
  return { ...rest, Metadata: { ...mapOf(Metadata), [key]: application } };
}

function withCodeParameters({ Parameters, ...rest }: JsonMap): JsonMap {
  const CodeBucket = {
    Type: 'String',
    Description: 'The S3 bucket that has the zip files of the release. It must be in the Region of the stack.',
    AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
    ConstraintDescription: 'the name of an S3 bucket',
  };
  const CodePrefix = {
    Type: 'String',
    Description: 'What the keys of the zip files in the bucket begin with, such as "provider/0.1.0/".',
    Default: '',
    AllowedPattern: '^$|^[a-zA-Z0-9/_.-]+/$',
    ConstraintDescription: 'a prefix that ends with a slash, or nothing',
  };
  return { ...rest, Parameters: { CodeBucket, CodePrefix, ...mapOf(Parameters) } };
}

function codeFrom(codes: ReadonlyMap<string, JsonMap>): CodeOf {
  return (CodeUri) => {
    const found = codes.get(CodeUri);
    if (found === undefined) throw new Error(`template.yaml has a function with other code: ${CodeUri}`);
    return found;
  };
}

function billOfMaterials(): JsonMap {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const { outputs }: import('esbuild').Metafile = JSON.parse(readFileSync('dist/metafile.json', 'utf8'));
  const bundled = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => {
      const [folder] = /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
      return folder !== undefined && bytesInOutput > 0 ? [folder] : [];
    }),
  );
  const references = [...new Set(bundled)].map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${manifest.name}@${manifest.version}`;
  });
  const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const document = execFileSync('npm', words, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pages = { website: options['home-page-url'], vcs: options['source-code-url'] };
  const externalReferences = Object.entries(pages).flatMap(([type, url]) => (url === undefined ? [] : [{ type, url }]));
  return bundledOnly(JSON.parse(document), new Set(references), { name, version, externalReferences });
}

/** JSON in ASCII, because not every tool reads a template as UTF-8. */
function jsonText(value: JsonMap): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value, undefined, 1)}\n`.replace(/[\u0080-\uffff]/g, escaped);
}

function sha256(contents: Uint8Array): string {
  return createHash('sha256').update(contents).digest('hex');
}
