import { expect, test } from 'vitest';
import { type CheckRow, row } from '../../../source/model/board/board.ts';
import { boardJson, boardText } from '../../../source/model/board/text.ts';

const rows: readonly CheckRow[] = [
  row({ id: 'hosts.p620', group: 'hosts', label: 'p620' }, 'warning', 'asleep', {
    text: 'it waits for its turn',
  }),
  row({ id: 'git.branch', group: 'git', label: 'branch' }, 'green', 'main', { text: 'not shown' }),
  row(
    { id: 'git.push', group: 'git', label: 'push rights' },
    'red',
    'the login was refused by the server of the remote',
    {
      text: 'log in',
      command: 'ssh-add ~/.ssh/a-key-with-a-very-long-name-that-is-never-broken',
    },
  ),
  row({ id: 'tasks.open', group: 'tasks', label: 'open tasks' }, 'not-set-up', 'gh is missing'),
];

test('groups come in their order, remedies below, commands unbroken', () => {
  expect(boardText(rows, 50)).toBe(`Git
  ✓ branch       main
  ✗ push rights  the login was refused by the
                 server of the remote
                 log in
                 $ ssh-add ~/.ssh/a-key-with-a-very-long-name-that-is-never-broken

Tasks
  · open tasks   not set up: gh is missing

Hosts
  ! p620         asleep
                 it waits for its turn

1 failed, 1 warning, 1 passed, 1 not set up
`);
});

test('without Unicode the states are letters', () => {
  const text = boardText(rows, 80, { ascii: true });
  expect(text).toContain('  XX push rights');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  expect(text).toMatch(/^[\x00-\x7f]*$/);
});

test('the JSON has a version, the rows in order and the counts', () => {
  const json = boardJson(rows);
  expect(json.version).toBe(1);
  expect(json.rows.map(({ id }) => id)).toEqual([
    'git.branch',
    'git.push',
    'tasks.open',
    'hosts.p620',
  ]);
  expect(json.summary.red).toBe(1);
});
