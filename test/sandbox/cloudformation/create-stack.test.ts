import { CUSTOM, eventLines, failing, nameProvider, newWorld, requestLines, START, stackSource } from './world.ts';

describe('CreateStack', () => {
  it('creates resources without dependencies at once, and the others in order', async () => {
    const world = newWorld();

    const result = await world.create(`
      A: {}
      B: { Name: !Sub "b-of-\${A}" }
      C: {}
    `);

    expect(requestLines(world.requests)).toEqual(['Create A', 'Create C', 'Create B']);
    expect(world.requests[2]?.ResourceProperties['Name']).toBe('b-of-A');
    expect(eventLines(result)).toEqual([
      'app CREATE_IN_PROGRESS: User Initiated',
      'A CREATE_IN_PROGRESS',
      'C CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS: Resource creation Initiated',
      'A CREATE_COMPLETE',
      'B CREATE_IN_PROGRESS',
      'C CREATE_IN_PROGRESS: Resource creation Initiated',
      'C CREATE_COMPLETE',
      'B CREATE_IN_PROGRESS: Resource creation Initiated',
      'B CREATE_COMPLETE',
      'app CREATE_COMPLETE',
    ]);
  });

  it('sends a request of the protocol, with every scalar as a string', async () => {
    const world = newWorld();

    await world.create('A: { Count: 3, On: true, Deep: { Sizes: [1, 2] } }');

    const [request] = world.requests;
    expect(request).toEqual({
      RequestType: 'Create',
      ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:provider',
      ResponseURL: expect.stringMatching(
        /^https:\/\/[^?]*%7CA%7C[-0-9a-f]{36}\?.*X-Amz-Date=20261121T090000Z.*X-Amz-Expires=7200/,
      ),
      StackId: expect.stringMatching(
        /^arn:aws:cloudformation:eu-west-1:111122223333:stack\/app\/[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/,
      ),
      RequestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
      LogicalResourceId: 'A',
      ResourceType: 'Custom::Thing',
      ResourceProperties: {
        ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:provider',
        Count: '3',
        On: 'true',
        Deep: { Sizes: ['1', '2'] },
      },
    });
  });

  it('resolves outputs and exports at the end', async () => {
    const world = newWorld();

    await world.create(
      'A: {}',
      'Outputs: { Ref: { Value: !Ref A, Export: { Name: !Join ["-", [!Ref AWS::StackName, a]] } }, Upper: { Value: !GetAtt A.Upper } }',
    );

    expect(world.cloudFormation.findStack('app')?.outputs).toEqual([
      { OutputKey: 'Ref', OutputValue: 'A', ExportName: 'app-a' },
      { OutputKey: 'Upper', OutputValue: 'A' },
    ]);
  });

  it('cancels siblings at the first failure, and deletes them with a physical id that it invents', async () => {
    const world = newWorld({
      provider: (request) => {
        if (request.RequestType !== 'Create') return nameProvider(request);
        if (request.LogicalResourceId === 'Slow') return { ...nameProvider(request), afterMs: 60_000 };
        return { Status: 'FAILED', PhysicalResourceId: 'not-created', Reason: 'No luck', afterMs: 4000 };
      },
    });

    const result = await world.create(`
      Bad: {}
      Slow: {}
      Later: { Name: !Ref Slow }
    `);

    expect(requestLines(world.requests)).toEqual([
      'Create Bad',
      'Create Slow',
      'Delete Bad not-created',
      expect.stringMatching(/^Delete Slow app-Slow-[A-Z0-9]{12}$/),
    ]);
    const RequestId = world.requests[0]?.RequestId;
    expect(eventLines(result)).toEqual([
      'app CREATE_IN_PROGRESS: User Initiated',
      'Bad CREATE_IN_PROGRESS',
      'Slow CREATE_IN_PROGRESS',
      'Bad CREATE_IN_PROGRESS: Resource creation Initiated',
      `Bad CREATE_FAILED: Received response status [FAILED] from custom resource. Message returned: No luck (RequestId: ${RequestId})`,
      'Slow CREATE_FAILED: Resource creation cancelled',
      'app ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Bad, Slow]. Rollback requested by user.',
      'Bad DELETE_IN_PROGRESS',
      'Slow DELETE_IN_PROGRESS',
      'Bad DELETE_COMPLETE',
      'Slow DELETE_COMPLETE',
      'app ROLLBACK_COMPLETE',
    ]);
    const cancelled = result.events.find(
      ({ ResourceStatusReason }) => ResourceStatusReason === 'Resource creation cancelled',
    );
    const deleted = result.events.find(
      ({ LogicalResourceId, ResourceStatus }) =>
        LogicalResourceId === 'Slow' && ResourceStatus === 'DELETE_IN_PROGRESS',
    );
    expect((deleted?.Timestamp ?? 0) - (cancelled?.Timestamp ?? 0)).toBe(4000);
  });

  it('sends its first request after a pause, in each operation', async () => {
    const world = newWorld({ settings: { pauseBeforeFirstRequestMs: 2000 } });
    const created = await world.create('A: { Size: 1 }');
    const updated = await world.update('A: { Size: 2 }');
    const deleted = await world.remove();

    const pauses = [created, updated, deleted].map((result) => {
      const [first, second] = (result?.events ?? []).map(({ Timestamp }) => Timestamp);
      return (second ?? 0) - (first ?? 0);
    });

    expect(pauses).toEqual([2000, 2000, 2000]);
  });

  it('deletes in reverse order when it rolls back', async () => {
    const world = newWorld({
      provider: failing('Create', { Status: 'FAILED', PhysicalResourceId: 'c', Reason: 'No' }, 'C'),
    });

    await world.create(`
      A: {}
      B: { Name: !Sub "b-\${A}" }
      C: { Name: !Ref B }
    `);

    expect(requestLines(world.requests).slice(3)).toEqual(['Delete C c', 'Delete B b-A', 'Delete A A']);
    expect(world.cloudFormation.findStack('app')?.DeletionTime).toBe(START + 3000);
  });

  it('fails a resource without a response until ServiceTimeout, and deletes it with a physical id that it invents', async () => {
    const world = newWorld({ provider: failing('Create', undefined) });

    const result = await world.create('A: { ServiceTimeout: 30 }');

    const RequestId = world.requests[0]?.RequestId;
    expect(eventLines(result)[2]).toBe(
      `A CREATE_FAILED: CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${RequestId}]. If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated version.`,
    );
    expect((result.events[2]?.Timestamp ?? 0) - (result.events[1]?.Timestamp ?? 0)).toBe(30_000);
    expect(requestLines(world.requests)[1]).toMatch(/^Delete A app-A-[A-Z0-9]{12}$/);
    expect(result.StackStatus).toBe('ROLLBACK_COMPLETE');
  });

  it('ends ROLLBACK_FAILED when a Delete fails, after one attempt', async () => {
    const world = newWorld({ provider: () => ({ Status: 'FAILED', PhysicalResourceId: 'x', Reason: 'No' }) });

    const result = await world.create('A: {}');

    expect(requestLines(world.requests)).toEqual(['Create A', 'Delete A x']);
    expect(eventLines(result).at(-1)).toBe('app ROLLBACK_FAILED: The following resource(s) failed to delete: [A].');
  });

  it('leaves everything as it is with OnFailure DO_NOTHING, and waits for siblings', async () => {
    const world = newWorld({
      provider: (request) =>
        request.LogicalResourceId === 'A'
          ? { Status: 'FAILED', PhysicalResourceId: 'x', Reason: 'No' }
          : { ...nameProvider(request), afterMs: 9000 },
    });

    const result = await world.clock.run(() =>
      world.cloudFormation.createStack('app', stackSource('A: {}\nB: {}'), { OnFailure: 'DO_NOTHING' }),
    );

    expect(requestLines(world.requests)).toEqual(['Create A', 'Create B']);
    expect(eventLines(result).at(-1)).toBe('app CREATE_FAILED: The following resource(s) failed to create: [A].');
    expect(world.resource('B')?.ResourceStatus).toBe('CREATE_COMPLETE');
  });

  it('fails a resource that reads an attribute which the provider has not returned', async () => {
    const world = newWorld();

    const result = await world.create('A: {}\nB: { Name: !GetAtt A.Missing }');

    const { StackId, RequestId } = world.requests[0] ?? {};
    expect(eventLines(result)).toContain(
      `B CREATE_FAILED: CustomResource attribute error: Vendor response doesn't contain Missing attribute in object ${StackId}|A|${RequestId} in S3 bucket cloudformation-custom-resource-storage-eu-west-1`,
    );
    expect(requestLines(world.requests)).toEqual(['Create A', 'Delete A A']);
  });

  it('rolls back when an output cannot be resolved', async () => {
    const world = newWorld();

    const result = await world.create('A: {}', 'Outputs: { O: { Value: !ImportValue absent } }');

    expect(eventLines(result)).toContain(
      'app ROLLBACK_IN_PROGRESS: No export named absent found. Rollback requested by user.',
    );
  });

  it('retains in a rollback what has the policy Retain, but not what has RetainExceptOnCreate', async () => {
    const world = newWorld({
      provider: failing('Create', { Status: 'FAILED', PhysicalResourceId: 'z', Reason: 'No' }, 'Z'),
    });

    const result = await world.create(`
      A! { ${CUSTOM}, DeletionPolicy: Retain }
      B! { ${CUSTOM}, DeletionPolicy: RetainExceptOnCreate }
      Z! { ${CUSTOM}, DependsOn: [A, B] }
    `);

    expect(requestLines(world.requests).slice(3)).toEqual(['Delete Z z', 'Delete B B']);
    expect(eventLines(result)).toContain('A DELETE_SKIPPED');
  });

  it('reports a type that is not simulated and a missing ServiceToken, with file and line', async () => {
    const world = newWorld();

    const refused = world.create(`
      A! { Type: AWS::S3::Bucket }
      B! { Type: Custom::Thing, Properties: { Name: b } }
      C! { Type: AWS::SQS::Queue }
      D! { Type: AWS::S3::Bucket }
    `);

    await expect(refused).rejects.toThrow(
      'app.yaml:2:3: These types are not simulated here: AWS::S3::Bucket (A in line 2, D in line 5), AWS::SQS::Queue ' +
        "(C in line 4). Add --stub AWS::S3::Bucket --stub AWS::SQS::Queue, or --stub '*' for every type: the resources " +
        'are then created without an effect, with made-up attributes.\n' +
        "app.yaml:3:3: Resource B: a custom resource needs the property ServiceToken: the ARN of its provider's Lambda function or SNS topic",
    );
    expect(world.cloudFormation.findStack('app')).toBeUndefined();
  });
});
