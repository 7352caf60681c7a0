/** One stack in a real account, for the questions about CloudFormation. */
import { randomBytes } from 'node:crypto';
import {
  type CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { imagePrefix } from './laboratory.ts';
import type { StackAccount } from './stack-probes.ts';

export function liveStack(client: CloudFormationClient, accountId: string): StackAccount {
  const StackName = `${imagePrefix}-${randomBytes(4).toString('hex')}`;
  const Capabilities = ['CAPABILITY_IAM' as const];
  return {
    client,
    StackName,
    async createStack(TemplateBody) {
      const { StackId = '' } = await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities }));
      if (!StackId.includes(`:${accountId}:`)) throw new Error(`${StackId} is not in account ${accountId}`);
    },
    async updateStack(TemplateBody, options) {
      await client.send(new UpdateStackCommand({ StackName, TemplateBody, Capabilities, ...options }));
    },
    async deleteStack() {
      await client.send(new DeleteStackCommand({ StackName }));
    },
  };
}
