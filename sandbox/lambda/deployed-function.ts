/**
 * Finds the function of an ARN and invokes it. An ARN may end in a qualifier. The settings of asynchronous invocation
 * belong to one qualifier: a function with a published alias has them on the alias, and any other qualifier has defaults.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
 */

import type { Clock } from '../clock.ts';
import { type Random, randomUuid } from '../random.ts';
import type { Executor, FunctionConfiguration, InvokeFunction } from './function.ts';

export interface DeployedFunction {
  readonly configuration: FunctionConfiguration;
  readonly executor: Executor;
}

export interface InvokedFunction extends DeployedFunction {
  /** The ARN of the invocation, including its qualifier if it has one. */
  readonly functionArn: string;
  /** `$LATEST` if the ARN has no qualifier. */
  readonly qualifier: string;
  /** The settings of this qualifier. */
  readonly EventInvokeConfig: FunctionConfiguration['EventInvokeConfig'];
}

/** Lambda's defaults for a qualifier without settings. */
export const DEFAULT_EVENT_INVOKE_CONFIG = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 } as const;

/** Throws an Error named ResourceNotFound if there is no such function or qualifier. */
export function findFunction(functions: readonly DeployedFunction[], functionArn: string): InvokedFunction {
  for (const deployed of functions) {
    const { FunctionArn, AutoPublishAlias, EventInvokeConfig } = deployed.configuration;
    const qualifier = qualifierOf(functionArn, FunctionArn);
    if (qualifier === '$LATEST' || (qualifier !== undefined && qualifier === AutoPublishAlias)) {
      const isConfigured = qualifier === (AutoPublishAlias ?? '$LATEST');
      return {
        ...deployed,
        functionArn,
        qualifier,
        EventInvokeConfig: isConfigured ? EventInvokeConfig : DEFAULT_EVENT_INVOKE_CONFIG,
      };
    }
  }
  const error = new Error(`Function not found: ${functionArn}`);
  error.name = 'ResourceNotFound';
  throw error;
}

function qualifierOf(functionArn: string, unqualifiedArn: string): string | undefined {
  if (functionArn === unqualifiedArn) return '$LATEST';
  return functionArn.startsWith(`${unqualifiedArn}:`) ? functionArn.slice(unqualifiedArn.length + 1) : undefined;
}

/**
 * Lambda's synchronous invocation: one attempt, whose result the caller gets. CloudFormation invokes macros this way.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
 */
export function synchronousInvocation(
  functions: readonly DeployedFunction[],
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): InvokeFunction {
  return async (functionArn, event) => {
    const { configuration, executor } = findFunction(functions, functionArn);
    return executor.invoke(event, {
      awsRequestId: randomUuid(random),
      invokedFunctionArn: functionArn,
      deadlineMs: clock.now() + configuration.Timeout * 1000,
    });
  };
}
