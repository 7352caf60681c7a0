/**
 * Questions that only a real account can answer, each with the calls that answer it. A probe with the name of a switch of
 * the sandbox (`sandbox/sagemaker/settings.ts`) answers with one of its sides. `sandbox/FIDELITY.md` lists all probes.
 */
import {
  DeleteImageVersionCommand,
  DescribeImageVersionCommand,
  UpdateImageCommand,
  UpdateImageVersionCommand,
} from '@aws-sdk/client-sagemaker';
import type { Laboratory } from './laboratory.ts';

export interface Probe {
  readonly name: string;
  readonly question: string;
  /** Resolves with a word or an error code. */
  readonly ask: (laboratory: Laboratory) => Promise<string>;
}

export const probes: readonly Probe[] = [
  {
    name: 'aliasOfAnotherVersion',
    question: 'What happens if a version gets an alias that another version has?',
    ask: async (laboratory) => {
      const { ImageName, first, second } = await laboratory.sharedImage();
      await update(laboratory, ImageName, first, { AliasesToAdd: ['held'] });
      const outcome = await outcomeOf(update(laboratory, ImageName, second, { AliasesToAdd: ['held'] }));
      if (outcome !== 'accepted') return outcome;
      return (await laboratory.aliasesOf(ImageName, first)).includes('held') ? 'held by both' : 'moves';
    },
  },
  {
    name: 'aliasAddedTwice',
    question: 'What happens if a version gets an alias that it already has?',
    ask: async (laboratory) => {
      const { ImageName, first } = await laboratory.sharedImage();
      await update(laboratory, ImageName, first, { AliasesToAdd: ['twice'] });
      return outcomeOf(update(laboratory, ImageName, first, { AliasesToAdd: ['twice'] }));
    },
  },
  {
    name: 'absentAliasDeleted',
    question: 'What happens if you delete an alias that the version does not have?',
    ask: async (laboratory) => {
      const { ImageName, first } = await laboratory.sharedImage();
      return outcomeOf(update(laboratory, ImageName, first, { AliasesToDelete: ['absent'] }));
    },
  },
  {
    name: 'versionByMissingAlias',
    question: 'Which error does DescribeImageVersion return for an alias that no version has?',
    ask: async ({ client, sharedImage }) => {
      const { ImageName } = await sharedImage();
      const outcome = await outcomeOf(client.send(new DescribeImageVersionCommand({ ImageName, Alias: 'nobodys' })));
      return outcome.replace(/Exception$/, '');
    },
  },
  {
    name: 'ClientToken',
    question: 'Does CreateImageVersion create another version for the ClientToken of an earlier one?',
    ask: async (laboratory) => {
      const { ImageName } = await laboratory.sharedImage();
      const ClientToken = laboratory.newToken();
      const first = await laboratory.startVersion(ImageName, { ClientToken });
      await laboratory.settled(ImageName, first);
      const second = await laboratory.startVersion(ImageName, { ClientToken });
      await laboratory.settled(ImageName, second);
      return first === second ? 'remembered' : 'forgotten';
    },
  },
  {
    name: 'imageWhileVersionIsCreated',
    question: 'Can you change a version of the image while another one is CREATING?',
    ask: (laboratory) =>
      whileCreating(laboratory, async (ImageName, _creating, { first }) => {
        const outcome = await outcomeOf(update(laboratory, ImageName, first, { ReleaseNotes: 'changed meanwhile' }));
        if (outcome === 'accepted') return 'free';
        return outcome === 'ResourceInUse' ? 'busy' : outcome;
      }),
  },
  {
    name: 'numbersOfImageCreatedAgain',
    question: 'With which number does an image start that is created again with the same name?',
    ask: async (laboratory) => {
      const before = await laboratory.makeImage('again');
      await laboratory.settled(before.ImageName, await laboratory.startVersion(before.ImageName));
      await laboratory.removeImage(before.ImageName);
      const { ImageName } = await laboratory.makeImage('again');
      const Version = await laboratory.startVersion(ImageName);
      await laboratory.settled(ImageName, Version);
      return Version === 1 ? 'restart' : 'continue';
    },
  },
  {
    name: 'caseOfArns',
    question: 'How does the ARN show a name with capital letters?',
    ask: async (laboratory) => {
      const { ImageName, ImageArn } = await laboratory.makeImage('Mixed-Case');
      if (ImageArn.endsWith(`/${ImageName}`)) return 'kept';
      return ImageArn.endsWith(`/${ImageName.toLowerCase()}`) ? 'lowered' : ImageArn;
    },
  },
  {
    name: 'imageInTransition',
    question: 'Which error does CreateImageVersion return while the image is UPDATING?',
    ask: async (laboratory) => {
      const { ImageName } = await laboratory.sharedImage();
      await laboratory.client.send(new UpdateImageCommand({ ImageName, Description: laboratory.newToken() }));
      const status = await laboratory.imageStatus(ImageName);
      const outcome = await outcomeOf(laboratory.startVersion(ImageName));
      await laboratory.imageSettled(ImageName);
      if (status === 'UPDATING') return outcome;
      throw new Error(`after UpdateImage the image was ${status}`);
    },
  },
  {
    name: 'updateWhileCreating',
    question: 'What does UpdateImageVersion do to a version that is CREATING?',
    ask: (laboratory) =>
      whileCreating(laboratory, (ImageName, creating) =>
        outcomeOf(update(laboratory, ImageName, creating, { ReleaseNotes: 'too early' })),
      ),
  },
  {
    name: 'deleteWhileCreating',
    question: 'What does DeleteImageVersion do to a version that is CREATING?',
    ask: (laboratory) =>
      whileCreating(laboratory, (ImageName, Version) =>
        outcomeOf(laboratory.client.send(new DeleteImageVersionCommand({ ImageName, Version }))),
      ),
  },
  {
    name: 'updateAfterFailure',
    question: 'What does UpdateImageVersion do to a version that is CREATE_FAILED?',
    ask: async (laboratory) => {
      const { ImageName, Version } = await failedVersion(laboratory);
      return outcomeOf(update(laboratory, ImageName, Version, { ReleaseNotes: 'too late' }));
    },
  },
  {
    name: 'aliasOfFailedVersion',
    question: 'Can another version get an alias of a version that is CREATE_FAILED?',
    ask: async (laboratory) => {
      const { ImageName } = await failedVersion(laboratory, ['of-a-failure']);
      const { first } = await laboratory.sharedImage();
      const outcome = await outcomeOf(update(laboratory, ImageName, first, { AliasesToAdd: ['of-a-failure'] }));
      return outcome === 'accepted' ? 'free' : outcome;
    },
  },
  {
    name: 'failureReason',
    question: 'What is the FailureReason for a tag that does not exist?',
    ask: async (laboratory) => {
      const { ImageName, Version } = await failedVersion(laboratory);
      const { FailureReason } = await laboratory.client.send(new DescribeImageVersionCommand({ ImageName, Version }));
      return FailureReason ?? 'there is none';
    },
  },
  {
    name: 'emptyAliases',
    question: 'Does CreateImageVersion accept an empty list of Aliases?',
    ask: async (laboratory) => {
      const { ImageName } = await laboratory.sharedImage();
      return outcomeOf(
        laboratory.startVersion(ImageName, { Aliases: [] }).then((Version) => laboratory.settled(ImageName, Version)),
      );
    },
  },
  {
    name: 'latestWhileCreating',
    question: 'Does DescribeImageVersion without a Version return one that is CREATING?',
    ask: (laboratory) =>
      whileCreating(laboratory, async (ImageName, creating) => {
        const { Version } = await laboratory.client.send(new DescribeImageVersionCommand({ ImageName }));
        return Version === creating ? 'yes' : 'no';
      }),
  },
  {
    name: 'deletedTwice',
    question: 'What does DeleteImageVersion do to a version that is DELETING?',
    ask: async ({ client, sharedImage, startVersion, settled }) => {
      const { ImageName } = await sharedImage();
      const Version = await startVersion(ImageName);
      await settled(ImageName, Version);
      const remove = () => client.send(new DeleteImageVersionCommand({ ImageName, Version }));
      await remove();
      const outcome = await outcomeOf(remove());
      await settled(ImageName, Version);
      return outcome;
    },
  },
];

