/** Studio's domains, user profiles, spaces and apps: the stub resources of the stacks, as SageMaker shows them. */
import { liveResources, type Stack } from './cloudformation/stack.ts';
import { type JsonMap, ownEntry } from './json.ts';
import { type StudioKind, type StudioResource, studioKeys } from './sagemaker/studio.ts';

export function studioOf(stacks: readonly Stack[]): readonly StudioResource[] {
  return stacks.flatMap((stack) =>
    liveResources(stack).flatMap(({ ResourceType, PhysicalResourceId, Properties, LastUpdatedTimestamp }) => {
      const kind = kindOf(ResourceType);
      if (kind === undefined || PhysicalResourceId === '') return [];
      const properties: JsonMap = kind === 'Domain' ? { DomainId: PhysicalResourceId, ...Properties } : Properties;
      // CloudFormation remembers only when the resource last changed.
      return [{ kind, properties, createdAtMs: stack.CreationTime, modifiedAtMs: LastUpdatedTimestamp }];
    }),
  );
}

function kindOf(ResourceType: string): StudioKind | undefined {
  const kinds = Object.fromEntries(Object.keys(studioKeys).map((kind) => [`AWS::SageMaker::${kind}`, kind]));
  // The compiler does not know that the keys are the kinds.
  return ownEntry(kinds, ResourceType) as StudioKind | undefined;
}
