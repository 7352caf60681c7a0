import { execFile, execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { newCertificate } from '../../support/certificate.ts';
import type { Outcome } from './adapters.ts';
import { book } from './book.ts';
import { type Endpoint, type KeptRequest, startEndpoint } from './endpoint.ts';

/** The Node.js that runs the bundles: .ci/run names the one that Lambda has. */
const node = process.env['LAMBDA_NODE'] ?? process.execPath;

const credentials = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session/+=',
};
const certificateFile = resolve('dist/exchanges/certificate.pem');

let endpoint: Endpoint;

beforeAll(async () => {
  execFileSync(process.execPath, ['test/bundle/exchanges/build.mjs']);
  endpoint = await startEndpoint(Object.fromEntries(book.map(({ exchange, answers }) => [exchange.name, answers])), {
    certificate: await newCertificate(certificateFile),
    secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
  });
});
afterAll(() => endpoint.close());

interface Transcript {
  readonly outcomes: Record<string, Outcome[]>;
  readonly requests: Record<string, KeptRequest[]>;
}

/** The exchanges through one of the two bundles, in an environment as Lambda's. */
async function transcript(
  bundle: 'lambda' | 'unaltered',
  variables: Readonly<Record<string, string>>,
  pages: typeof book,
): Promise<Transcript> {
  const exchanges = JSON.stringify(pages.map(({ exchange }) => exchange));
  const { stdout } = await promisify(execFile)(node, [`dist/exchanges/${bundle}.cjs`, endpoint.url, exchanges], {
    maxBuffer: 2 ** 26,
    env: {
      AWS_REGION: 'eu-west-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'provider',
      _X_AMZN_TRACE_ID: 'Root=1-69200000-000000000000000000000000',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      NODE_EXTRA_CA_CERTS: certificateFile,
      ...credentials,
      ...variables,
    },
  });
  return { outcomes: JSON.parse(stdout), requests: endpoint.taken() };
}

/** The exchanges in which the settings of the SDK make a difference, whatever its answers are. */
const ordinary = book.filter(({ exchange }) => /-(Well|Again|Skewed)$/.test(exchange.name));

describe.each([
  { environment: 'as Lambda sets it', variables: {}, pages: book },
  {
    environment: 'with credentials that have expired',
    variables: { AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z' },
    pages: ordinary,
  },
  {
    environment: 'with other settings of the SDK',
    variables: { AWS_DEFAULTS_MODE: 'auto', AWS_SDK_UA_APP_ID: 'my-app', AWS_MAX_ATTEMPTS: '2' },
    pages: ordinary,
  },
  {
    environment: 'with adaptive retries, which the bundle does not have',
    variables: { AWS_RETRY_MODE: 'adaptive' },
    ofUnaltered: {},
    pages: book,
  },
])('In an environment $environment', ({ variables, ofUnaltered = variables, pages }) => {
  let lambda: Transcript;
  let unaltered: Transcript;

  beforeAll(async () => {
    lambda = await transcript('lambda', variables, pages);
    unaltered = await transcript('unaltered', ofUnaltered, pages);
  });

  test('the bundle sends what the unaltered SDK sends, signed', () => {
    expect(lambda.requests).toEqual(unaltered.requests);

    expect(Object.keys(lambda.requests)).toEqual(pages.map(({ exchange }) => exchange.name));
    expect(
      Object.values(lambda.requests)
        .flat()
        .filter(({ isSigned }) => !isSigned),
    ).toEqual([]);
  });

  test('the bundle keeps its connections, and reads a wrong clock off the answers', () => {
    expect(lambda.requests['describeImageVersion-Again']).toMatchObject([
      { isOnKeptConnection: false },
      { isOnKeptConnection: true },
    ]);
    // The answers are dated 07:00, and the SDK counts on from there.
    expect(lambda.requests['describeImageVersion-Skewed']?.map(({ clock }) => clock)).toEqual([
      "this machine's",
      '2020-11-21T07',
      '2020-11-21T07',
    ]);
  });

  test('the bundle gives what the unaltered SDK gives', () => {
    expect(lambda.outcomes).toEqual(unaltered.outcomes);
  });
});

test('without credentials, both send nothing and name the same error; only its text is of another provider', async () => {
  const pages = book.filter(({ exchange }) => exchange.name.endsWith('-Well'));
  const variables = { AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' };

  const lambda = await transcript('lambda', variables, pages);
  const unaltered = await transcript('unaltered', variables, pages);

  expect([lambda.requests, unaltered.requests]).toEqual([{}, {}]);
  expect(lambda.outcomes['describeImageVersion-Well']).toMatchObject([
    { error: { code: 'InternalFailure', cause: { name: 'CredentialsProviderError' } } },
  ]);
  expect(withoutTexts(lambda.outcomes)).toEqual(withoutTexts(unaltered.outcomes));
});

/** The outcomes with the names of the SDK's errors only. */
function withoutTexts(outcomes: Transcript['outcomes']): unknown {
  return JSON.parse(JSON.stringify(outcomes), (key, value) => (/^(cause|error)$/.test(key) ? value?.name : value));
}
