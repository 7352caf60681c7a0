/** Arbitrary scenarios: what fast-check draws from a seed, and shrinks where an invariant is violated. */
import fc, { type Arbitrary } from 'fast-check';
import {
  callEffects,
  deliveryEffects,
  type Fault,
  forever,
  type KillFault,
  type PersonFault,
  personActs,
  stackOperations,
  staleOperations,
  versionOperations,
} from '../sandbox/faults/fault.ts';
import { type SageMakerSides, sageMakerSwitches } from '../sandbox/sagemaker/settings.ts';
import {
  anyAlias,
  arbitraryBreak,
  arbitraryChange,
  arbitraryTemplate,
  around,
  maybe,
  ownImages,
  someOf,
  someValues,
} from './arbitrary-template.ts';
import { contestedAlias, type OperationPlan, type Scenario, sharedImages, type TemplatePlan } from './scenario.ts';

/** From 1 to one of these numbers, each of which is as likely. */
const upTo = (...most: readonly number[]): Arbitrary<number> =>
  fc.constantFrom(...most).chain((max) => fc.integer({ min: 1, max }));
/** From the same moment to twenty minutes. */
const delayMs = around(fc.constantFrom(0, 200, 5_000, 40_000, 90_000, 600_000, 1_200_000), 1_000);
const early = upTo(3, 10, 40);
const attempt = { on: fc.constant('attempt'), nth: upTo(12), count: fc.constant(1) } as const;
/** Without `access-denied`, which is drawn with a longer count, and `kill`, which is a fault of its own. */
const drawnEffects = callEffects.filter((effect) => effect !== 'access-denied' && effect !== 'kill');

const kill: Arbitrary<KillFault> = fc.record({
  on: fc.constant('invocation'),
  nth: upTo(12),
  function: fc.oneof(
    { weight: 9, arbitrary: fc.constant('ProviderFunction') },
    { weight: 1, arbitrary: fc.constant('FailsafeFunction') },
  ),
  point: upTo(6, 15, 40),
  does: fc.constantFrom('exit', 'exit', 'hang'),
});

const person = fc.record<PersonFault>({
  on: fc.constant('person'),
  does: fc.constantFrom(...personActs),
  ImageName: fc.constantFrom(...sharedImages, ...ownImages),
  Alias: anyAlias,
  afterMs: delayMs,
});

const staleReadOf = (operations: Extract<Fault, { on: 'reads' }>['operations'], ...behindMs: readonly number[]) =>
  fc.record({
    on: fc.constant('reads'),
    operations: fc.constant(operations),
    behindMs: fc.constantFrom(...behindMs),
    afterMs: delayMs,
    ms: fc.constantFrom(5_000, 60_000, 1_200_000),
  });
/** ListAliases may be further behind: it has no consistency that anybody has documented. */
const staleRead = fc.oneof(
  staleReadOf(['ListAliases'], 1_000, 5_000, 20_000),
  staleReadOf(['DescribeImageVersion'], 500, 2_000, 5_000),
  staleReadOf(staleOperations, 500, 2_000),
);
/** The provider asks CloudFormation mostly when an operation, or its rollback, has just begun. */
const staleStacks = fc.record({
  on: fc.constant('reads'),
  operations: fc.constantFrom(stackOperations, ...stackOperations.map((operation) => [operation])),
  behindMs: fc.constantFrom(1_000, 3_000, 5_000),
  afterMs: fc.constant(0),
  ms: fc.constant(1_200_000),
});

