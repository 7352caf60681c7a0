/**
 * The situations that a provider is put through. Each is a short story in CloudFormation's requests, with what must come
 * of it; the rules for single answers stand in `rules.ts`.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
import type { JsonMap } from '../json.ts';
import type { Talk } from './talk.ts';

/** ResourceProperties to ask with, without ServiceToken. */
export interface GivenProperties {
  readonly properties: JsonMap;
  /** Those of an Update that keeps the physical resource. */
  readonly updated: JsonMap | undefined;
  /** Those of an Update that needs another physical resource. */
  readonly replaced: JsonMap | undefined;
}

export interface Situation {
  readonly name: string;
  readonly play: (talk: Talk, given: GivenProperties) => Promise<void>;
}

/** What CloudFormation calls a resource whose Create it has given up: nobody but CloudFormation knows this id. */
const inventedId = 'check-Checked-1J4CEXAMPLE0K';

const rollingBack = 'UPDATE_ROLLBACK_IN_PROGRESS';
const cleaningUp = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
const cleaningUpRollback = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
const neverCreated = 'ROLLBACK_IN_PROGRESS';

export const situations: readonly Situation[] = [
  {
    name: 'Create, an Update that changes nothing, Delete',
    async play(talk, { properties }) {
      const made = await talk.create(properties);
      if (made === undefined) return;
      // CloudFormation sends an Update also where nothing but the ServiceTimeout differs.
      const changed = await talk.update('the Update', made.id, { ...properties, ServiceTimeout: '600' }, properties);
      if (changed !== undefined) {
        talk.mustKeepId('the Update, which changed nothing,', changed.id, made.id);
        const lost = Object.keys(made.Data).filter((name) => !Object.hasOwn(changed.Data, name));
        if (lost.length > 0) {
          talk.problem(`The Update's Data lacks ${lost.join(', ')}: Fn::GetAtt reads the last response only.`);
        }
      }
      await talk.remove('the Delete', changed?.id ?? made.id, properties);
    },
  },
  {
    name: 'An Update in place, and its rollback',
    async play(talk, { properties, updated }) {
      if (updated === undefined) return talk.notTried('give --update-properties');
      const made = await talk.create(properties);
      if (made === undefined) return;
      const changed = await talk.update('the Update', made.id, updated, properties);
      if (changed === undefined) return;
      talk.mustKeepId('the Update', changed.id, made.id);
      const back = await talk.update("the rollback's Update", changed.id, properties, updated, rollingBack);
      if (back !== undefined) talk.mustKeepId("the rollback's Update", back.id, changed.id);
    },
  },
  {
    name: 'A replacement, and the Delete of what it has replaced',
    async play(talk, { properties, replaced }) {
      const second = await replacement(talk, properties, replaced);
      if (second !== undefined)
        await talk.remove('the Delete of the old resource', second.oldId, properties, cleaningUp);
    },
  },
  {
    name: 'A replacement that is rolled back',
    async play(talk, { properties, replaced }) {
      const second = await replacement(talk, properties, replaced);
      if (second === undefined) return;
      const back = await talk.update("the rollback's Update", second.id, properties, second.Properties, rollingBack);
      if (back !== undefined && back.id !== second.oldId) {
        talk.problem(
          `The rollback's Update was answered with ${back.id}, but what it goes back to is ${second.oldId}: there may be ` +
            'a third resource now.',
        );
      }
      await talk.remove('the Delete of the new resource', second.id, second.Properties, cleaningUpRollback);
    },
  },
  {
    name: 'A Create that is delivered twice, one after the other',
    async play(talk, { properties }) {
      const made = await talk.create(properties);
      if (made === undefined) return;
      const again = await talk.repeat('the second delivery of the Create', made.exchange);
      if (again !== undefined) talk.mustBeOne('The Create was delivered twice', [made.id, again.id]);
    },
  },
  {
    name: 'A Create that is delivered twice at once',
    async play(talk, { properties }) {
      const ids = await talk.createTwiceAtOnce(properties);
      talk.mustBeOne('The Create was delivered twice at once', ids);
    },
  },
  {
    name: 'A Create whose function dies as it answers, and which Lambda delivers again',
    async play(talk, { properties }) {
      const made = await talk.create(properties, { firstDelivery: 'killed' });
      if (made === undefined) return;
      talk.mustBeOne('The function died as it answered the Create, and was invoked again', [
        ...talk.idsIn(made.exchange),
        made.id,
      ]);
    },
  },
  {
    name: 'A response that S3 is too busy to take at first (503)',
    async play(talk, { properties }) {
      await talk.create(properties, { firstDelivery: 'refused' });
    },
  },
  {
    name: 'A Create that is cancelled: the Delete names an id that CloudFormation has invented',
    async play(talk, { properties }) {
      const made = await talk.create(properties);
      if (made !== undefined) await talk.remove('the Delete with an invented id', inventedId, properties, neverCreated);
    },
  },
  {
    name: 'A Delete of what the provider has never made',
    async play(talk, { properties }) {
      await talk.remove('the Delete of an unknown id', inventedId, properties, neverCreated);
    },
  },
  {
    name: 'A Delete that is delivered twice',
    async play(talk, { properties }) {
      const made = await talk.create(properties);
      if (made === undefined) return;
      const removed = await talk.remove('the Delete', made.id, properties);
      if (removed !== undefined) await talk.repeat('the second delivery of the Delete', removed.exchange);
    },
  },
  {
    name: 'A Create without any properties, and the Delete that follows',
    async play(talk) {
      const { id } = await talk.createAnyhow({});
      if (id !== undefined) await talk.remove('the Delete', id, {}, neverCreated);
    },
  },
  {
    name: 'A Create while AWS refuses every call',
    play: (talk, { properties }) => createWithUselessAws(talk, properties, 'refuses'),
  },
  {
    name: 'A Create while AWS does not answer',
    play: (talk, { properties }) => createWithUselessAws(talk, properties, 'hangs'),
  },
];

interface Replacement {
  readonly id: string;
  readonly oldId: string;
  readonly Properties: JsonMap;
}

async function replacement(
  talk: Talk,
  properties: JsonMap,
  Properties: JsonMap | undefined,
): Promise<Replacement | undefined> {
  if (Properties === undefined) {
    talk.notTried('give --replacement-properties');
    return undefined;
  }
  const made = await talk.create(properties);
  const changed = made && (await talk.update('the Update', made.id, Properties, properties));
  if (made === undefined || changed === undefined) return undefined;
  if (changed.id !== made.id) return { id: changed.id, oldId: made.id, Properties };
  talk.problem(
    `The Update, which should replace the resource, was answered with the id that it had: ${made.id}. CloudFormation ` +
      'takes it for an update in place, and never deletes the old resource.',
  );
  return undefined;
}

async function createWithUselessAws(talk: Talk, properties: JsonMap, manner: 'refuses' | 'hangs'): Promise<void> {
  const { calls } = await talk.createAnyhow(properties, manner);
  if (calls === 0) talk.notTried('the provider made no call to AWS');
}
