/**
 * Puts the values of the parameters into a template, and leaves out what its conditions exclude. A condition cannot refer to
 * a resource, but the value of a parameter can: with `alarmTopic: topic.topicArn`, it has to be decided before CloudFormation.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */

type Json = string | number | boolean | null | undefined | readonly Json[] | JsonMap;
interface JsonMap {
  readonly [name: string]: Json;
}

export type ParameterValue = string | number | boolean | readonly string[];

interface Parameter {
  readonly Type: string;
  readonly Default?: string | number;
  readonly AllowedValues?: readonly (string | number)[];
  readonly AllowedPattern?: string;
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly ConstraintDescription?: string;
}

/** The sections of a template that say what there is. */
export interface IncludedTemplate {
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Rules?: JsonMap;
  readonly Conditions?: JsonMap;
  readonly Resources: Readonly<Record<string, JsonMap>>;
  readonly Outputs?: Readonly<Record<string, JsonMap>>;
}

export interface ResolvedTemplate {
  readonly template: { readonly Resources: JsonMap; readonly Outputs: JsonMap };
  /** The folder with the code of each function, by its logical id: what its property Code names. */
  readonly folders: Readonly<Record<string, string>>;
}

/**
 * Throws an Error with every value that breaks a constraint of its parameter, or a rule of the template. `isToken` says of a
 * value that only CloudFormation knows it: such a value is not checked, and it differs from every literal.
 */
export function resolveTemplate(
  source: IncludedTemplate,
  given: ReadonlyMap<string, ParameterValue>,
  isToken: (value: unknown) => boolean,
): ResolvedTemplate {
  const values = valuesOf(source.Parameters, given, isToken);
  const resolver = new Resolver(source, values);
  resolver.checkRules();
  const Resources = resolver.included(source.Resources);
  const folders = Object.entries(Resources).flatMap(([name, { Properties }]) => {
    const { Folder } = mapOf(mapOf(Properties)['Code']);
    return typeof Folder === 'string' ? [[name, Folder] as const] : [];
  });
  return {
    template: { Resources, Outputs: resolver.included(source.Outputs ?? {}) },
    folders: Object.fromEntries(folders),
  };
}

function valuesOf(
  parameters: IncludedTemplate['Parameters'],
  given: ReadonlyMap<string, ParameterValue>,
  isToken: (value: unknown) => boolean,
): ReadonlyMap<string, Json> {
  const broken: string[] = [];
  const values = Object.entries(parameters).map(([name, parameter]) => {
    const value = given.get(name) ?? defaultOf(parameter);
    // CloudFormation has no booleans as parameters.
    const written = typeof value === 'boolean' ? String(value) : value;
    if (written === undefined) broken.push(`${name} is required.`);
    else if (!isToken(written) && !isAllowed(parameter, written)) {
      const { ConstraintDescription, AllowedValues } = parameter;
      const expected = ConstraintDescription ?? `one of ${AllowedValues?.join(', ')}`;
      broken.push(`${name} is ${JSON.stringify(written)}, but it must be ${expected}.`);
    }
    return [name, written] as const;
  });
  if (broken.length > 0) throw new Error(broken.join('\n'));
  return new Map(values);
}

function defaultOf({ Type, Default }: Parameter): string | number | readonly string[] | undefined {
  const isText = Default === undefined || !/^(CommaDelimitedList|List<.*>)$/.test(Type);
  return isText
    ? Default
    : String(Default)
        .split(',')
        .filter((item) => item !== '');
}

function isAllowed(parameter: Parameter, value: string | number | readonly string[]): boolean {
  const { AllowedValues, AllowedPattern, MinValue = -Infinity, MaxValue = Infinity } = parameter;
  const all = Array.isArray(value) ? value : [value];
  return all.every(
    (one) =>
      (AllowedValues === undefined || AllowedValues.map(String).includes(String(one))) &&
      (AllowedPattern === undefined || new RegExp(`^(?:${AllowedPattern})$`).test(String(one))) &&
      (typeof one !== 'number' || (one >= MinValue && one <= MaxValue)),
  );
}

class Resolver {
  readonly #source: IncludedTemplate;
  readonly #values: ReadonlyMap<string, Json>;

  constructor(source: IncludedTemplate, values: ReadonlyMap<string, Json>) {
    this.#source = source;
    this.#values = values;
  }

