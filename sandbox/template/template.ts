/**
 * A parsed template: what the engine works on. Made by `parse.ts`; its values are turned into data by `evaluate.ts`.
 */

import type { Json } from '../json.ts';

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate' | 'Snapshot';
export type UpdateReplacePolicy = 'Delete' | 'Retain' | 'Snapshot';

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

/** Where something stands in the file; lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Stands where its logical id does. */
export interface ResourceDeclaration extends Place {
  readonly LogicalResourceId: string;
  readonly Type: string;
  /** Unevaluated; `{}` where the template has none. */
  readonly Properties: Json;
  /** Every logical id that must be there first: DependsOn, Ref, Fn::GetAtt and Fn::Sub, each once. */
  readonly dependencies: readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy: DeletionPolicy;
  readonly UpdateReplacePolicy: UpdateReplacePolicy;
  /** Unevaluated. */
  readonly Metadata?: Json;
  /** Where the name of each of its properties stands, and each item of one that is a list: `Aliases`, `Aliases[0]`. */
  readonly propertyPlaces: ReadonlyMap<string, Place>;
  /** Of these, what parsing has found fault with: its value may not be the one that is meant. */
  readonly faultyProperties: ReadonlySet<string>;
  /** Parsing has found fault with what Properties are made of: others may be meant as well. */
  readonly hasMoreProperties: boolean;
}

export interface OutputDeclaration {
  readonly Value: Json;
  readonly Description?: string;
  readonly Condition?: string;
  /** Unevaluated `Export.Name`. */
  readonly ExportName?: Json;
  readonly line: number;
}

/** Where a value asks for an attribute of a resource: in Fn::GetAtt, or in `${A.B}` of an Fn::Sub. */
export interface AttributeReference extends Place {
  readonly LogicalResourceId: string;
  readonly attribute: string;
}

export interface MacroCall {
  readonly Name: string;
  readonly Parameters: Json;
}

export interface Template {
  readonly fileName: string;
  readonly Description?: string;
  readonly Parameters: ReadonlyMap<string, ParameterDeclaration>;
  readonly Mappings: { readonly [map: string]: { readonly [key: string]: { readonly [name: string]: Json } } };
  readonly Conditions: ReadonlyMap<string, Json>;
  readonly Resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly Outputs: ReadonlyMap<string, OutputDeclaration>;
  /** Those whose attribute stands in the template; names that are computed are not known yet. */
  readonly attributeReferences: readonly AttributeReference[];
  /** What the Transform section names beside SAM, in its order: still to be done. */
  readonly macros: readonly MacroCall[];
  /** `Globals` of a SAM template, unevaluated; `{}` elsewhere. */
  readonly Globals: Json;
}

/** One thing wrong with a template, where it stands. */
export interface Problem extends Place {
  readonly message: string;
}

/** Everything that is wrong with a template, all at once, in the order of the file. */
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

/** What a value may refer to while it is evaluated. Each function throws an Error whose message CloudFormation would show. */
export interface Scope {
  readonly pseudoParameters: Readonly<
    Record<
      'AWS::AccountId' | 'AWS::Region' | 'AWS::Partition' | 'AWS::URLSuffix' | 'AWS::StackName' | 'AWS::StackId',
      string
    >
  >;
  /** Parameter values as `resolveParameters` gave them. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  /** Ref of a resource. */
  ref(LogicalResourceId: string): string;
  /** Fn::GetAtt of a resource. */
  getAtt(LogicalResourceId: string, attribute: string): Json;
  /** Fn::ImportValue. */
  importValue(name: string): string;
}

/*
 * The functions over it:
 * parse.ts     parse(text, fileName): Parsed                                 the template, and what is wrong with it
 *              parseTemplate(text, fileName): Template                       throws TemplateError
 * parameters.ts resolveParameters(template, given): Scope['parameters']       throws Error, all problems in one message
 * evaluate.ts  evaluate(value, template, scope): Json | undefined             undefined is AWS::NoValue at the top;
 *                                                                            inside maps and lists it removes the entry
 *              isWanted(conditionName, template, scope): boolean
 */

/** Of the resource itself, or of one of its properties or of an item of it: `Aliases[0]`. */
export function declarationProblem(
  { line, column, propertyPlaces }: ResourceDeclaration,
  message: string,
  property?: string,
): Problem {
  const place = property === undefined ? undefined : propertyPlaces.get(property);
  return { ...(place ?? { line, column }), message };
}
