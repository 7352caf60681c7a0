/** `check`: puts a provider of the user's own through what CloudFormation and Lambda may do, and tells what it does wrong. */
import { join } from 'node:path';
import type { Clock } from '../../src/clock.ts';
import { checkProvider, type Finding } from '../check/check-provider.ts';
import type { Provider } from '../check/session.ts';
import { listenUnavailableAws } from '../check/unavailable-aws.ts';
import { createForeignExecutor } from '../lambda/foreign-executor.ts';
import type { Executor, FunctionConfiguration, InvocationResult } from '../lambda/function.ts';
import { seededRandom } from '../random.ts';
import { realClock } from '../real-clock.ts';
import { functionFrom, type HandlerOptions } from './handler-file.ts';
import { listenForInterrupt } from './interrupt.ts';
import { readPropertiesFile } from './option-values.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface CheckOptions extends HandlerOptions {
  readonly packageRoot: string;
  readonly seed: number;
  readonly handler: string;
  /** The OnFailure destination, named as the handler is. */
  readonly onFailure?: string;
  /** Files with ResourceProperties, as JSON. */
  readonly properties?: string;
  readonly updateProperties?: string;
  readonly replacementProperties?: string;
  readonly resourceType: string;
  readonly json: boolean;
}

/** Resolves with whether nothing is wrong. Rejects with a UsageError where a file cannot be used. */
export async function check(
  options: CheckOptions,
  { terminal }: { readonly terminal: Terminal; readonly clock: Clock },
): Promise<boolean> {
  const { properties, updateProperties, replacementProperties, resourceType: ResourceType, json } = options;
  const given = {
    properties: properties === undefined ? {} : readPropertiesFile(properties),
    updated: updateProperties === undefined ? undefined : readPropertiesFile(updateProperties),
    replaced: replacementProperties === undefined ? undefined : readPropertiesFile(replacementProperties),
  };
  const findings: Finding[] = [];
  const told = new Set<string>();
  await withProvider(options, async (provider) => {
    const dependencies = { clock: realClock, random: seededRandom(options.seed) };
    for await (const finding of checkProvider(provider, { ResourceType, given }, dependencies)) {
      findings.push(finding);
      if (!json) printFinding(finding, told, terminal);
    }
  });
  const Advice = adviceOn(findings, properties);
  if (json) terminal.line(JSON.stringify({ Handler: options.handler, Findings: findings, Advice }, undefined, 2));
  else printEnd(findings, Advice, terminal);
  return findings.every(({ Problems }) => Problems.length === 0);
}

/** What is `told` already is only named. */
function printFinding(
  { Scenario, Problems, NotTried }: Finding,
  told: Set<string>,
  { line, prose, colours }: Terminal,
): void {
  if (Problems.length > 0) line(colours.red(`✗ ${Scenario}`));
  else if (NotTried !== undefined) line(colours.dim(`– ${Scenario}: not tried, ${NotTried}`));
  else line(`${colours.green('✓')} ${Scenario}`);
  for (const problem of Problems) {
    prose(told.has(problem) ? `As above: ${firstWordsOf(problem)}.` : problem, { indent: 4 });
    told.add(problem);
  }
}

/** Up to the first colon or full stop. */
function firstWordsOf(problem: string): string {
  return problem.replace(/[:.](?:\s.*)?$/s, '');
}

function printEnd(findings: readonly Finding[], advice: string | undefined, { line, prose, colours }: Terminal): void {
  const bad = findings.filter(({ Problems }) => Problems.length > 0).length;
  const tried = findings.filter(({ NotTried }) => NotTried === undefined).length;
  line();
  if (bad === 0) line(colours.green(`Nothing wrong in ${tried} scenarios.`));
  else line(colours.red(`Something is wrong in ${bad} of ${tried} scenarios.`));
  if (advice !== undefined) prose(advice);
}

