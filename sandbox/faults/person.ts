/** A person who changes images by hand, with the console or the AWS CLI, and knows nothing of any provider. */
import type { Clock } from '../clock.ts';
import { type Json, ownEntry } from '../json.ts';
import type { SageMaker } from '../sagemaker/sagemaker.ts';
import type { ImageVersionRecord } from '../sagemaker/state.ts';
import type { PersonFault } from './fault.ts';

/** The trace id of a person's calls. No fault hits them. */
export const personTraceId = 'person';

/** The ClientToken of a version that a person has created begins so. */
const personToken = 'by-hand-';

export function isPersons({ ClientToken }: ImageVersionRecord): boolean {
  return ClientToken.startsWith(personToken);
}

const pauseMs = 5_000;
/** Long enough for the slowest version. */
const mostTries = 600;

/** Does what the fault says, as far as SageMaker lets a person do it. An image that does not exist stays as it is. */
export async function actByHand(
  { does, ImageName, Alias }: PersonFault,
  { clock, sageMaker }: { readonly clock: Clock; readonly sageMaker: Pick<SageMaker, 'call' | 'state'> },
): Promise<void> {
  const image = () => ownEntry(sageMaker.state().images, ImageName);
  const versions = () => image()?.versions ?? [];
  const isDone = async (condition: () => boolean) => {
    for (let tries = 0; tries < mostTries && !condition(); tries += 1) await clock.sleep(pauseMs);
    return condition();
  };
  /** Tries again while something else changes the image. */
  const call = async (operation: string, input: Json) => {
    await isDone(() => image()?.ImageStatus !== 'UPDATING' && image()?.ImageStatus !== 'CREATING');
    for (let tries = 0; tries < mostTries; tries += 1) {
      const { status, body } = await sageMaker.call(operation, input, personTraceId);
      if (status === 200 || !body.includes('ResourceInUse')) return;
      await clock.sleep(pauseMs);
    }
  };
  const createVersion = async () => {
    const BaseImage = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:by-hand';
    const ClientToken = `${personToken}${sageMaker.state().modifications}`;
    await call('CreateImageVersion', { ImageName, BaseImage, ClientToken });
    const created = () => versions().find((version) => version.ClientToken === ClientToken);
    await isDone(() => created()?.ImageVersionStatus !== 'CREATING');
    return created();
  };

  if (image() === undefined) return;
  switch (does) {
    case 'create-version':
      await createVersion();
      return;
    case 'move-alias': {
      const own = versions().find(isPersons) ?? (await createVersion());
      const holder = versions().find(({ Aliases }) => Aliases.includes(Alias));
      if (own === undefined || holder === own) return;
      if (holder !== undefined) {
        await call('UpdateImageVersion', { ImageName, Version: holder.Version, AliasesToDelete: [Alias] });
      }
      return call('UpdateImageVersion', { ImageName, Version: own.Version, AliasesToAdd: [Alias] });
    }
    case 'delete-version': {
      const others = versions().filter((version) => !isPersons(version));
      const deleted = others.find(({ Aliases }) => Aliases.includes(Alias)) ?? others.at(-1);
      if (deleted !== undefined) await call('DeleteImageVersion', { ImageName, Version: deleted.Version });
      return;
    }
    case 'create-image-again': {
      const { RoleArn, createdAtMs } = image() ?? {};
      await call('DeleteImage', { ImageName });
      const isGone = await isDone(() => image()?.createdAtMs !== createdAtMs);
      if (isGone && RoleArn !== undefined) await call('CreateImage', { ImageName, RoleArn });
      await isDone(() => image()?.ImageStatus !== 'CREATING');
    }
  }
}
