/** Puts a provider through every scenario. Called by the command `check`. */

import { type GivenProperties, scenarios } from './scenarios.ts';
import { openScript } from './script.ts';
import { openSession, type Provider, type SessionDependencies } from './session.ts';

/** How one scenario went: what is wrong, or why it could not be played. */
export interface Finding {
  readonly Scenario: string;
  readonly Problems: readonly string[];
  readonly NotTried?: string;
  /** What the provider says of why its Create failed, with the properties that are given. */
  readonly CreateFailed?: string;
}

/** The findings in the order of the scenarios, each as soon as it is there. */
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
