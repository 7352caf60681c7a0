/** Runs every scenario against a provider. */

import { type GivenProperties, scenarios } from './scenarios.ts';
import { openScript } from './script.ts';
import { openSession, type Provider, type SessionDependencies } from './session.ts';

/** The result of one scenario: its problems, or why it was not tried. */
export interface Finding {
  readonly Scenario: string;
  readonly Problems: readonly string[];
  readonly NotTried?: string;
  /** Why the Create with the given properties failed, in the provider's own words. */
  readonly CreateFailed?: string;
}

/** Yields the finding of each scenario as soon as the scenario has ended. */
export async function* checkProvider(
  provider: Provider,
  { ResourceType, given }: { readonly ResourceType: string; readonly given: GivenProperties },
  dependencies: SessionDependencies,
): AsyncGenerator<Finding> {
  const session = await openSession(provider, dependencies);
  try {
    for (const { name, play } of scenarios) {
      const script = openScript(session, ResourceType);
      await play(script, given);
      const Problems = script.problems();
      const NotTried = script.reasonNotTried();
      const CreateFailed = script.failureOfCreate();
      yield {
        Scenario: name,
        Problems,
        ...(NotTried !== undefined && Problems.length === 0 && { NotTried }),
        ...(CreateFailed !== undefined && { CreateFailed }),
      };
    }
  } finally {
    await session.close();
  }
}
