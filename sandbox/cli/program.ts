/** The commands and options of the command line, and which of the neighbours does what they ask for. */
import { relative } from 'node:path';
import { Command, Option } from 'commander';
import { type CheckOptions, check } from './check.ts';
import { type ContinueOptions, continueUpdateRollback } from './continue-update-rollback.ts';
import { type DeleteOptions, runDelete } from './delete.ts';
import { type DeployOptions, deploy, update } from './deploy.ts';
import { faultLines } from './faults/faults.ts';
import { longestTimeoutSeconds } from './handler-file.ts';
import { numberBetween, parameter, several, svgFile, wholeNumber } from './option-values.ts';
import { type ServeOptions, serve } from './serve.ts';
import { type ShowOptions, showEvents, showStack } from './show.ts';
import { defaultStateFolder } from './state-folder.ts';
import { runStory, type StoryOptions } from './story.ts';
import { switchLines } from './switches.ts';
import type { WatchDependencies } from './watch.ts';

export interface Defaults {
  readonly packageRoot: string;
  readonly providerTemplate: string;
  readonly seed: number;
}

/** The story is the same in every run. */
const storySeed = 1;
const defaultPort = 4599;
const largestPort = 65_535;
/** Each attempt of a check may last so long: three of them, and a hanging provider is found out. */
const checkTimeoutSeconds = 5;

const programExamples = [
  'deploy --template examples/quick-start.yaml --stack-name mine',
  'update --template examples/quick-start.yaml --stack-name mine --parameter StableTag=1.5',
  'show --stack-name mine',
  'events --stack-name mine --json',
  'continue-update-rollback --stack-name mine',
  'delete --stack-name mine',
  'serve',
  'check --handler examples/foreign-provider/naive.cjs --properties examples/foreign-provider/reports.json',
];
const deployExamples = [
  'deploy --template examples/quick-start.yaml --stack-name mine',
  'deploy --template examples/quick-start.yaml --stack-name mine --parameter StableTag=1.5 --no-execute-changeset',
  'deploy --template examples/quick-start.yaml --stack-name mine --fault create-failed=1.4 --timeline rollback.svg',
  'deploy --template examples/quick-start.yaml --stack-name mine --fault throttle=40% --fault duplicate',
  'deploy --template examples/quick-start.yaml --stack-name mine --switch ClientToken=forgotten --json',
];
const updateExamples = [
  'update --template examples/quick-start.yaml --stack-name mine --parameter StableTag=1.5',
  'update --template examples/quick-start.yaml --stack-name mine --parameter StableTag=1.6 --fault kill=CreateImageVersion',
];
const deleteExamples = [
  'delete --stack-name mine',
  'delete --stack-name mine --fault delete-failed --timeline delete.svg',
  'delete --stack-name mine --retain-resources Stable',
];
const continueExamples = [
  'continue-update-rollback --stack-name mine',
  'continue-update-rollback --stack-name mine --resources-to-skip Stable',
  'update --template examples/quick-start.yaml --stack-name mine --parameter StableTag=1.5 --fault access-denied',
];
const checkExamples = [
  'check --handler examples/foreign-provider/naive.cjs --properties examples/foreign-provider/reports.json',
  'check --handler my-provider.cjs --properties created.json --update-properties updated.json',
];
const serveExamples = ['serve', 'serve --port 4600 --fault throttle=20% --switch caseOfArns=lowered'];

const exitStatuses = [
  '',
  'Exit status:',
  '  0      all went as asked',
  '  1      an operation has failed or could not begin, or a check has found something',
  '  2      it was asked for wrongly: the command line, a template, parameters',
  '  128+n  it was ended by signal n: 130 after Ctrl-C',
  'With --json, what went wrong is JSON on stdout as well: {"Problems": […]} for a template, else {"Error": {…}}.',
];

