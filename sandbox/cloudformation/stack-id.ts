/**
 * The names of stacks: which are legal, and the StackId that a new one gets.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
import type { Random } from '../random.ts';
import { CloudFormationError } from './cloudformation-error.ts';

/** Where the sandbox pretends to be. */
export interface Account {
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

/** Throws a ValidationError unless `name` may be given to a stack. */
export function checkStackName(name: string): void {
  if (STACK_NAME.test(name)) return;
  throw new CloudFormationError(
    'ValidationError',
    `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*',
  );
}

/** The ARN of a stack that is created now. Its last part is a version-1 UUID: the instant of creation stands in it. */
export function newStackId(StackName: string, { partition, region, accountId }: Account, now: number, random: Random) {
  return `arn:${partition}:cloudformation:${region}:${accountId}:stack/${StackName}/${timeUuid(now, random)}`;
}

/** From the start of the Gregorian calendar to the Unix epoch, in units of 100 ns. */
const GREGORIAN_OFFSET = 0x01b21dd213814000n;

function timeUuid(now: number, random: Random): string {
  const time = (BigInt(Math.trunc(now)) * 10_000n + GREGORIAN_OFFSET).toString(16).padStart(15, '0');
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${time.slice(7)}-${time.slice(3, 7)}-1${time.slice(0, 3)}-${variant}${digits(3)}-${digits(12)}`;
}
