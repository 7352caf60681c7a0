import { eventLines, newWorld } from './world.ts';

const resources = `
  Domain! {Type: AWS::SageMaker::Domain, Properties: {DomainName: studio, Role: !GetAtt Role.Arn}}
  Config! {Type: AWS::SageMaker::AppImageConfig, Properties: {AppImageConfigName: Studio}}
  Role! {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
`;
const outputs = `
Outputs:
  DomainId: {Value: !Ref Domain}
  DomainArn: {Value: !GetAtt Domain.DomainArn}
  Config: {Value: !Ref Config}
  ConfigArn: {Value: !GetAtt Config.AppImageConfigArn}
  Role: {Value: !Ref Role}
  RoleArn: {Value: !GetAtt Role.Arn}
`;

describe('a stub resource', () => {
  test('is created at once, with the references that CloudFormation documents', async () => {
    const { create, cloudFormation } = newWorld();

    const { StackStatus } = await create(resources, outputs);

    const stack = cloudFormation.findStack('app');
    const values = Object.fromEntries(
      (stack?.outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    );
    expect(StackStatus).toBe('CREATE_COMPLETE');
    expect(values).toEqual({
      DomainId: expect.stringMatching(/^d-[a-z0-9]{12}$/),
      DomainArn: `arn:aws:sagemaker:eu-west-1:111122223333:domain/${values['DomainId']}`,
      Config: 'Studio',
      ConfigArn: 'arn:aws:sagemaker:eu-west-1:111122223333:app-image-config/studio',
      Role: expect.stringMatching(/^app-Role-[a-z0-9]{12}$/),
      RoleArn: `arn:aws:iam::111122223333:role/${values['Role']}`,
    });
    expect(stack?.resources['Domain']?.Properties).toEqual({ DomainName: 'studio', Role: values['RoleArn'] });
  });

  test('keeps its id in an update, unless its name changes, and is deleted with the stack', async () => {
    const { create, update, remove, cloudFormation } = newWorld();
    await create(resources);
    const id = cloudFormation.findStack('app')?.resources['Domain']?.PhysicalResourceId;

    const changed = resources.replace(
      'Properties: {DomainName: studio',
      'Properties: {AuthMode: IAM, DomainName: studio',
    );
    const updated = await update(changed);
    const idAfterwards = cloudFormation.findStack('app')?.resources['Domain']?.PhysicalResourceId;
    await update(changed.replace('DomainName: studio', 'DomainName: other'));
    const idOfOther = cloudFormation.findStack('app')?.resources['Domain']?.PhysicalResourceId;
    const removed = await remove();

    expect(updated.StackStatus).toBe('UPDATE_COMPLETE');
    expect(idAfterwards).toBe(id);
    expect(idOfOther).not.toBe(id);
    expect(removed?.StackStatus).toBe('DELETE_COMPLETE');
  });

  test('has no other attributes, not even by a name that is known later', async () => {
    const { create } = newWorld();

    const result = await create(
      `${resources}Late! {Type: AWS::IAM::Role, Properties: {RoleName: !GetAtt [Domain, !Ref Config]}}`,
    );

    expect(eventLines(result)).toContainEqual(
      expect.stringContaining('The attribute Studio of AWS::SageMaker::Domain is not simulated here.'),
    );
  });

  test('of any other type stands in on request, with plausible ids and attributes that do not change', async () => {
    const world = newWorld({ settings: { stubs: ['*'] } });
    const template = `
      Vpc! {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
      Topic! {Type: AWS::SNS::Topic, Properties: {TopicName: news}}
      Queue! {Type: AWS::SQS::Queue}
      Bucket! {Type: AWS::S3::Bucket}
      Made! {Type: Vendor::Some::Thing}
      Reader: {Vpc: !Ref Vpc, Group: !GetAtt Vpc.DefaultSecurityGroup, Cidr: !GetAtt Vpc.CidrBlock, Topic: !Ref Topic, TopicName: !GetAtt Topic.TopicName, Queue: !Ref Queue, QueueArn: !GetAtt Queue.Arn, Bucket: !Ref Bucket, BucketArn: !GetAtt Bucket.Arn, Domain: !GetAtt Bucket.DomainName, Made: !Ref Made, Arn: !GetAtt Made.ThingArn, Blocks: !GetAtt Vpc.Ipv6CidrBlocks}
    `;

    const { StackStatus } = await world.create(template);
    const again = world.update(template);

    const { Bucket, Queue, Made, ...others } = world.resource('Reader')?.Properties ?? {};
    expect(StackStatus).toBe('CREATE_COMPLETE');
    expect([Bucket, Queue, Made]).toEqual([
      expect.stringMatching(/^app-bucket-[a-z0-9]{12}$/),
      expect.stringMatching(/^https:\/\/sqs\.eu-west-1\.amazonaws\.com\/111122223333\/app-Queue-[a-z0-9]{12}$/),
      expect.stringMatching(/^app-Made-[a-z0-9]{12}$/),
    ]);
    expect(others).toEqual({
      ServiceToken: expect.any(String),
      Vpc: expect.stringMatching(/^vpc-[0-9a-f]{17}$/),
      Cidr: '10.0.0.0/16',
      Group: expect.stringMatching(/^sg-[0-9a-f]{17}$/),
      Topic: 'arn:aws:sns:eu-west-1:111122223333:news',
      TopicName: 'news',
      QueueArn: expect.stringMatching(/^arn:aws:sqs:eu-west-1:111122223333:app-Queue-[a-z0-9]{12}$/),
      BucketArn: `arn:aws:s3:::${String(Bucket)}`,
      Domain: `${String(Bucket)}.s3.eu-west-1.amazonaws.com`,
      Arn: `arn:aws:some:eu-west-1:111122223333:thing/${String(Made)}`,
      Blocks: [expect.any(String)],
    });
    await expect(again).rejects.toThrow('No updates are to be performed.');
  });

  test('that was requested once can stay in its stack, and leaves it with the stack', async () => {
    const first = newWorld({ settings: { stubs: ['AWS::S3::Bucket'] } });
    await first.create('Bucket! {Type: AWS::S3::Bucket}');

    const later = newWorld({ snapshot: first.cloudFormation.snapshot() });
    const updated = await later.update('Bucket! {Type: AWS::S3::Bucket, Properties: {Tags: []}}\nA: {}');
    const refused = later.update('Bucket! {Type: AWS::S3::Bucket}\nQueue! {Type: AWS::SQS::Queue}');

    await expect(refused).rejects.toThrow('This type is not simulated here: AWS::SQS::Queue (Queue in line 3)');
    expect(updated.StackStatus).toBe('UPDATE_COMPLETE');
    expect((await later.remove())?.StackStatus).toBe('DELETE_COMPLETE');
  });

  test('by default has any attribute once its type is requested', async () => {
    const { create, resource } = newWorld({ settings: { stubs: ['AWS::SageMaker::Domain'] } });

    await create('Domain! {Type: AWS::SageMaker::Domain}\nA: {Url: !GetAtt Domain.Url}');

    expect(resource('A')?.Properties['Url']).toMatch(
      /^https:\/\/d-[a-z0-9]{12}\.sagemaker\.eu-west-1\.amazonaws\.com$/,
    );
  });

  test('has an ARN for an attribute that is named after one, in capitals too', async () => {
    const world = newWorld({ settings: { stubs: ['*'] } });

    await world.create(`
      Nested! {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://s3.amazonaws.com/bucket/nested.yaml'}}
      Reader: {Topic: !GetAtt Nested.Outputs.TopicARN}
    `);

    expect(world.resource('Reader')?.Properties['Topic']).toMatch(/^arn:aws:/);
  });
});
