/**
 * Evaluates a template's values. CloudFormation evaluates each resource just before it creates or updates it.
 * `intrinsics.ts` has the intrinsic functions; this file decides which of their arguments are evaluated.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */

import { isList, isMap, type Json, type JsonMap } from '../json.ts';
import { intrinsicCall } from './intrinsic-call.ts';
import { intrinsics, scalarText } from './intrinsics.ts';
import type { Scope, Template } from './template.ts';

interface Evaluation {
  readonly template: Template;
  readonly scope: Scope;
  /** The values of the conditions that are already evaluated. */
  readonly decided: Map<string, boolean>;
}

/**
 * The evaluated data of `value`; undefined if it is AWS::NoValue. AWS::NoValue inside a map or list removes the entry.
 * Throws an Error in CloudFormation's words ("Template error: …") if a function has an invalid argument, and whatever the
 * scope throws.
 */
export function evaluate(value: Json, template: Template, scope: Scope): Json | undefined {
  return evaluated(value, { template, scope, decided: new Map() });
}

/** Whether a resource or output with this `Condition` is wanted: its condition is true, or it has none. */
export function isWanted(conditionName: string | undefined, template: Template, scope: Scope): boolean {
  return conditionName === undefined || decide(conditionName, { template, scope, decided: new Map() });
}

function evaluated(value: Json, evaluation: Evaluation): Json | undefined {
  if (isList(value)) return evaluatedList(value, evaluation);
  if (!isMap(value)) return value;
  const call = intrinsicCall(value);
  if (call === undefined) return evaluatedMap(value, evaluation);
  if (call.name === 'Fn::If') return chosen(call.argument, evaluation);
  const intrinsic = intrinsics.get(call.name);
  if (intrinsic === undefined) throw new Error(`Template error: ${call.name} is not simulated here`);
  return intrinsic(evaluated(call.argument, evaluation) ?? null, evaluation);
}

function evaluatedList(list: readonly Json[], evaluation: Evaluation): readonly Json[] {
  return list.map((item) => evaluated(item, evaluation)).filter((item) => item !== undefined);
}

function evaluatedMap(map: JsonMap, evaluation: Evaluation): JsonMap {
  const entries: [string, Json][] = [];
  for (const [name, value] of Object.entries(map)) {
    const data = evaluated(value, evaluation);
    if (data !== undefined) entries.push([name, data]);
  }
  return Object.fromEntries(entries);
}

/** Fn::If. The other branch is not evaluated: it may refer to a resource that does not exist. */
function chosen(argument: Json, evaluation: Evaluation): Json | undefined {
  const [condition, whenTrue, whenFalse, ...others] = isList(argument) ? argument : [];
  if (typeof condition !== 'string' || whenTrue === undefined || whenFalse === undefined || others.length > 0) {
    throw new Error('Template error: Fn::If requires a list argument with three elements');
  }
  return evaluated(decide(condition, evaluation) ? whenTrue : whenFalse, evaluation);
}

function decide(conditionName: string, evaluation: Evaluation): boolean {
  const known = evaluation.decided.get(conditionName);
  if (known !== undefined) return known;
  const condition = evaluation.template.Conditions.get(conditionName);
  if (condition === undefined) throw new Error(`Template error: unresolved condition dependency ${conditionName}`);
  const decision = holds(condition, evaluation);
  evaluation.decided.set(conditionName, decision);
  return decision;
}

function holds(condition: Json, evaluation: Evaluation): boolean {
  const [name, argument] = (isMap(condition) ? Object.entries(condition)[0] : undefined) ?? [];
  if (name === 'Condition' && typeof argument === 'string') return decide(argument, evaluation);
  const operands = isList(argument) ? argument : [];
  switch (name) {
    case 'Fn::And':
      return operands.every((operand) => holds(operand, evaluation));
    case 'Fn::Or':
      return operands.some((operand) => holds(operand, evaluation));
    case 'Fn::Not':
      return !operands.every((operand) => holds(operand, evaluation));
    case 'Fn::Equals':
      return areEqual(evaluatedList(operands, evaluation));
    default:
      throw new Error(
        'Template format error: Conditions can only be boolean operations on parameters and other conditions',
      );
  }
}

/** Compares text with its case. Lists and maps are equal if their JSON text is equal. */
function areEqual(operands: readonly Json[]): boolean {
  const [left, right] = operands.map((operand) => scalarText(operand) ?? JSON.stringify(operand));
  if (left === undefined || right === undefined) {
    throw new Error('Template error: every Fn::Equals object requires a list of 2 string parameters.');
  }
  return left === right;
}