  checkRules(): void {
    const broken = Object.values(this.#source.Rules ?? {}).flatMap((rule) => {
      const { RuleCondition, Assertions } = mapOf(rule);
      if (RuleCondition !== undefined && !this.#isTrue(RuleCondition)) return [];
      return listOf(Assertions).flatMap((assertion) => {
        const { Assert, AssertDescription } = mapOf(assertion);
        return this.#isTrue(Assert) ? [] : [String(AssertDescription)];
      });
    });
    if (broken.length > 0) throw new Error(broken.join('\n'));
  }

  /** The resources or outputs whose condition holds, with their values. */
  included(section: Readonly<Record<string, JsonMap>>): Readonly<Record<string, JsonMap>> {
    const entries = Object.entries(section).flatMap(([name, { Condition, ...declaration }]) =>
      Condition === undefined || this.#isTrue({ Condition })
        ? [[name, this.#resolveMembers(declaration)] as const]
        : [],
    );
    return Object.fromEntries(entries);
  }

  #resolve(value: Json): Json {
    if (isList(value)) return value.map((item) => this.#resolve(item)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = [], another] = Object.entries(value);
    if (name === undefined || another !== undefined) return this.#resolveMembers(value);
    switch (name) {
      case 'Ref':
        if (argument === 'AWS::NoValue') return undefined;
        return this.#values.has(String(argument)) ? this.#values.get(String(argument)) : value;
      case 'Fn::If': {
        const [Condition, whenTrue, otherwise] = listOf(argument);
        return this.#resolve(this.#isTrue({ Condition }) ? whenTrue : otherwise);
      }
      case 'Fn::Sub':
        return typeof argument === 'string' ? this.#substitute(argument) : this.#resolveMembers(value);
      case 'Fn::Join': {
        const [delimiter, items] = listOf(this.#resolve(argument));
        return isList(items) && items.every((item) => typeof item === 'string')
          ? items.join(String(delimiter))
          : { 'Fn::Join': [delimiter, items] };
      }
      default:
        return this.#resolveMembers(value);
    }
  }

  #resolveMembers(map: JsonMap): JsonMap {
    return Object.fromEntries(
      Object.entries(map).flatMap(([name, member]) => {
        const resolved = this.#resolve(member);
        return resolved === undefined ? [] : [[name, resolved]];
      }),
    );
  }

  /** A text with references as Fn::Join: the text of Fn::Sub cannot contain tokens. */
  #substitute(text: string): Json {
    const parts = text.split(/(\$\{[^!}]+\})/).map((part) => {
      const [, name] = /^\$\{(.+)\}$/.exec(part) ?? [];
      if (name === undefined) return part.replaceAll('${!', '${');
      const [resource, ...attribute] = name.split('.');
      return this.#resolve(attribute.length === 0 ? { Ref: name } : { 'Fn::GetAtt': [resource, attribute.join('.')] });
    });
    return this.#resolve({ 'Fn::Join': ['', joinedTexts(parts)] });
  }

  #isTrue(condition: Json): boolean {
    const [[name, argument] = []] = Object.entries(mapOf(condition));
    switch (name) {
      case 'Condition':
        return this.#isTrue(this.#source.Conditions?.[String(argument)]);
      case 'Fn::Not':
        return !this.#isTrue(listOf(argument)[0]);
      case 'Fn::And':
        return listOf(argument).every((one) => this.#isTrue(one));
      case 'Fn::Or':
        return listOf(argument).some((one) => this.#isTrue(one));
      case 'Fn::Equals': {
        const [left, right] = listOf(this.#resolve(argument));
        return asText(left) === asText(right);
      }
      default:
        throw new Error(`The template has a condition that cannot be decided here: ${JSON.stringify(condition)}`);
    }
  }
}

/** The parts with neighbouring texts as one, and without empty ones. */
function joinedTexts(parts: readonly Json[]): readonly Json[] {
  const joined: Json[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else if (part !== '') joined.push(part);
  }
  return joined;
}

function asText(value: Json): string {
  if (typeof value === 'object') throw new Error(`Only CloudFormation knows this value: ${JSON.stringify(value)}`);
  return String(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function listOf(value: Json): readonly Json[] {
  return isList(value) ? value : [];
}

function mapOf(value: Json): JsonMap {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}
