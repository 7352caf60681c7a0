/**
 * The scenarios of a check. Each sends a provider a few of CloudFormation's requests, and checks what the answers mean
 * together; `rules.ts` checks every single answer. They contain those of CloudFormation's own contract tests for resource
 * types that a custom resource can be asked: it has no Read and no List.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
import type { JsonMap } from '../json.ts';
import { type Finding, openScript, ScenarioEnded, type Script } from './script.ts';
import { listenUnavailableAws, openSession, type Provider, type SessionDependencies } from './session.ts';

/** ResourceProperties for the requests, without ServiceToken. */
interface GivenProperties {
  readonly properties: JsonMap;
  /** For an Update that keeps the physical resource. */
  readonly updated: JsonMap | undefined;
  /** For an Update that needs another physical resource. */
  readonly replaced: JsonMap | undefined;
  /** That the provider must refuse. */
  readonly invalid: JsonMap | undefined;
}

/** CloudFormation makes up such an id for a resource whose Create it has cancelled. The provider has never seen it. */
const madeUpId = 'check-Checked-1J4CEXAMPLE0K';

const rollingBack = 'UPDATE_ROLLBACK_IN_PROGRESS';
const cleaningUp = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
const cleaningUpRollback = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
const neverCreated = 'ROLLBACK_IN_PROGRESS';

/** Yields the finding of each scenario as soon as the scenario has ended. */
export async function* checkProvider(
  provider: Provider,
  { ResourceType, given }: { readonly ResourceType: string; readonly given: GivenProperties },
  dependencies: SessionDependencies,
): AsyncGenerator<Finding> {
  const session = await openSession(provider, dependencies);
  try {
    for (const [name, play] of Object.entries(scenarios)) {
      const script = openScript(session, ResourceType);
      await play(script, given).catch((error: unknown) => {
        if (!(error instanceof ScenarioEnded)) throw error;
      });
      await script.cleanUp();
      yield script.finding(name);
    }
  } finally {
    await session.close();
  }
}

