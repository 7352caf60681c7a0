// Whatever the two templates are: the update does what its change set shows, and nothing else.
import fc from 'fast-check';
import { KNOWN_AFTER_APPLY, type Modification } from '../../../sandbox/cloudformation/change-set.ts';
import type { SageMakerApi } from '../../../sandbox/cloudformation/native-resource.ts';
import type { ResourceRecord, StackEvent } from '../../../sandbox/cloudformation/stack.ts';
import { FUNCTION_ARN, newWorld, stackSource } from './world.ts';

const ids = ['A', 'B', 'C', 'D'] as const;

/** Images that are CREATED at once, and gone at once. */
const images: SageMakerApi = {
  call: async (operation, { ImageName }) =>
    operation === 'DeleteImage'
      ? { status: 400, body: '{"__type": "ResourceNotFound"}' }
      : { status: 200, body: JSON.stringify({ ImageArn: `arn:image/${String(ImageName)}`, ImageStatus: 'CREATED' }) },
};

/** A value, given the resources that it can refer to. Only custom resources have the attribute Upper. */
const value = fc.nat(59).map((drawn) => (present: readonly string[]) => {
  const references = present.flatMap((id) => [`!Ref ${id}`, `!Sub 'x-\${${id}}'`, `!If [Always, !Ref ${id}, none]`]);
  const attributes = present.filter((id) => id < 'C').flatMap((id) => [`!GetAtt ${id}.Upper`, `!GetAtt ${id}.Upper`]);
  const all = ['one', 'two', '!Ref Size', '!Ref AWS::NoValue', '!If [Always, 3, 4]', ...references, ...attributes];
  return all[drawn % all.length];
});

const policy = fc.constantFrom('Delete', 'Retain', '!If [Always, Retain, Delete]');

const resource = fc.record({
  name: fc.constantFrom('one', 'two'),
  size: value,
  metadata: value,
  DeletionPolicy: fc.oneof(policy, fc.constant('RetainExceptOnCreate')),
  UpdateReplacePolicy: policy,
  state: fc.constantFrom('wanted', 'wanted', 'wanted', 'wanted', 'left out', 'absent'),
});

const template = fc.tuple(...ids.map(() => resource)).map((drawn) => {
  const present: string[] = [];
  const lines = drawn.flatMap(({ name, size, metadata, state, ...policies }, index) => {
    const id = ids[index] ?? '';
    const Size = size(present);
    const type = [
      `Custom::Thing, Properties: {ServiceToken: ${FUNCTION_ARN}, Name: ${name}, Size: ${Size}}`,
      `Custom::Thing, Properties: !If [Always, {ServiceToken: ${FUNCTION_ARN}, Size: ${Size}}, {}]`,
      `AWS::SageMaker::Image, Properties: {ImageName: ${name}, ImageRoleArn: 'arn:aws:iam::111122223333:role/x', ImageDescription: ${Size}}`,
      `AWS::SNS::Topic, Properties: {DisplayName: ${Size}}`,
    ][index];
    const attributes = [
      `Metadata: {Note: ${metadata(present)}}`,
      ...Object.entries(policies).map(([key, choice]) => `${key}: ${choice}`),
      `Condition: ${state === 'wanted' ? 'Always' : 'Never'}`,
    ];
    if (state === 'wanted') present.push(id);
    return state === 'absent' ? [] : [`${id}! {Type: ${type}, ${attributes.join(', ')}}`];
  });
  return [...lines, 'Other! {Type: AWS::SNS::Topic}'].join('\n');
});

const size = fc.constantFrom('one', 'two');
const rest = (Size: string) =>
  `Parameters: {Size: {Type: String, Default: ${Size}}}\nConditions: {Always: !Equals [a, a], Never: !Equals [a, b]}`;

