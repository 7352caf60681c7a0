import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, CfnDeletionPolicy, CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnDomain } from 'aws-cdk-lib/aws-sagemaker';
import { ImageVersion } from './image-version.ts';

const newStack = () => new Stack(new App({ analyticsReporting: false }), 'Test');

test('passes every property under the name that the provider knows', () => {
  const stack = newStack();
  const aliases = new CfnParameter(stack, 'Aliases', { type: 'CommaDelimitedList' });

  new ImageVersion(stack, 'Version', {
    serviceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:provider',
    serviceTimeout: Duration.minutes(30),
    imageName: 'data-science',
    baseImage: 'studio:1.4',
    revision: 'a1b2c3',
    aliases: aliases.valueAsList,
    horovod: false,
    jobType: 'TRAINING',
    mlFramework: 'PyTorch 2.9',
    processor: 'CPU',
    programmingLang: 'Python 3.12',
    releaseNotes: 'First release',
    vendorGuidance: 'STABLE',
  });

  assert.deepEqual(Template.fromStack(stack).toJSON().Resources.Version, {
    Type: 'Custom::SageMakerImageVersion',
    Properties: {
      ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:provider',
      ServiceTimeout: '1800',
      ImageName: 'data-science',
      BaseImage: 'studio:1.4',
      Revision: 'a1b2c3',
      Aliases: { Ref: 'Aliases' },
      Horovod: false,
      JobType: 'TRAINING',
      MLFramework: 'PyTorch 2.9',
      Processor: 'CPU',
      ProgrammingLang: 'Python 3.12',
      ReleaseNotes: 'First release',
      VendorGuidance: 'STABLE',
    },
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
  });
});

test('sets DeletionPolicy and UpdateReplacePolicy separately', () => {
  const stack = newStack();
  const props = { imageName: 'data-science', baseImage: 'studio:1.4' };

  new ImageVersion(stack, 'Kept', { ...props, removalPolicy: RemovalPolicy.RETAIN });
  new ImageVersion(stack, 'Pinned', { ...props, updateReplacePolicy: CfnDeletionPolicy.RETAIN });

  const { Kept, Pinned } = Template.fromStack(stack).toJSON().Resources;
  assert.deepEqual([Kept.DeletionPolicy, Kept.UpdateReplacePolicy], ['Retain', 'Retain']);
  assert.deepEqual([Pinned.DeletionPolicy, Pinned.UpdateReplacePolicy], ['Delete', 'Retain']);
});

test('has the attributes that a Domain needs', () => {
  const stack = newStack();
  const version = new ImageVersion(stack, 'Version', { imageName: 'data-science', baseImage: 'studio:1.4' });

  new CfnDomain(stack, 'Domain', {
    authMode: 'IAM',
    domainName: 'studio',
    defaultUserSettings: {
      executionRole: 'arn:aws:iam::111122223333:role/Studio',
      jupyterLabAppSettings: {
        customImages: [
          { imageName: 'data-science', appImageConfigName: 'studio', imageVersionNumber: version.version },
        ],
        defaultResourceSpec: {
          sageMakerImageArn: version.imageArn,
          sageMakerImageVersionArn: version.imageVersionArn,
        },
      },
    },
  });

  const { Domain } = Template.fromStack(stack).toJSON().Resources;
  assert.deepEqual(Domain.Properties.DefaultUserSettings.JupyterLabAppSettings, {
    CustomImages: [
      {
        ImageName: 'data-science',
        AppImageConfigName: 'studio',
        ImageVersionNumber: { 'Fn::GetAtt': ['Version', 'Version'] },
      },
    ],
    DefaultResourceSpec: {
      SageMakerImageArn: { 'Fn::GetAtt': ['Version', 'ImageArn'] },
      SageMakerImageVersionArn: { Ref: 'Version' },
    },
  });
});
