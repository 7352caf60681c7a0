import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ImageVersion, ImageVersionProvider } from 'sagemaker-image-version-provider';

test('deploys the functions with their code, and no macro and no alarms by default', () => {
  const stack = new Stack(new App(), 'Test');

  new ImageVersionProvider(stack, 'Provider', { imageNamePattern: 'studio-*' });

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Lambda::Function', 2);
  template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  template.resourceCountIs('AWS::CloudFormation::Macro', 0);
  template.hasResource('AWS::Lambda::Function', {
    Properties: {
      FunctionName: 'sagemaker-image-version-provider',
      Runtime: 'nodejs24.x',
      Code: { S3Bucket: Match.anyValue(), S3Key: Match.stringLikeRegexp('^[0-9a-f]{64}\\.zip$') },
    },
  });
  template.hasOutput('*', {
    Value: { 'Fn::GetAtt': Match.anyValue() },
    Export: { Name: 'sagemaker-image-version-provider-ServiceToken' },
  });
  // Whoever deploys the stack gives no parameters, and sees no conditions of the release's template.
  assert.deepEqual(Object.keys(template.toJSON().Parameters), ['BootstrapVersion']);
  assert.equal(template.toJSON().Conditions, undefined);
});

test('takes values that only CloudFormation knows, and tags', () => {
  const stack = new Stack(new App(), 'Test');
  Tags.of(stack).add('team', 'platform');
  const topic = new Topic(stack, 'Alarms');

  new ImageVersionProvider(stack, 'Provider', { imageNamePattern: '*', alarmTopic: topic.topicArn });

  const template = Template.fromStack(stack);
  template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [stack.resolve(topic.topicArn)] });
  template.allResourcesProperties('AWS::IAM::Role', { Tags: [{ Key: 'team', Value: 'platform' }] });
  template.resourceCountIs('AWS::CloudWatch::Alarm', 4);
});

test('refuses wrong values, all at once, and values without those that belong to them', () => {
  const newProvider = (props: object) =>
    new ImageVersionProvider(new Stack(new App(), 'Test'), 'Provider', { imageNamePattern: '*', ...props });

  assert.throws(
    () => newProvider({ imageNamePattern: 'studio/*', permissionsBoundary: 'mine' }),
    new Error(
      [
        'ImageNamePattern is "studio/*", but it must be an image name in which * stands for any characters and ? for one.',
        'PermissionsBoundary is "mine", but it must be the ARN of an IAM policy, or nothing.',
      ].join('\n'),
    ),
  );
  assert.throws(
    () => newProvider({ subnetIds: 'subnet-1,subnet-2' }),
    new Error('SubnetIds needs SecurityGroupIds. Set both, or neither.'),
  );
});

test('exists before the versions of its stack, and longer than they do', () => {
  const stack = new Stack(new App(), 'Test');
  const provider = new ImageVersionProvider(stack, 'Provider', { imageNamePattern: '*' });

  new ImageVersion(stack, 'Version', { provider, imageName: 'studio', baseImage: 'studio:1.4' });

  const { Version, ...others } = Template.fromStack(stack).toJSON().Resources;
  assert.deepEqual(Version.Properties.ServiceToken, stack.resolve(provider.serviceToken));
  assert.deepEqual(Version.DependsOn.toSorted(), Object.keys(others).toSorted());
});

test('serves the stacks of the app that name it, which then depend on its stack', () => {
  const app = new App();
  const provider = new ImageVersionProvider(new Stack(app, 'Provider'), 'Provider', { imageNamePattern: '*' });
  const stack = new Stack(app, 'Images');

  new ImageVersion(stack, 'Version', { provider, imageName: 'studio', baseImage: 'studio:1.4' });

  assert.match(
    JSON.stringify(Template.fromStack(stack).toJSON().Resources.Version.Properties.ServiceToken),
    /^\{"Fn::ImportValue":"Provider:/,
  );
  assert.deepEqual(
    stack.dependencies.map(({ stackName }) => stackName),
    ['Provider'],
  );
});
