/** The CloudFormation of a running `serve`: operations begin through its API, and are followed in its state folder. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudFormation, OperationResult } from '../cloudformation/cloudformation.ts';
import { CloudFormationError } from '../cloudformation/refusals.ts';
import { findStack as findStackAmong, type StackEvent, type StackSource } from '../cloudformation/stack.ts';
import type { ConditionOptions } from './conditions.ts';
import { UsageError } from './errors.ts';
import type { HandlerOptions } from './option-values.ts';
import { lockHolder, readStacks } from './state-folder.ts';

const pollMs = 100;

type Server = NonNullable<ReturnType<typeof findServer>>;

/** The options that only `serve` itself can have while it works in the folder. */
const optionsOfServer = ['fault', 'switch', 'handler', 'variable', 'stub', 'ssm', 'secret', 'timeline'] as const;

/** The `serve` that works in the state folder, if there is one. Throws a UsageError for options that it would not see. */
export function findServer(options: ConditionOptions & HandlerOptions & { state: string; timeline?: string }) {
  const { state } = options;
  const { pid, url } = lockHolder(state) ?? {};
  if (pid === undefined || url === undefined) return undefined;
  const given = optionsOfServer.filter((name) => options[name] !== undefined).map((name) => `--${name}`);
  if (given.length === 0) return { pid, url };
  const problem = `The operation would run in process ${pid}, which serves ${state} and does not see ${given.join(', ')}.`;
  const instead =
    'Start serve again with these options, or stop it and repeat this command. serve cannot draw a timeline.';
  throw new UsageError(`${problem} ${instead}`, 1);
}

/** @param planner has the same stacks, for everything that changes nothing */
export function servedCloudFormation(planner: CloudFormation, { url }: Server, state: string): CloudFormation {
  const listeners = new Set<(event: StackEvent) => void>();
  const findStack = (nameOrId: string) => findStackAmong(readStacks(state), nameOrId);

  async function operate(Action: string, StackName: string, parameters: object = {}): Promise<OperationResult> {
    const before = findStack(StackName);
    await call(url, { Action, StackName, ...parameters });
    const { StackId } = before ?? findStack(StackName) ?? { StackId: StackName };
    const first = before?.events.length ?? 0;
    for (let shown = first; ; await sleep(pollMs)) {
      const { events = [], StackStatus = '', StackStatusReason } = findStack(StackId) ?? {};
      for (const event of events.slice(shown)) for (const listener of listeners) listener(event);
      shown = events.length;
      if (StackStatus.endsWith('_IN_PROGRESS')) continue;
      return { StackId, StackStatus, ...(StackStatusReason && { StackStatusReason }), events: events.slice(first) };
    }
  }

  const deployBy = (Action: string) => async (StackName: string, source: StackSource, options?: object) =>
    operate(Action, StackName, { ...(await deployment(url, source)), ...options });

  return {
    ...planner,
    createStack: deployBy('CreateStack'),
    updateStack: deployBy('UpdateStack'),
    deleteStack: (StackName, options) => operate('DeleteStack', StackName, options),
    rollbackStack: (StackName, options) => operate('RollbackStack', StackName, options),
    continueUpdateRollback: (StackName, options) => operate('ContinueUpdateRollback', StackName, options),
    findStack,
    listStacks: () => readStacks(state),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The template is uploaded, because TemplateBody has a largest size. */
async function deployment(url: string, { templateText, original, parameters }: StackSource) {
  const TemplateURL = `${url}/command-line/template`;
  await send(TemplateURL, { method: 'PUT', body: original ?? templateText });
  const given = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));
  return { TemplateURL, Parameters: given, Capabilities: ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] };
}

/** As the query protocol has it: `RetainResources.member.1`, `DeploymentConfig.Mode`. */
function flattened(value: unknown, name = ''): [name: string, value: string][] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((each, index) => flattened(each, `${name}.member.${index + 1}`));
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, each]) => flattened(each, name === '' ? key : `${name}.${key}`));
}

/** Rejects with the CloudFormationError of the answer. */
async function call(url: string, parameters: object): Promise<void> {
  const { ok, document } = await send(url, { method: 'POST', body: new URLSearchParams(flattened(parameters)) });
  if (ok) return;
  const element = (name: string) => unescaped(new RegExp(`<${name}>([^<]*)</${name}>`).exec(document)?.[1] ?? '');
  throw new CloudFormationError(element('Code'), element('Message'));
}

/** Rejects with a UsageError if `serve` ends before it has answered. */
async function send(url: string, request: RequestInit) {
  try {
    const response = await fetch(url, request);
    return { ok: response.ok, document: await response.text() };
  } catch {
    const { origin } = new URL(url);
    throw new UsageError(`The process that serves ${origin} has ended without an answer. Run the command again.`, 1);
  }
}

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return text.replace(/&(\w+);/g, (entity, name: string) => characters[name] ?? entity);
}
