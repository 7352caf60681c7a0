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

  test('keeps its id in an update, and is deleted with the stack', async () => {
    const { create, update, remove, cloudFormation } = newWorld();
    await create(resources);
    const id = cloudFormation.findStack('app')?.resources['Domain']?.PhysicalResourceId;

    const updated = await update(resources.replace('DomainName: studio', 'DomainName: other'));
    const idAfterwards = cloudFormation.findStack('app')?.resources['Domain']?.PhysicalResourceId;
    const removed = await remove();

    expect(updated.StackStatus).toBe('UPDATE_COMPLETE');
    expect(idAfterwards).toBe(id);
    expect(removed?.StackStatus).toBe('DELETE_COMPLETE');
  });

  test('has no other attributes, not even by a name that is known later', async () => {
    const { create } = newWorld();

    const result = await create(
      `${resources}Late! {Type: AWS::IAM::Role, Properties: {RoleName: !GetAtt [Domain, !Ref Config]}}`,
    );

    expect(eventLines(result)).toContainEqual(
      expect.stringContaining('The attribute Studio of AWS::SageMaker::Domain is not simulated in the sandbox'),
    );
  });
});
