/**
 * Bundles the adapters twice, as `exchanges.test.ts` compares them: for Lambda, and over the unaltered SDK, which is left
 * where it is installed. A program of its own, because Jest loads no ES modules.
 */
import { build } from 'esbuild';
import { bundleForLambda } from '../../../bundle.mjs';

const entry = 'test/bundle/exchanges/adapters.ts';

await bundleForLambda({ 'exchanges/lambda': entry }, 'dist');
await build({
  entryPoints: { 'exchanges/unaltered': entry },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
});
