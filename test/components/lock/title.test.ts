import { expect, test } from 'vitest';
import { lockTitleLine } from '../../../source/components/lock/title.ts';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import { type AppState, initialState } from '../../../source/state/state.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

const read = { subjects: [{ revision: 'x', at: 1, subject: 'feat!: drop it' }], count: null };

const title = (commits: AppState['commits'], columns = 160): string =>
  lockTitleLine(
    {
      ...initialState,
      commits,
      lock: {
        kind: 'read',
        fingerprint: 'f',
        changes: diffLocks(
          lockOf({ a: github('o/a', '1'), b: github('o/b', '3') }),
          lockOf({ a: github('o/a', '2'), b: github('o/b', '4') }),
        ),
        inputs: [],
        copies: [],
        headline: null,
        oldText: '',
        newText: '',
      },
    },
    0,
    columns,
  )
    .map(({ text }) => text)
    .join('');

test('a number of breaking changes says of how many inputs nothing was read yet', () => {
  expect(title({})).toContain('commits of 2 inputs not read, b reads them');
  expect(title({ a: read })).toContain(
    '1 breaking so far · commits of 1 input not read, b reads them',
  );
  expect(title({ a: read }, 60)).toContain('1 breaking so far');
  expect(title({ a: read, b: { ...read, subjects: [] } })).toContain('1 breaking · 0 unchanged');
});
