import fc from 'fast-check';
import { responseBody as bodyOf, type Outcome } from '../../../src/cloudformation/response.ts';
import { createRequest } from '../../support/provider/builders.ts';

const request = createRequest();
const { StackId, RequestId, LogicalResourceId } = request;

/** CloudFormation refuses a longer body. */
const maximumBodyBytes = 4096;

function failed(Reason: string): Outcome {
  return { Status: 'FAILED', PhysicalResourceId: 'not-created/1', Reason };
}

function responseBody(of: typeof request, outcome: Outcome): string {
  return bodyOf(of, outcome, '(Log: group, stream s)');
}

function reasonIn(body: string): string {
  return String(JSON.parse(body).Reason);
}

describe('responseBody', () => {
  test.each([{ Data: { Version: '3' } }, {}])('answers SUCCESS with the id, the echoed names and %j', (data) => {
    const body = responseBody(request, { Status: 'SUCCESS', PhysicalResourceId: 'an-arn', ...data });

    expect(JSON.parse(body)).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: 'an-arn',
      StackId,
      RequestId,
      LogicalResourceId,
      ...data,
    });
  });

  test('answers FAILED with the Reason and where the log is', () => {
    const body = responseBody(request, failed('It did not work.'));

    expect(JSON.parse(body)).toEqual({
      Status: 'FAILED',
      PhysicalResourceId: 'not-created/1',
      StackId,
      RequestId,
      LogicalResourceId,
      Reason: 'It did not work. (Log: group, stream s)',
    });
  });

  test('leaves a Reason whole that just fits, and cuts one that is a byte longer', () => {
    const room = maximumBodyBytes - Buffer.byteLength(responseBody(request, failed('')));

    const fits = responseBody(request, failed('x'.repeat(room)));
    const tooLong = responseBody(request, failed('x'.repeat(room + 1)));

    expect(Buffer.byteLength(fits)).toBe(maximumBodyBytes);
    expect(reasonIn(fits)).toBe(`${'x'.repeat(room)} (Log: group, stream s)`);
    expect(Buffer.byteLength(tooLong)).toBe(maximumBodyBytes);
    expect(reasonIn(tooLong)).toBe(`${'x'.repeat(room - 3)}... (Log: group, stream s)`);
  });

  // After one Reason with U+001B, nobody could read the events of the stack.
  test('escapes what is not printable ASCII, and puts spaces in the place of line breaks', () => {
    const reason = reasonIn(responseBody(request, failed('\u001b[31mNo\r\n\timage\u0000\u007f "größe😀"')));

    expect(reason).toBe(
      String.raw`\u001b[31mNo   image\u0000\u007f "gr\u00f6\u00dfe\ud83d\ude00" (Log: group, stream s)`,
    );
  });

  test('for any input: whatever the Reason, the body is printable ASCII of at most 4096 bytes', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '\\', '\u0000', '\u001f', '\n', '😀', '\ud83d', '\u2028', 'é'),
    );
    const reasons = fc
      .tuple(fc.array(piece, { maxLength: 8 }), fc.integer({ min: 1, max: 2000 }))
      .map(([pieces, times]) => pieces.join('').repeat(times).slice(0, 20_000));

    fc.assert(
      fc.property(reasons, (reason) => {
        const body = responseBody(request, failed(reason));

        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(maximumBodyBytes);
        const told = reasonIn(body);
        expect(told.endsWith(' (Log: group, stream s)')).toBe(true);
        expect(told).toMatch(/^[ -~]+$/);
      }),
    );
  });
});