const arbitraryFault: Arbitrary<Fault> = fc.oneof(
  fc.record({
    on: fc.constant('call'),
    operations: fc.constantFrom(...versionOperations).map((operation) => [operation]),
    nth: early,
    count: upTo(1, 3, 8),
    does: fc.constantFrom(...drawnEffects),
  }),
  fc.record({
    on: fc.constant('call'),
    operations: fc.constantFrom(versionOperations, versionOperations, ...versionOperations.map((each) => [each])),
    nth: fc.oneof(fc.constant(1), early),
    count: fc.constant(forever),
    does: fc.constant('access-denied'),
  }),
  fc.record({ on: fc.constant('creation'), nth: upTo(4), count: fc.constant(1) }),
  fc.record({ on: fc.constant('deletion'), nth: upTo(3), count: fc.constantFrom(1, 1, 9) }),
  fc.record({
    on: fc.constant('delivery'),
    nth: early,
    count: upTo(1, 4, 7),
    does: fc.constantFrom(...deliveryEffects),
  }),
  fc.record({
    on: fc.constant('CloudFormation'),
    does: fc.constantFrom('throttle', 'fail', 'reset'),
    nth: upTo(5),
    count: fc.constantFrom(1, 2, 4, 7, 9),
  }),
  fc.record({
    on: fc.constant('CloudFormation'),
    does: fc.constant('access-denied'),
    nth: fc.oneof(fc.constant(1), upTo(5)),
    count: fc.constant(forever),
    operations: fc.constantFrom(stackOperations, ['DescribeStackEvents'] as const),
  }),
  fc.record({ on: fc.constant('rate'), capacity: fc.constantFrom(1, 5, 20), perSecond: fc.constantFrom(3, 5, 20) }),
  staleRead,
  staleStacks,
  person,
  fc.record({ ...attempt, does: fc.constant('throttle'), times: upTo(6) }),
  fc.record({ ...attempt, does: fc.constant('late'), ms: delayMs }),
  fc.record({ ...attempt, does: fc.constant('duplicate'), ms: delayMs }),
  { weight: 3, arbitrary: kill },
);

const arbitraryFaults: Arbitrary<readonly Fault[]> = fc.oneof(
  {
    weight: 98,
    arbitrary: fc
      .constantFrom(0, 0, 1, 1, 2, 4)
      .chain((maxLength) => fc.array(arbitraryFault, { minLength: Math.ceil(maxLength / 2), maxLength })),
  },
  { weight: 2, arbitrary: fc.constant([{ on: 'provider', does: 'break' }] as const) },
);

/** A creation of many minutes costs many polls, so it is rare. */
const versionCreation = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Scenario['versionCreation']>([5_000, 20_000]) },
  { weight: 4, arbitrary: fc.constant<Scenario['versionCreation']>([500, 2_000]) },
  { weight: 3, arbitrary: fc.constant<Scenario['versionCreation']>([20_000, 120_000]) },
  { weight: 1, arbitrary: fc.constant<Scenario['versionCreation']>([300_000, 1_500_000]) },
);

/** An operation before it has its template: how that of the operation before it is changed. */
const operationDraft = fc.record({
  /** An operation deletes the stack where this is small. */
  deletion: fc.nat(99).map((drawn) => 99 - drawn),
  changes: fc.constantFrom(1, 1, 4).chain((maxLength) => fc.array(arbitraryChange, { minLength: 1, maxLength })),
  breaking: maybe(30, arbitraryBreak),
  onFailure: maybe(20, fc.constantFrom('DisableRollback', 'DisableRollback', 'DELETE', 'DO_NOTHING')),
  isExpress: maybe(6, fc.constant(true)),
  retainsExceptOnCreate: maybe(8, fc.constant(true)),
  rollsBack: maybe(40, fc.constant(true)),
  cancelAfterMs: maybe(10, upTo(3000, 30_000, 300_000)),
  isAwaited: fc.nat(99).map((drawn) => drawn < 85),
  // Two requests of one resource are issued in different seconds.
  pauseMs: fc.constantFrom(1_000, 3_000, 100_000, 2 * 86_400_000),
  isRepeated: fc.nat(99).map((drawn) => drawn >= 80),
  repeatsEarlier: maybe(10, fc.constant(true)),
  byHand: maybe(8, fc.array(person, { minLength: 1, maxLength: 2 })),
  /** Its template is that of an earlier operation. */
  revertsTo: maybe(10, fc.nat(5)),
  faults: arbitraryFaults,
});

type Drawn<A> = A extends Arbitrary<infer T> ? T : never;

