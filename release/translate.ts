/**
 * Translates template.yaml as the transform AWS::Serverless-2016-10-31 does, so that CloudFormation needs no transform to
 * deploy the result. It translates what template.yaml has, and no more: `test/aws-cli/release.spec.ts` compares the result
 * with what SAM makes of the template.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
 */
import { type Json, type JsonMap, mapOf } from '../sandbox/json.ts';

/** Makes the property Code of a function from its CodeUri. */
export type CodeOf = (CodeUri: string) => JsonMap;

/** The template without its transform: the functions have the code that `codeOf` gives. */
export function translate(template: JsonMap, codeOf: CodeOf): JsonMap {
  const { Transform: _, Globals, Resources, ...sections } = template;
  const shared = mapOf(mapOf(Globals)['Function']);
  const resources = Object.entries(mapOf(Resources)).flatMap(([LogicalResourceId, resource]) => {
    const declaration = mapOf(resource);
    if (declaration['Type'] !== 'AWS::Serverless::Function') return [[LogicalResourceId, resource] as const];
    return translateFunction(LogicalResourceId, declaration, { shared, codeOf });
  });
  return { ...sections, Resources: Object.fromEntries(resources) };
}

function translateFunction(
  LogicalResourceId: string,
  declaration: JsonMap,
  { shared, codeOf }: { readonly shared: JsonMap; readonly codeOf: CodeOf },
): readonly (readonly [string, Json])[] {
  const { Properties, Type: _, Metadata, ...others } = declaration;
  const attributes = { ...others, ...withoutBuild(Metadata) };
  const { CodeUri, EventInvokeConfig, ...own } = mapOf(Properties);
  const lambdaFunction = {
    ...attributes,
    Type: 'AWS::Lambda::Function',
    Properties: { ...shared, ...own, Code: codeOf(String(CodeUri)) },
  };
  if (EventInvokeConfig === undefined) return [[LogicalResourceId, lambdaFunction]];
  const { DestinationConfig, ...retries } = mapOf(EventInvokeConfig);
  const invocation = {
    ...attributes,
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: LogicalResourceId },
      Qualifier: '$LATEST',
      ...retries,
      DestinationConfig: withoutTypes(mapOf(DestinationConfig)),
    },
  };
  return [
    [LogicalResourceId, lambdaFunction],
    [`${LogicalResourceId}EventInvokeConfig`, invocation],
  ];
}

/** The Metadata of a function, which scanners read, without the keys for `sam build`. */
function withoutBuild(Metadata: Json | undefined): JsonMap {
  const { BuildMethod: _, ContextPath: __, WorkingDirectory: ___, ...rest } = mapOf(Metadata);
  return Object.keys(rest).length === 0 ? {} : { Metadata: rest };
}

/** SAM grants permissions by the type of a destination. CloudFormation does not know the type. */
function withoutTypes(destinations: JsonMap): JsonMap {
  return Object.fromEntries(
    Object.entries(destinations).map(([event, destination]) => {
      const { Type: _, ...rest } = mapOf(destination);
      return [event, rest];
    }),
  );
}
