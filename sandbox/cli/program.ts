/** The sandbox's command line: its commands and options, and what each command calls. */
import { relative } from 'node:path';
import { Command, Option } from 'commander';
import type { Clock } from '../clock.ts';
import { check } from './check.ts';
import { switchLines } from './conditions.ts';
import { errorAsJson, printError } from './errors.ts';
import { faultLines } from './faults.ts';
import { continueUpdateRollback, deploy, rollback, runDelete, update } from './operations.ts';
import { longestTimeoutSeconds, numberBetween, parameter, several, svgFile, wholeNumber } from './option-values.ts';
import { type ServeOptions, serve } from './serve.ts';
import { type ShowOptions, showEvents, showStack } from './show.ts';
import { defaultStateFolder } from './state-folder.ts';
import { runStory } from './story.ts';
import { openTerminal, type Stream, type Terminal } from './terminal.ts';
import type { WatchDependencies } from './watch.ts';

interface Defaults {
  readonly packageRoot: string;
  readonly providerTemplate: string;
  readonly seed: number;
}

export interface ProgramDependencies {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly clock: Clock;
}

/** The story is the same in every run. */
const storySeed = 1;
const defaultPort = 4599;
const largestPort = 65_535;
/** The Timeout of a function in a check. A provider that does not answer takes three attempts of this length. */
const checkTimeoutSeconds = 5;

const exitStatuses = `
Exit status:
  0      success
  1      an operation failed or could not start, or a check found a problem
  2      wrong usage: the command line, a template or a parameter
  128+n  ended by signal n: 130 after Ctrl-C
With --json, an error is JSON on stdout too: {"Problems": […]} for a template, else {"Error": {…}}.`;

/**
 * Runs the command line `argv`, prints its result and resolves with the exit status: 0 if everything succeeded, 1 if an
 * operation failed or could not start, 2 for wrong usage, 128 and more after a signal. Rejects for a bug of the sandbox.
 */
export async function runProgram(
  argv: readonly string[],
  defaults: Defaults,
  { stdout, stderr, env, clock }: ProgramDependencies,
): Promise<number> {
  const terminal = openTerminal(stdout, env);
  let succeeded = true;
  const program = new Command('npm run sandbox --').exitOverride().configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
  });
  addCommands(program, defaults, { terminal, clock }, async (command) => {
    succeeded = await command;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return succeeded ? 0 : 1;
  } catch (error) {
    // Reads argv itself, because the command line can be what is wrong.
    const document = argv.includes('--json') ? errorAsJson(error) : undefined;
    if (document !== undefined) terminal.line(JSON.stringify(document, undefined, 2));
    return printError(error, openTerminal(stderr, env));
  }
}

