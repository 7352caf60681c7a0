import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The Node.js that runs the bundles: .ci/run names the one that Lambda has. */
const node = process.env['LAMBDA_NODE'] ?? process.execPath;

const sizeOf = (file: string) => statSync(join('dist', file)).size;
const textOf = (file: string) => readFileSync(join('dist', file), 'utf8');

/** Runs a line of JavaScript as Lambda would find itself; gives what it prints. */
function run(script: string): string {
  const { stdout, stderr, status } = spawnSync(node, ['-e', script], {
    env: { AWS_REGION: 'eu-west-1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.trim();
}

describe('What Lambda gets', () => {
  it('is one file for each function, and for the provider two that its first file loads', () => {
    expect(readdirSync('dist/provider').sort()).toEqual(['handler.cjs', 'index.cjs', 'sdk-stacks.cjs']);
    expect(readdirSync('dist/failsafe')).toEqual(['index.cjs']);
    expect(readdirSync('dist/macro')).toEqual(['index.cjs']);
  });

  it.each(['provider', 'failsafe', 'macro'])('exports the handler of %s', (name) => {
    expect(run(`console.log(typeof require('./dist/${name}/index.cjs').handler)`)).toBe('function');
  });

  it('loads the CloudFormation client from its own file', () => {
    // The endpoint of the client.
    expect(textOf('provider/handler.cjs')).not.toContain('https://cloudformation.');
    expect(textOf('provider/sdk-stacks.cjs')).toContain('https://cloudformation.');
    expect(run("console.log(typeof require('./dist/provider/sdk-stacks.cjs').stacksOfLambda)")).toBe('function');
  });

  it('knows nothing of the sandbox, and carries no source map', () => {
    const provider = ['provider/index.cjs', 'provider/handler.cjs', 'provider/sdk-stacks.cjs'];
    for (const file of [...provider, 'failsafe/index.cjs', 'macro/index.cjs']) {
      expect(textOf(file)).not.toMatch(/sandbox|sourceMappingURL/i);
    }
  });

  it('stays small', () => {
    expect(sizeOf('provider/index.cjs') + sizeOf('provider/handler.cjs')).toBeLessThanOrEqual(205_000);
    // Node.js looks through the text of the file that Lambda imports, and not of a file that this one requires.
    expect(sizeOf('provider/index.cjs')).toBeLessThanOrEqual(1_000);
    expect(sizeOf('provider/sdk-stacks.cjs')).toBeLessThanOrEqual(160_000);
    expect(sizeOf('failsafe/index.cjs')).toBeLessThanOrEqual(10_000);
    expect(sizeOf('macro/index.cjs')).toBeLessThanOrEqual(6_250);
  });

  it.each([
    ['require', (file: string) => `require('${file}')`],
    ['import', (file: string) => `(await import('${file}')).default`],
  ])('can be loaded by %s, as Lambda’s runtime does', (_, load) => {
    const script = `console.log(typeof ${load('./dist/provider/index.cjs')}.handler)`;

    expect(run(`(async () => { ${script} })()`)).toBe('function');
  });

  it('tells whoever invokes it by hand what is wrong with the event', () => {
    const message =
      "console.log(await require('./dist/provider/index.cjs').handler({}, { getRemainingTimeInMillis: () => 900000 }).catch((error) => error.message))";

    expect(run(`(async () => { ${message} })()`).split('\n').at(-1)).toBe(
      'This is no custom resource request: ResponseURL is missing.',
    );
  });
});
