/** What the sandbox's command line knows of this provider by its options: the function, its export, the macro and the schemas. */
import { type KnownProvider, knownProvider } from '../../sandbox/cli/known-provider.ts';
import { schema } from '../../src/schema.ts';

const FunctionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:sagemaker-image-version-provider';
const deployed = {
  functions: [{ FunctionArn }],
  exports: { 'sagemaker-image-version-provider-ServiceToken': FunctionArn },
  macros: { SageMakerImageVersion: 'arn:aws:lambda:eu-west-1:111122223333:function:macro' },
};

const { ServiceToken: _, ...properties } = schema.properties;
const native = {
  ...schema,
  typeName: 'AWS::SageMaker::ImageVersion',
  properties,
  required: schema.required.filter((name) => name !== 'ServiceToken'),
};

/** @param isAlone whether there is no other provider in the sandbox */
export function thisProvider({ isAlone = true } = {}): Omit<KnownProvider, 'template' | 'parameters'> {
  return knownProvider([schema, native], () => deployed, isAlone);
}
