/**
 * Values of SSM's Parameter Store and of Secrets Manager: what dynamic references and SSM parameter types resolve to.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
import { isList, isMap, type Json, mapOf, ownEntry } from '../json.ts';

/** The values by what is stored: `ssm:/name` or `ssm:/name:version`, and `secretsmanager:id`. */
export type StoredValues = Readonly<Record<string, string>>;

/** A dynamic reference within a text; its first group is what is referred to. */
const reference = /\{\{resolve:((?:ssm|ssm-secure|secretsmanager):[^{}$]+)\}\}/g;

/** The value with `lookUp` of each reference in its place. */
export function withoutReferences(value: Json, lookUp: (referred: string) => string): Json {
  if (typeof value === 'string') return value.replaceAll(reference, (_whole, referred) => lookUp(referred));
  if (isList(value)) return value.map((item) => withoutReferences(item, lookUp));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutReferences(item, lookUp)]));
}

/** The value of `ssm:name[:version]` or `secretsmanager:id[:SecretString[:key]]`; undefined if it is not stored. */
export function findStored(referred: string, values: StoredValues = {}): string | undefined {
  const [service, ...parts] = referred.replace(/^ssm-secure:/, 'ssm:').split(':');
  if (service === 'ssm') return ownEntry(values, `ssm:${parts.join(':')}`) ?? ownEntry(values, `ssm:${parts[0]}`);
  const [, id, key] = /^((?:arn:(?:[^:]*:){5})?[^:]*)(?::SecretString)?(?::([^:]+))?/.exec(parts.join(':')) ?? [];
  const secret = ownEntry(values, `secretsmanager:${id}`);
  return key === undefined || secret === undefined ? secret : entryOfSecret(secret, key);
}

function entryOfSecret(secret: string, key: string): string | undefined {
  try {
    const entry = ownEntry(mapOf(JSON.parse(secret)), key);
    return typeof entry === 'object' ? JSON.stringify(entry) : entry === undefined ? undefined : String(entry);
  } catch {
    // A secret that is not JSON has no keys.
    return undefined;
  }
}

/** CloudFormation's words for references to what is not stored, and how to give it. */
export function notStored(referred: readonly string[]): string {
  return `Parameters: [${referred.join(', ')}] cannot be found. ${adviceFor(referred)}`;
}

/** How to give the values on the command line. */
export function adviceFor(referred: readonly string[]): string {
  const options = referred.map((each) => {
    const [service, name = ''] = each.split(/:(.*)/s);
    return service === 'secretsmanager'
      ? `--secret '${name.replace(/:SecretString.*$/s, '')}=VALUE'`
      : `--ssm '${name}=VALUE'`;
  });
  return `Give the sandbox the value: ${[...new Set(options)].join(' ')}`;
}
