/** The sandbox's command line: its commands and options, and what each command calls. */
import { Command, Option } from 'commander';
import type { Clock } from '../clock.ts';
import { type CheckOptions, check } from './check.ts';
import { switchLines } from './conditions.ts';
import { errorAsJson, printError } from './errors.ts';
import { faultLines } from './faults.ts';
import { type ProviderOptions, readProvider } from './known-provider.ts';
import { type OperationOptions, operate, type StackCommand } from './operate.ts';
import { continueUpdateRollback, deploy, rollback, runDelete, update } from './operations.ts';
import {
  type HandlerOptions,
  longestTimeoutSeconds,
  parameter,
  several,
  svgFile,
  wholeNumber,
} from './option-values.ts';
import { type ServeOptions, serve } from './serve.ts';
import { type ShowOptions, showEvents, showStack } from './show.ts';
import { defaultStateFolder } from './state-folder.ts';
import { openTerminal, type Stream } from './terminal.ts';
import type { WatchDependencies } from './watch.ts';

interface Defaults {
  /** What the user types before the name of a command, if a script passes the options that stand there. */
  readonly commandName: string | undefined;
  readonly bundles: string;
  readonly seed: number;
}

type Dependencies = { stdout: Stream; stderr: Stream; env: Readonly<NodeJS.ProcessEnv>; clock: Clock };

const defaultPort = 4599;
const largestPort = 65_535;
/** The Timeout of a function in a check. A provider that does not answer takes three attempts of this length. */
const checkTimeoutSeconds = 5;

const exitStatuses = `
Exit status:
  0      success
  1      an operation failed or could not start, or a check found a problem
  2      wrong usage: the command line, a template or a parameter
  128+n  ended by signal n, for example 130 after Ctrl-C; serve then exits with 0
With --json, an error is JSON on stdout too: {"Problems": […]} for a template, else {"Error": {…}}.`;

