/** A parsed template. Its values contain intrinsic functions in their long form: `{ "Fn::GetAtt": [...] }`. */
import type { Json } from '../json.ts';

export const deletionPolicies = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'] as const;
export const updateReplacePolicies = ['Delete', 'Retain', 'Snapshot'] as const;
export type DeletionPolicy = (typeof deletionPolicies)[number];
export type UpdateReplacePolicy = (typeof updateReplacePolicies)[number];

export interface ParameterDeclaration {
  readonly Type: string;
  readonly Default?: string;
  readonly AllowedValues?: readonly string[];
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
  readonly MinLength?: number;
  readonly MaxLength?: number;
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly NoEcho?: boolean;
  readonly Description?: string;
}

/** A place in the file; lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface ResourceDeclaration extends Place {
  readonly LogicalResourceId: string;
  readonly Type: string;
  /** Unevaluated; `{}` if there are none. */
  readonly Properties: Json;
  /** Every resource that it depends on through DependsOn, Ref, Fn::GetAtt or Fn::Sub, each once. */
  readonly dependencies: readonly string[];
  readonly DependsOn?: Place & { readonly names: readonly string[] };
  readonly Condition?: string;
  /** Unevaluated; a name, or a function of parameters and conditions. */
  readonly DeletionPolicy: Json;
  readonly UpdateReplacePolicy: Json;
  /** Unevaluated. */
  readonly Metadata?: Json;
  /** The place of each property's name, and of each item of a list property: `Aliases`, `Aliases[0]`. */
  readonly propertyPlaces: ReadonlyMap<string, Place>;
  /** The properties and items in which parsing found a problem: the author may mean another value. */
  readonly faultyProperties: ReadonlySet<string>;
  /** Whether parsing found a problem with Properties itself, so that the author may mean more properties. */
  readonly hasMoreProperties: boolean;
}

export interface OutputDeclaration extends Place {
  readonly Value: Json;
  readonly Description?: string;
  readonly Condition?: string;
  /** Unevaluated `Export.Name`. */
  readonly ExportName?: Json;
}

export interface AttributeReference extends Place {
  readonly LogicalResourceId: string;
  readonly attribute: string;
}

/** Its values are unevaluated. */
export interface Rule {
  readonly RuleCondition?: Json;
  readonly Assertions: readonly { readonly Assert: Json; readonly AssertDescription?: string }[];
}

export interface Template {
  readonly fileName: string;
  readonly Description?: string;
  readonly Parameters: ReadonlyMap<string, ParameterDeclaration>;
  readonly Mappings: { readonly [map: string]: { readonly [key: string]: { readonly [name: string]: Json } } };
  readonly Conditions: ReadonlyMap<string, Json>;
  /** Without those that read the account. */
  readonly Rules: ReadonlyMap<string, Rule>;
  readonly Resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly Outputs: ReadonlyMap<string, OutputDeclaration>;
  /** The references whose attribute is written out, not computed. */
  readonly attributeReferences: readonly AttributeReference[];
  /** The macros of the Transform section in its order, without SAM's. They have not run yet. */
  readonly macros: readonly { readonly Name: string; readonly Parameters: Json }[];
}

export interface Problem extends Place {
  readonly message: string;
}

export class TemplateError extends Error {
  readonly fileName: string;
  readonly problems: readonly Problem[];

  constructor(fileName: string, given: readonly Problem[]) {
    const problems = given.toSorted((one, other) => one.line - other.line || one.column - other.column);
    super(problems.map(({ line, column, message }) => `${fileName}:${line}:${column}: ${message}`).join('\n'));
    this.name = 'TemplateError';
    this.fileName = fileName;
    this.problems = problems;
  }
}

/** Resolves references during the evaluation. Each function throws an Error with CloudFormation's message. */
export interface Scope {
  readonly pseudoParameters: ReturnType<typeof pseudoParametersOf>;
  /** The parameter values from `resolveParameters`. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  ref(LogicalResourceId: string): string;
  getAtt(LogicalResourceId: string, attribute: string): Json;
  importValue(name: string): string;
  /** The value of a dynamic reference: `ssm:/name`. Without it, dynamic references are texts. */
  storedValue?(referred: string): string;
}

type StackPlace = Readonly<Record<'partition' | 'region' | 'accountId' | 'StackName' | 'StackId', string>>;

export function pseudoParametersOf({ partition, region, accountId, StackName, StackId }: StackPlace) {
  return {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': partition,
    'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    'AWS::StackName': StackName,
    'AWS::StackId': StackId,
  };
}

/** A problem at the place of the resource, of its property or of an item of the property: `Aliases[0]`. */
export function declarationProblem(declaration: ResourceDeclaration, message: string, property = ''): Problem {
  const { line, column } = declaration.propertyPlaces.get(property) ?? declaration;
  return { line, column, message };
}
