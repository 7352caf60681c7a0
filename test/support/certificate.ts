/**
 * A certificate for 127.0.0.1 that nobody has to trust but who is told to, by NODE_EXTRA_CA_CERTS: the SDK is tried over
 * HTTPS, as in Lambda, because it loads other code for plain HTTP.
 */
import { writeFileSync } from 'node:fs';
import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A new certificate, which is also written to `file` for NODE_EXTRA_CA_CERTS. */
export async function newCertificate(file: string): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  writeFileSync(file, cert);
  return { key, cert };
}
