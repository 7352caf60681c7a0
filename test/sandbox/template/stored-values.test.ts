import { evaluate } from '../../../sandbox/template/evaluate.ts';
import { parseTemplate } from '../../../sandbox/template/parse.ts';
import { findStored, notStored } from '../../../sandbox/template/stored-values.ts';
import { anImage, aScope } from './template-source.ts';

const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf';
const stored = {
  'ssm:/size': '7',
  'secretsmanager:plain': 'secret',
  'secretsmanager:db': '{"user": "me", "port": 5432, "hosts": ["a"]}',
  [`secretsmanager:${arn}`]: '{"user": "you"}',
};

test.each([
  ['ssm:/size', '7'],
  ['ssm:/size:4', '7'],
  ['ssm-secure:/size:1', '7'],
  ['ssm:/nothing', undefined],
  ['secretsmanager:plain', 'secret'],
  ['secretsmanager:plain:SecretString', 'secret'],
  ['secretsmanager:plain:SecretString:::', 'secret'],
  ['secretsmanager:db:SecretString:user', 'me'],
  ['secretsmanager:db:SecretString:port:AWSCURRENT', '5432'],
  ['secretsmanager:db:SecretString:hosts', '["a"]'],
  ['secretsmanager:db:SecretString:toString', undefined],
  ['secretsmanager:plain:SecretString:user', undefined],
  [`secretsmanager:${arn}`, '{"user": "you"}'],
  [`secretsmanager:${arn}:SecretString:user`, 'you'],
  ['secretsmanager:nothing', undefined],
])('%s is %j', (referred, expected) => {
  expect(findStored(referred, stored)).toBe(expected);
});

test('a dynamic reference is looked up after the functions that make its text', () => {
  const template = parseTemplate(anImage, 'template.yaml');
  const scope = { ...aScope({ Name: 'size' }), storedValue: (referred: string) => `<${referred}>` };

  const value = evaluate(
    {
      a: ['x{{resolve:ssm:/size}}y{{resolve:ssm-secure:/b:1}}', { 'Fn::Sub': `{{resolve:ssm:/\${AWS::Region}/size}}` }],
      b: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', 'db', ':SecretString:user}}']] },
      c: '{{resolve:other:/size}} {{resolve:ssm:/open',
    },
    template,
    scope,
  );

  expect(value).toEqual({
    a: ['x<ssm:/size>y<ssm-secure:/b:1>', '<ssm:/eu-west-1/size>'],
    b: '<secretsmanager:db:SecretString:user>',
    c: '{{resolve:other:/size}} {{resolve:ssm:/open',
  });
});

test('what is not stored is named with the options that give it', () => {
  const referred = ['ssm:/a:1', 'secretsmanager:db:SecretString:user', 'secretsmanager:db'];

  expect(notStored(referred)).toBe(
    'Parameters: [ssm:/a:1, secretsmanager:db:SecretString:user, secretsmanager:db] cannot be found. ' +
      "Give the sandbox the value: --ssm '/a:1=VALUE' --secret 'db=VALUE'",
  );
});
