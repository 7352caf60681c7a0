/** Versions and stacks as the doctor reads them, with overrides. */
import type { ExistingStack, OwnedVersion, StackEvent } from '../../doctor/judge.ts';
import { ownershipAlias } from '../../src/image-version/ownership.ts';
import { createRequest, issuedAt, versionArn } from '../support/provider/builders.ts';

const { StackId, LogicalResourceId } = createRequest();

/** Version 1, as resource Stable of stack studio has made it. */
export function ownedVersion(overrides: Partial<OwnedVersion> = {}): OwnedVersion {
  const { ImageName = 'my-image', Version = 1 } = overrides;
  return {
    ImageName,
    Version,
    ImageVersionArn: versionArn(Version, ImageName),
    ImageVersionStatus: 'CREATED',
    CreationTime: new Date(issuedAt),
    ownership: ownershipAlias(createRequest(), { predecessor: 0 }),
    aliases: [],
    isAdopted: false,
    ...overrides,
  };
}

/** Stack studio, whose resource Stable is version 2. */
export function existingStack(overrides: Partial<ExistingStack> = {}): ExistingStack {
  return {
    StackId,
    StackName: 'studio',
    StackStatus: 'UPDATE_COMPLETE',
    hasChanged: false,
    resources: [{ LogicalResourceId, PhysicalResourceId: versionArn(2) }],
    ...overrides,
  };
}

/** An event of stack studio itself, so many seconds after version 1 was created. */
export function stackEvent(ResourceStatus: string, seconds: number): StackEvent {
  return { PhysicalResourceId: StackId, ResourceStatus, Timestamp: new Date(issuedAt + seconds * 1000) };
}

/** The events of an update without rollback that failed while a version was created. */
export const failedUpdate: readonly StackEvent[] = [
  stackEvent('UPDATE_FAILED', 60),
  { ...stackEvent('UPDATE_FAILED', 59), PhysicalResourceId: versionArn(2) },
  stackEvent('UPDATE_IN_PROGRESS', -1),
  stackEvent('CREATE_COMPLETE', -60),
  stackEvent('CREATE_IN_PROGRESS', -90),
];
