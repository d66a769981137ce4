import { expect, test } from 'vitest';
import { historyListRows, runLine, runPane } from '../../../source/components/run/history-view.tsx';
import { lineWidth } from '../../../source/model/words/line.ts';
import type { RunSummary } from '../../../source/state/run.ts';
import { runbookState } from '../../fixtures/states.ts';

const at = Date.parse('2026-11-29T12:00:00Z');

const run: RunSummary = {
  id: '20261129-120000-abc',
  goal: 'test',
  startedAt: at,
  hosts: ['nas', 'p620'],
  lock: null,
  by: 'ada@p620',
  ending: {
    at: at + 60_000,
    result: {
      ok: false,
      exitCode: 3,
      hosts: {},
      commit: null,
      build: null,
      summary: `1 of 2 hosts failed: nas. ${'It says a lot of it. '.repeat(4)}`,
    },
  },
};

test.each([60, 80, 120])('the run under the cursor is told in full in %i columns', (columns) => {
  const lines = runPane(run, { columns, rows: 9, now: at + 86_400_000 });
  const text = lines
    .map((line) =>
      line
        .map((part) => part.text)
        .join('')
        .trim(),
    )
    .join(' ');
  expect(lines).toHaveLength(9);
  expect(text).toContain('12:00 UTC, 1 d ago');
  expect(text.match(/says a lot/g)).toHaveLength(4);
  expect(text).toContain('hosts: nas, p620');
  expect(text).toContain('by ada@p620');
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
});

const textsOf = (rows: number, columns = 80): readonly string[] =>
  historyListRows([run, { ...run, id: 'other' }], { columns, rows, git: null }).map(({ line }) =>
    (typeof line === 'function' ? line() : line).map(({ text }) => text).join(''),
  );

test.each([
  80, 120, 160,
])('in %i columns a result wraps below itself where the list has rows for all', (columns) => {
  const [first = '', second = ''] = textsOf(30, columns);
  expect(first.indexOf('1 of 2')).toBe(second.search(/\S/));
  for (const text of textsOf(30, columns)) expect(text.length).toBeLessThanOrEqual(columns - 2);
  expect(
    textsOf(30, columns)
      .join(' ')
      .replaceAll(/ +/g, ' ')
      .match(/says a lot/g),
  ).toHaveLength(8);
});

test('results have fewer rows where not all have room, and one in a list that is full', () => {
  // The newest has the row that is left.
  expect(textsOf(5)).toHaveLength(5);
  expect(textsOf(5)[2]).toContain('…');
  expect(textsOf(5)[4]).toContain('…');
  expect(textsOf(3)).toHaveLength(3);
  expect(textsOf(1)).toHaveLength(2);
});

test('the commit that a result names has its page behind it once that is known', () => {
  const known = runbookState.git;
  if (known === null) throw new Error('the state has a repository');
  const commit = '9511e347a3a9'.padEnd(40, '0');
  const made: RunSummary = {
    ...run,
    goal: 'commit',
    ending: {
      at: at + 1,
      result: {
        ok: true,
        exitCode: 0,
        hosts: {},
        commit,
        build: null,
        summary: 'Committed as 9511e347a3a9.',
      },
    },
  };
  const git = { ...known, ahead: 0, head: commit, remoteUrl: 'https://github.com/ada/fleet' };
  const linked = runLine(made, 120, git).flatMap(({ text, link }) =>
    link === undefined ? [] : [[text, link]],
  );
  expect(linked).toEqual([['9511e347a3a9', `https://github.com/ada/fleet/commit/${commit}`]]);
  expect(runLine(made, 120, { ...git, ahead: 1 }).some(({ link }) => link !== undefined)).toBe(
    false,
  );
});

test('below what is said of the run stand its hosts and inputs, as far as there are rows', () => {
  const ending = run.ending;
  if (ending === null) throw new Error('no ending');
  const outcome = { status: 'failed', from: null, to: null, generation: null } as const;
  const told: RunSummary = {
    ...run,
    ending: {
      ...ending,
      result: { ...ending.result, hosts: { nas: { ...outcome, reason: 'does not build' } } },
    },
  };
  const linesOf = (rows: number): readonly string[] =>
    runPane(told, { columns: 120, rows, now: at }).map((line) =>
      line.map(({ text }) => text).join(''),
    );
  expect(linesOf(20)).toContainEqual(expect.stringMatching(/^ {4}HOST +RESULT +SYSTEM, REASON$/));
  expect(linesOf(20)).toContainEqual(expect.stringMatching(/✗ nas +.*does not build$/));
  expect(linesOf(20)).toHaveLength(20);
  expect(linesOf(5).at(-1)).toContain('Enter');
});

test('of runs of several people the list says whose each is, from 110 columns on', () => {
  const theirs = { ...run, id: 'theirs', by: 'bob@studio' };
  for (const columns of [110, 120, 140, 200]) {
    const [first = '', ...more] = historyListRows([run, theirs], {
      columns,
      rows: 30,
      git: null,
      isShared: true,
    }).map(({ line }) =>
      (typeof line === 'function' ? line() : line).map(({ text }) => text).join(''),
    );
    expect(first).toContain('ada@p620');
    expect(more.join('\n')).toContain('bob@studio');
    // The result begins where its next rows do.
    if (columns < 200) expect(first.indexOf('1 of 2')).toBe((more[0] ?? '').search(/\S/));
  }
});
