/** One template from creation to deletion: a plan, a creation, an update that adds a property, and a deletion. */
import type { CloudFormation } from '../../sandbox/cloudformation/cloudformation.ts';
import { liveResources, type StackSource } from '../../sandbox/cloudformation/stack.ts';
import { parse } from '../../sandbox/template/parse.ts';
import { TemplateError } from '../../sandbox/template/template.ts';
import { withOneMoreProperty } from './one-more-property.ts';
import { parameterValues } from './parameter-values.ts';
import { newWorld, type World } from './world.ts';

/** How far a template comes. */
export const stages = ['refused', 'planned', 'deployed', 'updated', 'deleted'] as const;

export interface Outcome {
  readonly stage: (typeof stages)[number];
  /** Why it does not come further. */
  readonly reason?: string;
}

export interface CorpusTemplate {
  readonly text: string;
  readonly fileName: string;
  /** Values in place of those of `parameter-values.ts`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Runs the template as far as it comes. The message of an error is the reason why it comes no further. */
export async function runTemplate({ text, fileName, parameters }: CorpusTemplate): Promise<Outcome> {
  const { template, problems } = parse(text, fileName);
  if (template === undefined) return { stage: 'refused', reason: new TemplateError(fileName, problems).message };
  const source = { templateText: text, fileName, parameters: { ...parameterValues(template), ...parameters } };
  const world = newWorld(text, template);
  return world.clock.run(async () => {
    let stage: Outcome['stage'] = 'refused';
    try {
      const { cloudFormation, additions } = await planCreation(world, source);
      stage = 'planned';
      const created = await cloudFormation.createStack('app', source);
      const stack = cloudFormation.findStack('app');
      if (stack === undefined || created.StackStatus !== 'CREATE_COMPLETE') {
        return { stage, reason: failureIn(created.events) };
      }
      const resources = liveResources(stack).length;
      if (resources !== additions) return { stage, reason: `${additions} resources are planned, ${resources} made.` };
      stage = 'deployed';
      const changed = withOneMoreProperty(text, template, stack);
      if (changed === undefined) return { stage, reason: 'No resource has a property to add one to.' };
      const updated = await cloudFormation.updateStack('app', { ...source, templateText: changed });
      if (updated.StackStatus !== 'UPDATE_COMPLETE') return { stage, reason: failureIn(updated.events) };
      stage = 'updated';
      const deleted = await cloudFormation.deleteStack('app');
      if (deleted?.StackStatus !== 'DELETE_COMPLETE') return { stage, reason: failureIn(deleted?.events ?? []) };
      return { stage: 'deleted' };
    } catch (error) {
      return { stage, reason: error instanceof Error ? error.message : String(error) };
    }
  });
}

/** Plans the creation in an account where another stack exports all that the template imports. */
async function planCreation(world: World, source: StackSource, exportedNames: readonly string[] = []): Promise<Plan> {
  const cloudFormation = world.open(exportedNames);
  const { changes, missingExports } = await cloudFormation.previewStack('app', source);
  const unknown = missingExports.filter((name) => !exportedNames.includes(name));
  if (unknown.length > 0) return planCreation(world, source, [...exportedNames, ...unknown]);
  return { cloudFormation, additions: changes.length };
}

interface Plan {
  readonly cloudFormation: CloudFormation;
  /** How many resources it adds. */
  readonly additions: number;
}

type Events = readonly { readonly ResourceStatus: string; readonly ResourceStatusReason?: string }[];

function failureIn(events: Events): string {
  const failed = events.find(({ ResourceStatus }) => ResourceStatus.endsWith('_FAILED'));
  return failed?.ResourceStatusReason ?? `It ends with ${events.at(-1)?.ResourceStatus}.`;
}