/** @param run takes each command that resolves with whether it succeeded */
function addCommands(
  program: Command,
  { packageRoot, providerTemplate, seed }: Defaults,
  dependencies: WatchDependencies,
  run: (command: Promise<boolean>) => Promise<void>,
): void {
  const { terminal } = dependencies;
  program
    .description(
      'Run CloudFormation and SageMaker images on this machine, with the provider as it is built for Lambda.',
    )
    .addHelpText(
      'after',
      examples(
        `deploy ${quickStart}`,
        `update ${quickStart} --parameter StableTag=1.5`,
        'show --stack-name mine',
        'events --stack-name mine --json',
        'rollback --stack-name mine',
        'continue-update-rollback --stack-name mine',
        'delete --stack-name mine',
        'serve',
        `check ${naive}`,
      ),
    )
    .addHelpText('after', exitStatuses)
    .showHelpAfterError('(See --help.)');

  const stackName = new Option('--stack-name <NAME>', 'the name of the stack').makeOptionMandatory();
  const state = new Option('--state <FOLDER>', 'the folder for saved stacks and images').default(defaultStateFolder);
  const json = new Option('--json', "print JSON with AWS's own names").default(false);
  const handler = new Option('--handler <FILE[:EXPORT]>', 'your own provider, for all other ServiceTokens');
  const timeline = new Option('--timeline <FILE.svg>', 'draw the operation').argParser(svgFile);
  const seedOption = (value: number, description: string) =>
    new Option('--seed <N>', 'the seed of all delays and ids').default(value, description).argParser(wholeNumber);
  const newSeed = seedOption(seed, 'a new one in each run');
  const shownPath = relative('', providerTemplate);
  const provider = new Option('--provider-template <FILE>', "the provider's template").default(
    providerTemplate,
    shownPath,
  );
  const withVariables = (command: Command, timeoutSeconds: number) =>
    command
      .option('--variable <NAME=VALUE...>', 'environment variables of the --handler function', parameter)
      .addOption(
        new Option('--function-timeout <SECONDS>', 'the Timeout of the --handler function')
          .default(timeoutSeconds)
          .argParser(numberBetween(1, longestTimeoutSeconds)),
      );
  const withConditions = (command: Command) =>
    command
      .option('--fault <NAME[=ARGUMENT]>', 'a fault from the list below; you can repeat this option', several)
      .option('--switch <NAME=VALUE>', 'another side of an undocumented behaviour, from the list below', several);
  const running =
    <Options>(
      act: (options: Options & { readonly packageRoot: string }, dependencies: WatchDependencies) => Promise<boolean>,
    ) =>
    (options: Options) =>
      run(act({ ...options, packageRoot }, dependencies));
  const operation = (name: string, description: string, own: readonly Option[], commands: readonly string[]) => {
    const command = program.command(name).description(description);
    for (const option of [stackName, ...own, handler]) command.addOption(option);
    withConditions(withVariables(command, longestTimeoutSeconds));
    for (const option of [timeline, json, state, provider, newSeed]) command.addOption(option);
    const lists = ['', ...faultLines(), '', ...switchLines()];
    return command.addHelpText('after', [...lists, examples(...commands)].join('\n'));
  };
  const stub = new Option(
    '--stub <TYPE>',
    "a type to create without an effect, '*' for any; can be repeated",
  ).argParser(several);
  const deployment = [
    new Option('--template <FILE>', 'the template, YAML or JSON').makeOptionMandatory(),
    new Option('--parameter <NAME=VALUE...>', 'values of parameters; others keep theirs or take the default').argParser(
      parameter,
    ),
    stub,
    new Option('--no-execute-changeset', 'only print the planned changes'),
  ];
  const retainExceptOnCreate = new Option(
    '--retain-except-on-create',
    'a rollback deletes new resources in spite of DeletionPolicy: Retain',
  ).default(false);
  const onFailure = new Option('--on-failure <ACTION>', 'what happens if a new stack cannot be created').choices([
    'ROLLBACK',
    'DELETE',
    'DO_NOTHING',
  ]);
  const afterFailure = [
    new Option('--disable-rollback', 'after a failure, keep what has succeeded'),
    new Option('--no-disable-rollback', 'after a failure, roll back; the default, except with --express'),
    new Option('--express', 'DeploymentConfig Mode=EXPRESS: do not wait for images, and disable the rollback').default(
      false,
    ),
    retainExceptOnCreate,
  ];
  const reading = (
    name: string,
    description: string,
    print: (options: ShowOptions, terminal: Terminal) => void | Promise<void>,
  ) =>
    program
      .command(name)
      .description(description)
      .addOption(stackName)
      .addOption(state)
      .addOption(json)
      .addHelpText('after', examples(`${name} --stack-name mine`, `${name} --stack-name mine --json`))
      .action((options: Omit<ShowOptions, 'packageRoot' | 'providerTemplate'>) =>
        print({ ...options, packageRoot, providerTemplate }, terminal),
      );

  const creation = [...deployment, onFailure, ...afterFailure];
  operation('deploy', 'Create a stack or, if it exists, update it. Prints the planned changes first.', creation, [
    `deploy ${quickStart}`,
    `deploy ${quickStart} --parameter StableTag=1.5 --no-execute-changeset`,
    `deploy ${quickStart} --fault create-failed=1.4 --timeline rollback.svg`,
    `deploy ${quickStart} --fault throttle=40% --fault duplicate`,
    `deploy ${quickStart} --fault create-failed=1.4 --disable-rollback`,
    `deploy ${quickStart} --switch ClientToken=forgotten --json`,
  ]).action(running(deploy));
  const change = [...deployment, ...afterFailure];
  operation('update', 'Update an existing stack. Prints the planned changes first.', change, [
    `update ${quickStart} --parameter StableTag=1.5`,
    `update ${quickStart} --parameter ReleaseNotes=New --fault access-denied=UpdateImageVersion --disable-rollback`,
    `update ${quickStart} --parameter StableTag=1.6 --fault kill=CreateImageVersion`,
  ]).action(running(update));
  operation(
    'delete',
    'Delete a stack.',
    [new Option('--retain-resources <ID...>', 'keep these resources; only after DELETE_FAILED')],
    [
      'delete --stack-name mine',
      'delete --stack-name mine --fault delete-failed --timeline delete.svg',
      'delete --stack-name mine --retain-resources Stable',
    ],
  ).action(running(runDelete));
  operation(
    'rollback',
    'Roll back a stack that is CREATE_FAILED or UPDATE_FAILED, because its rollback was disabled.',
    [retainExceptOnCreate],
    ['rollback --stack-name mine'],
  ).action(running(rollback));
  const toSkip = 'leave these failed resources as they are; CloudFormation treats them as rolled back';
  operation(
    'continue-update-rollback',
    'Continue the rollback of a stack that is UPDATE_ROLLBACK_FAILED.',
    [new Option('--resources-to-skip <ID...>', toSkip)],
    [
      'continue-update-rollback --stack-name mine',
      'continue-update-rollback --stack-name mine --resources-to-skip Stable',
      `update ${quickStart} --parameter StableTag=1.5 --fault access-denied`,
    ],
  ).action(running(continueUpdateRollback));
  reading('show', 'Show a stack and the versions of its images.', showStack);
  reading('events', 'Show all events of a stack.', showEvents);
  withConditions(program.command('serve'))
    .description('Serve SageMaker and CloudFormation for the AWS CLI and SDKs, with the saved stacks and images.')
    .addOption(state)
    .addOption(
      new Option('--port <N>', 'the port of SageMaker; CloudFormation has the next one; 0 takes any free ports')
        .default(defaultPort)
        .argParser(numberBetween(0, largestPort - 1)),
    )
    .addOption(stub)
    .addOption(newSeed)
    .addHelpText('after', ['', ...faultLines('serve'), '', ...switchLines('serve')].join('\n'))
    .addHelpText('after', examples('serve', 'serve --port 4600 --fault throttle=20% --switch caseOfArns=lowered'))
    .action((options: ServeOptions) => serve(options, terminal));
  const checked = new Option('--handler <FILE[:EXPORT]>', 'your own provider').makeOptionMandatory();
  withVariables(program.command('check').addOption(checked), checkTimeoutSeconds)
    .description('Send your own provider what CloudFormation and Lambda can send, and print what it does wrong.')
    .option('--on-failure <FILE[:EXPORT]>', 'the OnFailure destination of the function, if it has one')
    .option('--properties <FILE>', 'JSON: ResourceProperties that the provider can create')
    .option('--update-properties <FILE>', 'JSON: the same, with a change that keeps the physical resource')
    .option('--replacement-properties <FILE>', 'JSON: the same, with a change that replaces it')
    .option('--invalid-properties <FILE>', 'JSON: ResourceProperties that the provider must refuse')
    .addOption(new Option('--resource-type <TYPE>', 'ResourceType of the requests').default('Custom::Checked'))
    .addOption(new Option('--json', 'print the findings as JSON').default(false))
    .addOption(newSeed)
    .addHelpText(
      'after',
      examples(
        `check ${naive}`,
        'check --handler my-provider.cjs --properties created.json --update-properties updated.json',
      ),
    )
    .action(running(check));
  program
    .command('story')
    .description('Run a stack of image versions through five steps, as npm start does. Saves nothing.')
    .addOption(provider)
    .addOption(seedOption(storySeed, String(storySeed)))
    .addHelpText('after', examples('story', 'story --seed 7'))
    .action(running(runStory));
}

const quickStart = '--template examples/quick-start.yaml --stack-name mine';
const naive = '--handler examples/foreign-provider/naive.cjs --properties examples/foreign-provider/reports.json';

function examples(...commands: readonly string[]): string {
  return ['', 'Examples:', ...commands.map((command) => `  npm run sandbox -- ${command}`)].join('\n');
}
