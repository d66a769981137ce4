import { expect, test } from 'vitest';
import { failed, success } from '../../../source/model/result.ts';
import { judgeTasks } from '../../../source/services/board/task-rows.ts';

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
