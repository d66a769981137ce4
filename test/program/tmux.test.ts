import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { themeOf, untold } from '../../source/components/base/theme.ts';
import { rgbOf } from '../../source/model/terminal/colour.ts';
import { hasTools } from '../support/needs.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');

/** A limit only ends what hangs. */
const patienceMs = 100_000;

let end = (): void => undefined;
afterEach(() => end());

/** What is drawn behind the selected row; tmux draws the table of 256. */
const barOn = (foreground: string | null, background: string | null): string =>
  themeOf(
    'auto',
    8,
    foreground === null || background === null
      ? untold
      : { foreground: rgbOf(foreground), background: rgbOf(background) },
  ).selection.row;

const lightBar = barOn('#1f2328', '#ffffff');
const darkBar = barOn(null, null);

/** The demo in a tmux of its own, whose panes have these colours. */
const openTmux = (style: string) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-tmux-'));
  const tmux = (...args: readonly string[]): string =>
    spawnSync('tmux', ['-u', '-S', path.join(folder, 'socket'), '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        LANG: 'C.UTF-8',
        TERM: 'xterm-256color',
        XDG_STATE_HOME: folder,
        XDG_CACHE_HOME: folder,
      },
    }).stdout;
  const command = `'${process.execPath}' '${program}' demo`;
  tmux(
    ...['new-session', '-d', '-x', '100', '-y', '30', 'sleep 1000', ';'],
    ...[
      'set',
      '-g',
      'window-style',
      style,
      ';',
      'set',
      '-g',
      'default-terminal',
      'tmux-256color',
      ';',
    ],
    ...['new-window', command],
  );
  end = () => {
    tmux('kill-server');
    rmSync(folder, { recursive: true, force: true });
  };
  const drawn = (): string => tmux('capture-pane', '-p', '-e');
  return {
    /** Types bytes, as they would come from the terminal. */
    send: (bytes: string) =>
      tmux('send-keys', '-H', ...[...Buffer.from(bytes)].map((byte) => byte.toString(16))),
    text: () => tmux('capture-pane', '-p'),
    until: async (what: string, holds: (screen: string) => boolean): Promise<string> => {
      for (const began = Date.now(); ; await wait(50)) {
        const screen = drawn();
        if (holds(screen)) return screen;
        if (Date.now() - began > patienceMs) throw new Error(`${what} did not come:\n${screen}`);
      }
    },
  };
};

const isThere = hasTools(import.meta.filename, 'tmux');

test.runIf(isThere)('in a tmux whose panes are light the light theme is drawn', async () => {
  const { until } = openTmux('fg=#1f2328,bg=#ffffff');
  const screen = await until(
    'the light theme',
    (now) => /vault/.test(now) && now.includes(lightBar),
  );
  expect(screen).not.toContain(darkBar);
});

test.runIf(isThere)(
  'answers of a terminal that come late through tmux, whole or in pieces, change the theme and are no keys',
  async () => {
    const { until, send, text } = openTmux('default');
    await until('the dark theme', (now) => /vault/.test(now) && now.includes(darkBar));
    await until('the whole fleet', (now) => /1 asleep/.test(now));
    // As keys these would roll back, go to other views, mark all, search.
    send('\u001b]11;rgb:ff');
    send('ff/ffff/ffff\u001b\\');
    await until('the light theme', (now) => now.includes(lightBar));
    send('\u001b]10;rgb:1f1f/2323/2828\u0007');
    send('\u001b]11;rgb:1111/1515/');
    send('1c1c\u0007\u001b[?62;c');
    await until('the dark theme again', (now) => now.includes(darkBar));
    expect(text()).toMatch(/HOST +RUNS/);
    expect(text()).not.toMatch(/┌─|works in|marked|search:|filter:/);
    // A key that follows is one.
    send('?');
    await until('the help', (now) => now.includes('Keys'));
  },
);
