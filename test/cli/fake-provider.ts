/** A provider's template and code of a test's own, to see how the command line bears what a provider does. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes both into `folder` and gives the template's file. `handlerSource` is the body of `async (event) => {}`. */
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

/** Answers every request so, as the protocol asks. */
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
