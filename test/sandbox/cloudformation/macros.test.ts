import { type MacroServices, processMacros } from '../../../sandbox/cloudformation/macros.ts';
import { type Json, mapOf } from '../../../sandbox/json.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { parseTemplate } from '../../../sandbox/template/parse.ts';
import { newWorld, stackSource } from './world.ts';

const account = { region: 'eu-west-1', accountId: '111122223333', partition: 'aws' };
const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:macro';

const template = `
Transform: [Mine, {Name: Other, Parameters: {Size: 3}}]
Parameters: {Tag: {Type: String, Default: '1'}}
Resources:
  A: {Type: Custom::Thing, Properties: {ServiceToken: x, Tag: !Ref Tag, Arn: !GetAtt B.Arn}}
  B: {Type: Custom::Thing, Properties: {ServiceToken: x}}
`;

/** Processes `template` with macros that answer with `answer`. */
async function processed(
  answer: (request: { readonly [name: string]: Json }) => Json | undefined,
  templateText = template,
) {
  const requests: Json[] = [];
  const services: MacroServices = {
    macros: { Mine: functionArn, Other: `${functionArn}-other` },
    random: seededRandom(1),
    invokeFunction: async (arn, event) => {
      const request = JSON.parse(JSON.stringify(event));
      requests.push({ arn, ...request });
      return answer(request);
    },
  };
  const source = { templateText, fileName: 'app.yaml', parameters: { Tag: '2' } };
  return { requests, source: await processMacros(source, account, services) };
}

describe('processMacros', () => {
  it('passes the template from one macro to the next, without its Transform section', async () => {
    const { requests, source } = await processed(({ requestId = '', fragment = {}, transformId = '' }) => ({
      requestId,
      status: 'SUCCESS',
      fragment: { Seen: transformId, fragment },
    }));

    const document = {
      Parameters: { Tag: { Type: 'String', Default: '1' } },
      Resources: {
        A: {
          Type: 'Custom::Thing',
          Properties: { ServiceToken: 'x', Tag: { Ref: 'Tag' }, Arn: { 'Fn::GetAtt': ['B', 'Arn'] } },
        },
        B: { Type: 'Custom::Thing', Properties: { ServiceToken: 'x' } },
      },
    };
    const common = {
      region: 'eu-west-1',
      accountId: '111122223333',
      requestId: expect.any(String),
      templateParameterValues: { Tag: '2' },
    };
    const afterMine = { Seen: '111122223333::Mine', fragment: document };
    expect(requests).toEqual([
      { arn: functionArn, ...common, transformId: '111122223333::Mine', params: {}, fragment: document },
      {
        arn: `${functionArn}-other`,
        ...common,
        transformId: '111122223333::Other',
        params: { Size: 3 },
        fragment: afterMine,
      },
    ]);
    expect(source).toEqual({
      templateText: expect.any(String),
      fileName: 'app.yaml (processed)',
      parameters: { Tag: '2' },
    });
    expect(JSON.parse(source.templateText)).toEqual({ Seen: '111122223333::Other', fragment: afterMine });
  });

  it('leaves the Transform of SAM in the processed template, so that its Globals and names are read', async () => {
    const { source, requests } = await processed(
      ({ requestId = '', fragment = {} }) => ({ requestId, status: 'success', fragment }),
      `
Transform: [Mine, AWS::Serverless-2016-10-31]
Globals: {Function: {Timeout: 9}}
Parameters: {Tag: {Type: String}}
Resources:
  Fn: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live}}
  A: {Type: Custom::Thing, Properties: {ServiceToken: !Ref Fn.Alias, Role: !GetAtt FnRole.Arn}}`,
    );

    expect(requests).toMatchObject([{ fragment: expect.not.objectContaining({ Transform: expect.anything() }) }]);
    expect([...parseTemplate(source.templateText, source.fileName).Resources.keys()]).toEqual(['Fn', 'A', 'FnRole']);
  });

  it.each<[string, (requestId: Json) => Json | undefined, string]>([
    [
      'fails with a reason',
      (requestId) => ({ requestId, status: 'failure', errorMessage: 'No.' }),
      'Transform 111122223333::Mine failed with: No.',
    ],
    [
      'fails without a reason',
      (requestId) => ({ requestId, status: 'failure' }),
      'Transform 111122223333::Mine failed without an error message.',
    ],
    [
      'answers another request',
      () => ({ requestId: 'other', status: 'success', fragment: {} }),
      'Received malformed response from transform 111122223333::Mine.',
    ],
    [
      'returns no template',
      (requestId) => ({ requestId, status: 'success' }),
      'Received malformed response from transform 111122223333::Mine.',
    ],
    ['throws', () => undefined, 'Received malformed response from transform 111122223333::Mine.'],
  ])('refuses the template if the macro %s', async (_what, answer, message) => {
    const processing = processed(({ requestId = '' }) => answer(requestId));

    await expect(processing).rejects.toMatchObject({ code: 'ValidationError', message });
  });
});

describe('A macro', () => {
  it('does not run for a stack that already exists, or for an update of one that does not', async () => {
    let calls = 0;
    const invokeFunction = async (_arn: string, event: Json) => {
      calls += 1;
      const { requestId = '', fragment = {} } = mapOf(event);
      return { requestId, status: 'success', fragment };
    };
    const { clock, cloudFormation } = newWorld({ macros: { macros: { Mine: functionArn }, invokeFunction } });
    const source = stackSource('A: {}', 'Transform: Mine');
    await clock.run(() => cloudFormation.createStack('app', source));
    expect(calls).toBe(1);

    await expect(cloudFormation.createStack('app', source)).rejects.toMatchObject({ code: 'AlreadyExistsException' });
    await expect(cloudFormation.updateStack('other', source)).rejects.toThrow('Stack [other] does not exist');

    expect(calls).toBe(1);
  });
});