/** Runs the command line, prints its result and resolves with the exit status. Rejects for a bug of the sandbox. */
export async function runProgram(
  argv: readonly string[],
  defaults: Defaults,
  { stdout, stderr, env, clock }: Dependencies,
): Promise<number> {
  const terminal = openTerminal(stdout, env);
  let succeeded = true;
  const program = new Command(defaults.commandName ?? usualName).exitOverride().configureOutput({
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

function option<T>(flags: string, description: string, parse?: (text: string, earlier: T) => T): Option {
  const made = new Option(flags, description);
  return parse === undefined ? made : made.argParser(parse);
}

const stackName = option('--stack-name <NAME>', 'the name of the stack');
const template = option('--template <FILE>', 'the template, YAML or JSON');
const checkedHandler = option('--handler <FILE[:EXPORT]>', 'your own provider');
const usePreviousTemplate = option('--use-previous-template', 'use the deployed template instead of --template');
/** Checked here, because commander reports a missing option before an unknown one, which may be the same one, mistyped. */
const required: readonly Option[] = [stackName, template, checkedHandler];

const ofProvider = [
  option('--provider-template <FILE>', 'a SAM template: its functions answer custom resources'),
  option('--provider-stack-name <NAME>', 'the stack of that template (default: provider)'),
  option('--provider-parameter <NAME=VALUE>', 'a parameter of that template; you can repeat it', parameter),
  option(
    '--schema <FILE>',
    'a registry schema with the properties and attributes of a custom resource; you can repeat it',
    several,
  ),
];
const timeout = wholeNumber([1, longestTimeoutSeconds]);
const ofFunction = (timeoutSeconds: number) => [
  option('--variable <NAME=VALUE...>', 'environment variables of the --handler function', parameter),
  option('--function-timeout <SECONDS>', 'the Timeout of the --handler function', timeout).default(timeoutSeconds),
];
const ofRun = [
  option('--handler <FILE[:EXPORT]>', 'your own provider, for all other ServiceTokens'),
  ...ofFunction(longestTimeoutSeconds),
  option('--fault <NAME[=ARGUMENT]>', 'a fault from the list below; you can repeat this option', several),
  option(
    '--switch <NAME=VALUE>',
    'a choice where AWS documents no behavior, from the list below; you can repeat it',
    several,
  ),
];
const state = option('--state <FOLDER>', 'the folder for saved stacks and images').default(defaultStateFolder);
const json = option('--json', "print JSON with AWS's own names").default(false);
const outside = [
  option('--stub <TYPE>', "a type to create without an effect, '*' for any; can be repeated", several),
  option('--ssm <NAME=VALUE>', 'a value in SSM Parameter Store; can be repeated', parameter),
  option('--secret <ID=VALUE>', 'a secret in Secrets Manager; can be repeated', parameter),
];
const retention = 'a rollback deletes new resources in spite of DeletionPolicy: Retain';
const retainExceptOnCreate = option('--retain-except-on-create', retention).default(false);
const onFailure = option('--on-failure <ACTION>', 'what happens if a new stack cannot be created');
const ofDeployment = (...ofCreation: readonly Option[]) => [
  template,
  option('--parameter <NAME=VALUE...>', 'values of parameters; others keep theirs or take the default', parameter),
  ...outside,
  option('--no-execute-changeset', 'only print the planned changes'),
  ...ofCreation,
  option('--disable-rollback', 'after a failure, keep what has succeeded'),
  option('--no-disable-rollback', 'after a failure, roll back; the default, except with --express'),
  option('--express', 'DeploymentConfig Mode=EXPRESS: do not wait for images, and disable the rollback').default(false),
  retainExceptOnCreate,
];

/** @param run takes each command that resolves with whether it succeeded */
function addCommands(
  program: Command,
  { commandName, bundles, seed }: Defaults,
  dependencies: WatchDependencies,
  run: (command: Promise<boolean>) => Promise<void>,
): void {
  const { terminal } = dependencies;
  const examples = (...commands: readonly string[]) =>
    ['', 'Examples:', ...commands.map((command) => `  ${program.name()} ${command}`)].join('\n');
  program
    .description('A local CloudFormation for custom resources, with a simulated SageMaker for images.')
    .addHelpText(
      'after',
      examples(
        `deploy ${mine}`,
        `update ${mine} --parameter Size=2`,
        'show --stack-name mine',
        'events --stack-name mine --json',
        'rollback --stack-name mine',
        'continue-update-rollback --stack-name mine',
        'delete --stack-name mine',
        'serve',
        checkMine,
      ),
    )
    .addHelpText('after', exitStatuses)
    .showHelpAfterError('(See --help.)')
    // Options before the command are the provider's, for example in an npm script; those after the command override them.
    .enablePositionalOptions()
    .hook('preAction', (_program, command) => {
      const isGiven = (each: Option) => command.getOptionValue(each.attributeName()) !== undefined;
      const needed = command.options.filter((each) => required.includes(each));
      const missing = needed.find((each) => !isGiven(each) && !(each === template && isGiven(usePreviousTemplate)));
      if (missing !== undefined) command.error(`error: required option '${missing.flags}' not specified`);
    });
  for (const each of ofProvider) program.addOption(each);

  const everySeed = option('--seed <N>', 'the seed of all delays and ids', wholeNumber());
  const newSeed = everySeed.default(seed, 'a new one in each run');
  /** What a command gets besides its options. */
  const provided = (own: ProviderOptions & Pick<HandlerOptions, 'handler'>) => {
    const { schema, ...others } = program.opts<ProviderOptions>();
    const isOther = own.providerTemplate !== undefined;
    const given = { ...(schema && { schema }), ...(isOther ? {} : others), ...own };
    const shown = commandName === undefined ? given : own;
    return { ...shown, bundles, commandName: commandName ?? usualName, provider: readProvider(given) };
  };
  const command = (name: string, description: string, options: readonly Option[], help: readonly string[]) => {
    const added = program.command(name).description(description).addHelpText('after', help.join('\n'));
    for (const each of options) added.addOption(each);
    return added;
  };
  const lists = ['', ...faultLines(), '', ...switchLines()];
  const operation = <Options extends OperationOptions>(
    [name, description]: readonly [name: string, description: string],
    own: readonly Option[],
    begin: (options: Options) => StackCommand,
    ...commands: readonly string[]
  ) => {
    const timeline = option('--timeline <FILE.svg>', 'draw the operation', svgFile);
    const options = [stackName, ...own, ...ofRun, timeline, json, state, ...ofProvider, newSeed];
    command(name, description, options, [...lists, examples(...commands)]).action((given: Options) => {
      const all = { ...given, ...provided(given) };
      return run(operate(all, begin(all), dependencies));
    });
  };
  operation(
    ['deploy', 'Create a stack or, if it exists, update it. Prints the planned changes first.'],
    ofDeployment(onFailure.choices(['ROLLBACK', 'DELETE', 'DO_NOTHING'])),
    deploy,
    `deploy ${mine} --handler my-provider.cjs`,
    `deploy ${mine} --parameter Size=2 --no-execute-changeset`,
    `deploy ${mine} --fault break --timeline rollback.svg`,
    `deploy ${mine} --fault throttle=40% --fault duplicate`,
    `deploy ${mine} --fault create-failed --disable-rollback`,
    `deploy ${mine} --switch ClientToken=forgotten --json`,
  );
  operation(
    ['update', 'Update an existing stack. Prints the planned changes first.'],
    ofDeployment(usePreviousTemplate),
    update,
    `update ${mine} --parameter Size=2`,
    `update ${mine} --parameter Size=3 --fault access-denied=UpdateImageVersion --disable-rollback`,
    `update ${mine} --parameter Size=4 --fault kill=CreateImageVersion`,
    'update --use-previous-template --stack-name mine --parameter Size=5',
  );
  operation(
    ['delete', 'Delete a stack.'],
    [option('--retain-resources <ID...>', 'keep these resources; only after DELETE_FAILED')],
    runDelete,
    'delete --stack-name mine',
    'delete --stack-name mine --fault delete-failed --timeline delete.svg',
    'delete --stack-name mine --retain-resources Stable',
  );
  operation(
    ['rollback', 'Roll back a stack that is CREATE_FAILED or UPDATE_FAILED, because its rollback was disabled.'],
    [retainExceptOnCreate],
    rollback,
    'rollback --stack-name mine',
  );
  const toSkip = 'leave these failed resources as they are; CloudFormation treats them as rolled back';
  operation(
    ['continue-update-rollback', 'Continue the rollback of a stack that is UPDATE_ROLLBACK_FAILED.'],
    [option('--resources-to-skip <ID...>', toSkip)],
    continueUpdateRollback,
    'continue-update-rollback --stack-name mine',
    'continue-update-rollback --stack-name mine --resources-to-skip Stable',
    `update ${mine} --parameter Size=2 --fault access-denied`,
  );
  const reading = (name: string, description: string, print: typeof showStack | typeof showEvents) => {
    const help = examples(`${name} --stack-name mine`, `${name} --stack-name mine --json`);
    command(name, description, [stackName, state, json], [help]).action(
      (options: Pick<ShowOptions, 'state' | 'stackName' | 'json'>) => print({ ...options, ...provided({}) }, terminal),
    );
  };
  reading('show', 'Show a stack and the versions of its images.', showStack);
  reading('events', 'Show all events of a stack.', showEvents);
  const portUse = 'the port of SageMaker; CloudFormation has the next one; 0 takes any free ports';
  const port = option('--port <N>', portUse, wholeNumber([0, largestPort - 1])).default(defaultPort);
  command(
    'serve',
    "Serve CloudFormation and SageMaker for AWS's own tools, with the saved stacks and images.",
    [...ofRun, ...ofProvider, ...outside, state, port, newSeed],
    [...lists, examples('serve', 'serve --port 4600 --fault throttle=20% --switch caseOfArns=lowered')],
  ).action((options: Omit<ServeOptions, 'bundles' | 'provider' | 'commandName'>) =>
    serve({ ...options, ...provided(options) }, terminal),
  );
  command(
    'check',
    'Send your own provider what CloudFormation and Lambda can send, and print what it does wrong.',
    [
      checkedHandler,
      ...ofFunction(checkTimeoutSeconds),
      option('--on-failure <FILE[:EXPORT]>', 'the OnFailure destination of the function, if it has one'),
      option('--properties <FILE>', 'JSON: ResourceProperties that the provider accepts'),
      option('--update-properties <FILE>', 'JSON: these properties with a change that keeps the physical resource'),
      option(
        '--replacement-properties <FILE>',
        'JSON: these properties with a change that replaces the physical resource',
      ),
      option('--invalid-properties <FILE>', 'JSON: ResourceProperties that the provider must refuse'),
      option('--resource-type <TYPE>', 'ResourceType of the requests').default('Custom::Checked'),
      option('--json', 'print the findings as JSON').default(false),
      newSeed,
    ],
    [examples(checkMine, `${checkMine} --properties created.json --update-properties updated.json`)],
  ).action((options: Omit<CheckOptions, 'bundles'>) => run(check({ ...options, bundles }, terminal)));
}

const usualName = 'npx cloudformation-sandbox';
const mine = '--template mine.yaml --stack-name mine';
const checkMine = 'check --handler my-provider.cjs';
