/**
 * Finds the texts that a source file shows to a person: its string and template literals that contain a space, joined where
 * the code joins them. It leaves out log messages, texts for developers, and words that the code only compares.
 */
import { parseSync } from '@swc/core';

/** The fixed parts of a text, in order. `One ${a} two` is ['One ', ' two']. */
export type Form = readonly string[];

export function proseIn(source: string): readonly Form[] {
  return formsIn(source, (node) => isSilent(node) || isForDevelopers(calleeOf(node)));
}

/** All texts of a source file, also those of log lines. */
export function literalsIn(source: string): readonly Form[] {
  return formsIn(source, ({ type }) => type === 'ImportDeclaration');
}

function formsIn(source: string, isLeftOut: (node: Node) => boolean): readonly Form[] {
  const forms: Form[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (!isNode(node)) {
      // Each item of a list of arguments is in an object without a type.
      if (isRecord(node)) Object.values(node).forEach(visit);
      return;
    }
    if (isLeftOut(node)) return;
    if (node.type === 'SwitchCase') {
      visit(node['consequent']);
      return;
    }
    const form = formOf(node);
    if (form === undefined) {
      Object.values(node).forEach(visit);
      return;
    }
    if (/\p{L}/u.test(form.join('')) && form.join('…').trim().includes(' ')) forms.push(form);
    holesOf(node).forEach(visit);
  };
  visit(parseSync(source, { syntax: 'typescript' }).body);
  return forms;
}

/** Log lines (`ask` of sdk-stacks.ts writes only these), and errors that no stack event shows. */
function isForDevelopers(callee: string): boolean {
  return /^(\w+\.)*(log\.\w+|bestEffort)$|^(new Error|super|ask)$/.test(callee);
}

interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isNode(value: unknown): value is Node {
  return isRecord(value) && typeof value['type'] === 'string';
}

/** Types, names of modules, and words that the code only compares: `kind: 'not created'`. */
function isSilent(node: Node): boolean {
  const { type, key, operator } = node;
  if (/^Ts.*Type|^ImportDeclaration$/.test(type)) return true;
  if (type === 'BinaryExpression') return /^[!=]==?$/.test(String(operator));
  return (
    type === 'KeyValueProperty' &&
    isNode(key) &&
    ['kind', 'absent', 'outcome', 'pattern'].includes(String(key['value']))
  );
}

/** The name of a called function, such as `log.info`, `new Error` and `super`; empty if it has none. */
function calleeOf(node: Node): string {
  if (node.type === 'NewExpression') return `new ${nameOf(node['callee'])}`;
  return node.type === 'CallExpression' ? nameOf(node['callee']) : '';
}

function nameOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'Identifier') return String(node['value']);
  if (node.type === 'MemberExpression') return `${nameOf(node['object'])}.${nameOf(node['property'])}`;
  return node.type === 'Super' ? 'super' : '';
}

/** Undefined if the node is not a text. */
function formOf(node: unknown): Form | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'ParenthesisExpression') return formOf(node['expression']);
  if (node.type === 'StringLiteral') return [String(node['value'])];
  if (node.type === 'TemplateLiteral') return list(node['quasis']).map((quasi) => String(member(quasi, 'cooked')));
  if (node.type !== 'BinaryExpression' || node['operator'] !== '+') return undefined;
  const [left, right] = [formOf(node['left']), formOf(node['right'])];
  if (left === undefined && right === undefined) return undefined;
  return joined(left ?? ['', ''], right ?? ['', '']);
}

/** Joins the last part of `left` and the first part of `right`. */
function joined(left: Form, right: Form): Form {
  return [...left.slice(0, -1), `${left.at(-1)}${right[0]}`, ...right.slice(1)];
}

/** The expressions between the fixed parts. They can contain texts too. */
function holesOf(node: unknown): readonly unknown[] {
  if (!isNode(node)) return [];
  if (node.type === 'ParenthesisExpression') return holesOf(node['expression']);
  if (node.type === 'StringLiteral') return [];
  if (node.type === 'TemplateLiteral') return list(node['expressions']);
  return formOf(node) === undefined ? [node] : [...holesOf(node['left']), ...holesOf(node['right'])];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function member(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}