/** Carries out a command line; resolves with whether all went well. Rejects with CommanderError for wrong usage. */
export function createProgram(
  { packageRoot, providerTemplate, seed }: Defaults,
  dependencies: WatchDependencies,
): (argv: readonly string[]) => Promise<boolean> {
  const { terminal } = dependencies;
  let succeeded = true;
  const program = new Command('npm run sandbox --')
    .description('CloudFormation and SageMaker images on this machine, with the provider as it is built for Lambda.')
    .addHelpText('after', [listed(programExamples), ...exitStatuses].join('\n'))
    .showHelpAfterError('(--help tells more)')
    .exitOverride();

  const stackName = () => new Option('--stack-name <NAME>', 'the stack').makeOptionMandatory();
  const state = () => new Option('--state <FOLDER>', 'where stacks and images are kept').default(defaultStateFolder);
  const json = () => new Option('--json', "JSON in AWS's own names").default(false);
  const seedOption = (value: number, told: string) =>
    new Option('--seed <N>', 'the seed of every delay and id').default(value, told).argParser(wholeNumber);
  const provider = () =>
    new Option('--provider-template <FILE>', "the provider's own template").default(
      providerTemplate,
      relative('', providerTemplate),
    );

  /** Somebody else's provider. */
  const handler = () => new Option('--handler <FILE[:EXPORT]>', 'your own provider: runs for every other ServiceToken');
  const withVariables = (command: Command, timeoutSeconds: number) =>
    command
      .option('--variable <NAME=VALUE...>', 'environment variables of the --handler', parameter)
      .addOption(
        new Option('--function-timeout <SECONDS>', 'the Timeout of the --handler')
          .default(timeoutSeconds)
          .argParser(numberBetween(1, longestTimeoutSeconds)),
      );
  const conditions = (command: Command) =>
    command
      .option('--fault <NAME[=ARGUMENT]>', 'what goes wrong meanwhile, as listed below; as often as you like', several)
      .option('--switch <NAME=VALUE>', 'another side of what AWS does not document, as listed below', several);
  const operation = (name: string, summary: string, shown: readonly string[], own: readonly Option[] = []) => {
    const command = program.command(name).description(summary).addOption(stackName());
    for (const option of own) command.addOption(option);
    return conditions(withVariables(command.addOption(handler()), longestTimeoutSeconds))
      .addOption(new Option('--timeline <FILE.svg>', 'draws the operation').argParser(svgFile))
      .addOption(json())
      .addOption(state())
      .addOption(provider())
      .addOption(seedOption(seed, 'another one in each run'))
      .addHelpText('after', ['', ...faultLines(), '', ...switchLines(), listed(shown)].join('\n'));
  };
  const deployment = (name: string, summary: string, shown: readonly string[]) =>
    operation(name, summary, shown, [
      new Option('--template <FILE>', 'the template, YAML or JSON').makeOptionMandatory(),
      new Option(
        '--parameter <NAME=VALUE...>',
        'values of parameters; others keep theirs, or take the default',
      ).argParser(parameter),
      new Option('--no-execute-changeset', 'only shows what would happen'),
    ]);
  const look = (name: string, summary: string) =>
    program
      .command(name)
      .description(summary)
      .addOption(stackName())
      .addOption(state())
      .addOption(json())
      .addHelpText('after', listed([`${name} --stack-name mine`, `${name} --stack-name mine --json`]));

  const deploySummary = 'Create a stack or, where it exists, update it. Shows first what will happen.';
  deployment('deploy', deploySummary, deployExamples).action(async (options: DeployOptions) => {
    succeeded = await deploy({ ...options, packageRoot }, dependencies);
  });
  const updateSummary = 'Update a stack that exists. Shows first what will happen.';
  deployment('update', updateSummary, updateExamples).action(async (options: DeployOptions) => {
    succeeded = await update({ ...options, packageRoot }, dependencies);
  });
  operation('delete', 'Delete a stack.', deleteExamples, [
    new Option('--retain-resources <ID...>', 'leaves these resources behind; after DELETE_FAILED only'),
  ]).action(async (options: DeleteOptions) => {
    succeeded = await runDelete({ ...options, packageRoot }, dependencies);
  });
  operation(
    'continue-update-rollback',
    'Go on with the rollback of a stack that is UPDATE_ROLLBACK_FAILED.',
    continueExamples,
    [
      new Option(
        '--resources-to-skip <ID...>',
        'leaves these failed resources as they are, and takes them for rolled back',
      ),
    ],
  ).action(async (options: ContinueOptions) => {
    succeeded = await continueUpdateRollback({ ...options, packageRoot }, dependencies);
  });
  look('show', 'Show a stack and the versions of its images.').action((options: ShowOptions) =>
    showStack(options, terminal),
  );
  look('events', 'Show everything that has happened to a stack.').action((options: ShowOptions) =>
    showEvents(options, terminal),
  );
  conditions(program.command('serve'))
    .description("Serve SageMaker's and CloudFormation's endpoints for the AWS CLI and SDKs, with what is kept.")
    .addOption(state())
    .addOption(
      new Option('--port <N>', "SageMaker's; CloudFormation's is the next; 0 is any free ones")
        .default(defaultPort)
        .argParser(numberBetween(0, largestPort - 1)),
    )
    .addOption(seedOption(seed, 'another one in each run'))
    .addHelpText('after', ['', ...faultLines('serve'), '', ...switchLines('serve'), listed(serveExamples)].join('\n'))
    .action((options: ServeOptions) => serve(options, terminal));
  withVariables(
    program
      .command('check')
      .description(
        'Put a provider of your own through what CloudFormation and Lambda may do, and tell what it does wrong.',
      )
      .addOption(handler().makeOptionMandatory()),
    checkTimeoutSeconds,
  )
    .option('--on-failure <FILE[:EXPORT]>', 'its OnFailure destination, if it has one')
    .option('--properties <FILE>', 'JSON: ResourceProperties that it can create')
    .option('--update-properties <FILE>', 'JSON: the same, changed in a way that keeps the physical resource')
    .option('--replacement-properties <FILE>', 'JSON: the same, changed in a way that replaces it')
    .addOption(new Option('--resource-type <TYPE>', 'ResourceType of the requests').default('Custom::Checked'))
    .addOption(new Option('--json', 'the findings as JSON').default(false))
    .addOption(seedOption(seed, 'another one in each run'))
    .addHelpText('after', listed(checkExamples))
    .action(async (options: CheckOptions) => {
      succeeded = await check({ ...options, packageRoot }, dependencies);
    });
  program
    .command('story')
    .description('Tell the life of a stack in five steps: what npm start does. Nothing is kept.')
    .addOption(provider())
    .addOption(seedOption(storySeed, String(storySeed)))
    .addHelpText('after', listed(['story', 'story --seed 7']))
    .action(async (options: StoryOptions) => {
      succeeded = await runStory({ ...options, packageRoot }, dependencies);
    });

  return async (argv) => {
    await program.parseAsync(argv, { from: 'user' });
    return succeeded;
  };
}

/** The examples at the end of a help text. */
function listed(commands: readonly string[]): string {
  return ['', 'Examples:', ...commands.map((command) => `  npm run sandbox -- ${command}`)].join('\n');
}
