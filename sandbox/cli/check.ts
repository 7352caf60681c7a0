/** `check`: sends the user's own provider what CloudFormation and Lambda can send, and prints what it does wrong. */
import { checkProvider } from '../check/scenarios.ts';
import type { Finding } from '../check/script.ts';
import { listenUnavailableAws, type Provider } from '../check/session.ts';
import { realClock } from '../clock.ts';
import { createForeignExecutor } from '../lambda/foreign-executor.ts';
import type { Executor, FunctionConfiguration, InvocationResult } from '../lambda/function.ts';
import { seededRandom } from '../random.ts';
import { UsageError } from './errors.ts';
import { listenForInterrupt } from './interrupt.ts';
import { functionFrom, type HandlerOptions, readPropertiesFile } from './option-values.ts';
import { lambdaRuntime } from './provider-sandbox.ts';
import { silent, type Terminal } from './terminal.ts';

export interface CheckOptions extends HandlerOptions {
  readonly bundles: string;
  readonly seed: number;
  readonly handler: string;
  /** The OnFailure destination, named as the handler is. */
  readonly onFailure?: string;
  /** Files with ResourceProperties, as JSON. */
  readonly properties?: string;
  readonly updateProperties?: string;
  readonly replacementProperties?: string;
  readonly invalidProperties?: string;
  readonly resourceType: string;
  readonly json: boolean;
}

/** Resolves with whether the provider has no problems. Rejects with a UsageError if a file cannot be used. */
export async function check(options: CheckOptions, terminal: Terminal): Promise<boolean> {
  const { properties, resourceType: ResourceType, json } = options;
  const given = {
    properties: readPropertiesFile(properties) ?? {},
    updated: readPropertiesFile(options.updateProperties),
    replaced: readPropertiesFile(options.replacementProperties),
    invalid: readPropertiesFile(options.invalidProperties),
  };
  const findings: Finding[] = [];
  const printer = createFindingsPrinter(json ? silent(terminal) : terminal);
  await withProvider(options, async (provider) => {
    const dependencies = { clock: realClock, random: seededRandom(options.seed) };
    for await (const finding of checkProvider(provider, { ResourceType, given }, dependencies)) {
      findings.push(finding);
      printer.print(finding);
    }
  });
  const Advice = adviceOn(findings, properties);
  printer.printEnd(findings, Advice);
  if (json) terminal.line(JSON.stringify({ Handler: options.handler, Findings: findings, Advice }, undefined, 2));
  return findings.every(({ Problems }) => Problems.length === 0);
}

/** Prints findings for the user: a problem in full the first time, then only its beginning. */
export function createFindingsPrinter({ line, prose, colours }: Terminal) {
  const printed = new Set<string>();
  return {
    print({ Scenario, Problems, NotTried, Note }: Finding): void {
      if (Problems.length > 0) line(colours.red(`✗ ${Scenario}`));
      else if (NotTried !== undefined) line(colours.dim(`– ${Scenario}: not tried (${NotTried})`));
      else line(`${colours.green('✓')} ${Scenario}`);
      for (const problem of Problems) {
        const firstWords = problem.replace(/[:.](?:\s.*)?$/s, '');
        prose(printed.has(problem) ? `As above: ${firstWords}.` : problem, { indent: 4 });
        printed.add(problem);
      }
      if (Note !== undefined) prose(Note, { indent: 4, style: colours.dim });
    },
    printEnd(findings: readonly Finding[], advice: string | undefined): void {
      const tried = findings.filter(({ NotTried }) => NotTried === undefined).length;
      const bad = findings.filter(({ Problems }) => Problems.length > 0).length;
      line();
      if (bad === 0) line(colours.green(`No problems in ${tried} scenarios.`));
      else line(colours.red(`Problems in ${bad} of ${tried} scenarios.`));
      if (advice !== undefined) prose(advice);
    },
  };
}

/** What a check may lack if every Create has failed in the same way: properties that the provider accepts. Else undefined. */
export function adviceOn(findings: readonly Pick<Finding, 'CreateFailed'>[], propertiesFile: string | undefined) {
  // The first scenario is the simplest: one Create without a fault.
  const [first] = findings;
  // The ids of requests and log streams differ from one failure to the next.
  const ways = findings.flatMap(({ CreateFailed }) => CreateFailed?.replace(/[0-9a-f]{8,}|\d+/gi, '…') ?? []);
  if (first?.CreateFailed === undefined || new Set(ways).size > 1) return undefined;
  const these = propertiesFile === undefined ? 'none are given' : `those in ${propertiesFile}`;
  const guess = `the provider may not accept these properties (${these}).`;
  return `Every Create failed in the same way: ${guess} Name a file with properties that the provider accepts: --properties FILE.`;
}

/** Calls `work` with the provider and then ends the provider's processes, also on Ctrl-C. */
async function withProvider(options: CheckOptions, work: (provider: Provider) => Promise<void>): Promise<void> {
  const interrupt = listenForInterrupt();
  const executors = new Set<Executor>();
  const { handler, onFailure, bundles, seed } = options;
  // One for all environments: each has a log stream of its own, as in Lambda.
  const dependencies = { clock: realClock, random: seededRandom(seed) };
  const configuration = functionFrom(handler, options);
  const destination = onFailure === undefined ? undefined : functionFrom(onFailure, options, '--on-failure');
  // Unless the user names an endpoint, no call leaves this machine.
  const aws = await listenUnavailableAws('refuses');
  const open = (of: FunctionConfiguration, variables: Readonly<Record<string, string>>) => {
    const named = Object.keys(of.Environment).filter((name) => name.startsWith('AWS_ENDPOINT_URL'));
    // In some scenarios no endpoint works, whatever the user has named.
    const useless = named.map((name) => [name, variables['AWS_ENDPOINT_URL'] ?? of.Environment[name] ?? '']);
    const extraVariables = { AWS_ENDPOINT_URL: aws.url, ...variables, ...Object.fromEntries(useless) };
    const executor = createForeignExecutor(of, { ...lambdaRuntime(bundles), extraVariables }, dependencies);
    executors.add(executor);
    const invoke: Executor['invoke'] = async (event, context) => {
      const result = await executor.invoke(event, context);
      checkLoaded(result, of === configuration ? `--handler ${handler}` : `--on-failure ${onFailure}`);
      return result;
    };
    return { ...executor, invoke };
  };
  const environment: Provider['environment'] = (variables) => open(configuration, variables);
  try {
    await interrupt.race(work({ configuration, environment, onFailure: destination && (() => open(destination, {})) }));
  } finally {
    interrupt.stop();
    await Promise.all([...executors].map((executor) => executor.close()));
    await aws.close();
  }
}

/** Throws a UsageError if the file of the option `named` has no such handler. */
function checkLoaded(result: InvocationResult, named: string): void {
  if (result.outcome !== 'threw') return;
  const { errorType, errorMessage } = result;
  if (errorType === 'Runtime.HandlerNotFound') {
    const pattern = /(?:\.|^Handler ')([^.\s']+)(?: is undefined or not exported|' missing on)/;
    const [, exported = errorMessage] = pattern.exec(errorMessage) ?? [];
    const problem = `the file exports no function "${exported}".`;
    throw new UsageError(`${named}: ${problem} Name one that it exports, as FILE:EXPORT.`);
  }
  if (errorType === 'Runtime.UserCodeSyntaxError' || errorType === 'Runtime.ImportModuleError') {
    throw new UsageError(`${named}: the file cannot be loaded. ${errorMessage}`);
  }
}
