/**
 * Removes a ResponseURL, or parts of it, from a text that quotes it. Its signature lets anybody answer the request.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */

/** An answer has no room for a longer text. */
const longestText = 4_096;
const struck = '(ResponseURL)';

/** A word that contains a parameter of a presigned URL, in any encoding. */
const presigned = /\S*(?:X-Amz-|Signature=|AWSAccessKeyId=)\S*/gi;
/** A parameter with other characters between its name and its value, as in a map that is printed. */
const apart = /(?:signature|credential|token|accesskeyid)[^A-Za-z0-9]{1,10}[\w+/%=-]{16,}/gi;
const secretNames = /signature|credential|token|accesskeyid/i;

/**
 * Returns the text without any part of a presigned URL, and without the secret values of this ResponseURL. It cuts a long
 * text first, because an error can have megabytes.
 */
export function withoutCredential(text: string, ResponseURL: string): string {
  const isLong = text.length > longestText;
  const secrets = secretsIn(ResponseURL);
  const beginning = isLong ? withoutHalfSecret(text.slice(0, longestText), secrets) : text;
  const parts = secrets.map((secret) => new RegExp(anyEncoding(secret), 'g'));
  const safe = [presigned, apart, ...parts].reduce((rest, part) => rest.replaceAll(part, struck), beginning);
  return isLong ? `${safe}...` : safe;
}

function secretsIn(ResponseURL: string): readonly string[] {
  const query = URL.canParse(ResponseURL) ? [...new URL(ResponseURL).searchParams] : [];
  return query
    .filter(([name, value]) => secretNames.test(name) && /[A-Za-z0-9].{5}/.test(value))
    .map(([, value]) => value);
}

/** An encoding changes only characters that are neither letters nor digits: `+` becomes `%2B`, `%252B` or a space. */
function anyEncoding(secret: string): string {
  const words = secret.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return words.join('(?:%(?:25)*[0-9A-Fa-f]{2}|\\\\u[0-9A-Fa-f]{4}|[^A-Za-z0-9])+');
}

/** Removes the beginning of a secret from the end of a text that was cut. */
function withoutHalfSecret(text: string, secrets: readonly string[]): string {
  const lengths = secrets.map((secret) => {
    let length = Math.min(secret.length, text.length);
    while (length > 0 && !text.endsWith(secret.slice(0, length))) length -= 1;
    return length;
  });
  return text.slice(0, text.length - Math.max(0, ...lengths));
}
