/** Values that templates of other authors need before they can be deployed: each fits the constraints that are declared. */
import type { ParameterDeclaration, Template } from '../../sandbox/template/template.ts';

type Texts = Readonly<Record<string, string>>;

/** A value for each parameter without a default, if one is known that fits. */
export function parameterValues({ Parameters }: Template): Texts {
  const needed = [...Parameters].filter(([, { Default }]) => Default === undefined);
  const values = needed.map(([name, declaration]) => [name, valueFor(name, declaration)] as const);
  return Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** A value for each entry of Parameter Store and Secrets Manager that the template reads. */
export function storedValues(text: string, { Parameters }: Template): Texts {
  const ofParameters = [...Parameters.values()].flatMap(({ Type, Default }) => {
    const [, item] = /^AWS::SSM::Parameter::Value<(.+)>$/.exec(Type) ?? [];
    return item === undefined || Default === undefined ? [] : [[`ssm:${Default}`, ofType(item)] as const];
  });
  const references = [...text.matchAll(/\{\{resolve:(?:ssm|ssm-secure):([^:}]+)/g)];
  return Object.fromEntries([...ofParameters, ...references.map(([, name = '']) => [`ssm:${name}`, named(name)])]);
}

/** What another stack may export under this name. */
export function exportedValue(name: string): string {
  return /role/i.test(name) ? ROLE : FUNCTION;
}

function valueFor(name: string, declaration: ParameterDeclaration): string | undefined {
  const { Type, AllowedValues, MinValue = 1 } = declaration;
  if (AllowedValues !== undefined) return AllowedValues[0];
  if (Type === 'Number') return String(MinValue);
  const preferred = Type === 'String' ? named(name) : ofType(Type);
  return [preferred, ...candidates].find((text) => fits(text, declaration));
}

function fits(text: string, { AllowedPattern, MinLength = 0, MaxLength = 1000 }: ParameterDeclaration): boolean {
  const hasLength = text.length >= MinLength && text.length <= MaxLength;
  return hasLength && (AllowedPattern === undefined || new RegExp(`^(?:${AllowedPattern})$`).test(text));
}

const ROLE = 'arn:aws:iam::111122223333:role/Example';
const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:example';

/** What the name of a text says of it. */
function named(name: string): string {
  if (/role/i.test(name)) return ROLE;
  if (/ecr_?(image_?)?uri$/i.test(name)) return '111122223333.dkr.ecr.eu-west-1.amazonaws.com/example:1';
  if (/account_?id$/i.test(name)) return '111122223333';
  return /(token|arn)$/i.test(name) ? FUNCTION : 'example';
}

/** What a parameter of this type has in an account. `List<…>` has two. */
function ofType(Type: string): string {
  const [, item] = /^List<(.+)>$/.exec(Type) ?? [];
  return item === undefined ? (examples[Type] ?? 'example') : `${ofType(item)},${ofType(item)}`;
}

const examples: Texts = {
  CommaDelimitedList: 'one,two',
  Number: '1',
  'AWS::EC2::AvailabilityZone::Name': 'eu-west-1a',
  'AWS::EC2::Image::Id': 'ami-0123456789abcdef0',
  'AWS::EC2::KeyPair::KeyName': 'key',
  'AWS::EC2::SecurityGroup::Id': 'sg-0123456789abcdef0',
  'AWS::EC2::Subnet::Id': 'subnet-0123456789abcdef0',
  'AWS::EC2::VPC::Id': 'vpc-0123456789abcdef0',
  'AWS::Route53::HostedZone::Id': 'Z0123456789ABCDEFGHIJ',
};

/** For AllowedPattern. */
const candidates: readonly string[] = [
  'Example-1234',
  'Example1234',
  '111122223333',
  'us-east-1',
  'someone@example.com',
  'example.com',
  'https://example.com/path',
  '10.0.0.0/16',
  'arn:aws:sns:eu-west-1:111122223333:topic',
  ROLE,
  FUNCTION,
];
