import { liveOptions } from '../../fidelity/options.ts';

const valid = {
  account: '111122223333',
  region: 'eu-west-1',
  roleArn: 'arn:aws:iam::111122223333:role/service/fidelity',
  baseImage: '444455556666.dkr.ecr.eu-west-1.amazonaws.com/any:1',
};

test('options that fit are taken as they are', () => {
  expect(liveOptions(valid)).toEqual(valid);
});

test('all missing options are reported together', () => {
  expect(liveOptions({})).toEqual({
    problems: [
      '--account must be the twelve digits of an account.',
      '--region must be a Region, for example eu-west-1.',
      '--role-arn: the ARN of a role that SageMaker can assume and that can read ECR',
      '--base-image: the URI of a container image in ECR',
    ],
  });
});

test('a role of another account is refused', () => {
  expect(liveOptions({ ...valid, account: '444455556666' })).toEqual({
    problems: ['--role-arn has the account 111122223333, --account has 444455556666: they must be the same'],
  });
});

test.each(['eu-west-1', 'us-gov-west-1', 'cn-north-1', 'ap-southeast-5'])('%s is a Region', (region) => {
  expect(liveOptions({ ...valid, region })).toEqual({ ...valid, region });
});
