import { expect, test } from 'vitest';
import { failed, success } from '../../../source/model/result.ts';
import { judgeTasks, openTasks } from '../../../source/services/board/tasks.ts';
import { strictWorld } from '../../support/strict-world.ts';

const gh = { flake: '/fleet', command: null, isTrusted: false };

test('issues of GitHub are listed with their labels by name', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'gh issue list --state open',
        stdout:
          '[{"labels":[{"id":"1","name":"bug"}],"number":3,"title":"x","url":"https://github.com/a/b/issues/3"}]',
      },
    ],
  });
  expect(await openTasks(world, gh)).toEqual({
    ok: true,
    value: {
      kind: 'listed',
      tasks: [{ number: 3, title: 'x', labels: ['bug'], url: 'https://github.com/a/b/issues/3' }],
    },
  });
});

test.each([
  ['gh is not there', { failure: { code: 'program-missing', program: 'gh' } as const }],
  [
    'gh is not logged in',
    { exit: 4, stderr: 'To get started with GitHub CLI, please run:  gh auth login' },
  ],
  [
    'the repository is elsewhere',
    {
      exit: 1,
      stderr: 'none of the git remotes configured for this repository point to a known GitHub host',
    },
  ],
])('%s: not set up', async (_, ending) => {
  const world = strictWorld({ answers: [{ match: 'gh issue list', ...ending }] });
  expect(await openTasks(world, gh)).toMatchObject({ ok: true, value: { kind: 'not-set-up' } });
});

test("the repository's own command does not run before it is trusted", async () => {
  const world = strictWorld({});
  const command = ['just', 'tasks'];
  expect(await openTasks(world, { flake: '/fleet', command, isTrusted: false })).toEqual({
    ok: true,
    value: { kind: 'untrusted', command },
  });
  world.assertAllUsed();
});

test('a trusted command that prints something else is a failure', async () => {
  const world = strictWorld({ answers: [{ match: 'just tasks', stdout: 'all done' }] });
  expect(
    await openTasks(world, { flake: '/fleet', command: ['just', 'tasks'], isTrusted: true }),
  ).toMatchObject({ ok: false, failure: { code: 'output-unreadable', command: 'just tasks' } });
});

test('open tasks: none critical is green, a critical one comes first', () => {
  const task = (title: string, labels: readonly string[]) => ({
    number: 7,
    title,
    labels,
    url: null,
  });
  expect(judgeTasks(success({ kind: 'listed', tasks: [task('a', [])] }))).toMatchObject({
    state: 'green',
    evidence: '1 open task, none critical',
  });
  expect(
    judgeTasks(
      success({ kind: 'listed', tasks: [task('a', []), task('disk dies', ['priority:critical'])] }),
    ),
  ).toMatchObject({
    state: 'red',
    evidence: '2 open tasks, 1 critical: disk dies',
    detail: ['#7 disk dies [priority:critical]', '#7 a'],
  });
  expect(judgeTasks(failed({ code: 'program-missing', program: 'tasks' })).state).toBe('red');
  expect(judgeTasks(success({ kind: 'untrusted', command: ['just', 'x'] }))).toMatchObject({
    state: 'not-set-up',
    remedy: { command: 'nixup check --trust' },
  });
});
