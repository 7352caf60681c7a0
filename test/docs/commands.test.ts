// npm and the project's own command lines accept every command of theirs that the project gives people.
// test/aws-cli does the same for the AWS CLI and the SAM CLI.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { createProgram } from '../../doctor/program.ts';
import { runProgram } from '../../sandbox/cli/program.ts';
import { openTerminal, type Stream } from '../../sandbox/cli/terminal.ts';
import { realClock } from '../../sandbox/clock.ts';
import { filesOf } from './markdown.ts';
import { commandsOfProject, markdownCommands, shellWords, sourceCommands } from './shell-commands.ts';

const commands = commandsOfProject();
const named = ({ file, text, words }: (typeof commands)[number]) => [file, text, words] as const;

/** The words of an npm command: `--prefix FOLDER` apart, and what comes after `--` too. */
function npmCommand([, ...words]: readonly string[]) {
  const [folder, rest] = words[0] === '--prefix' ? [words[1] ?? '', words.slice(2)] : ['.', words];
  const end = rest.indexOf('--');
  const [own, passed] = end < 0 ? [rest, []] : [rest.slice(0, end), rest.slice(end + 1)];
  return { folder, own: own.filter((word) => !word.startsWith('--')), passed };
}

const npm = commands.filter(({ words: [program] }) => program === 'npm');

test.each(npm.map(named))('%s: npm has what it needs for %s', (_file, _text, words) => {
  const { folder, own } = npmCommand(words);
  const { scripts = {} }: { scripts?: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const [command = '', script = ''] = own;

  if (command === 'run') expect(Object.keys(scripts)).toContain(script);
  else if (['start', 'test'].includes(command)) expect(Object.keys(scripts)).toContain(command);
  else expect(existsSync(join(folder, 'package-lock.json'))).toBe(true);
});

const ofSandbox = npm.flatMap(({ file, text, words }) => {
  const { own, passed } = npmCommand(words);
  // The text may leave the whole command open.
  const isComplete = passed.length > 0 && passed[0] !== 'any-value';
  return own.join(' ') === 'run sandbox' && isComplete ? [[file, text, passed] as const] : [];
});

test.each(ofSandbox)('%s: the sandbox parses %s', async (_file, _text, words) => {
  expect(await parsedBySandbox(words)).toEqual({ parsed: words[0], printed: '' });
});

const ofPackages = commands.filter(({ words: [program] }) => program === 'npx');

test.each(ofPackages.map(named))('%s: npx can run %s', async (_file, _text, words) => {
  const [, ...rest] = words;
  const [program = '', ...args] = rest.filter((word) => word !== '--no');
  const { name, bin }: { name: string; bin: string } = JSON.parse(readFileSync('package.json', 'utf8'));

  if (program === 'jest') expect(args.filter((path) => !existsSync(path))).toEqual([]);
  // The tests of the package run it.
  else if (program === 'cdk') expect(args).toEqual(['synth']);
  else if (program === 'cloudformation-sandbox') {
    // A name without a command is the beginning of one.
    if (args.length > 0) expect(await parsedBySandbox(args)).toEqual({ parsed: args[0], printed: '' });
  } else {
    expect({ program, bin }).toEqual({ program: name, bin: 'dist/doctor/main.cjs' });
    expect(
      await parsedByDoctor(args.map((arg) => (arg === 'any-value' || arg === 'any/any' ? 'image/1' : arg))),
    ).toEqual({
      parsed: args[0],
      printed: '',
    });
  }
});

describe('a wrong command is found', () => {
  test('in every document, because each code span ends', () => {
    const open = filesOf('.md').filter((file) => {
      const text = readFileSync(file, 'utf8').replace(/^ *```[\s\S]*?^ *```/gm, '');
      return text.split('`').length % 2 === 0;
    });

    expect(open).toEqual([]);
  });

  test('in a paragraph, in a block with continued lines, and in a text that the code joins', () => {
    const markdown = `Run \`aws sagemaker list-images\`.\n\n  \`\`\`json\n{}\n  \`\`\`\n\n\`\`\`sh\nnpm ci && sam build \\\n  --parallel    # both\n\`\`\`\n`;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a source file
    const source = "log.warn('Delete it: aws sagemaker delete-image ' + `--image-name ${name}. Then try again.`)";

    expect(markdownCommands(markdown)).toEqual(['npm ci', 'sam build --parallel', 'aws sagemaker list-images']);
    expect(sourceCommands(source)).toEqual(['aws sagemaker delete-image --image-name …']);
  });

  test.each([
    ['deploy --template t.yaml', "error: required option '--stack-name <NAME>' not specified"],
    ['delete --stack-name s --retain Only', "error: unknown option '--retain'"],
    ['continue --stack-name s', "error: unknown command 'continue'"],
  ])('of the sandbox: %s', async (text, printed) => {
    expect(await parsedBySandbox(shellWords(text))).toEqual({
      parsed: undefined,
      printed: expect.stringContaining(printed),
    });
  });

  test('of the doctor', async () => {
    // The doctor's parser prints the problem there.
    jest.spyOn(process.stderr, 'write').mockReturnValueOnce(true).mockReturnValueOnce(true);

    await expect(parsedByDoctor(['orphans', '--remove', 'image/1'])).rejects.toThrow(
      "error: unknown option '--remove'",
    );
  });
});

/** What the sandbox's command line parses `words` to, without running it. */
async function parsedBySandbox(words: readonly string[]) {
  const { stream, printed } = collector();
  const defaults = { commandName: undefined, bundles: '.', seed: 1 };
  const streams = { stdout: stream, stderr: stream };
  const parsed = await parsedName(() => runProgram(words, defaults, { ...streams, env: {}, clock: realClock }));
  return { parsed, printed: printed() };
}

async function parsedByDoctor(words: readonly string[]) {
  const { stream, printed } = collector();
  const connect = () => Promise.reject(new Error('no action runs'));
  const dependencies = { terminal: openTerminal(stream, {}), now: Date.now, connect };
  const parsed = await parsedName(() => createProgram(dependencies)(words));
  return { parsed, printed: printed() };
}

function collector() {
  const written: string[] = [];
  const stream: Stream = { columns: 100, write: (text) => written.push(String(text)) > 0 };
  return { stream, printed: () => written.join('') };
}

/** The name of the command whose action `run` comes to. The real parser parses; the action does nothing. */
async function parsedName(run: () => Promise<unknown>): Promise<string | undefined> {
  let name: string | undefined;
  const original = Command.prototype.action;
  const action = jest.spyOn(Command.prototype, 'action').mockImplementation(function (this: Command) {
    return original.call(this, () => {
      name = this.name();
    });
  });
  try {
    await run();
    return name;
  } finally {
    action.mockRestore();
  }
}
