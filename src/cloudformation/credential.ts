/**
 * Takes a ResponseURL out of a text that may quote it, whole or in parts. Its signature lets everybody answer the request.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */

/** No answer has room for a longer text. */
const longestText = 4_096;
const struck = '(ResponseURL)';

/** A word that contains a parameter of a presigned URL, in any encoding. */
const presigned = /\S*(?:X-Amz-|Signature=|AWSAccessKeyId=)\S*/gi;
/** A parameter whose value stands apart from its name, as in a map that is printed. */
const apart = /(?:signature|credential|token|accesskeyid)[^A-Za-z0-9]{1,10}[\w+/%=-]{16,}/gi;
const secretNames = /signature|credential|token|accesskeyid/i;

/**
 * The text without any part of a presigned URL, and without the secret values of this one wherever they stand. A long text
 * is cut first, because an error can have megabytes.
 */
export function withoutCredential(text: string, ResponseURL: string): string {
  const isLong = text.length > longestText;
  const secrets = secretsIn(ResponseURL);
  const beginning = isLong ? withoutHalfSecret(text.slice(0, longestText), secrets) : text;
  const parts = secrets.map((secret) => new RegExp(anyEncoding(secret), 'g'));
  const safe = [presigned, apart, ...parts].reduce((rest, part) => rest.replaceAll(part, struck), beginning);
  return isLong ? `${safe}…` : safe;
}

function secretsIn(ResponseURL: string): readonly string[] {
  const query = URL.canParse(ResponseURL) ? [...new URL(ResponseURL).searchParams] : [];
  return query
    .filter(([name, value]) => secretNames.test(name) && /[A-Za-z0-9].{5}/.test(value))
    .map(([, value]) => value);
}

/** Encodings change what is neither a letter nor a digit: `+` is also `%2B`, `%252B` or a space. */
function anyEncoding(secret: string): string {
  const words = secret.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return words.join('(?:%(?:25)*[0-9A-Fa-f]{2}|\\\\u[0-9A-Fa-f]{4}|[^A-Za-z0-9])+');
}

/** The text without the beginning of a secret at its end. */
function withoutHalfSecret(text: string, secrets: readonly string[]): string {
  const lengths = secrets.map((secret) => {
    let length = Math.min(secret.length, text.length);
    while (length > 0 && !text.endsWith(secret.slice(0, length))) length -= 1;
    return length;
  });
  return text.slice(0, text.length - Math.max(0, ...lengths));
}
