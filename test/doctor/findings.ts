/** Versions and stacks as the doctor reads them, with overrides. */
import type { ExistingStack, OwnedVersion } from '../../doctor/judge.ts';
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
    ownership: ownershipAlias(createRequest(), 0),
    aliases: [],
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
