// What AWS does with these templates was recorded. `source` is the recording; the wording of the templates is ours.
import type { ResourceChange } from '../../sandbox/cloudformation/change-set.ts';
import { newWorld } from './cloudformation/world.ts';
import recordedCases from './recorded-cases.json' with { type: 'json' };

interface RecordedCase {
  readonly name: string;
  readonly source: string;
  readonly template: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** A second template, or other parameters, that update the stack. */
  readonly update?: string;
  readonly updateParameters?: Readonly<Record<string, string>>;
  readonly expect: {
    /** A part of our message where AWS refuses the call: our words differ, and have a line. */
    readonly refused?: string;
    readonly status?: string;
    /** The reason of an event of the stack. */
    readonly reason?: string;
    readonly outputs?: Readonly<Record<string, string>>;
    /** The change set of the update. */
    readonly changes?: readonly string[];
    /** How many resources have events. */
    readonly requests?: number;
  };
}

const cases: readonly RecordedCase[] = recordedCases;

test.each(cases.map((each) => [each.name, each] as const))('as AWS was recorded: %s', async (_name, recorded) => {
  const { expect: expected, template, parameters = {}, update, updateParameters } = recorded;
  const { clock, cloudFormation } = newWorld({ settings: { stubs: ['*'] } });
  const sourceOf = (templateText: string, given: Readonly<Record<string, string>>) => ({
    templateText,
    fileName: 'app.yaml',
    parameters: given,
  });
  const create = () => clock.run(() => cloudFormation.createStack('app', sourceOf(template, parameters)));
  const changes: string[] = [];
  const act = async () => {
    if (update === undefined && updateParameters === undefined) return create();
    await create();
    const source = sourceOf(update ?? template, updateParameters ?? parameters);
    const preview = await clock.run(() => cloudFormation.previewStack('app', source));
    changes.push(...preview.changes.map(described));
    return clock.run(() => cloudFormation.updateStack('app', source));
  };

  if (expected.refused !== undefined) {
    await expect(act()).rejects.toThrow(expected.refused);
    return;
  }
  const { StackStatus, events } = await act();
  const outputs = cloudFormation.findStack('app')?.outputs ?? [];
  const touched = new Set(events.map(({ LogicalResourceId }) => LogicalResourceId)).size - 1;

  expect({
    status: StackStatus,
    ...(expected.reason !== undefined && {
      reason: events.find(({ ResourceStatusReason }) => ResourceStatusReason === expected.reason)?.ResourceStatusReason,
    }),
    ...(expected.outputs && { outputs: Object.fromEntries(outputs.map((each) => [each.OutputKey, each.OutputValue])) }),
    ...(expected.changes && { changes }),
    ...(expected.requests !== undefined && { requests: touched }),
  }).toEqual(expected);
});

/** "Modify A False Name, Size?": a question mark follows what is known later. */
function described(change: ResourceChange): string {
  const what = `${change.Action} ${change.LogicalResourceId}`;
  if (change.Action !== 'Modify') return what;
  const details = change.Details.map(
    ({ Target, Evaluation }) => `${Target.Name ?? Target.Attribute}${Evaluation === 'Dynamic' ? '?' : ''}`,
  );
  return `${what} ${change.Replacement} ${details.join(', ')}`;
}
