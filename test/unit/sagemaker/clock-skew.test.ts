/**
 * An environment that Lambda has frozen can sign with the time of then, or with a wrong clock. The real SDKs call here over
 * HTTP, through a gate that refuses signatures as AWS does: with a date more than five minutes from its own time, which
 * every response contains. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
import { text } from 'node:stream/consumers';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { type HttpServer, listenOnLoopback } from '../../../sandbox/http-server.ts';
import { sdkStacks } from '../../../src/cloudformation/sdk-stacks.ts';
import { type RetryDependencies, retry } from '../../../src/retry.ts';
import { sdkImageVersions } from '../../../src/sagemaker/sdk-image-versions.ts';
import { fakeClock } from '../../support/provider/fake-clock.ts';
import { fakeLog } from '../../support/provider/fake-log.ts';
import { wires } from '../../support/sagemaker.ts';

const { openWithImage } = wires();
const servers: HttpServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

interface Reply {
  readonly status: number;
  readonly body: string;
}
type Forward = (body: string, headers: Record<string, string>) => Promise<Reply>;

/** @param skewMs how far this machine's clock is behind AWS's */
async function gate(skewMs: number, refusal: Reply, forward: Forward) {
  const statuses: number[] = [];
  const server = await listenOnLoopback(async (request, response) => {
    const body = await text(request);
    const signedAt = Date.parse(String(request.headers['x-amz-date']).replace(dateForm, '$1-$2-$3:$4:$5'));
    const now = Date.now() + skewMs;
    const isFresh = Math.abs(now - signedAt) < 300_000;
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
    const reply = isFresh ? await forward(body, Object.fromEntries(headers)) : refusal;
    statuses.push(reply.status);
    response.writeHead(reply.status, { date: new Date(now).toUTCString() }).end(reply.body);
  });
  servers.push(server);
  return { url: server.url, statuses };
}

const dateForm = /^(....)(..)(..T..)(..)(..Z)$/;
const hour = 3_600_000;
const never = { invocation: Infinity, request: Infinity, cleanUp: Infinity };

function dependencies(): RetryDependencies {
  return { clock: fakeClock(), log: fakeLog(), deadlines: never, random: () => 0.5 };
}

const settings = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  maxAttempts: 1,
};

describe('A call of SageMaker whose signature is too old, or too new, succeeds at the next try', () => {
  it.each([
    ['an hour behind', hour, 'InvalidSignatureException', 400],
    ['an hour ahead', -hour, 'RequestExpired', 400],
    ['a day behind', 24 * hour, 'RequestTimeTooSkewed', 403],
  ])("when the machine's clock is %s", async (_how, skewMs, code, status) => {
    const { url } = await openWithImage({}, { Aliases: ['latest'] });
    const refusal = { status, body: JSON.stringify({ __type: code, message: 'Signature expired' }) };
    const { url: endpoint, statuses } = await gate(skewMs, refusal, async (body, { host: _, ...headers }) => {
      const response = await fetch(url, { method: 'POST', body, headers });
      return { status: response.status, body: await response.text() };
    });
    const client = new SageMakerClient({ ...settings, endpoint });
    const imageVersions = sdkImageVersions(client, { clock: fakeClock(), until: Infinity });

    const aliases = await retry(() => imageVersions.listAliases({ ImageName: 'my-image' }), dependencies());

    expect(aliases).toEqual(['latest']);
    expect(statuses).toEqual([status, 200]);
  });
});

it('A call of CloudFormation with such a signature succeeds at the next try', async () => {
  const error = (code: string) => `<ErrorResponse><Error><Code>${code}</Code></Error></ErrorResponse>`;
  const { url: endpoint, statuses } = await gate(
    hour,
    { status: 403, body: error('SignatureDoesNotMatch') },
    async () => ({ status: 400, body: error('ValidationError') }),
  );
  const client = new CloudFormationClient({ ...settings, endpoint });

  const resource = await sdkStacks(client, dependencies()).currentResource('studio', 'Stable');

  expect(resource).toBe('gone');
  expect(statuses).toEqual([403, 400]);
});
