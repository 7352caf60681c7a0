/**
 * What others have made and the benchmark runs: it has a lock file of its own, and is installed when it is first needed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { say } from '../output.ts';

export const peers = 'bench/peers/node_modules';

/** No package's scripts are run: what they build is not used. */
export function installPeers(): void {
  if (existsSync(peers)) return;
  say('Installing the peers …');
  const parameters = ['--prefix', 'bench/peers', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', parameters, { stdio: 'inherit' });
}
