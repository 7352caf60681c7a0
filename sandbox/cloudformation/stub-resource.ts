/**
 * Types that the sandbox does not simulate: a stub resource is created at once, with id and attributes in AWS's form.
 * A type is a stub by default if all its attributes are known here; else on request, with made-up attributes.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
import { createHash } from 'node:crypto';
import type { Json } from '../json.ts';
import { type Random, randomHex } from '../random.ts';
import { didYouMean } from '../template/nearest-name.ts';
import type { ResourceOutcome, ResourceType } from './resource-type.ts';
import type { Account } from './settings.ts';

/** What Ref returns, which is the name by default, and the attributes: texts in which `fill` fills in each `{…}`. */
type StubForm = Readonly<Record<string, string>>;

const formsByDefault: Readonly<Record<string, StubForm>> = {
  'AWS::CDK::Metadata': {},
  'AWS::IAM::Policy': {},
  'AWS::IAM::Role': { Arn: 'arn:{partition}:iam::{accountId}:role/{name}' },
  // `--handler` names the file that runs in the place of its code.
  'AWS::Lambda::Function': { Arn: '{arn:lambda}function:{name}' },
  'AWS::Lambda::Permission': {},
  'AWS::SageMaker::AppImageConfig': { AppImageConfigArn: '{arn:sagemaker}app-image-config/{lower}' },
  'AWS::SageMaker::Domain': { Ref: 'd-{random}', DomainId: '{ref}', DomainArn: '{arn:sagemaker}domain/{ref}' },
  // SAM reads Alias and Version as the ARNs of what AutoPublishAlias generates.
  'AWS::Serverless::Function': {
    Arn: '{arn:lambda}function:{name}',
    Alias: '{arn:lambda}function:{name}:live',
    Version: '{arn:lambda}function:{name}:1',
  },
};

export const typesByDefault = Object.keys(formsByDefault);

const formsOnRequest: Readonly<Record<string, StubForm>> = {
  'AWS::CloudFormation::Stack': { Ref: '{arn:cloudformation}stack/{name}/{uuid}' },
  'AWS::EC2::Instance': { Ref: 'i-{hex}' },
  'AWS::EC2::InternetGateway': { Ref: 'igw-{hex}' },
  'AWS::EC2::NatGateway': { Ref: 'nat-{hex}' },
  'AWS::EC2::RouteTable': { Ref: 'rtb-{hex}' },
  'AWS::EC2::SecurityGroup': { Ref: 'sg-{hex}' },
  'AWS::EC2::Subnet': { Ref: 'subnet-{hex}' },
  'AWS::EC2::VPC': { Ref: 'vpc-{hex}', DefaultSecurityGroup: 'sg-{hex}', DefaultNetworkAcl: 'acl-{hex}' },
  'AWS::EC2::VPCEndpoint': { Ref: 'vpce-{hex}' },
  'AWS::IAM::ManagedPolicy': { Ref: 'arn:{partition}:iam::{accountId}:policy/{name}' },
  'AWS::KMS::Key': { Ref: '{uuid}' },
  'AWS::Lambda::LayerVersion': { Ref: '{arn:lambda}layer:{name}:1' },
  'AWS::Lambda::Version': { Ref: '{arn:lambda}function:{name}:1', Version: '1' },
  'AWS::Logs::LogGroup': { Arn: '{arn:logs}log-group:{name}:*' },
  'AWS::S3::Bucket': { Ref: '{lower}', Arn: 'arn:{partition}:s3:::{name}' },
  'AWS::SecretsManager::Secret': { Ref: '{arn:secretsmanager}secret:{name}' },
  'AWS::SNS::Topic': { Ref: '{arn:sns}{name}' },
  'AWS::SQS::Queue': { Ref: 'https://sqs.{region}.amazonaws.com/{accountId}/{name}', Arn: '{arn:sqs}{name}' },
  'AWS::StepFunctions::StateMachine': { Ref: '{arn:states}stateMachine:{name}' },
};

