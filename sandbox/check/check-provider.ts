/** Puts a provider through every situation. Called by the command `check`. */
import { type ConversationDependencies, openConversation, type Provider } from './conversation.ts';
import { type GivenProperties, situations } from './situations.ts';
import { openTalk } from './talk.ts';

/** How one situation went: what is wrong, or why it could not be played. */
export interface Finding {
  readonly Situation: string;
  readonly Problems: readonly string[];
  readonly NotTried?: string;
  /** What the provider says of why its Create failed, with the properties that are given. */
  readonly CreateFailed?: string;
}

/** The findings in the order of the situations, each as soon as it is there. */
export async function* checkProvider(
  provider: Provider,
  { ResourceType, given }: { readonly ResourceType: string; readonly given: GivenProperties },
  dependencies: ConversationDependencies,
): AsyncGenerator<Finding> {
  const conversation = await openConversation(provider, dependencies);
  try {
    for (const { name, play } of situations) {
      const talk = openTalk(conversation, ResourceType);
      await play(talk, given);
      const Problems = talk.problems();
      const NotTried = talk.reasonNotTried();
      const CreateFailed = talk.failureOfCreate();
      yield {
        Situation: name,
        Problems,
        ...(NotTried !== undefined && Problems.length === 0 && { NotTried }),
        ...(CreateFailed !== undefined && { CreateFailed }),
      };
    }
  } finally {
    await conversation.close();
  }
}
