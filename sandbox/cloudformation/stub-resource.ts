/**
 * Resource types that templates use beside image versions and that the sandbox does not simulate: they are created at
 * once, whatever their properties are, with the Ref and the attributes that templates need. `FIDELITY.md` lists them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-domain.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-appimageconfig.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
 */
import { type JsonMap, mapOf } from '../json.ts';
import type { Random } from '../random.ts';
import { declarationProblem, type Problem, type ResourceDeclaration } from '../template/template.ts';
import { notSimulated } from './not-simulated.ts';
import type { ResourceCall, ResourceOutcome, ResourceType } from './resource-type.ts';
import type { Account } from './settings.ts';

interface StubType {
  /** The property that names the resource. Ref gives this name, or a new id if there is none. */
  readonly nameProperty?: string;
  readonly newId: (call: ResourceCall, random: Random) => string;
  readonly attributes: (id: string, account: Account) => JsonMap;
}

const sageMakerArn = ({ partition, region, accountId }: Account, rest: string) =>
  `arn:${partition}:sagemaker:${region}:${accountId}:${rest}`;

/** The sandbox does not deploy its code: `--handler` names the file that runs in its place. */
const lambdaFunction: StubType = {
  nameProperty: 'FunctionName',
  newId: generatedName,
  attributes: (name, { partition, region, accountId }) => ({
    Arn: `arn:${partition}:lambda:${region}:${accountId}:function:${name}`,
  }),
};

const stubTypes: ReadonlyMap<string, StubType> = new Map(
  Object.entries<StubType>({
    'AWS::SageMaker::Domain': {
      newId: (_call, random) => `d-${letters(random)}`,
      attributes: (DomainId, account) => ({ DomainId, DomainArn: sageMakerArn(account, `domain/${DomainId}`) }),
    },
    'AWS::SageMaker::AppImageConfig': {
      nameProperty: 'AppImageConfigName',
      newId: generatedName,
      attributes: (name, account) => ({
        AppImageConfigArn: sageMakerArn(account, `app-image-config/${name.toLowerCase()}`),
      }),
    },
    'AWS::IAM::Role': {
      nameProperty: 'RoleName',
      newId: generatedName,
      attributes: (name, { partition, accountId }) => ({ Arn: `arn:${partition}:iam::${accountId}:role/${name}` }),
    },
    'AWS::Lambda::Function': lambdaFunction,
    'AWS::Serverless::Function': lambdaFunction,
  }),
);

export const stubTypeNames: readonly string[] = [...stubTypes.keys()];

export function createStubType(ResourceTypeName: string, account: Account, random: Random): ResourceType | undefined {
  const stub = stubTypes.get(ResourceTypeName);
  if (stub === undefined) return undefined;
  const there = (PhysicalResourceId: string): ResourceOutcome => ({
    kind: 'succeeded',
    PhysicalResourceId,
    Attributes: stub.attributes(PhysicalResourceId, account),
    attributesKey: PhysicalResourceId,
  });
  return {
    isStub: true,
    attributes: Object.keys(stub.attributes('', account)),
    problems: (declaration) => nameProblems(declaration, stub),
    requiresRecreation: () => 'Never',
    create: async (call) => {
      const name = stub.nameProperty === undefined ? undefined : call.Properties[stub.nameProperty];
      return there(typeof name === 'string' ? name : stub.newId(call, random));
    },
    update: async (_call, { PhysicalResourceId }) => there(PhysicalResourceId),
    delete: async (_call, PhysicalResourceId) => there(PhysicalResourceId),
    missingAttribute: (_resource, attribute) =>
      `The attribute ${attribute} of ${ResourceTypeName} is not simulated in the sandbox`,
  };
}

/** A stub reads only its name: Ref gives it. */
function nameProblems(declaration: ResourceDeclaration, { nameProperty = '' }: StubType): readonly Problem[] {
  const { [nameProperty]: name } = mapOf(declaration.Properties);
  if (typeof name !== 'string' || !name.includes('{{resolve:')) return [];
  return [declarationProblem(declaration, notSimulated(`The dynamic reference ${name}`), nameProperty)];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html */
function generatedName({ StackName, LogicalResourceId }: ResourceCall, random: Random): string {
  return `${StackName}-${LogicalResourceId}-${letters(random)}`;
}

function letters(random: Random): string {
  return Array.from({ length: 12 }, () => Math.floor(random() * 36).toString(36)).join('');
}
