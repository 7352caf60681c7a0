/** Templates and scopes for the tests of this folder. */
import { parseTemplate } from '../../../sandbox/template/parse.ts';
import { type Problem, type Scope, TemplateError } from '../../../sandbox/template/template.ts';

/** A template with one valid resource. */
export const anImage = 'Resources: {Image: {Type: AWS::SageMaker::Image}}';

/** The problems that parsing reports. Throws if the template has none. */
export function problemsOf(text: string): readonly Problem[] {
  try {
    parseTemplate(text, 'template.yaml');
  } catch (error) {
    if (error instanceof TemplateError) return error.problems;
    throw error;
  }
  throw new Error('the template has no problem');
}

/** A scope in which a Ref is `ref-<id>`, a GetAtt is `<id>-<attribute>` and an import is `import-<name>`. */
export function aScope(parameters: Scope['parameters'] = {}): Scope {
  return {
    pseudoParameters: {
      'AWS::AccountId': '111122223333',
      'AWS::Region': 'eu-west-1',
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': 'stack',
      'AWS::StackId': 'arn:aws:cloudformation:eu-west-1:111122223333:stack/stack/1',
    },
    parameters,
    ref: (LogicalResourceId) => `ref-${LogicalResourceId}`,
    getAtt: (LogicalResourceId, attribute) => `${LogicalResourceId}-${attribute}`,
    importValue: (name) => `import-${name}`,
  };
}
