// The answers of CloudFormation's API against the model from which AWS makes its SDKs.
import { execFileSync } from 'node:child_process';
import { readingOperations } from '../../sandbox/cloudformation/api-reading.ts';
import { templateOperations } from '../../sandbox/cloudformation/api-templates.ts';
import { writingOperations } from '../../sandbox/cloudformation/api-writing.ts';
import type { Signature } from '../../sandbox/cloudformation/query.ts';
import { answerQuery } from '../../sandbox/cloudformation/server.ts';
import { failing, newWorld, stackSource } from '../sandbox/cloudformation/world.ts';

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
}

interface Model {
  readonly operations: Readonly<
    Record<string, { readonly input: { readonly shape: string }; readonly output?: { readonly shape: string } }>
  >;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const readModel = `
import json
from botocore.loaders import Loader
print(json.dumps(Loader().load_service_model('cloudformation', 'service-2', '2010-05-15')))`;
const model: Model = JSON.parse(execFileSync('python', ['-c', readModel], { maxBuffer: 2 ** 26, encoding: 'utf8' }));

const operations = new Map<string, Signature>(
  Object.entries({ ...readingOperations, ...templateOperations, ...writingOperations }),
);

const policies = 'StackPolicyBody StackPolicyURL';

/** The parameters that would change something on AWS and are not simulated. */
const refused: Readonly<Record<string, string>> = {
  CreateStack: `RollbackConfiguration ResourceTypes ${policies}`,
  UpdateStack: `RollbackConfiguration ResourceTypes ${policies} StackPolicyDuringUpdateBody StackPolicyDuringUpdateURL`,
  DeleteStack: 'DeletionMode',
  RollbackStack: 'DeploymentConfig',
  ContinueUpdateRollback: 'ForceRollback',
  CreateChangeSet: 'RollbackConfiguration ResourceTypes ResourcesToImport ImportExistingResources DeploymentMode',
  GetTemplateSummary: 'StackSetName CallAs',
};

test.each([...operations])('every parameter of %s is read, ignored or refused on purpose', (name, signature) => {
  const { reads = '', ignores = '' } = signature;
  const { [name]: refuses = '' } = refused;
  const names = [reads, ignores, refuses].flatMap((each) => each.split(' ')).filter((each) => each !== '');

  const { shape = '' } = model.operations[name]?.input ?? {};
  expect(names.toSorted()).toEqual(Object.keys(model.shapes[shape]?.members ?? {}).toSorted());
});

test('every answer has the members, types and values of the model', async () => {
  const problems: string[] = [];
  const answered = new Set<string>();
  const world = newWorld({ provider: failing('Update', { Status: 'FAILED', Reason: 'No' }, 'Bad') });
  const services = { ...world.cloudFormation, pageSize: 2 };
  const ask = async (Action: string, parameters: Readonly<Record<string, string>> = {}) => {
    const { input, output } = model.operations[Action] ?? {};
    const stack = model.shapes[input?.shape ?? '']?.members?.['StackName'] && { StackName: 'app' };
    const given = { Action, ...stack, ...parameters };
    const result = await answerQuery(services, new URLSearchParams(given));
    answered.add(Action);
    if (output === undefined && result !== undefined) problems.push(`${Action} has no result in the model`);
    if (output !== undefined) problems.push(...differences(result, output.shape, Action));
    return result;
  };
  const settle = () => world.clock.run(() => world.clock.sleep(60_000));
  const template = (P: string, more = '') =>
    stackSource(
      `A: { P: ${P} }\nBad: { P: ${P} }`,
      `Description: d
Parameters: { Q: { Type: String, Default: q, AllowedValues: [q], Description: d }, S: { Type: String, NoEcho: true, Default: s } }
Outputs: { O: { Value: !Ref A, Description: d, Export: { Name: o } } }
Metadata: { M: m }\n${more}`,
    ).templateText;
  const described = {
    'Tags.member.1.Key': 'k',
    'Tags.member.1.Value': 'v',
    'Capabilities.member.1': 'CAPABILITY_IAM',
    'NotificationARNs.member.1': 'arn:aws:sns:eu-west-1:111122223333:topic',
    RoleARN: 'arn:aws:iam::111122223333:role/deployer',
  };
  const readEverything = async () => {
    await ask('DescribeStacks');
    await ask('DescribeStackEvents');
    await ask('DescribeStackResources');
    await ask('ListStackResources');
    await ask('ListStacks');
    await ask('ListChangeSets');
    await ask('GetTemplate');
  };

  await ask('CreateChangeSet', {
    ...{ ChangeSetName: 'new', ChangeSetType: 'CREATE', Description: 'd', OnStackFailure: 'ROLLBACK' },
    ...{ TemplateBody: template('1'), 'DeploymentConfig.Mode': 'STANDARD', ...described },
  });
  await readEverything();
  await ask('DescribeChangeSet', { ChangeSetName: 'new' });
  await ask('ExecuteChangeSet', { ChangeSetName: 'new' });
  await readEverything();
  await settle();
  await readEverything();
  await ask('CreateStack', {
    StackName: 'importer',
    TemplateBody: stackSource('I: { P: !ImportValue o }').templateText,
  });
  await settle();
  await ask('DescribeStackResource', { LogicalResourceId: 'A' });
  await ask('ListExports');
  await ask('ListImports', { ExportName: 'o' });
  await ask('GetTemplateSummary');
  await ask('ValidateTemplate', {
    TemplateBody: `{"Transform": "AWS::Serverless-2016-10-31", "Resources": {"R": {"Type": "AWS::IAM::Role"}}}`,
  });
  await ask('UpdateTerminationProtection', { EnableTerminationProtection: 'false' });
  await ask('CreateChangeSet', { ChangeSetName: 'change', TemplateBody: template('2') });
  await ask('CreateChangeSet', { ChangeSetName: 'none', TemplateBody: template('1') });
  await ask('DescribeChangeSet', { ChangeSetName: 'change' });
  await ask('DescribeChangeSet', { ChangeSetName: 'none' });
  await ask('DeleteChangeSet', { ChangeSetName: 'none' });
  await ask('UpdateStack', { TemplateBody: template('3'), DisableRollback: 'true' });
  await settle();
  await readEverything();
  await ask('RollbackStack');
  await settle();
  await readEverything();
  await ask('ContinueUpdateRollback', { 'ResourcesToSkip.member.1': 'Bad' });
  await settle();
  await readEverything();
  await ask('UpdateStack', { TemplateBody: template('4') });
  await ask('CancelUpdateStack');
  await readEverything();
  await settle();
  await ask('ContinueUpdateRollback', { 'ResourcesToSkip.member.1': 'Bad' });
  await settle();
  await readEverything();
  await ask('DeleteStack', { StackName: 'importer' });
  await ask('DeleteStack');
  await settle();
  await ask('ListStacks');

  // AWS's own answers have these statuses, which its model lacks: the event of a stack has the status of the stack.
  const ofStacks = /StackEvents\[\d\]\.ResourceStatus cannot be "(REVIEW_IN_PROGRESS|\w+_CLEANUP_IN_PROGRESS)"$/;
  expect(problems.filter((problem) => !ofStacks.test(problem))).toEqual([]);
  expect([...operations.keys()].filter((name) => !answered.has(name))).toEqual([]);
});

/** What is wrong with a value of this shape, one sentence each. */
function differences(value: unknown, shapeName: string, where: string): readonly string[] {
  const shape = model.shapes[shapeName];
  if (shape === undefined) return [`${where}: no shape ${shapeName}`];
  const { type, members = {}, member, required = [] } = shape;
  if (type === 'structure') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${where} must be a structure`];
    const given = Object.entries(value).filter(([, each]) => each !== undefined);
    return [
      ...required.filter((name) => !given.some(([each]) => each === name)).map((name) => `${where} needs ${name}`),
      ...given.flatMap(([name, each]) =>
        members[name] === undefined
          ? [`${where} has no member ${name}`]
          : differences(each, members[name].shape, `${where}.${name}`),
      ),
    ];
  }
  if (type === 'list') {
    if (!Array.isArray(value)) return [`${where} must be a list`];
    return value.flatMap((each, index) => differences(each, member?.shape ?? '', `${where}[${index}]`));
  }
  return isScalar(value, shape) ? [] : [`${where} cannot be ${JSON.stringify(value)}`];
}

function isScalar(value: unknown, { type, enum: values, min = 0, max = Number.POSITIVE_INFINITY }: Shape): boolean {
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'integer') return Number.isInteger(value);
  if (typeof value !== 'string') return false;
  if (type === 'timestamp') return new Date(value).toISOString() === value;
  return type === 'string' && value.length >= min && value.length <= max && (values?.includes(value) ?? true);
}
