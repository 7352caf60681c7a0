/**
 * What the engine needs to know about a type of resource. `custom-resource.ts` and `image-resource.ts` are the two that
 * are simulated, `inert-resource.ts` has those that are only there; the phases know none of them.
 */

import type { JsonMap } from '../json.ts';
import type { Problem, ResourceDeclaration } from '../template/template.ts';
import type { ResourceRecord } from './stack.ts';

/** One thing asked of one resource. */
export interface ResourceCall {
  readonly StackId: string;
  readonly StackName: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly Properties: JsonMap;
  /** Aborts when a sibling has failed: the answer is no longer waited for. */
  readonly signal: AbortSignal;
  /** Says in a stack event, while the call is in progress, that the physical resource is known. */
  progress(ResourceStatusReason: string, PhysicalResourceId: string): void;
}

export type ResourceOutcome =
  | {
      readonly kind: 'succeeded';
      /** Another one than before means that the resource was replaced. */
      readonly PhysicalResourceId: string;
      readonly Attributes: JsonMap;
      readonly attributesKey: string;
    }
  /** PhysicalResourceId is what a rollback has to delete; empty if there is nothing. */
  | { readonly kind: 'failed'; readonly Reason: string; readonly PhysicalResourceId: string }
  | { readonly kind: 'cancelled'; readonly PhysicalResourceId: string }
  /** It failed before anybody was asked. */
  | { readonly kind: 'refused'; readonly Reason: string };

/** Whether a change of a property makes another physical resource, as change sets say it. */
export type RequiresRecreation = 'Never' | 'Conditionally' | 'Always';

export interface ResourceType {
  /** What is wrong with the declaration, before anything is evaluated or started. */
  problems(declaration: ResourceDeclaration): readonly Problem[];
  /** What Fn::GetAtt can ask for, where that is known before there is a resource. */
  readonly attributes?: readonly string[];
  requiresRecreation(property: string): RequiresRecreation;
  create(call: ResourceCall): Promise<ResourceOutcome>;
  update(call: ResourceCall, existing: ResourceRecord): Promise<ResourceOutcome>;
  delete(call: ResourceCall, PhysicalResourceId: string): Promise<ResourceOutcome>;
  /** The words for an attribute that a resource does not have. */
  missingAttribute(resource: ResourceRecord, attribute: string): string;
}

/** The type's name to what handles it; undefined if that type is not simulated. */
export type FindResourceType = (ResourceType: string) => ResourceType | undefined;
