import { expect, test } from 'vitest';
import { strictWorld } from './support/strict-world.ts';

test('an unexpected command throws and is remembered', async () => {
  const world = strictWorld();
  await expect(world.exec({ file: 'git', args: ['status'] })).rejects.toThrow('git status');
  expect(() => world.assertAllUsed()).toThrow('unexpected command git status');
});

test('an answer that nobody asked for is a complaint', () => {
  const world = strictWorld({ answers: [{ match: 'git status' }] });
  expect(() => world.assertAllUsed()).toThrow('never asked: command git status');
});

test('answers are used in order and an exit status is judged as in the real world', async () => {
  const lines: string[] = [];
  const world = strictWorld({
    answers: [
      { match: 'ssh', input: 'one', stdout: 'a\nb\n' },
      { match: /^ssh/, stderr: 'no\n', exit: 3 },
    ],
  });
  const onLine = (line: string): void => {
    lines.push(line);
  };
  const first = await world.exec({ file: 'ssh', args: ['host'] }, { input: 'one', onLine });
  const second = await world.exec({ file: 'ssh', args: ['host'] });
  expect(first).toMatchObject({ ok: true, value: { stdout: 'a\nb\n' } });
  expect(lines).toEqual(['a', 'b']);
  expect(second).toMatchObject({
    ok: false,
    failure: { code: 'command-failed', exitCode: 3, tail: ['no'] },
  });
  world.assertAllUsed();
});

test('sleeping moves the clock and takes no time', async () => {
  const world = strictWorld({ now: 1000 });
  await world.clock.sleep(60_000);
  expect(world.clock.now()).toBe(61_000);
});
