/**
 * What written data has to look like, as data: forms, from which bigger ones are put together. A form knows the type of
 * what it describes, so that the compiler tells where a form and its type are no longer the same.
 */

import type { Json } from '../json.ts';
import { didYouMean } from '../template/nearest-name.ts';

/** `Type` is for the compiler alone. */
export interface Form<Type> extends Check {
  readonly describes?: (value: Type) => Type;
}

interface Check {
  /** What is wrong with the value, in a sentence for each problem. `at` is the value's path, as sentences show it. */
  problems(value: unknown, at: string): readonly string[];
}

interface OptionalForm<Type> extends Form<Type> {
  readonly isOptional: true;
}

/** A form for every member of a record, and for no other. */
type Members<Type> = {
  readonly [Name in keyof Type]-?: Partial<Pick<Type, Name>> extends Pick<Type, Name>
    ? OptionalForm<Required<Type>[Name]>
    : Form<Type[Name]>;
};

export function isOf<Type>(form: Form<Type>, value: unknown): value is Type {
  return form.problems(value, '').length === 0;
}

/** What JSON may hold, and so whatever has been read from it. */
export const anything: Form<Json> = { problems: () => [] };
export const text: Form<string> = scalar('text', (value) => typeof value === 'string');
export const yesOrNo: Form<boolean> = scalar('true or false', (value) => typeof value === 'boolean');

export function wholeNumber({ min }: { readonly min: number }): Form<number> {
  const isMet = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= min;
  return scalar(`a whole number from ${min} on`, isMet);
}

/** One of these texts. */
export function choice<const Choice extends string>(choices: readonly Choice[]): Form<Choice> {
  return {
    problems(value, at) {
      if (choices.some((each) => each === value)) return [];
      const hint = typeof value === 'string' ? didYouMean(value, choices) : '';
      return [`${at} must be ${choices.map((each) => `"${each}"`).join(' or ')}, not ${shown(value)}.${hint}`];
    },
  };
}

export function listOf<Item>(item: Form<Item>): Form<readonly Item[]> {
  return {
    problems(value, at) {
      if (!Array.isArray(value)) return [`${at} must be a list, not ${shown(value)}.`];
      return value.flatMap((each, index) => item.problems(each, `${at}[${index}]`));
    },
  };
}

/** From one to another that is no smaller. */
export function rangeOf(bound: Form<number>): Form<readonly [number, number]> {
  return {
    problems(value, at) {
      const isPair = Array.isArray(value) && value.length === 2;
      const broken = isPair ? value.flatMap((each, index) => bound.problems(each, `${at}[${index}]`)) : [];
      if (broken.length > 0) return broken;
      return isPair && value[0] <= value[1] ? [] : [`${at} must be [from, to], not ${shown(value)}.`];
    },
  };
}

/** Members of any name. */
export function mapOf<Item>(item: Form<Item>): Form<Readonly<Record<string, Item>>> {
  return {
    problems(value, at) {
      if (!isObject(value)) return [`${at} must be an object, not ${shown(value)}.`];
      return Object.entries(value).flatMap(([name, each]) => item.problems(each, `${at}.${name}`));
    },
  };
}

/** These members, and no others. */
export function record<Type>(members: Members<Type>): Form<Type> {
  const forms: Readonly<Record<string, Check & { readonly isOptional?: true }>> = { ...members };
  const names = Object.keys(forms);
  return {
    problems(value, at) {
      if (!isObject(value)) return [`${at} must be an object, not ${shown(value)}.`];
      const unknown = Object.keys(value).filter((name) => !Object.hasOwn(forms, name));
      return [
        ...unknown.map((name) => `${at} has no member "${name}".${didYouMean(name, names)}`),
        ...Object.entries(forms).flatMap(([name, form]) => {
          if (Object.hasOwn(value, name)) return form.problems(value[name], `${at}.${name}`);
          return form.isOptional ? [] : [`${at} lacks "${name}".`];
        }),
      ];
    },
  };
}

export function optional<Type>(form: Form<Type>): OptionalForm<Type> {
  return { ...form, isOptional: true };
}

/** One of several records: the member `tag` says which. */
export function oneOf<Type extends { readonly [Name in Tag]: string }, Tag extends string>(
  tag: Tag,
  records: Readonly<Record<Type[Tag], Check>>,
): Form<Type> {
  const forms: Readonly<Record<string, Check>> = records;
  const tags = choice(Object.keys(forms));
  return {
    problems(value, at) {
      if (!isObject(value)) return [`${at} must be an object, not ${shown(value)}.`];
      if (!Object.hasOwn(value, tag)) return [`${at} lacks "${tag}".`];
      const chosen = value[tag];
      const form = typeof chosen === 'string' && Object.hasOwn(forms, chosen) ? forms[chosen] : undefined;
      return form === undefined ? tags.problems(chosen, `${at}.${tag}`) : form.problems(value, at);
    },
  };
}

function scalar<Type>(wanted: string, isMet: (value: unknown) => boolean): Form<Type> {
  return { problems: (value, at) => (isMet(value) ? [] : [`${at} must be ${wanted}, not ${shown(value)}.`]) };
}

function shown(value: unknown): string {
  return JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
