/** The entry of `npm start`. Built into `dist/story/main.cjs`. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { printError } from '../sandbox/cli/errors.ts';
import { readProvider } from '../sandbox/cli/known-provider.ts';
import { openTerminal } from '../sandbox/cli/terminal.ts';
import { realClock } from '../sandbox/clock.ts';
import { runStory } from './story.ts';

const root = resolve(__dirname, '../..');

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: { 'provider-template': { type: 'string', default: join(root, 'template.yaml') } },
  });
  const providerTemplate = values['provider-template'];
  const isOwn = providerTemplate === join(root, 'template.yaml');
  const options = {
    provider: readProvider({
      providerTemplate,
      providerParameter: isOwn ? { ImageNamePattern: '*' } : {},
      schema: [join(root, 'dist/schema.json')],
    }),
    bundles: join(root, 'sandbox/dist'),
    template: join(root, 'examples/quick-start.yaml'),
    // The story is the same in every run.
    seed: 1,
  };
  const terminal = openTerminal(process.stdout, process.env);
  return (await runStory(options, { terminal, clock: realClock })) ? 0 : 1;
}

// A reader that stops early (`| head`) must not stop the story.
process.stdout.on('error', () => {});
void run()
  .catch((error: unknown) => printError(error, openTerminal(process.stderr, process.env)))
  .then((status) => process.stdout.write('', () => process.exit(status)));
