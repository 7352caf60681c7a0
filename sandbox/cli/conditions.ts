/** The faults and switches of the command line. The `settings.ts` of each service describes its switches. */
import { cloudFormationSwitches } from '../cloudformation/settings.ts';
import { ownEntry } from '../json.ts';
import { sageMakerSwitches } from '../sagemaker/settings.ts';
import { givenSides } from '../switches.ts';
import { didYouMean } from '../template/nearest-name.ts';
import type { StoredValues } from '../template/stored-values.ts';
import { UsageError } from './errors.ts';
import { faultLines, readFaults } from './faults.ts';

/** `fault` and `switch` are as given: `NAME=ARGUMENT`, `NAME=VALUE`. */
export interface ConditionOptions {
  readonly fault?: readonly string[];
  readonly switch?: readonly string[];
  /** Types that stand in as stub resources; `*` is every type. */
  readonly stub?: readonly string[];
  /** Values of SSM's Parameter Store by name, and of Secrets Manager by name or ARN. */
  readonly ssm?: Readonly<Record<string, string>>;
  readonly secret?: Readonly<Record<string, string>>;
}

export type Conditions = ReturnType<typeof readTrialConditions>;

/** The sandbox's account is bootstrapped: every stack of the AWS CDK's default synthesizer reads this parameter. */
const bootstrapVersion = { '/cdk-bootstrap/hnb659fds/version': '30' };

const allSwitches = { ...sageMakerSwitches, ...cloudFormationSwitches };

/** Throws one UsageError with everything that is wrong, and with the faults and switches that there are. */
export function readTrialConditions(given: ConditionOptions) {
  const { faults, problems: wrongFaults } = readFaults(given.fault ?? []);
  const { switches, problems: wrongSwitches } = readSwitches(given.switch ?? []);
  const problems = [...wrongFaults, ...wrongSwitches];
  if (problems.length > 0) {
    const faultChoices = wrongFaults.length > 0 ? [...faultLines(), ''] : [];
    const switchChoices = wrongSwitches.length > 0 ? [...switchLines(), ''] : [];
    throw new UsageError(problems.join('\n'), 2, [...faultChoices, ...switchChoices]);
  }
  const { stub: stubs = [], ssm = {}, secret = {} } = given;
  const storedValues: StoredValues = Object.fromEntries([
    ...Object.entries({ ...bootstrapVersion, ...ssm }).map(([name, value]) => [`ssm:${name}`, value]),
    ...Object.entries(secret).map(([id, value]) => [`secretsmanager:${id}`, value]),
  ]);
  return { faults, switches: { ...switches, cloudFormation: { ...switches.cloudFormation, stubs, storedValues } } };
}

/** The chosen switches, and everything that is wrong with the options. */
export function readSwitches(given: readonly string[]) {
  const problems: string[] = [];
  const chosen: Record<string, string> = {};
  for (const text of given) {
    const [name = ''] = text.split('=', 1);
    const value = text.slice(name.length + 1);
    const values = ownEntry<readonly string[]>(allSwitches, name);
    const hint = values ? didYouMean(value, values) : didYouMean(name, Object.keys(allSwitches));
    if (values?.includes(value)) chosen[name] = value;
    else if (values) problems.push(`--switch ${text}: ${name} is ${values.join(' or ')}.${hint}`);
    else problems.push(`--switch ${text}: there is no switch "${name}" here.${hint}`);
  }
  const sageMaker = givenSides(sageMakerSwitches, chosen);
  return { switches: { sageMaker, cloudFormation: givenSides(cloudFormationSwitches, chosen) }, problems };
}

/** All switches, one line each, with the default first. */
export function switchLines(): readonly string[] {
  const lines = Object.entries(allSwitches).map(([name, sides]) => `  ${name}=${sides.join('|')}`);
  return ['Switches (the default comes first; sandbox/FIDELITY.md explains them):', ...lines];
}
