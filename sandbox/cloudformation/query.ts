/**
 * AWS's Query protocol: the parameters of a call, and the members of an answer.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import { throwConstraint, throwValidationError } from './refusals.ts';

/** The parameters of an operation, as names between blanks. All others are refused. */
export interface Signature {
  readonly reads?: string;
  /** They change nothing in the sandbox. */
  readonly ignores?: string;
}

export interface Operation<Reached> extends Signature {
  /** The members of its result: texts, lists and structures. Undefined for an operation whose answer has no result. */
  readonly act: (call: QueryCall, reached: Reached) => object | undefined | Promise<object | undefined>;
}

/** Reads the parameters of one call. An empty text counts as none, except in `records`. */
export type QueryCall = ReturnType<typeof openCall>;

/** Refuses parameters that the operation does not know, unless they are false, their default. */
export function openCall(parameters: URLSearchParams, { reads = '', ignores = '' }: Signature) {
  const readable = words(reads);
  const known = ['Action', 'Version', ...readable, ...words(ignores)];
  for (const [name, value] of parameters) {
    const [top = ''] = name.split('.');
    if (value !== '' && value !== 'false' && !known.includes(top))
      throwValidationError(`${top} is not simulated here.`);
  }
  const text = (name: string): string | undefined => {
    if (!readable.includes(name.split('.')[0] ?? '')) throw new Error(`The operation does not declare ${name}`);
    return parameters.get(name) || undefined;
  };
  /** For each parameter of the list: the rest of its name, such as `1` or `1.Key`, and its value. */
  const members = (name: string) => {
    text(name);
    const found = [...parameters].filter(([key]) => key.startsWith(`${name}.member.`));
    return found.map(([key, value]) => [key.slice(`${name}.member.`.length), value] as const);
  };
  const others = [...parameters].filter(([name]) => name !== 'NextToken');
  return {
    /** The operation and all its parameters but NextToken. */
    identity: new URLSearchParams(others).toString(),
    text,
    required: (name: string) =>
      text(name) ?? throwConstraint(`Value null at '${memberName(name)}'`, 'Member must not be null'),
    flag(name: string): boolean | undefined {
      const value = text(name);
      return value === undefined ? undefined : value === 'true';
    },
    oneOf<const Value extends string>(name: string, values: readonly Value[]): Value | undefined {
      const value = text(name);
      const known = values.find((each) => each === value);
      if (value === undefined || known !== undefined) return known;
      const set = `Member must satisfy enum value set: [${values.join(', ')}]`;
      return throwConstraint(`Value '${value}' at '${memberName(name)}'`, set);
    },
    list(name: string): readonly string[] | undefined {
      const found = members(name).map(([, value]) => value);
      return found.length > 0 ? found : undefined;
    },
    records(name: string): readonly Readonly<Record<string, string>>[] | undefined {
      const found = new Map<string, Record<string, string>>();
      for (const [key, value] of members(name)) {
        const [index = '', member = ''] = key.split('.');
        found.set(index, { ...found.get(index), [member]: value });
      }
      return found.size > 0 ? [...found.values()] : undefined;
    },
  };
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function memberName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
