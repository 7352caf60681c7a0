// What `npm run mutations` plants is found in the sources as they are now: it takes too long to be run with the tests.
import { readFileSync } from 'node:fs';
import mutations from '../../mutations.json';

test.each(mutations)(
  'the mutation "$invariant" can be planted in one place of its file, and changes it',
  ({ file, from, to }) => {
    expect(readFileSync(file, 'utf8').split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
  },
);
