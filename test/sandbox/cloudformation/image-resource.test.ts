import type { SageMakerApi } from '../../../sandbox/cloudformation/native-resource.ts';
import { eventLines, newWorld } from './world.ts';

const ROLE = 'arn:aws:iam::111122223333:role/images';
const arnOf = (name: string) => `arn:aws:sagemaker:eu-west-1:111122223333:image/${name}`;

/** SageMaker's images as a map. The first `polls` calls of DescribeImage show the status before the final one. */
function fakeImages({ polls = 1, fails = '' } = {}) {
  const calls: [string, unknown][] = [];
  const images = new Map<string, { status: string; final: string; polls: number }>();
  const ok = (body: object) => ({ status: 200, body: JSON.stringify(body) });
  const port: SageMakerApi = {
    async call(operation, input) {
      const name = String(input['ImageName']);
      if (operation !== 'DescribeImage') calls.push([operation, input]);
      const image = images.get(name);
      if (operation === 'CreateImage') {
        images.set(name, { status: 'CREATING', final: name === fails ? 'CREATE_FAILED' : 'CREATED', polls });
        return ok({ ImageArn: arnOf(name) });
      }
      if (image === undefined)
        return { status: 400, body: `{"__type":"ResourceNotFound","Message":"No image ${name}"}` };
      if (operation === 'UpdateImage') Object.assign(image, { status: 'UPDATING', final: 'CREATED', polls });
      if (operation === 'DeleteImage') Object.assign(image, { status: 'DELETING', final: 'gone', polls });
      if (operation !== 'DescribeImage') return ok({ ImageArn: arnOf(name) });
      image.polls -= 1;
      if (image.polls < 0) image.status = image.final;
      if (image.status === 'gone') images.delete(name);
      return image.status === 'gone'
        ? { status: 400, body: `{"__type":"ResourceNotFound","Message":"No image ${name}"}` }
        : ok({ ImageArn: arnOf(name), ImageStatus: image.status, FailureReason: 'The role cannot be assumed' });
    },
  };
  return { port, calls, images };
}

function image(properties: string): string {
  return `I! { Type: AWS::SageMaker::Image, Properties: { ${properties} } }`;
}

const plain = image(`ImageName: Mine, ImageRoleArn: ${ROLE}`);