/** The last operation of several is a deletion as often as not, any other one hardly ever. */
function operationsOf(first: TemplatePlan, drafts: readonly Drawn<typeof operationDraft>[]): readonly OperationPlan[] {
  let plan = first;
  const plans: TemplatePlan[] = [];
  return drafts.map(({ deletion, changes, breaking, revertsTo = -1, ...operation }, index) => {
    if (index > 0) plan = plans[revertsTo] ?? changes.reduce((changed, change) => change(changed), plan);
    plans.push(plan);
    const isDeletion = index > 0 && deletion < (index === drafts.length - 1 ? 50 : 5);
    return { ...operation, kind: isDeletion ? 'delete' : 'deploy', template: breaking?.(plan) ?? plan };
  });
}

const otherSides = Object.fromEntries(Object.entries(sageMakerSwitches).map(([name, [, ...others]]) => [name, others]));
const switches: Arbitrary<Partial<SageMakerSides>> = someValues<string>(30, otherSides);

const cloudFormation: Arbitrary<Scenario['cloudFormation']> = fc
  .record({
    rollbackAfterReplacement: maybe(40, fc.constant('update-first' as const)),
    cleanupDeleteProperties: maybe(40, fc.constant('new' as const)),
    pauseBeforeFirstRequestMs: maybe(30, fc.constantFrom(1_000, 5_000)),
    lastUpdatedTimeInRollback: maybe(40, fc.constant('moved' as const)),
    disableRollbackShown: maybe(30, fc.constant('creation' as const)),
    replacementWithoutRollback: maybe(60, fc.constantFrom('deleted', 'taken')),
    replacementInExpress: maybe(60, fc.constantFrom('forgotten', 'deleted')),
    failedCreateIsDeleted: maybe(40, fc.constant('in-clean-up' as const)),
    imageDeletionInExpress: maybe(50, fc.constant('overlaps' as const)),
    serviceTimeoutIn: maybe(40, fc.constantFrom('event', 'both')),
    cleanupResourceType: maybe(30, fc.constant('AWS::CloudFormation::CustomResource' as const)),
    pauseBeforeRollbackMs: maybe(60, fc.constantFrom(2_000, 10_000, 30_000)),
    inProgressAfterIssueMs: maybe(30, fc.constantFrom(500, 2_000)),
    partition: maybe(20, fc.constantFrom('aws-cn', 'aws-us-gov')),
  })
  .map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)));

const theirOwnership = 'cfn-0123456789abcdef-0123456789abcdef-0123456789abcdef-0';
const foreign: Arbitrary<Scenario['foreign']> = someOf(
  60,
  sharedImages.flatMap((ImageName) =>
    [[], ['previous-owner'], [contestedAlias, theirOwnership]].map((Aliases) => ({ ImageName, Aliases })),
  ),
);

/** Scenarios without the situations in which no provider could keep the invariants: see `sandbox/FIDELITY.md`. */
export const arbitraryScenario: Arbitrary<Scenario> = fc
  .record({
    seed: fc.noShrink(fc.nat(0x7fff_ffff)),
    isPlain: fc.nat(9).map((drawn) => drawn < 3),
    switches,
    cloudFormation,
    versionCreation,
    largestPageSize: fc.constantFrom(100, 100, 2),
    providerTimeoutSeconds: maybe(15, fc.constantFrom(10, 30, 120)),
    foreign,
    template: arbitraryTemplate,
    drafts: fc.array(operationDraft, { minLength: 1, maxLength: 6 }),
  })
  .map(({ isPlain, switches, cloudFormation, template, drafts, ...scenario }) => ({
    ...scenario,
    switches: isPlain ? {} : switches,
    cloudFormation: isPlain ? {} : cloudFormation,
    operations: operationsOf(template, drafts),
  }))
  .map(withoutTwins)
  .map(withoutImpatience)
  .map(withoutNamelessCleanUp)
  .map(withoutHaste);

