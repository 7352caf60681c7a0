/**
 * A Lambda function that a stack has deployed, if its code is on this machine: in the folder that a template names before it
 * is packaged, as the output of `sam build`, or in the asset that the CDK names in the Metadata.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cx_api-readme.html
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Json, type JsonMap, mapOf } from '../json.ts';
import { DEFAULT_EVENT_INVOKE_CONFIG, type FunctionConfiguration } from './function.ts';

interface FunctionResource {
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly Properties: JsonMap;
  readonly Attributes: JsonMap;
  readonly Metadata: Json;
}

/**
 * Undefined if the code is not in a folder on this machine, or is neither JavaScript nor Python.
 *
 * @param baseFolder the template's own folder, to which the path of the code is relative
 */
export function stackFunction(resource: FunctionResource, baseFolder: string): FunctionConfiguration | undefined {
  const { LogicalResourceId, PhysicalResourceId: FunctionName, Properties, Attributes, Metadata } = resource;
  const { Handler, Runtime, Timeout = 3, MemorySize = 128, Environment = {} } = Properties;
  const code = Properties['CodeUri'] ?? Properties['Code'];
  const folder = typeof code === 'string' ? code : mapOf(Metadata)['aws:asset:path'];
  const codePath = resolve(baseFolder, String(folder));
  const isHere = typeof folder === 'string' && statSync(codePath, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isHere || typeof Handler !== 'string' || !/^(nodejs|python)/.test(String(Runtime))) return undefined;
  return {
    LogicalResourceId,
    FunctionName,
    FunctionArn: String(Attributes['Arn']),
    Handler,
    Runtime: String(Runtime),
    codePath,
    Timeout: Number(Timeout),
    MemorySize: Number(MemorySize),
    Environment: Object.fromEntries(
      Object.entries(mapOf(mapOf(Environment)['Variables'])).map(([name, value]) => [name, String(value)]),
    ),
    LogGroupName: `/aws/lambda/${FunctionName}`,
    EventInvokeConfig: DEFAULT_EVENT_INVOKE_CONFIG,
    answersOnlyAws: true,
  };
}
