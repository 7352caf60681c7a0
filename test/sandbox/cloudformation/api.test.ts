// What a caller of the API gets, by one call after another; `test/aws-cli` has AWS's own tools.
import { answerAction, answerQuery } from '../../../sandbox/cloudformation/server.ts';
import { newWorld, stackSource, type World } from './world.ts';

const template = stackSource(
  'A: { P: !Ref Q }',
  'Parameters: { Q: { Type: String, Default: q }, R: { Type: String } }',
);
const given = {
  'Parameters.member.1.ParameterKey': 'R',
  'Parameters.member.1.ParameterValue': 'r',
};
const create = { Action: 'CreateStack', TemplateBody: template.templateText, ...given };

type Call = Readonly<Record<string, string>>;

/** Answers a call on the stack `app`, and waits until its operation has ended. */
async function ask(world: World, call: Call) {
  const uploads: Readonly<Record<string, string>> = { 'https://s3.amazonaws.com/b/k': template.templateText };
  const services = { ...world.cloudFormation, findUpload: (url: string) => uploads[url] };
  const answer = await answerQuery(services, new URLSearchParams({ StackName: 'app', ...call }));
  await world.clock.run(() => world.clock.sleep(60_000));
  return answer;
}

/** "CODE message" of the refusal of the last of these calls. */
async function refusal(...calls: readonly Call[]): Promise<string> {
  const world = newWorld();
  for (const call of calls.slice(0, -1)) await ask(world, call);
  const parameters = new URLSearchParams({ StackName: 'app', ...calls.at(-1) });
  const { status, refusal } = await answerAction(world.cloudFormation, parameters, 'id');
  return [status, refusal?.Code, refusal?.Message].join(' ');
}

const wrong = (what: string, constraint: string) =>
  `400 ValidationError 1 validation error detected: ${what} failed to satisfy constraint: ${constraint}`;
const role = '{"Resources": {"R": {"Type": "AWS::IAM::Role"}}}';
const namedRole = '{"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r"}}}}';
const macro = '{"Transform": "M", "Resources": {"A": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}';
const insufficient = (capability: string) =>
  `400 InsufficientCapabilitiesException Requires capabilities : [${capability}]`;
const previous = { 'Parameters.member.1.ParameterKey': 'R', 'Parameters.member.1.UsePreviousValue': 'true' };

test.each<readonly [string, readonly Call[], string]>([
  [
    'no template',
    [{ Action: 'CreateStack' }],
    '400 ValidationError Either Template URL or Template Body must be specified.',
  ],
  [
    'a template that was not uploaded',
    [{ Action: 'CreateStack', TemplateURL: 'https://s3.amazonaws.com/b/none' }],
    '400 ValidationError S3 error: the sandbox has no object at https://s3.amazonaws.com/b/none. Upload it to the sandbox, or pass it as TemplateBody.',
  ],
  [
    'a template that is too long',
    [{ Action: 'CreateStack', TemplateBody: 'x'.repeat(51_201) }],
    wrong("Value at 'templateBody'", 'Member must have length less than or equal to 51200'),
  ],
  [
    'a template that is wrong',
    [
      {
        Action: 'ValidateTemplate',
        StackName: '',
        TemplateBody: '{"Resources": {"A": {"Type": "Custom::A", "Propertie": {}}}}',
      },
    ],
    expect.stringMatching(/^400 ValidationError Template format error: TemplateBody:1:\d+: /),
  ],
  [
    'a parameter that has no value',
    [{ ...create, 'Parameters.member.1.ParameterKey': 'Q' }],
    '400 ValidationError Parameters: [R] must have values',
  ],
  [
    'the previous value of a parameter that there was not',
    [
      create,
      { Action: 'UpdateStack', UsePreviousTemplate: 'true', ...previous, 'Parameters.member.1.ParameterKey': 'N' },
    ],
    '400 ValidationError Invalid input for parameter key N. Cannot specify usePreviousValue as true for a parameter key not in the previous template',
  ],
  ['a stack that exists', [create, create], '400 AlreadyExistsException Stack [app] already exists'],
  ['an update of nothing', [{ ...create, Action: 'UpdateStack' }], '400 ValidationError Stack [app] does not exist'],
  [
    'an update to the same',
    [create, { ...create, Action: 'UpdateStack' }],
    '400 ValidationError No updates are to be performed.',
  ],
  ['an IAM role', [{ Action: 'CreateStack', TemplateBody: role }], insufficient('CAPABILITY_IAM')],
  [
    'an IAM role with a name',
    [{ Action: 'CreateStack', TemplateBody: namedRole, 'Capabilities.member.1': 'CAPABILITY_IAM' }],
    insufficient('CAPABILITY_NAMED_IAM'),
  ],
  ['a macro', [{ Action: 'CreateStack', TemplateBody: macro }], insufficient('CAPABILITY_AUTO_EXPAND')],
  [
    'a value that the model does not have',
    [{ ...create, OnFailure: 'IGNORE' }],
    wrong("Value 'IGNORE' at 'onFailure'", 'Member must satisfy enum value set: [DO_NOTHING, ROLLBACK, DELETE]'),
  ],
  [
    'a parameter that is not simulated',
    [{ ...create, StackPolicyBody: '{}' }],
    '400 ValidationError StackPolicyBody is not simulated here.',
  ],
  [
    'to delete a protected stack',
    [{ ...create, EnableTerminationProtection: 'true' }, { Action: 'DeleteStack' }],
    '400 ValidationError Stack [app] cannot be deleted while TerminationProtection is enabled',
  ],
  [
    'a change set that does not exist',
    [create, { Action: 'DescribeChangeSet', ChangeSetName: 'c' }],
    '404 ChangeSetNotFound ChangeSet [c] does not exist',
  ],
  [
    'the summary of a stack in review',
    [
      { ...create, Action: 'CreateChangeSet', ChangeSetName: 'c', ChangeSetType: 'CREATE' },
      { Action: 'GetTemplateSummary' },
    ],
    '400 ValidationError GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.',
  ],
  [
    'the imports of an export that nobody imports',
    [{ Action: 'ListImports', StackName: '', ExportName: 'e' }],
    "400 ValidationError Export 'e' is not imported by any stack.",
  ],
])('refuses %s', async (_what, calls, expected) => {
  expect(await refusal(...calls)).toEqual(expected);
});

