/**
 * The faults and switches of the command line. `--switch NAME=VALUE` chooses a side of a behaviour that AWS does not
 * document; `sandbox/sagemaker/settings.ts` and `sandbox/cloudformation/settings.ts` describe the sides.
 */
import {
  type CloudFormationSettings,
  type CloudFormationSwitches,
  defaultSettings,
} from '../cloudformation/settings.ts';
import { LIKELIER_SWITCHES, type Switches } from '../sagemaker/settings.ts';
import { didYouMean } from '../template/nearest-name.ts';
import { UsageError } from './errors.ts';
import { type AskedFault, faultLines, readFaults } from './faults.ts';

export interface ConditionOptions {
  /** As given: `NAME=ARGUMENT`. */
  readonly fault?: readonly string[];
  /** As given: `NAME=VALUE`. */
  readonly switch?: readonly string[];
  /** Types that stand in as stub resources; `*` is every type. */
  readonly stub?: readonly string[];
  /** Values of SSM's Parameter Store by name, and of Secrets Manager by name or ARN. */
  readonly ssm?: Readonly<Record<string, string>>;
  readonly secret?: Readonly<Record<string, string>>;
}

export interface Conditions {
  readonly faults: readonly AskedFault[];
  readonly switches: {
    readonly sageMaker: Partial<Switches>;
    readonly cloudFormation: Partial<CloudFormationSwitches & Pick<CloudFormationSettings, 'stubs' | 'storedValues'>>;
  };
}

/** Every value of every switch: the compiler reports a missing one. */
type Values<Of extends { readonly [Name in keyof Of]: string }> = {
  readonly [Name in keyof Of]: Readonly<Record<Of[Name], true>>;
};

const sageMakerValues: Values<Switches> = {
  aliasOfAnotherVersion: { ResourceInUse: true, moves: true },
  aliasAddedTwice: { accepted: true, ResourceInUse: true },
  absentAliasDeleted: { accepted: true, ResourceNotFound: true },
  versionByMissingAlias: { AccessDenied: true, ResourceNotFound: true },
  ClientToken: { remembered: true, forgotten: true },
  imageWhileVersionIsCreated: { free: true, busy: true },
  numbersOfImageCreatedAgain: { restart: true, continue: true },
  caseOfArns: { kept: true, lowered: true },
  imageInTransition: { ResourceInUse: true, ValidationException: true },
  updateWhileCreating: { ResourceInUse: true, accepted: true, ValidationException: true },
  deleteWhileCreating: { ResourceInUse: true, accepted: true },
};
const cloudFormationValues: Values<CloudFormationSwitches> = {
  rollbackAfterReplacement: { 'delete-only': true, 'update-first': true },
  cleanupDeleteProperties: { old: true, new: true },
  lastUpdatedTimeInRollback: { kept: true, moved: true },
  disableRollbackShown: { operation: true, creation: true },
  replacementWithoutRollback: { forgotten: true, deleted: true, taken: true },
  replacementInExpress: { forgotten: true, deleted: true, taken: true },
  failedCreateIsDeleted: { first: true, 'in-clean-up': true },
  imageDeletionInExpress: { waits: true, overlaps: true },
  serviceTimeoutIn: { ResourceProperties: true, event: true, both: true },
  cleanupResourceType: { own: true, 'AWS::CloudFormation::CustomResource': true },
};

/** Throws one UsageError with everything that is wrong, and with the faults and switches that there are. */
export function readTrialConditions(given: ConditionOptions): Conditions {
  const { faults, problems: wrongFaults } = readFaults(given.fault ?? []);
  const { switches, problems: wrongSwitches } = readSwitches(given.switch ?? []);
  if (wrongFaults.length + wrongSwitches.length === 0) {
    const { stub: stubs = [], ssm = {}, secret = {} } = given;
    const storedValues = Object.fromEntries([
      ...Object.entries(ssm).map(([name, value]) => [`ssm:${name}`, value]),
      ...Object.entries(secret).map(([id, value]) => [`secretsmanager:${id}`, value]),
    ]);
    const cloudFormation = { ...switches.cloudFormation, stubs, storedValues };
    return { faults, switches: { ...switches, cloudFormation } };
  }
  const choices = [
    ...(wrongFaults.length > 0 ? [...faultLines(), ''] : []),
    ...(wrongSwitches.length > 0 ? [...switchLines(), ''] : []),
  ];
  throw new UsageError([...wrongFaults, ...wrongSwitches].join('\n'), 2, choices);
}

/** The chosen switches, and everything that is wrong with the options. */
export function readSwitches(given: readonly string[]) {
  const problems: string[] = [];
  const known = valuesFor();
  const chosen: Record<string, string> = {};
  for (const text of given) {
    const [name = ''] = text.split('=', 1);
    const value = text.slice(name.length + 1);
    const values = known.get(name);
    if (values?.includes(value)) chosen[name] = value;
    else if (values) problems.push(`--switch ${text}: ${name} is ${values.join(' or ')}.${didYouMean(value, values)}`);
    else problems.push(`--switch ${text}: there is no switch "${name}" here.${didYouMean(name, known.keys())}`);
  }
  const sageMaker = chosenOf(sageMakerValues, chosen);
  return { switches: { sageMaker, cloudFormation: chosenOf(cloudFormationValues, chosen) }, problems };
}

/** All switches, one line each, with the default first. */
export function switchLines(): readonly string[] {
  return [
    'Switches (the default comes first; sandbox/FIDELITY.md explains them):',
    ...[...valuesFor()].map(([name, values]) => `  ${name}=${values.join('|')}`),
  ];
}

function valuesFor(): ReadonlyMap<string, readonly string[]> {
  const all = { ...sageMakerValues, ...cloudFormationValues };
  const defaults: Readonly<Record<string, unknown>> = { ...LIKELIER_SWITCHES, ...defaultSettings };
  return new Map(
    Object.entries(all).map(([name, values]) => {
      const isDefault = (value: string) => value === defaults[name];
      const names = Object.keys(values);
      return [name, [...names.filter(isDefault), ...names.filter((value) => !isDefault(value))]];
    }),
  );
}

/** The switches of `chosen` that `values` has. */
function chosenOf<Of extends { readonly [Name in keyof Of]: string }>(
  values: Values<Of>,
  chosen: Readonly<Record<string, string>>,
): Partial<Of> {
  const isOfThese = (given: object): given is Partial<Of> =>
    Object.entries(given).every(([name, value]) => Object.hasOwn(Reflect.get(values, name) ?? {}, String(value)));
  const named = Object.fromEntries(Object.entries(chosen).filter(([name]) => Object.hasOwn(values, name)));
  return isOfThese(named) ? named : {};
}
