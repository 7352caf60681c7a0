/**
 * The exchanges: for every operation that the provider calls, what the services answer when all is well and when it is
 * not. SageMaker's answers are JSON, CloudFormation's are XML.
 */
import type { Exchange } from './adapters.ts';
import type { Answer } from './endpoint.ts';

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const refusal = (type: string, status = 400, headers = {}) =>
  json(status, { __type: type, message: 'It says why.' }, headers);
const xml = (status: number, body: string): Answer => ({ status, headers: { 'content-type': 'text/xml' }, body });
const xmlRefusal = (code: string, status = 400) =>
  xml(
    status,
    `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>` +
      `<Code>${code}</Code><Message>It says &amp; why.</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  );

const arn = 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/my-image/3';
const described = json(200, {
  BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.4',
  ContainerImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image@sha256:00',
  CreationTime: 1_763_697_490.123,
  FailureReason: 'Grüße 🎉',
  Horovod: false,
  ImageArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image/my-image',
  ImageVersionArn: arn,
  ImageVersionStatus: 'CREATED',
  LastModifiedTime: 1_763_697_490,
  NobodyKnows: { this: ['member'] },
  Version: 3,
});
const stacksResponse = (member: string) =>
  xml(
    200,
    `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>` +
      `${member}</Stacks></DescribeStacksResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DescribeStacksResponse>`,
  );

const eventsResponse = (member: string, NextToken = '') =>
  xml(
    200,
    '<DescribeStackEventsResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStackEventsResult>' +
      `<StackEvents>${member}</StackEvents>${NextToken && `<NextToken>${NextToken}</NextToken>`}` +
      '</DescribeStackEventsResult></DescribeStackEventsResponse>',
  );

/** What each call gets when all is well. */
const well = {
  createImageVersion: [json(200, { ImageVersionArn: arn })],
  describeImageVersion: [described],
  describeNewestImageVersion: [described],
  describeImageVersionByAlias: [described],
  updateImageVersion: [json(200, { ImageVersionArn: arn })],
  deleteImageVersion: [json(200, '{}')],
  listAliases: [
    json(200, { SageMakerImageVersionAliases: ['latest', '1.4'], NextToken: 'page=2/+' }),
    json(200, { SageMakerImageVersionAliases: ['cfn-own'] }),
  ],
  currentOperation: [
    stacksResponse(
      '<member><StackName>studio</StackName><StackStatus>UPDATE_ROLLBACK_IN_PROGRESS</StackStatus>' +
        '<CreationTime>2026-11-20T03:58:10.123Z</CreationTime><LastUpdatedTime>2026-11-21T03:58:10Z</LastUpdatedTime></member>',
    ),
  ],
  currentResource: [
    xml(
      200,
      '<DescribeStackResourceResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStackResourceResult>' +
        '<StackResourceDetail><LogicalResourceId>Stable &amp; co</LogicalResourceId><PhysicalResourceId>an id</PhysicalResourceId>' +
        '<ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus><LastUpdatedTimestamp>2026-11-21T03:58:10Z</LastUpdatedTimestamp>' +
        '</StackResourceDetail></DescribeStackResourceResult></DescribeStackResourceResponse>',
    ),
  ],
  events: [
    eventsResponse(
      '<member><LogicalResourceId>Stable &amp; co</LogicalResourceId><PhysicalResourceId></PhysicalResourceId>' +
        '<ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus><Timestamp>2026-11-21T03:58:10.123Z</Timestamp></member>',
      'page=2/+',
    ),
    eventsResponse(
      '<member><LogicalResourceId>studio</LogicalResourceId><PhysicalResourceId>an id</PhysicalResourceId>' +
        '<ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus><Timestamp>2026-11-21T03:58:10Z</Timestamp></member>',
    ),
  ],
} satisfies Record<Exchange['call'], Answer[]>;

const skewed = { date: 'Sat, 21 Nov 2020 07:00:00 GMT' };

/** What each of SageMaker's operations may get instead. */
const ill: Record<string, Answer> = {
  ResourceNotFound: refusal('ResourceNotFound'),
  ResourceInUse: refusal('com.amazonaws.sagemaker#ResourceInUse'),
  ResourceLimitExceeded: refusal('ResourceLimitExceeded:http://internal.amazon.com/coral/'),
  ConflictException: json(400, { message: 'lower' }, { 'x-amzn-errortype': 'ConflictException:' }),
  ValidationException: json(400, { __type: 'ValidationException', Message: 'An upper M' }),
  AccessDenied: refusal('AccessDeniedException'),
  ExpiredToken: refusal('ExpiredTokenException', 403),
  Throttled: refusal('ThrottlingException'),
  ThrottledFor: refusal('ThrottlingException', 429, { 'retry-after': '1', 'x-amz-retry-after': '1000' }),
  Failing: refusal('InternalFailure', 500),
  Unavailable: { status: 503, headers: { 'content-type': 'text/html' }, body: '<html>Service Unavailable</html>' },
  EmptyFailure: { status: 500, body: '' },
  EmptyAnswer: { status: 200, body: '' },
  Malformed: json(200, '{"ImageVersionArn": '),
  MalformedRefusal: json(400, '<?'),
  WrongShape: json(200, {
    ImageVersionArn: 7,
    CreationTime: 'yesterday',
    SageMakerImageVersionAliases: 'one',
    Version: '3',
  }),
  Redirect: { status: 307, headers: { location: 'https://127.0.0.1:1/' }, body: '' },
  Reset: 'reset',
  Cut: 'cut',
  Silence: 'silence',
};
/** A clock that is wrong: the answer names the right time, and the next request is to be signed with it. */
const skewedExchange = [refusal('RequestExpired', 403, skewed), refusal('InvalidSignatureException', 400, skewed)];

const illOfStacks: Record<string, Answer> = {
  ValidationError: xmlRefusal('ValidationError'),
  AccessDenied: xmlRefusal('AccessDenied', 403),
  ExpiredToken: xmlRefusal('ExpiredToken', 403),
  Throttled: xmlRefusal('Throttling'),
  Failing: xmlRefusal('InternalFailure', 500),
  Unavailable: { status: 503, body: '<html>' },
  EmptyAnswer: { status: 200, body: '' },
  Malformed: xml(200, '<DescribeStacksResponse><'),
  Reset: 'reset',
  Cut: 'cut',
};

interface Page {
  readonly exchange: Exchange;
  readonly answers: readonly Answer[];
}

function pagesOf(call: Exchange['call']): Page[] {
  const page = (name: string, answers: readonly Answer[], times = 1): Page => ({
    exchange: { name: `${call}-${name}`, call, times, isGivenUp: name === 'Silence' },
    answers,
  });
  const troubles = call === 'currentOperation' || call === 'currentResource' || call === 'events' ? illOfStacks : ill;
  return [
    page('Well', well[call]),
    // On the connection that is kept.
    page('Again', [...well[call], ...well[call]], 2),
    ...Object.entries(troubles).map(([name, answer]) => page(name, [answer])),
    page('Skewed', [...skewedExchange, ...well[call]], 3),
  ];
}

const isCall = (name: string): name is Exchange['call'] => Object.hasOwn(well, name);

export const book: readonly Page[] = Object.keys(well).filter(isCall).flatMap(pagesOf);
