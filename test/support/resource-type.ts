/** A type of resource in a template that is looked at and never deployed. */
import type { ResourceType } from '../../sandbox/cloudformation/resource-type.ts';

export const anyResourceType: ResourceType = {
  problems: () => [],
  requiresRecreation: () => 'Never',
  create: () => Promise.reject(new Error('not here')),
  update: () => Promise.reject(new Error('not here')),
  delete: () => Promise.reject(new Error('not here')),
  missingAttribute: () => '',
};
