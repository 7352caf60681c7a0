import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { App, CfnDeletionPolicy, CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import { CfnDomain } from 'aws-cdk-lib/aws-sagemaker';
import { ImageVersion } from 'sagemaker-image-version-provider';

const newStack = () => new Stack(new App(), 'Test');
const resourcesOf = (stack: Stack) => Template.fromStack(stack).toJSON().Resources;

test('passes every property under the name that the provider knows', () => {
  const stack = newStack();
  const aliases = new CfnParameter(stack, 'Aliases', { type: 'CommaDelimitedList' });

  new ImageVersion(stack, 'Version', {
    serviceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:provider',
    serviceTimeout: Duration.minutes(30),
    imageName: 'data-science',
    baseImage: 'studio:1.4',
    revision: 'a1b2c3',
    adopt: 3,
    aliases: aliases.valueAsList,
    horovod: false,
    jobType: 'TRAINING',
    mlFramework: 'PyTorch 2.9',
    processor: 'CPU',
    programmingLang: 'Python 3.12',
    releaseNotes: 'First release',
    vendorGuidance: 'STABLE',
  });

  assert.deepEqual(resourcesOf(stack).Version, {
    Type: 'Custom::SageMakerImageVersion',
    Properties: {
      ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:provider',
      ServiceTimeout: 1800,
      ImageName: 'data-science',
      BaseImage: 'studio:1.4',
      Revision: 'a1b2c3',
      Adopt: 3,
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

  const { Kept, Pinned } = resourcesOf(stack);
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

  const { Domain } = resourcesOf(stack);
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

test('sets Revision from the content of an image asset', () => {
  const directory = mkdtempSync(join(tmpdir(), 'image-'));
  const versionOf = (content: string) => {
    writeFileSync(join(directory, 'Dockerfile'), content);
    const stack = newStack();
    const baseImage = new DockerImageAsset(stack, 'Kernel', { directory });
    new ImageVersion(stack, 'Version', { imageName: 'data-science', baseImage });
    const { BaseImage, Revision } = resourcesOf(stack).Version.Properties;
    assert.equal(Revision, baseImage.assetHash);
    assert.deepEqual(BaseImage, stack.resolve(baseImage.imageUri));
    return Revision;
  };

  try {
    const first = versionOf('FROM scratch');
    assert.equal(versionOf('FROM scratch'), first);
    assert.notEqual(versionOf('FROM scratch\nLABEL a=b'), first);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('sets BaseImage and Revision from a digest in a repository, unless the template sets a Revision', () => {
  const stack = newStack();
  const repository = Repository.fromRepositoryName(stack, 'Repository', 'studio');
  const digest = `sha256:${'0123'.repeat(16)}`;
  const props = { imageName: 'data-science', baseImage: { repository, digest } };

  new ImageVersion(stack, 'Plain', props);
  new ImageVersion(stack, 'Revised', { ...props, revision: 'again' });

  const { Plain, Revised } = resourcesOf(stack);
  assert.equal(Plain.Properties.Revision, digest);
  assert.deepEqual(Plain.Properties.BaseImage, stack.resolve(repository.repositoryUriForDigest(digest)));
  assert.equal(Revised.Properties.Revision, 'again');
  assert.throws(
    () => new ImageVersion(stack, 'Wrong', { ...props, baseImage: { repository, digest: '1.4' } }),
    /^Error: 1\.4 is not a digest: it must be sha256: and 64 hexadecimal digits\.$/,
  );
});