/** `accepted`, or the error's code. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    // An error that the service returned is an answer; any other error is not.
    if (error instanceof Error && '$metadata' in error) return error.name;
    throw error;
  }
}

function update(
  { client }: Laboratory,
  ImageName: string,
  Version: number,
  change: Pick<
    ConstructorParameters<typeof UpdateImageVersionCommand>[0],
    'AliasesToAdd' | 'AliasesToDelete' | 'ReleaseNotes'
  >,
): Promise<unknown> {
  return client.send(new UpdateImageVersionCommand({ ImageName, Version, ...change }));
}

const tries = 3;

/** Calls `act` for a version that is CREATING. Tries again if the version was no longer CREATING after the call. */
async function whileCreating(
  laboratory: Laboratory,
  act: (ImageName: string, creating: number, shared: { readonly first: number }) => Promise<string>,
): Promise<string> {
  const { ImageName, ...shared } = await laboratory.sharedImage();
  for (let number = 1; number <= tries; number += 1) {
    const creating = await laboratory.startVersion(ImageName);
    const answer = await act(ImageName, creating, shared);
    const status = await laboratory.statusOf(ImageName, creating);
    await laboratory.settled(ImageName, creating);
    // `act` has deleted a version that is DELETING or gone.
    if (status === 'CREATING' || status === 'DELETING' || status === 'gone') return answer;
  }
  throw new Error(`the version was CREATED too early, ${tries} times`);
}

/** Makes a version that is CREATE_FAILED, because its tag does not exist. */
async function failedVersion(
  laboratory: Laboratory,
  Aliases?: readonly string[],
): Promise<{ readonly ImageName: string; readonly Version: number }> {
  const { ImageName } = await laboratory.sharedImage();
  const Version = await laboratory.startVersion(ImageName, {
    BaseImage: laboratory.absentBaseImage,
    ...(Aliases !== undefined && { Aliases: [...Aliases] }),
  });
  const status = await laboratory.settled(ImageName, Version);
  if (status === 'CREATE_FAILED') return { ImageName, Version };
  throw new Error(`a version of ${laboratory.absentBaseImage} is ${status}`);
}
