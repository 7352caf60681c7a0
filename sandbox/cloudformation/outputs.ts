/** The last step of a create or an update: it evaluates outputs and exports. */
import type { Json } from '../json.ts';
import { evaluate } from '../template/evaluate.ts';
import { type Deployment, scopeOf } from './deployment.ts';
import { exportConflict } from './exports.ts';
import type { Run } from './run.ts';
import type { StackOutput } from './stack.ts';

/** Evaluates every output. Throws an Error with CloudFormation's reason for the stack's status. */
export function evaluateOutputs(run: Run, deployment: Deployment): readonly StackOutput[] {
  const scope = scopeOf(run, deployment);
  const text = (OutputKey: string, value: Json) => {
    const evaluated = evaluate(value, deployment.template, scope);
    if (typeof evaluated === 'string' || typeof evaluated === 'number' || typeof evaluated === 'boolean') {
      return String(evaluated);
    }
    throw new Error(
      `Template format error: The Value field of every Outputs member must evaluate to a String: ${OutputKey}`,
    );
  };
  return [...deployment.outputs].map(([OutputKey, { Value, Description, ExportName }]) => ({
    OutputKey,
    OutputValue: text(OutputKey, Value),
    ...(Description !== undefined && { Description }),
    ...(ExportName !== undefined && { ExportName: text(OutputKey, ExportName) }),
  }));
}

/** Sets the stack's outputs and imports. If that fails, changes nothing and returns the reason. */
export function settleOutputs(run: Run, deployment: Deployment): string | undefined {
  const { stack, stacks, imports } = run;
  try {
    const outputs = evaluateOutputs(run, deployment);
    const conflict = exportConflict(stack, stacks, outputs);
    if (conflict !== undefined) return conflict;
    stack.outputs = outputs;
    stack.imports = [...imports];
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
