/** What a version costs: made, and deleted again, in dollars for a thousand of them. */
import { readProviderTemplate } from '../../sandbox/sandbox.ts';
import { machine, markdownTable, progress, say } from '../output.ts';
import { dollars, type Usage } from './prices.ts';
import { cdksUsage, providersUsage } from './usage.ts';

const seconds = [5, 10, 30, 120, 600, 1_800];
const memorySizesMb = [128, 256, 512];

export async function cost(): Promise<void> {
  const template = readProviderTemplate('template.yaml');
  say(`${machine()}\n`);
  const rows: string[][] = [];
  for (const creation of seconds) {
    progress(`versions that take ${creation} s`);
    const own = await Promise.all(memorySizesMb.map((size) => providersUsage(creation * 1000, size, template)));
    const cdk = cdksUsage(creation * 1000);
    rows.push([
      creation < 60 ? `${creation} s` : `${creation / 60} min`,
      String(own[0]?.requests),
      ...own.map(told),
      `${cdk.requests}, ${cdk.stateTransitions}`,
      told(cdk),
    ]);
  }
  say(
    markdownTable(
      ['CREATED after', 'requests', ...memorySizesMb.map((size) => `${size} MB`), 'CDK: requests, transitions', 'CDK'],
      rows,
    ),
  );
}

function told(usage: Usage): string {
  return `${usage.gbSeconds.toFixed(1)} GB-s, $${(1000 * dollars(usage)).toFixed(2)}`;
}
