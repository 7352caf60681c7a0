/** Templates and code of small providers, for tests of what the command line does with their answers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes both into `folder` and returns the path of the template. `handlerSource` is the body of `async (event) => {}`. */
export function writeProvider(folder: string, handlerSource: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.cjs'), `exports.handler = async (event) => {${handlerSource}};\n`);
  const file = join(folder, 'template.yaml');
  writeFileSync(
    file,
    `Transform: AWS::Serverless-2016-10-31
Resources:
  Fake:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: index.handler
      Runtime: nodejs24.x
      Timeout: 900
Outputs:
  ServiceToken:
    Value: !GetAtt Fake.Arn
    Export:
      Name: sagemaker-image-version-provider-ServiceToken
`,
  );
  return file;
}

/** The source of a handler that answers every request with `response`. */
export function answering(response: { readonly [name: string]: string | Readonly<Record<string, string>> }): string {
  return `
    const { StackId, RequestId, LogicalResourceId } = event;
    const body = JSON.stringify({ ...${JSON.stringify(response)}, StackId, RequestId, LogicalResourceId });
    process.stdout.write('answering ' + event.RequestType + '\\n');
    await new Promise((resolve, reject) => {
      const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
      require('node:http').request(event.ResponseURL, { method: 'PUT', headers }, resolve).on('error', reject).end(body);
    });
  `;
}