test('an update does what its change set shows', async () => {
  const seen = { none: 0, Add: 0, Remove: 0, Modify: 0, replaced: 0, withoutRequest: 0, dynamicButEqual: 0 };

  await fc.assert(
    fc.asyncProperty(template, size, template, size, async (before, sizeBefore, after, sizeAfter) => {
      const world = newWorld({ images: () => images, settings: { stubs: ['*'] } });
      const { clock, cloudFormation } = world;
      const created = await world.create(before, rest(sizeBefore));
      const old: Readonly<Record<string, ResourceRecord>> = structuredClone(
        cloudFormation.findStack('app')?.resources ?? {},
      );
      const source = stackSource(after, rest(sizeAfter));
      const preview = await clock.run(() => cloudFormation.previewStack('app', source)).catch(throwUnlessUpToDate);
      fc.pre(preview !== undefined);
      expect(created.StackStatus).toBe('CREATE_COMPLETE');

      const { StackStatus, events } = await clock.run(() => cloudFormation.updateStack('app', source));

      expect(StackStatus).toBe('UPDATE_COMPLETE');
      for (const id of ids) {
        const change = preview?.changes.find(({ LogicalResourceId }) => LogicalResourceId === id);
        const statuses = statusesOf(id, events);
        const now = world.resource(id);
        seen[change?.Action ?? 'none'] += 1;
        switch (change?.Action) {
          case undefined:
            expect([id, statuses, differences(old[id], now)]).toEqual([id, [], []]);
            break;
          case 'Add':
            expect(statuses.at(-1)).toBe('CREATE_COMPLETE');
            break;
          case 'Remove':
            expect(statuses.at(-1)).toBe(change.PolicyAction === 'Delete' ? 'DELETE_COMPLETE' : 'DELETE_SKIPPED');
            break;
          case 'Modify':
            expectModified(change, { old: old[id], now, statuses });
            if (now?.PhysicalResourceId !== old[id]?.PhysicalResourceId) seen.replaced += 1;
            if (!change.Scope.includes('Properties')) seen.withoutRequest += 1;
            if (change.Scope.includes('Properties') && statuses.length === 0) seen.dynamicButEqual += 1;
            break;
          default:
            change satisfies never;
        }
        const wanted = preview?.wanted.find(({ LogicalResourceId }) => LogicalResourceId === id);
        for (const [name, planned] of Object.entries(wanted?.Properties ?? {})) {
          if (!JSON.stringify(planned).includes(KNOWN_AFTER_APPLY)) expect(now?.Properties[name]).toEqual(planned);
        }
      }
      await expect(clock.run(() => cloudFormation.updateStack('app', source))).rejects.toThrow('No updates');
    }),
    { numRuns: 40, seed: 13 },
  );

  expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([]);
});

/** A detail that is Dynamic may turn out to be equal; every other one is a difference, and there is no other difference. */
function expectModified(
  { Details, Replacement, PolicyAction }: Modification,
  executed: {
    readonly old: ResourceRecord | undefined;
    readonly now: ResourceRecord | undefined;
    readonly statuses: readonly string[];
  },
): void {
  const { old, now, statuses } = executed;
  const shown = (Evaluation: string) =>
    Details.filter((each) => each.Evaluation === Evaluation).map(({ Target }) => Target.Name ?? Target.Attribute);
  const different = differences(old, now);
  expect(different).toEqual(expect.arrayContaining(shown('Static')));
  expect([...shown('Static'), ...shown('Dynamic')]).toEqual(expect.arrayContaining(different));

  const attributes = ['Metadata', 'DeletionPolicy', 'UpdateReplacePolicy'];
  const isSent = different.some((name) => !attributes.includes(name));
  expect(statuses.includes('UPDATE_COMPLETE')).toBe(isSent);
  const isReplaced = old?.PhysicalResourceId !== now?.PhysicalResourceId;
  if (Replacement !== 'Conditional') expect(isReplaced).toBe(Replacement === 'True');
  const outcome = PolicyAction === 'ReplaceAndRetain' ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE';
  if (isReplaced) expect(statuses.at(-1)).toBe(outcome);
  else expect(statuses.filter((status) => status.startsWith('DELETE'))).toEqual([]);
}

function throwUnlessUpToDate(error: unknown): undefined {
  if (!(error instanceof Error && error.message === 'No updates are to be performed.')) throw error;
}

function differences(old: ResourceRecord | undefined, now: ResourceRecord | undefined): readonly string[] {
  const flat = (record: ResourceRecord | undefined): Readonly<Record<string, unknown>> => ({
    ...record?.Properties,
    Metadata: record?.Metadata,
    DeletionPolicy: record?.DeletionPolicy,
    UpdateReplacePolicy: record?.UpdateReplacePolicy,
  });
  const [one, other] = [flat(old), flat(now)];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
}

function statusesOf(id: string, events: readonly StackEvent[]): readonly string[] {
  return events.filter(({ LogicalResourceId }) => LogicalResourceId === id).map(({ ResourceStatus }) => ResourceStatus);
}
