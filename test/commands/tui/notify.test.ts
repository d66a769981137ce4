import { expect, test } from 'vitest';
import { aroundTmux, terminalNotification, wayOf } from '../../../source/commands/tui/notify.ts';
import { success } from '../../../source/model/result.ts';
import { notificationOfRun } from '../../../source/model/run/notification.ts';

const ended = {
  run: '20261129-100000-4f2a9c',
  goal: 'deploy',
  startedAt: 0,
  endedAt: 60_000,
  ending: 'well',
  isBad: false,
  summary: '2 deployed',
};

const told = (change: Partial<typeof ended> = {}) => {
  const notification = notificationOfRun({ ...ended, ...change });
  if (notification === null) throw new Error('nobody is told');
  return notification;
};

test.each<readonly [string, Readonly<Record<string, string>>, string]>([
  ['kitty', { TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1' }, 'osc-99'],
  ['iTerm2', { TERM_PROGRAM: 'iTerm.app' }, 'osc-9'],
  ['WezTerm', { TERM_PROGRAM: 'WezTerm' }, 'osc-9'],
  ['Ghostty', { TERM: 'xterm-ghostty', TERM_PROGRAM: 'ghostty' }, 'osc-9'],
  ['foot', { TERM: 'foot-extra' }, 'osc-777'],
  ['urxvt', { TERM: 'rxvt-unicode-256color' }, 'osc-777'],
  [
    'kitty around tmux',
    { TERM: 'tmux-256color', TERM_PROGRAM: 'tmux', KITTY_WINDOW_ID: '1' },
    'osc-99',
  ],
  ['xterm', { TERM: 'xterm-256color' }, 'bell'],
  ['the console', { TERM: 'linux' }, 'bell'],
])('%s is told as it understands it', (_, environment, way) => {
  expect(wayOf(environment)).toBe(way);
});

test('what is written is what these terminals take', () => {
  const written = (environment: Readonly<Record<string, string>>): string =>
    terminalNotification(told({ summary: 'a;b' }), null, environment);
  expect(written({ TERM_PROGRAM: 'WezTerm' })).toBe(
    '\u001b]9;nixup: deploy ended: well: a;b\u001b\\',
  );
  expect(written({ TERM: 'foot' })).toBe('\u001b]777;notify;nixup: deploy ended: well;a,b\u001b\\');
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  expect(written({ KITTY_WINDOW_ID: '1' })).toBe(
    `\u001b]99;i=nixup:d=0:e=1;${base64('nixup: deploy ended: well')}\u001b\\` +
      `\u001b]99;i=nixup:d=1:p=body:e=1;${base64('a;b')}\u001b\\`,
  );
  expect(written({ TERM: 'xterm' })).toBe('\u0007');
});

test('tmux is given what it hands on, with the bell beside it', () => {
  expect(terminalNotification(told(), null, { TMUX: '/tmp/tmux', TERM_PROGRAM: 'WezTerm' })).toBe(
    '\u001bPtmux;\u001b\u001b]9;nixup: deploy ended: well: 2 deployed\u001b\u001b\\\u001b\\\u0007',
  );
  expect(terminalNotification(told(), null, { TMUX: '/tmp/tmux', TERM: 'tmux-256color' })).toBe(
    '\u0007',
  );
});

test.each([
  [null, { SSH_CONNECTION: '1 2 3 4' }, ''],
  [null, { SSH_TTY: '/dev/pts/1' }, ''],
  [true, { SSH_CONNECTION: '1 2 3 4' }, '\u0007'],
  [false, {}, ''],
  [null, {}, '\u0007'],
])('with terminal = %j and %j this is written: %j', (wanted, environment, written) => {
  expect(terminalNotification(told(), wanted, environment)).toBe(written);
});

test('no control byte of a name of a host or of a program reaches the terminal', () => {
  const summary = 'p620\u001b]0;owned\u0007 \u009b31m failed\r\nsecond line \u202e';
  for (const environment of [{ TERM_PROGRAM: 'WezTerm' }, { TERM: 'foot' }] as const) {
    const written = terminalNotification(told({ summary }), null, environment);
    // Between the bytes that begin it and those that end it.
    const inner = written.slice(2, -2);
    expect(inner).not.toMatch(/[\p{Cc}\u202e]/u);
  }
});

test.each<readonly [string, Partial<typeof ended>, boolean]>([
  ['that was short and well is not told', { endedAt: 20_000 }, false],
  ['that was long is told', { endedAt: 30_000 }, true],
  ['that failed after a while is told', { endedAt: 6_000, ending: 'failed', isBad: true }, true],
  ['that was refused at once is not told', { endedAt: 900, ending: 'failed', isBad: true }, false],
  ['that somebody canceled is not told', { endedAt: 90_000, ending: 'canceled' }, false],
])('a run %s', (_, change, isTold) => {
  expect(notificationOfRun({ ...ended, ...change }) !== null).toBe(isTold);
});

test.each([
  ['foot', 'osc-777'],
  ['rxvt-unicode-256color', 'osc-777'],
  ['xterm-kitty', 'osc-99'],
  ['xterm-256color', 'bell'],
  ['', 'bell'],
])('tmux is asked which terminal shows it, and %j takes %s', async (term, way) => {
  const tmux = { TMUX: '/tmp/tmux-1000/default,1,0', TERM: 'tmux-256color' };
  const found = await aroundTmux(tmux, async ({ file, args }) => {
    expect([file, ...args]).toEqual(['tmux', 'display-message', '-p', '#{client_termname}']);
    return success({ stdout: `${term}\n`, stderr: '', tookMs: 1 });
  });
  expect(wayOf(found)).toBe(way);
  expect(terminalNotification(told(), null, found).startsWith('\u001bPtmux;')).toBe(way !== 'bell');
});

test('tmux is not asked where the terminal is known, nor where there is none', async () => {
  for (const environment of [{ TMUX: 'x', KITTY_WINDOW_ID: '1' }, { TERM: 'xterm' }] as const)
    expect(
      await aroundTmux(environment, async () => {
        throw new Error('it was asked');
      }),
    ).toBe(environment);
});