/** Undefined if the text has not the form of a type. */
export function createStubType(Type: string, account: Account, random: Random): ResourceType | undefined {
  const [, service = '', kind = ''] = /^\w+::(\w+)::(\w+)(?:::\w+)*$/.exec(Type) ?? [];
  if (kind === '') return undefined;
  const { Ref = '{name}', ...attributes } = formsByDefault[Type] ?? formsOnRequest[Type] ?? {};
  const simulated = Object.keys(attributes);
  const nameProperties = [`${kind}Name`, 'Name'];
  const there = (PhysicalResourceId: string): ResourceOutcome => {
    const Attributes = Object.fromEntries(simulated.map((name) => [name, attribute(PhysicalResourceId, name)]));
    return { kind: 'succeeded', PhysicalResourceId, Attributes, attributesKey: PhysicalResourceId };
  };
  const attribute = (PhysicalResourceId: string, asked: string): Json => {
    const form = attributes[asked] ?? plausibleForm(asked, service, kind, PhysicalResourceId);
    const name = PhysicalResourceId.replace(/^.*[:/]/s, '');
    const text = fill(form, { ...account, name, ref: PhysicalResourceId }, asked);
    return /(Blocks|Ids|Names|Arns|Servers|Entries|Addresses)$/.test(asked) ? [text] : text;
  };
  return {
    stub: Object.hasOwn(formsByDefault, Type) ? 'by default' : 'on request',
    attributes: simulated,
    // Many attributes return the property of the same name.
    attribute: ({ PhysicalResourceId, Properties }, asked) => Properties[asked] ?? attribute(PhysicalResourceId, asked),
    problems: () => [],
    requiresRecreation: (property) => (nameProperties.includes(property) ? 'Always' : 'Never'),
    create: async ({ StackName, LogicalResourceId, Properties }) => {
      const given = nameProperties.map((name) => Properties[name]).find((value) => value !== undefined);
      const seed = randomHex(16, random);
      const name = typeof given === 'string' ? given : `${StackName}-${LogicalResourceId}-${randomLetters(seed)}`;
      return there(fill(Ref, { ...account, name }, seed));
    },
    update: async (_call, { PhysicalResourceId }) => there(PhysicalResourceId),
    delete: async (_call, PhysicalResourceId) => there(PhysicalResourceId),
    missingAttribute: (_resource, asked) => {
      const known = didYouMean(asked, simulated) || ` Simulated are: ${simulated.join(', ')}.`;
      return `The attribute ${asked} of ${Type} is not simulated here.${known} Add --stub ${Type} to let any attribute stand in.`;
    },
  };
}

/** Fills in a form. The same seed gives the same text, because a value that changes by itself would be an update. */
function fill(form: string, values: Account & { readonly name: string; readonly ref?: string }, seed: string): string {
  const { partition, region, accountId, name, ref = '' } = values;
  const hex = createHash('sha256').update(`${ref} ${seed}`).digest('hex');
  return form.replaceAll(/\{(\w+)(?::(\w+))?\}/g, (_whole, key: string, service: string) => {
    const parts: Readonly<Record<string, string>> = {
      ...{ partition, region, accountId, name, ref },
      lower: name.toLowerCase(),
      arn: `arn:${partition}:${service}:${region}:${accountId}:`,
      hex: hex.slice(0, 17),
      random: randomLetters(hex),
      uuid: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
    };
    return parts[key] ?? '';
  });
}

function randomLetters(hex: string): string {
  return BigInt(`0x${hex}`).toString(36).padStart(12, '0').slice(-12);
}

function plausibleForm(attribute: string, service: string, kind: string, PhysicalResourceId: string): string {
  const lower = service.toLowerCase();
  const host = `{lower}.${lower}.{region}.amazonaws.com`;
  if (/A(rn|RN)s?$/.test(attribute)) {
    return PhysicalResourceId.startsWith('arn:') ? '{ref}' : `{arn:${lower}}${kind.toLowerCase()}/{name}`;
  }
  if (['Id', `${kind}Id`].includes(attribute)) return '{ref}';
  if (['Name', `${kind}Name`].includes(attribute)) return '{name}';
  if (/Ur[il]$/i.test(attribute)) return `https://${host}`;
  if (/(Endpoint|Address|DNSName|DomainName)$/.test(attribute)) return host;
  return /Port$/.test(attribute) ? '443' : `{name}-${attribute}`;
}
