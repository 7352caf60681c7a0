// The AWS CLI and the SAM CLI parse every command of theirs that the project gives people.
import { execFileSync } from 'node:child_process';
import { commandsOfProject, shellWords } from '../docs/shell-commands.ts';

const commands = commandsOfProject().filter(({ words: [program = ''] }) => ['aws', 'sam'].includes(program));
const mistakes = [
  ['aws sagemaker delete-image-version --image-name studio --version 3', /it makes no call \(status 0\): aws-cli\//],
  ['aws sagemaker delete-image-version --image-name studio --number 3', /Unknown options: --number, 3/],
  ['aws sagemaker update-image-version --aliases-to-delete latest', /--image-name/],
  ['aws cloudformation continue-update --stack-name studio', /invalid choice|Invalid choice/],
  ['sam deploy --parameter-override LogLevel=DEBUG', /No such option/],
  ['sam destroy', /No such command/],
] as const;

// One process for all: the two CLIs take seconds to load.
const parsed = [...commands.map(({ words }) => words), ...mistakes.map(([command]) => shellWords(command))];
const options = { input: JSON.stringify(parsed), encoding: 'utf8' } as const;
/** For each command null, or what is wrong with it. */
const problems: readonly (string | null)[] = JSON.parse(execFileSync('python', ['.ci/parse_commands.py'], options));

test.each(commands.map(({ file, text }, at) => [file, text, problems[at]] as const))(
  '%s: %s',
  (_file, _text, problem) => {
    expect(problem).toBeNull();
  },
);

test.each(mistakes.map(([command, problem], at) => [command, problem, problems[commands.length + at]] as const))(
  'a mistake is found: %s',
  (_command, problem, found) => {
    expect(found).toMatch(problem);
  },
);
