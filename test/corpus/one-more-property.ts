/** The change that updates a template of another author. */
import { liveResources, type Stack } from '../../sandbox/cloudformation/stack.ts';
import type { Template } from '../../sandbox/template/template.ts';

/**
 * The text with one more property in a resource of the stack. A custom resource is preferred, because its provider gets
 * every property, and then an image. Undefined if no resource has a property.
 */
export function withOneMoreProperty(text: string, template: Template, stack: Stack): string | undefined {
  const live = liveResources(stack).toSorted((one, other) => rank(one.ResourceType) - rank(other.ResourceType));
  const places = live.flatMap(({ LogicalResourceId, ResourceType }) => {
    const { propertyPlaces } = template.Resources.get(LogicalResourceId) ?? {};
    const [place] = propertyPlaces?.values() ?? [];
    const names = ResourceType === 'AWS::SageMaker::Image' ? ['ImageDescription', 'ImageDisplayName'] : ['OneMore'];
    const name = names.find((each) => !propertyPlaces?.has(each));
    return place === undefined || name === undefined ? [] : [{ ...place, name }];
  });
  const [place] = places;
  if (place === undefined) return undefined;
  const lines = text.split('\n');
  const line = lines[place.line - 1] ?? '';
  const [before, after] = [line.slice(0, place.column - 1), line.slice(place.column - 1)];
  const isJson = after.startsWith('"');
  const added = isJson ? `"${place.name}": "of the update", ` : `${place.name}: of the update`;
  const isBlock = before.trim() === '' && !isJson;
  lines[place.line - 1] = `${before}${added}${isBlock ? `\n${before}` : isJson ? '' : ', '}${after}`;
  return lines.join('\n');
}

function rank(ResourceType: string): number {
  if (ResourceType.startsWith('Custom::') || ResourceType === 'AWS::CloudFormation::CustomResource') return 0;
  return ResourceType === 'AWS::SageMaker::Image' ? 1 : 2;
}
