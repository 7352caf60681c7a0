/**
 * Turns a template's values into data over a Scope. The stack engine calls it for each resource and output when its
 * turn has come. What the functions do with their arguments stands in `intrinsics.ts`; here is what decides which
 * arguments are evaluated at all.
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
  /** Conditions that are already decided. */
  readonly decided: Map<string, boolean>;
}

/**
 * The data that `value` stands for. Undefined is AWS::NoValue at the top; inside maps and lists it removes the entry.
 * Throws an Error in CloudFormation's manner ("Template error: …") when a function gets what it cannot work on, and
 * whatever the scope throws.
 */
export function evaluate(value: Json, template: Template, scope: Scope): Json | undefined {
  return evaluated(value, { template, scope, decided: new Map() });
}

/** Whether something with this `Condition` is made at all. Without a condition it is. */
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

/** Fn::If. The branch that is not taken may refer to what is not there. */
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

/** Text is compared, case and all; lists and maps are equal when they are written alike. */
function areEqual(operands: readonly Json[]): boolean {
  const [left, right] = operands.map((operand) => scalarText(operand) ?? JSON.stringify(operand));
  if (left === undefined || right === undefined) {
    throw new Error('Template error: every Fn::Equals object requires a list of 2 string parameters.');
  }
  return left === right;
}