const scenarios: Readonly<Record<string, (script: Script, given: GivenProperties) => Promise<void>>> = {
  'A Create, an Update that changes nothing, a Delete': async (script, { properties }) => {
    const made = await script.create(properties);
    // CloudFormation sends an Update even if only the ServiceTimeout differs.
    const changed = await script.update('the Update', made.id, { ...properties, ServiceTimeout: '600' }, properties);
    if (changed !== undefined) {
      script.mustKeepId('the Update, which changed nothing,', changed.id, made.id);
      const lost = Object.keys(made.Data).filter((name) => !Object.hasOwn(changed.Data, name));
      if (lost.length > 0) {
        script.problem(`The Update's Data lacks ${lost.join(', ')}: Fn::GetAtt reads the last response only.`);
      }
    }
    await script.remove('the Delete', changed?.id ?? made.id, properties);
  },
  'An Update in place, and its rollback': async (script, { properties, updated }) => {
    if (updated === undefined) return script.notTried('give --update-properties');
    const made = await script.create(properties);
    const changed = await script.update('the Update', made.id, updated, properties);
    if (changed === undefined) return;
    script.mustKeepId('the Update', changed.id, made.id);
    const back = await script.update("the rollback's Update", changed.id, properties, updated, rollingBack);
    if (back !== undefined) script.mustKeepId("the rollback's Update", back.id, changed.id);
  },
  'A replacement, and the Delete of the old resource': async (script, { properties, replaced }) => {
    const second = await replacement(script, properties, replaced);
    await script.remove('the Delete of the old resource', second.oldId, properties, cleaningUp);
  },
  'A replacement that is rolled back': async (script, { properties, replaced }) => {
    const second = await replacement(script, properties, replaced);
    const back = await script.update("the rollback's Update", second.id, properties, second.Properties, rollingBack);
    if (back !== undefined && back.id !== second.oldId) {
      const instead = `${back.id} instead of the old resource ${second.oldId}`;
      script.problem(`The rollback's Update was answered with ${instead}: there may be a third resource now.`);
    }
    await script.remove('the Delete of the new resource', second.id, second.Properties, cleaningUpRollback);
  },
  'An Update that fails, and its rollback': async (script, { properties, invalid }) => {
    if (invalid === undefined) return script.notTried('give --invalid-properties');
    const made = await script.create(properties);
    const failed = await script.tryUpdate(made.id, invalid, properties);
    if (failed === undefined) return;
    const { Status, PhysicalResourceId } = failed;
    if (Status === 'SUCCESS') return script.problem(accepted('Update'));
    if (PhysicalResourceId === made.id) {
      const back = await script.update("the rollback's Update", made.id, properties, invalid, rollingBack);
      if (back !== undefined) script.mustKeepId("the rollback's Update", back.id, made.id);
    } else {
      script.problem(
        `The failed Update was answered with another id, ${PhysicalResourceId} instead of ${made.id}. CloudFormation ` +
          'treats this as a replacement: its rollback deletes the new id, and does not restore the old properties.',
      );
      await script.remove('the Delete of the new id', PhysicalResourceId, invalid, cleaningUpRollback);
    }
  },
  'A Create with invalid properties, its Delete, and a Create with valid ones': async (script, given) => {
    const { properties, invalid } = given;
    if (invalid === undefined) return script.notTried('give --invalid-properties');
    const made = await script.tryCreate(invalid);
    if (made === undefined) return;
    if (made.Status === 'SUCCESS') script.problem(accepted('Create'));
    // It may have created something before it failed: CloudFormation always deletes the id of the answer.
    await script.remove('the Delete', made.PhysicalResourceId, invalid, neverCreated);
    await script.create(properties);
  },
  'A Create that is delivered twice, one after the other': async (script, { properties }) => {
    const made = await script.create(properties);
    const again = await script.repeat('the second delivery of the Create', made.exchange);
    if (again !== undefined) script.mustBeOne('The Create was delivered twice', [made.id, again.id]);
  },
  'A Create that is delivered twice at once': async (script, { properties }) => {
    script.mustBeOne('The Create was delivered twice at once', await script.createTwiceAtOnce(properties));
  },
  'A Create whose function is killed while it answers, and that Lambda delivers again': async (script, given) => {
    const made = await script.create(given.properties, { firstDelivery: 'killed' });
    const ids = [...script.idsIn(made.exchange), made.id];
    script.mustBeOne('The function was killed while it answered the Create, and was invoked again', ids);
  },
  'A response that S3 first refuses with status 503': async (script, { properties }) => {
    await script.create(properties, { firstDelivery: 'refused' });
  },
  'A cancelled Create, whose Delete has an id that CloudFormation made up': async (script, { properties }) => {
    await script.create(properties);
    await script.remove('the Delete with a made-up id', madeUpId, properties, neverCreated);
  },
  'A Delete of a resource that the provider never made': async (script, { properties }) => {
    await script.remove('the Delete of an unknown id', madeUpId, properties, neverCreated);
  },
  'An Update of a resource that the provider never made': async (script, { properties }) => {
    await updateAbsent(script, madeUpId, properties);
  },
  'A Create after the Delete, and an Update after the second Delete': async (script, { properties }) => {
    const first = await script.create(properties);
    await script.remove('the Delete', first.id, properties);
    const { id } = await script.create(properties);
    await script.remove('the second Delete', id, properties);
    await updateAbsent(script, id, properties);
  },
  'A Delete that is delivered twice': async (script, { properties }) => {
    const made = await script.create(properties);
    const removed = await script.remove('the Delete', made.id, properties);
    if (removed !== undefined) await script.repeat('the second delivery of the Delete', removed.exchange);
  },
  'A Create without any properties, and the Delete that follows': async (script) => {
    const made = await script.tryCreate({});
    if (made !== undefined) await script.remove('the Delete', made.PhysicalResourceId, {}, neverCreated);
  },
  'A Create while AWS refuses every call': (script, { properties }) =>
    createWithUnavailableAws(script, properties, 'refuses'),
  'A Create while AWS does not answer': (script, { properties }) =>
    createWithUnavailableAws(script, properties, 'hangs'),
};

function accepted(request: 'Create' | 'Update'): string {
  return `The ${request} was answered SUCCESS, although its properties are invalid: answer FAILED with a Reason.`;
}

/** The answers do not show whether the resource exists outside the provider. */
async function updateAbsent(script: Script, id: string, properties: JsonMap): Promise<void> {
  const response = await script.tryUpdate(id, properties, properties);
  if (response?.Status !== 'SUCCESS' || response.PhysicalResourceId !== id) return;
  script.note(
    'The Update was answered SUCCESS with the id of a resource that does not exist. If your resources can disappear, ' +
      'answer FAILED with a Reason, or create the resource again and answer with its id.',
  );
}

/** Ends the scenario if the Update does not replace the resource. */
async function replacement(script: Script, properties: JsonMap, Properties: JsonMap | undefined) {
  if (Properties === undefined) return script.notTried('give --replacement-properties');
  const made = await script.create(properties);
  const changed = await script.update('the Update', made.id, Properties, properties);
  if (changed === undefined) throw new ScenarioEnded();
  if (changed.id !== made.id) return { id: changed.id, oldId: made.id, Properties };
  script.problem(
    `The Update, which should replace the resource, was answered with the same id: ${made.id}. CloudFormation treats ` +
      'this as an update in place, and never deletes the old resource.',
  );
  throw new ScenarioEnded();
}

async function createWithUnavailableAws(script: Script, properties: JsonMap, manner: 'refuses' | 'hangs') {
  const aws = await listenUnavailableAws(manner);
  const variables = { AWS_ENDPOINT_URL: aws.url, AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url };
  await script.tryCreate(properties, { variables });
  await aws.close();
  if (aws.calls() === 0) script.notTried('the provider made no call to AWS');
}
