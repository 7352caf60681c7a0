/**
 * Any valid properties, for the laws.
 */
import fc from 'fast-check';
import type { ResourceProperties } from '../../../src/cloudformation/request.ts';

const alias = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9-_.]{0,20}$/).filter((text) => !text.startsWith('cfn-')),
  fc.nat(),
  fc.boolean(),
);
const nameWithVersion = fc.stringMatching(/^[a-zA-Z]{1,9} ?[0-9]{1,2}\.[0-9]{1,2}(\.[0-9]{1,2})?$/);
const line = fc.stringMatching(/^[ -~é😀]{1,60}$/u);

/** Properties as a template writes them, scalars in their own types. */
export const templates: fc.Arbitrary<ResourceProperties> = fc.record(
  {
    ImageName: fc.oneof(fc.stringMatching(/^[a-zA-Z0-9]([-.]?[a-zA-Z0-9]){0,20}$/), fc.nat()),
    BaseImage: line,
    ServiceToken: fc.constant('arn:aws:lambda:eu-west-1:111122223333:function:provider'),
    ServiceTimeout: fc.integer({ min: 1, max: 3600 }),
    Revision: fc.oneof(line, fc.nat(), fc.boolean()),
    Alias: alias,
    Aliases: fc.array(alias, { maxLength: 4 }),
    Horovod: fc.boolean(),
    JobType: fc.constantFrom('TRAINING', 'INFERENCE', 'NOTEBOOK_KERNEL'),
    MLFramework: nameWithVersion,
    Processor: fc.constantFrom('CPU', 'GPU'),
    ProgrammingLang: nameWithVersion,
    ReleaseNotes: fc.oneof(line, fc.double({ noNaN: true }), fc.boolean()),
    VendorGuidance: fc.constantFrom('NOT_PROVIDED', 'STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED'),
  },
  { requiredKeys: ['ImageName', 'BaseImage'] },
);

/** The same properties as CloudFormation hands them over: every scalar a string, lists and maps as they are. */
export function stringified(properties: ResourceProperties): ResourceProperties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  );
}
