/**
 * The SageMaker and the ResponseURL that the variants talk to, over HTTPS: one version that is CREATED, answered only to
 * who has signed correctly. It notes when the first call was answered and when the answer to CloudFormation had arrived.
 */
import { once } from 'node:events';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Certificate } from '../../test/support/certificate.ts';
import { isSigned } from '../../test/support/sigv4.ts';

/** Instants of process.hrtime.bigint, which all processes of a machine share. */
export interface Noted {
  firstCallAt: bigint | undefined;
  answeredAt: bigint | undefined;
}

export interface Service {
  readonly url: string;
  /** What has been noted since the last time. */
  taken(): Noted;
  close(): void;
}

const nothing = (): Noted => ({ firstCallAt: undefined, answeredAt: undefined });

export async function startService(
  aliases: readonly string[],
  { certificate, secretAccessKey }: { readonly certificate: Certificate; readonly secretAccessKey: string },
): Promise<Service> {
  let noted = nothing();
  const answers: Readonly<Record<string, unknown>> = {
    'SageMaker.DescribeImageVersion': {
      BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.4',
      ContainerImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image@sha256:00',
      CreationTime: 1_763_697_490.123,
      ImageArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image/my-image',
      ImageVersionArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/my-image/1',
      ImageVersionStatus: 'CREATED',
      LastModifiedTime: 1_763_697_490.123,
      Version: 1,
    },
    'SageMaker.ListAliases': { SageMakerImageVersionAliases: aliases },
  };
  const server = createServer(certificate, async (request, response) => {
    const body = await text(request);
    if (request.method === 'PUT') {
      response.end(() => {
        noted.answeredAt ??= process.hrtime.bigint();
      });
      return;
    }
    const answer = answers[String(request.headers['x-amz-target'])];
    if (answer === undefined || !isSigned(request, body, secretAccessKey)) return void response.writeHead(403).end();
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer), () => {
      noted.firstCallAt ??= process.hrtime.bigint();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The service got no port');
  return {
    url: `https://127.0.0.1:${address.port}`,
    taken: () => {
      const all = noted;
      noted = nothing();
      return all;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
