/** Runs every scenario against a provider. */
import { type GivenProperties, scenarios } from './scenarios.ts';
import { type Finding, openScript } from './script.ts';
import { openSession, type Provider, type SessionDependencies } from './session.ts';

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
      yield script.finding(name);
    }
  } finally {
    await session.close();
  }
}
