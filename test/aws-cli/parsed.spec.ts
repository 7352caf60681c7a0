// The AWS CLI and the SAM CLI parse every command of theirs that the project gives people.
import { execFileSync } from 'node:child_process';
import { commandsOfProject, shellWords } from '../docs/shell-commands.ts';

/** For each command null, or what is wrong with it. */
function problemsOf(commands: readonly (readonly string[])[]): readonly (string | null)[] {
  return JSON.parse(
    execFileSync('python', ['.ci/parse_commands.py'], { input: JSON.stringify(commands), encoding: 'utf8' }),
  );
}

const commands = commandsOfProject().filter(({ words: [program = ''] }) => ['aws', 'sam'].includes(program));
const problems = problemsOf(commands.map(({ words }) => words));

test.each(commands.map(({ file, text }, at) => [file, text, problems[at]] as const))(
  '%s: %s',
  (_file, _text, problem) => {
    expect(problem).toBeNull();
  },
);

test.each([
  ['aws sagemaker delete-image-version --image-name studio --version 3', /it makes no call \(status 0\): aws-cli\//],
  ['aws sagemaker delete-image-version --image-name studio --number 3', /Unknown options: --number, 3/],
  ['aws sagemaker update-image-version --aliases-to-delete latest', /--image-name/],
  ['aws cloudformation continue-update --stack-name studio', /invalid choice|Invalid choice/],
  ['sam deploy --parameter-override LogLevel=DEBUG', /No such option/],
  ['sam destroy', /No such command/],
])('a mistake is found: %s', (command, problem) => {
  expect(problemsOf([shellWords(command)])).toEqual([expect.stringMatching(problem)]);
});
