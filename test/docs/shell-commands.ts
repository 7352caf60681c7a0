/**
 * Finds the commands that the documents, the examples and the texts of the code give people, such as
 * `aws sagemaker delete-image-version …`, and makes them complete: a placeholder becomes a value of the right form.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { literalsIn } from '../support/prose.ts';
import { filesOf, shellLinesIn } from './markdown.ts';

export interface ShellCommand {
  /** Where people read it. */
  readonly file: string;
  /** As people read it. */
  readonly text: string;
  /** The words of the complete command, as a shell gives them to the program. */
  readonly words: readonly string[];
}

/** The programs that a command begins with, each with what follows its name in a command and not in a sentence. */
const start =
  /(?:^|(?<=[\s`"(]))(?:aws [a-z]+ [a-z-]+|sam (?:build|deploy|delete|local|logs|sync|validate)|npx (?:--no )?[a-z-]+|npm (?:--prefix \S+ )?(?:cit?|run|start|test|install))(?![\w-])/;

/** All commands of the project, each once for each file. */
export function commandsOfProject(): readonly ShellCommand[] {
  const documents = filesOf('.md').flatMap((file) => markdownCommands(readFileSync(file, 'utf8')).map(at(file)));
  const examples = filesOf('.yaml', 'examples').flatMap((file) =>
    commentCommands(readFileSync(file, 'utf8')).map(at(file)),
  );
  const sources = ['src', 'doctor', 'sandbox/cli'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => sourceCommands(readFileSync(join(folder, name), 'utf8')).map(at(join(folder, name)))),
  );
  const all = [...documents, ...examples, ...sources];
  return [...new Map(all.map((command) => [`${command.file}\n${command.text}`, command])).values()];
}

function at(file: string): (text: string) => ShellCommand {
  return (text) => ({ file, text, words: complete(text) });
}

/** The commands in shell blocks and in code spans. */
export function markdownCommands(markdown: string): readonly string[] {
  const lines = shellLinesIn(markdown.replaceAll('\\\n', ' '));
  const spans = [...markdown.replace(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  return [...lines, ...spans.map((span) => span.replace(/\s+/g, ' '))].flatMap(commandsIn);
}

function commentCommands(yaml: string): readonly string[] {
  return [...yaml.matchAll(/^#(.*)$/gm)].flatMap(([, comment = '']) => commandsIn(comment));
}

/** The commands in the literals of a source file, with `…` for each expression. */
export function sourceCommands(source: string): readonly string[] {
  return literalsIn(source).flatMap((form) => form.join('…').split('\n').flatMap(commandsIn));
}

/** The commands that a text contains: each ends with its line, its sentence, or an aside. */
function commandsIn(text: string): readonly string[] {
  return text.split(' && ').flatMap((part) => {
    const found = start.exec(part);
    if (found === null) return [];
    const [command = ''] = part.slice(found.index).split(/\. |\.$|, | \(|[:;]? {2,}|[`)]|: /);
    return [command.trim()];
  });
}

/** A value of the right form for each option whose value a text leaves open. */
const plausible: Readonly<Record<string, string>> = {
  '--role-arn': 'arn:aws:iam::111122223333:role/studio',
  '--version-number': '3',
  '--region': 'eu-west-1',
  '--template-body': 'file://examples/quick-start.yaml',
};
const openValue = /^(?:(?:file:\/\/)?…|LOGICAL_ID|NAME|FILE)$/;

/** The words of a command, with these values, by option, for the placeholders. */
export function complete(text: string, values: Readonly<Record<string, string>> = {}): readonly string[] {
  const words = shellWords(text);
  return words.map((word, at) => {
    if (!openValue.test(word)) return word.replaceAll('…', 'any');
    const option = words[at - 1] ?? '';
    return values[option] ?? plausible[option] ?? 'any-value';
  });
}

/** Splits a command as a shell does. */
export function shellWords(text: string): readonly string[] {
  return [...text.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
  );
}