describe('AWS::SageMaker::Image', () => {
  it('is created, and stable before its dependents are created', async () => {
    const { port, calls } = fakeImages({ polls: 3 });
    const world = newWorld({ images: () => port });

    const result = await world.create(`
      ${image(`ImageName: Mine, ImageRoleArn: ${ROLE}, ImageDisplayName: M, ImageDescription: D, Tags: [{ Key: k, Value: v }]`)}
      A: { Image: !Ref I, Same: !GetAtt I.ImageArn }
    `);

    expect(calls).toEqual([
      [
        'CreateImage',
        { ImageName: 'Mine', RoleArn: ROLE, DisplayName: 'M', Description: 'D', Tags: [{ Key: 'k', Value: 'v' }] },
      ],
    ]);
    expect(world.requests[0]?.ResourceProperties).toMatchObject({ Image: arnOf('Mine'), Same: arnOf('Mine') });
    expect(eventLines(result).slice(1, 5)).toEqual([
      'I CREATE_IN_PROGRESS',
      'I CREATE_IN_PROGRESS: Resource creation Initiated',
      'I CREATE_COMPLETE',
      'A CREATE_IN_PROGRESS',
    ]);
    expect((result.events[3]?.Timestamp ?? 0) - (result.events[2]?.Timestamp ?? 0)).toBe(15_000);
  });

  it('fails with FailureReason, and is deleted', async () => {
    const { port, calls, images } = fakeImages({ fails: 'Mine' });
    const world = newWorld({ images: () => port });

    const result = await world.create(plain);

    expect(eventLines(result)).toContain(
      'I CREATE_FAILED: Resource handler returned message: "The role cannot be assumed" (HandlerErrorCode: NotStabilized)',
    );
    expect(calls.map(([operation]) => operation)).toEqual(['CreateImage', 'DeleteImage']);
    expect(result.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(images.size).toBe(0);
  });

  it('is updated in place, and loses a removed property', async () => {
    const { port, calls } = fakeImages();
    const world = newWorld({ images: () => port });
    await world.create(image(`ImageName: Mine, ImageRoleArn: ${ROLE}, ImageDescription: D`));

    const result = await world.update(image(`ImageName: Mine, ImageRoleArn: ${ROLE}, ImageDisplayName: M`));

    expect(calls.at(-1)).toEqual([
      'UpdateImage',
      { ImageName: 'Mine', RoleArn: ROLE, DisplayName: 'M', DeleteProperties: ['Description'] },
    ]);
    expect(result.StackStatus).toBe('UPDATE_COMPLETE');
  });

  it('is replaced when its name changes', async () => {
    const { port, images } = fakeImages();
    const world = newWorld({ images: () => port });
    await world.create(plain);

    const result = await world.update(image(`ImageName: Other, ImageRoleArn: ${ROLE}`));

    expect(eventLines(result)).toEqual([
      'app UPDATE_IN_PROGRESS: User Initiated',
      'I UPDATE_IN_PROGRESS',
      'I UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.',
      'I UPDATE_IN_PROGRESS: Resource creation Initiated',
      'I UPDATE_COMPLETE',
      'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'I DELETE_IN_PROGRESS',
      'I DELETE_COMPLETE',
      'app UPDATE_COMPLETE',
    ]);
    expect([...images.keys()]).toEqual(['Other']);
  });

  it('returns to its old image if its replacement is undone, whatever happens to custom resources then', async () => {
    const { port, images } = fakeImages();
    const world = newWorld({ images: () => port, settings: { rollbackAfterReplacement: 'update-first' } });
    await world.create(`${plain}\nA: { Of: !Ref I }`);
    world.provideWith(({ ResourceProperties }) => ({
      Status: ResourceProperties['Of'] === arnOf('Other') ? 'FAILED' : 'SUCCESS',
      PhysicalResourceId: 'A',
    }));

    const result = await world.update(`${image(`ImageName: Other, ImageRoleArn: ${ROLE}`)}\nA: { Of: !Ref I }`);

    expect(eventLines(result).filter((line) => line.startsWith('I '))).toEqual([
      'I UPDATE_IN_PROGRESS',
      'I UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.',
      'I UPDATE_IN_PROGRESS: Resource creation Initiated',
      'I UPDATE_COMPLETE',
      'I UPDATE_COMPLETE',
      'I DELETE_IN_PROGRESS',
      'I DELETE_COMPLETE',
    ]);
    expect([...images.keys()]).toEqual(['Mine']);
  });

  it('is deleted, even if SageMaker no longer has it', async () => {
    const { port, images } = fakeImages();
    const world = newWorld({ images: () => port });
    await world.create(plain);
    images.clear();

    const result = await world.remove();

    expect(result?.StackStatus).toBe('DELETE_COMPLETE');
  });

  it('is cancelled when a sibling fails, and deleted', async () => {
    const { port, images } = fakeImages({ polls: 100 });
    const world = newWorld({
      images: () => port,
      provider: () => ({ Status: 'FAILED', PhysicalResourceId: 'x', Reason: 'No', afterMs: 7000 }),
    });

    const result = await world.create(`${plain}\nA: {}`);

    expect(eventLines(result)).toContain('I CREATE_FAILED: Resource creation cancelled');
    expect(eventLines(result)).toContain('I DELETE_COMPLETE');
    expect(images.size).toBe(0);
  });

  it('is restored when a sibling fails to update', async () => {
    const { port, calls } = fakeImages({ polls: 3 });
    const world = newWorld({ images: () => port });
    const siblings = (description: string, size: number) =>
      `${image(`ImageName: Mine, ImageRoleArn: ${ROLE}, ImageDescription: ${description}`)}\nA: { Of: !Ref I, Size: ${size} }`;
    await world.create(siblings('before', 1));
    world.provideWith(({ ResourceProperties }) => ({
      Status: ResourceProperties['Size'] === '2' ? 'FAILED' : 'SUCCESS',
      PhysicalResourceId: 'A',
    }));

    const result = await world.update(siblings('after', 2));

    expect(calls.slice(1)).toEqual([
      ['UpdateImage', { ImageName: 'Mine', RoleArn: ROLE, Description: 'after' }],
      ['UpdateImage', { ImageName: 'Mine', RoleArn: ROLE, Description: 'before' }],
    ]);
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('reports every property that is missing or unknown', async () => {
    const world = newWorld();

    const refused = world.create(image('ImageName: Mine, DisplayName: M'));

    await expect(refused).rejects.toThrow(
      'app.yaml:2:3: Properties validation failed for resource I with message: #: required key [ImageRoleArn] not found\n' +
        'app.yaml:2:68: Properties validation failed for resource I with message: #: extraneous key [DisplayName] is not permitted',
    );
  });

  it('reports every value that its schema forbids', async () => {
    const world = newWorld();
    const tags = `Tags: [{ Key: '', Value: v }, { Key: k, Of: x }, x]`;
    const values = `ImageName: a--b, ImageRoleArn: [], ImageDescription: '${'d'.repeat(513)}', ImageArn: a, ${tags}`;

    const refused = world.create(image(values));

    const problems = await refused.then(String, String);
    expect(problems.match(/(?<=with message: ).*/g)?.toSorted()).toEqual([
      '#/ImageDescription: expected maxLength: 512, actual: 513',
      '#/ImageName: failed validation constraint for keyword [pattern]',
      '#/ImageRoleArn: expected type: String, found: JSONArray',
      '#/Tags/0/Key: expected minLength: 1, actual: 0',
      '#/Tags/1: extraneous key [Of] is not permitted',
      '#/Tags/1: required key [Value] not found',
      '#/Tags/2: expected type: JSONObject, found: String',
      '#: extraneous key [ImageArn] is not permitted',
    ]);
  });

  it('fails before SageMaker is called if a value turns out to be one that its schema forbids', async () => {
    const { port, calls } = fakeImages();
    const world = newWorld({ images: () => port });
    const named = (name: string, description: string) =>
      [
        image(`ImageName: !Ref Name, ImageRoleArn: ${ROLE}, ImageDescription: !Join ['', [!Ref Name, ${description}]]`),
        `Parameters: { Name: { Type: String, Default: '${name}' } }`,
      ] as const;
    const reason = (...texts: string[]) =>
      `Properties validation failed for resource I with message:\n${texts.join('\n')}`;

    const created = await world.create(...named('a b', 'd'.repeat(600)));

    expect(eventLines(created)).toContain(
      `I CREATE_FAILED: ${reason(
        '#/ImageName: failed validation constraint for keyword [pattern]',
        '#/ImageDescription: expected maxLength: 512, actual: 603',
      )}`,
    );
    expect(created.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(calls).toEqual([]);
  });

  it('keeps its state if an update is forbidden by its schema', async () => {
    const { port, calls } = fakeImages();
    const world = newWorld({ images: () => port });
    const described = (length: number) =>
      image(`ImageName: Mine, ImageRoleArn: ${ROLE}, ImageDescription: !Join ['', ['', ${'d'.repeat(length)}]]`);
    await world.create(described(1));

    const result = await world.update(described(600));

    expect(eventLines(result)).toContain(
      'I UPDATE_FAILED: Properties validation failed for resource I with message:\n#/ImageDescription: expected maxLength: 512, actual: 600',
    );
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(calls.map(([operation]) => operation)).toEqual(['CreateImage']);
  });

  it('has only the attribute ImageArn', async () => {
    const { port } = fakeImages();
    const world = newWorld({ images: () => port });

    const refused = world.create(`${plain}\nA: { V: !GetAtt I.Arn, W: !GetAtt I.ImageArn }`);

    await expect(refused).rejects.toThrow(
      'app.yaml:3:125: I is an AWS::SageMaker::Image, which has no attribute "Arn". There are: ImageArn.',
    );
  });

  it('has only the attribute ImageArn, even where the name comes from a parameter', async () => {
    const { port } = fakeImages();
    const world = newWorld({ images: () => port });
    const which = 'Parameters: { Which: { Type: String, Default: Version } }';

    const result = await world.create(`${plain}\nA: { V: !GetAtt [I, !Ref Which] }`, which);

    expect(eventLines(result)).toContain(
      'A CREATE_FAILED: Requested attribute Version does not exist in schema for AWS::SageMaker::Image',
    );
  });
});