/**
 * Twins: where aliases move instead of conflicting and ClientTokens are forgotten, a second creation takes the ownership
 * alias from the version of the first one. So two invocations that create at the same instant, or one that gets no answer
 * and then an old list of aliases, have nothing by which they could notice the other version.
 */
function withoutTwins(scenario: Scenario): Scenario {
  const { aliasOfAnotherVersion, ClientToken } = scenario.switches;
  if (aliasOfAnotherVersion !== 'moves' || ClientToken !== 'forgotten') return scenario;
  const isDuplicate = (fault: Fault) => fault.on === 'attempt' && fault.does === 'duplicate';
  const isUnanswered = (fault: Fault) => fault.on === 'call' && ['lost-answer', 'slow', 'hang'].includes(fault.does);
  return onOperations(scenario, (operation) => {
    const hasOldLists = operation.faults.some(({ on }) => on === 'reads');
    const makesTwins = (fault: Fault) => isDuplicate(fault) || (hasOldLists && isUnanswered(fault));
    return { ...operation, faults: operation.faults.filter((fault) => !makesTwins(fault)) };
  });
}

/**
 * Impatience: where a ServiceTimeout ends before Lambda delivers the request, or before Lambda notices that an invocation
 * hangs, nobody is left to answer the request. An hour is always enough.
 */
function withoutImpatience(scenario: Scenario): Scenario {
  const isLate = ({ on }: Fault) => on === 'attempt' || on === 'invocation' || on === 'provider' || on === 'delivery';
  const isOutOfTime = scenario.providerTimeoutSeconds !== undefined;
  if (!isOutOfTime && !scenario.operations.some(({ faults }) => faults.some(isLate))) return scenario;
  return onOperations(scenario, ({ template, ...operation }) => ({
    ...operation,
    template: { ...template, versions: template.versions.map(({ ServiceTimeout: _, ...version }) => version) },
  }));
}

/**
 * A nameless clean-up: where ARNs have names in lower case, and the Delete of a replaced version has the new properties,
 * no part of the Delete has the old image's name as it is spelled. Nor has the Delete of a failed Create in a clean-up.
 */
function withoutNamelessCleanUp(scenario: Scenario): Scenario {
  const { switches, cloudFormation } = scenario;
  if (switches.caseOfArns !== 'lowered' && cloudFormation.failedCreateIsDeleted !== 'in-clean-up') return scenario;
  return { ...scenario, cloudFormation: { ...scenario.cloudFormation, cleanupDeleteProperties: 'old' } };
}

/**
 * Haste: a rollback that begins while a call of the cancelled request is on its way to SageMaker reads the state before
 * that call. In reality, CloudFormation was seen to take two seconds. A request that follows another one about its resource
 * sooner than reads are behind also reads the old state. And while DescribeStackResource is behind, nobody can see that a
 * request was cancelled.
 */
function withoutHaste(scenario: Scenario): Scenario {
  const faults = scenario.operations.flatMap((operation) => operation.faults);
  const isSlow = (fault: Fault) => fault.on === 'call' && fault.does === 'slow-request';
  const onItsWayMs = faults.some(isSlow) ? 10_000 : 2_000;
  const longestLag = (...operations: readonly string[]) =>
    Math.max(
      0,
      ...faults.map((fault) =>
        fault.on === 'reads' && fault.operations.some((each) => operations.includes(each)) ? fault.behindMs : 0,
      ),
    );
  const behindMs = longestLag(...staleOperations);
  const { pauseBeforeRollbackMs = 0, ...cloudFormation } = scenario.cloudFormation;
  const longestMs = Math.max(pauseBeforeRollbackMs, onItsWayMs, behindMs, longestLag('DescribeStackResource'));
  const unhurried = { ...scenario, cloudFormation: { ...cloudFormation, pauseBeforeRollbackMs: longestMs } };
  return onOperations(unhurried, (operation) => ({ ...operation, pauseMs: Math.max(operation.pauseMs, behindMs) }));
}

function onOperations(scenario: Scenario, change: (operation: OperationPlan) => OperationPlan): Scenario {
  return { ...scenario, operations: scenario.operations.map(change) };
}
