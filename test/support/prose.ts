/**
 * Finds what a source file may say to a person: its string and template literals with a space in them, joined where the
 * code joins them. What it says to the log or to developers, and words that are only compared, are left out.
 */
import { parseSync } from '@swc/core';

/** A text with holes: the parts between them, in order. `One ${a} two` is ['One ', ' two']. */
export type Form = readonly string[];

/** @param isForOthers of a call, `new` or `super` expression: whether its text is for nobody that this is about */
export function proseIn(source: string, isForOthers: (callee: string) => boolean = isForDevelopers): readonly Form[] {
  const forms: Form[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (!isNode(node)) {
      // Lists of arguments and the like have an unnamed object around each item.
      if (isRecord(node)) Object.values(node).forEach(visit);
      return;
    }
    if (isSilent(node) || isForOthers(calleeOf(node))) return;
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

/** The log's lines (`ask` of sdk-stacks.ts has no others), and errors that no stack event shows. */
function isForDevelopers(callee: string): boolean {
  return /^(\w+\.)*log\.\w+$|^(new Error|super|ask)$/.test(callee);
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

/** Types, modules' names, and words that code compares and nobody reads: `kind: 'not created'`. */
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

/** `log.info`, `new Error`, `super`: what is called, as far as it has a name. */
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

/** Undefined for what is no text. */
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

/** The last part of the one and the first of the other become one. */
function joined(left: Form, right: Form): Form {
  return [...left.slice(0, -1), `${left.at(-1)}${right[0]}`, ...right.slice(1)];
}

/** What stands in the holes: there may be texts in it again. */
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