test('an update keeps the template and the values that it is asked to keep, and the tags that it does not name', async () => {
  const world = newWorld();
  await ask(world, { ...create, 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' });

  await ask(world, {
    ...{ Action: 'UpdateStack', UsePreviousTemplate: 'true', ...previous },
    ...{ 'Parameters.member.2.ParameterKey': 'Q', 'Parameters.member.2.ParameterValue': '' },
  });

  expect(world.resource('A')?.Properties).toMatchObject({ P: '' });
  expect(await ask(world, { Action: 'DescribeStacks' })).toMatchObject({
    Stacks: [
      {
        Parameters: [
          { ParameterKey: 'Q', ParameterValue: '' },
          { ParameterKey: 'R', ParameterValue: 'r' },
        ],
        Tags: [{ Key: 'k', Value: 'v' }],
      },
    ],
  });
});

test('a call that is repeated with its token is answered, and not carried out again', async () => {
  const world = newWorld();
  const first = await ask(world, { ...create, ClientRequestToken: 't' });

  expect(await ask(world, { ...create, ClientRequestToken: 't' })).toEqual(first);
  expect(world.requests).toHaveLength(1);
});

test('a template is read from where it was uploaded', async () => {
  const world = newWorld();

  await ask(world, { Action: 'CreateStack', TemplateURL: 'https://s3.amazonaws.com/b/k', ...given });

  expect(await ask(world, { Action: 'GetTemplate' })).toEqual({
    TemplateBody: template.templateText,
    StagesAvailable: ['Original', 'Processed'],
  });
});

test('a template is summarized with what it needs', async () => {
  const TemplateBody = JSON.stringify({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'd',
    Metadata: { m: 1 },
    Transform: ['AWS::Serverless-2016-10-31'],
    Parameters: { P: { Type: 'String', NoEcho: true, AllowedValues: ['a'], Description: 'p' } },
    Resources: { F: { Type: 'AWS::Serverless::Function' }, R: { Type: 'AWS::IAM::Role' } },
  });

  expect(await ask(newWorld(), { Action: 'GetTemplateSummary', StackName: '', TemplateBody })).toEqual({
    Parameters: [
      {
        ...{ ParameterKey: 'P', ParameterType: 'String', NoEcho: true, Description: 'p' },
        ParameterConstraints: { AllowedValues: ['a'] },
      },
    ],
    ...{ Version: '2010-09-09', Description: 'd', Metadata: '{"m":1}' },
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'],
    CapabilitiesReason: 'The following transform(s) require capabilities: [AWS::Serverless-2016-10-31]',
    DeclaredTransforms: ['AWS::Serverless-2016-10-31'],
    ResourceTypes: ['AWS::Serverless::Function', 'AWS::IAM::Role'],
    ResourceIdentifierSummaries: [
      { ResourceType: 'AWS::Serverless::Function', LogicalResourceIds: ['F'] },
      { ResourceType: 'AWS::IAM::Role', LogicalResourceIds: ['R'] },
    ],
  });
});

test('a resource is found by its physical id', async () => {
  const world = newWorld();
  await world.create('A: {}\nB: {}');

  const found = await ask(world, { Action: 'DescribeStackResources', StackName: '', PhysicalResourceId: 'B' });

  expect(found).toMatchObject({ StackResources: [{ LogicalResourceId: 'A' }, { LogicalResourceId: 'B' }] });
});