/** What a check may lack if every Create has failed in the same way: properties that the provider accepts. Else undefined. */
export function adviceOn(
  findings: readonly Pick<Finding, 'CreateFailed'>[],
  propertiesFile: string | undefined,
): string | undefined {
  // The first scenario is the simplest: one Create without a fault.
  const [first] = findings;
  const ways = findings.flatMap(({ CreateFailed }) => (CreateFailed === undefined ? [] : [withoutIds(CreateFailed)]));
  if (first?.CreateFailed === undefined || new Set(ways).size > 1) return undefined;
  const these = propertiesFile === undefined ? 'none are given' : `those in ${propertiesFile}`;
  return (
    'Each Create has failed in the same way: this looks as if the provider could not create anything with these ' +
    `properties (${these}). Name a file with some that it can create something with: --properties FILE.`
  );
}

/** The ids of requests and log streams differ from one failure to the next. */
function withoutIds(failure: string): string {
  return failure.replace(/[0-9a-f]{8,}|\d+/gi, '…');
}

/** Does `work` with the provider, then ends its processes, also on Ctrl-C. */
async function withProvider(options: CheckOptions, work: (provider: Provider) => Promise<void>): Promise<void> {
  const interrupt = listenForInterrupt();
  const executors = new Set<Executor>();
  const { handler, onFailure } = options;
  const configuration = functionFrom(handler, options);
  const destination = onFailure === undefined ? undefined : functionFrom(onFailure, options);
  // Where the user names no endpoint, nothing must leave this machine.
  const aws = await listenUnavailableAws('refuses');
  const open = (of: FunctionConfiguration, variables: Readonly<Record<string, string>>) => {
    const named = Object.keys(of.Environment).filter((name) => name.startsWith('AWS_ENDPOINT_URL'));
    // In some scenarios no service is to be had, whatever the user has named.
    const useless = named.map((name) => [name, variables['AWS_ENDPOINT_URL'] ?? of.Environment[name] ?? '']);
    const executor = newExecutor(
      { configuration: of, named: of === configuration ? `--handler ${handler}` : `--on-failure ${onFailure}` },
      { AWS_ENDPOINT_URL: aws.url, ...variables, ...Object.fromEntries(useless) },
      options,
    );
    executors.add(executor);
    return executor;
  };
  const provider: Provider = {
    configuration,
    environment: (variables) => open(configuration, variables),
    onFailure: destination && (() => open(destination, {})),
  };
  try {
    await interrupt.race(work(provider));
  } finally {
    interrupt.stop();
    await Promise.all([...executors].map((executor) => executor.close()));
    await aws.close();
  }
}

/** Its invocations reject with a UsageError where what is `named` holds no handler. */
function newExecutor(
  { configuration, named }: { readonly configuration: FunctionConfiguration; readonly named: string },
  extraVariables: Readonly<Record<string, string>>,
  { packageRoot, seed }: CheckOptions,
): Executor {
  const executor = createForeignExecutor(
    configuration,
    {
      Region: 'eu-west-1',
      bootstrapPath: process.env['LAMBDA_RIC'] ?? join(packageRoot, 'dist/sandbox/bootstrap.cjs'),
      nodePath: process.env['LAMBDA_NODE'] ?? process.execPath,
      responseHostPath: join(packageRoot, 'dist/sandbox/response-host.cjs'),
      extraVariables,
    },
    { clock: realClock, random: seededRandom(seed) },
  );
  return {
    ...executor,
    invoke: async (event, context) => {
      const result = await executor.invoke(event, context);
      checkLoaded(result, named);
      return result;
    },
  };
}

function checkLoaded(result: InvocationResult, named: string): void {
  if (result.outcome !== 'threw') return;
  const { errorType, errorMessage } = result;
  if (errorType === 'Runtime.HandlerNotFound') {
    const [, exported = errorMessage] = /\.([^.\s]+) is undefined or not exported/.exec(errorMessage) ?? [];
    throw new UsageError(
      `${named}: the file exports no function "${exported}"; name one that it does, as FILE:EXPORT.`,
      2,
    );
  }
  if (errorType === 'Runtime.UserCodeSyntaxError') {
    throw new UsageError(`${named}: the file cannot be loaded. ${errorMessage}`, 2);
  }
}
