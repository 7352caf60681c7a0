/** The interface between the engine and a type of resource: custom, native, or a stub, which only has attributes. */
import type { Json, JsonMap } from '../json.ts';
import type { Problem, ResourceDeclaration } from '../template/template.ts';
import type { ResourceRecord, Stack } from './stack.ts';

type Called = Pick<ResourceRecord, 'LogicalResourceId' | 'ResourceType' | 'Properties'>;

export interface ResourceCall extends Called, Pick<Stack, 'StackId' | 'StackName'> {
  /** Whether it resolves without waiting until the resource is ready. Custom resources are waited for in any case. */
  readonly isExpress: boolean;
  /** Aborts when another resource of the operation has failed. The operation then no longer waits for this call. */
  readonly signal: AbortSignal;
  /** Records a stack event with the physical id while the call is in progress. */
  progress(ResourceStatusReason: string, PhysicalResourceId: string): void;
}

export type ResourceOutcome =
  | {
      readonly kind: 'succeeded';
      /** If it differs from the previous one, the resource was replaced. */
      readonly PhysicalResourceId: string;
      readonly Attributes: JsonMap;
      readonly attributesKey: string;
    }
  /** A rollback deletes PhysicalResourceId; it is empty if there is nothing to delete. */
  | { readonly kind: 'failed'; readonly Reason: string; readonly PhysicalResourceId: string }
  | { readonly kind: 'cancelled'; readonly PhysicalResourceId: string }
  /** It failed before anything was called. */
  | { readonly kind: 'refused'; readonly Reason: string };

/** Whether a change of a property replaces the resource, in the words of change sets. */
export type RequiresRecreation = 'Never' | 'Conditionally' | 'Always';

export interface ResourceType {
  /** What is wrong with the declaration before anything is evaluated. */
  problems(declaration: ResourceDeclaration): readonly Problem[];
  /** It only stands in for the real type, and ignores its properties: by default, or if the stack's author asks for it. */
  readonly stub?: 'by default' | 'on request';
  /** The attributes for Fn::GetAtt, if they are known before the resource exists. */
  readonly attributes?: readonly string[];
  /** A plausible value for any attribute of a stub. */
  attribute?(resource: ResourceRecord, attribute: string): Json;
  requiresRecreation(property: string): RequiresRecreation;
  create(call: ResourceCall): Promise<ResourceOutcome>;
  update(call: ResourceCall, existing: ResourceRecord): Promise<ResourceOutcome>;
  delete(call: ResourceCall, PhysicalResourceId: string): Promise<ResourceOutcome>;
  missingAttribute(resource: Pick<ResourceRecord, 'attributesKey'>, attribute: string): string;
}

export type FindResourceType = (ResourceType: string) => ResourceType | undefined;
