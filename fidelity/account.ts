/** Makes sure, before anything is made, that the credentials are those of the account that the user has named. */
import { ListImagesCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker';

/**
 * Why nothing may be made, or undefined. Only an image that is there tells the account; where there is none, it is the
 * role that decides (`options.ts`), and the first image's ARN is looked at again.
 */
export async function checkAccount(client: SageMakerClient, accountId: string): Promise<string | undefined> {
  const { Images = [] } = await client.send(new ListImagesCommand({ MaxResults: 1 }));
  const actual = Images[0]?.ImageArn?.split(':')[4];
  if (actual === undefined || actual === accountId) return undefined;
  return `The credentials are those of account ${actual}, not of ${accountId}. Nothing was made.`;
}
