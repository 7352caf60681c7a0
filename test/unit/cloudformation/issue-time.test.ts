import { issueTime } from '../../../src/cloudformation/issue-time.ts';

const bucket = 'https://bucket.s3-eu-west-1.amazonaws.com/arn%3Aaws';

describe('issueTime', () => {
  test('reads the date of a signature of version 4', () => {
    const url = `${bucket}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261121T035810Z&X-Amz-Expires=7200`;

    expect(issueTime(url)).toBe(Date.parse('2026-11-21T03:58:10Z'));
  });

  test('takes two hours from the expiry of a signature of version 2', () => {
    const expires = Date.parse('2026-11-21T05:58:10Z') / 1000;

    expect(issueTime(`${bucket}?AWSAccessKeyId=AKIA&Expires=${expires}&Signature=abc`)).toBe(
      Date.parse('2026-11-21T03:58:10Z'),
    );
  });

  test.each([
    ['a date of another form', '?X-Amz-Date=2026-11-21'],
    ['a date with something after it', '?X-Amz-Date=20261121T035810Zulu'],
    ['a date that no calendar has', '?X-Amz-Date=20261321T035810Z'],
    ['an expiry that is no number', '?Expires=soon'],
    ['an expiry that is a duration', '?Expires=7200'],
    ['an expiry in milliseconds', '?Expires=1795233490000'],
    ['no query', ''],
  ])('is undefined for %s', (_what, query) => {
    expect(issueTime(bucket + query)).toBeUndefined();
  });

  test('is undefined for what is no URL', () => {
    expect(issueTime('nowhere?X-Amz-Date=20261121T035810Z')).toBeUndefined();
  });

  test('reads the expiry where the date is unreadable', () => {
    expect(issueTime(`${bucket}?X-Amz-Date=today&Expires=1795233490`)).toBe(1_795_233_490_000 - 7_200_000);
  });
});
