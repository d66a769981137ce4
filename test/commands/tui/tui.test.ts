import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { followEndings } from '../../../source/commands/tui/endings.ts';
import {
  runScreen,
  type ScreenLink,
  type ScreenOptions,
} from '../../../source/commands/tui/tui.tsx';
import type { Engine } from '../../../source/engine/contract.ts';
import { entryOf } from '../../fixtures/states.ts';
import { type EngineParts, withParts } from '../../support/engine-parts.ts';
import { recordingEngine } from '../../support/fake-context.ts';
import { strictWorld } from '../../support/strict-world.ts';
import { createTerminal, type TestTerminal } from '../../support/terminal.ts';

interface Running {
  readonly terminal: TestTerminal;
  readonly calls: string[];
  readonly ended: Promise<number>;
  /** What was told after the screen. */
  readonly told: string[];
}

const look: ScreenOptions['look'] = {
  theme: 'auto',
  depth: 24,
  foreground: null,
  background: null,
  toldDark: null,
  ascii: false,
  mouse: true,
  links: false,
  strings: false,
  progress: false,
  reader: false,
};

const at = 1;

const listHosts = (link: ScreenLink): void =>
  link.emit([
    { type: 'flake-opened', path: '/home/ada/fleet', demo: true, readOnly: false, at },
    { type: 'fleet-listed', hosts: ['p620', 'razer', 'p510'].map((name) => entryOf(name)), at },
  ]);

const run = (
  change: (engine: Engine, link: ScreenLink) => EngineParts = () => ({}),
  options: Partial<ScreenOptions> = {},
): Running => {
  const terminal = createTerminal(80, 24);
  const calls: string[] = [];
  const told: string[] = [];
  const ended = runScreen({
    look,
    demo: true,
    readOnly: false,
    endings: followEndings(),
    streams: {
      stdin: terminal.stdin,
      stdout: terminal.stdout,
      stderr: { write: (text: string | Uint8Array) => told.push(String(text)) > 0 },
    },
    load: async (link) => {
      const engine = recordingEngine(calls);
      const world = strictWorld({});
      return {
        world,
        engine: withParts(
          withParts(engine, { hosts: { survey: async () => listHosts(link) } }),
          change(engine, link),
        ),
      };
    },
    ...options,
  });
  return { terminal, calls, ended, told };
};

const isSelected = (name: string) => (rows: readonly string[]) =>
  rows.some((row) => row.startsWith('▶') && row.includes(name));

test('q leaves with status 0 and gives the terminal back', async () => {
  const { terminal, ended } = run();
  await terminal.until(isSelected('p620'), 'the fleet');
  expect(await terminal.isAlternate()).toBe(true);
  terminal.type('q');
  expect(await ended).toBe(0);
  expect(await terminal.isAlternate()).toBe(false);
  expect(
    terminal
      .written()
      .endsWith('\u001b[?25h\u001b[?7h\u001b[?1000l\u001b[?1006l\u001b[?1004l\u001b[?2004l'),
  ).toBe(true);
});

test('keys that come in one read are keys of their own', async () => {
  const { terminal, ended } = run();
  await terminal.until(isSelected('p620'), 'the fleet');
  terminal.type('jj');
  await terminal.until(isSelected('p510'), 'the third host');
  terminal.type('gG');
  await terminal.until(isSelected('p510'), 'the last host');
  terminal.type('kk\r');
  await terminal.until(
    (rows) => rows.some((row) => row.includes('p620    facts')),
    'the host view',
  );
  terminal.type('q');
  await ended;
});

test('pasted text is never taken for keys', async () => {
  const { terminal, ended, calls } = run();
  await terminal.until(isSelected('p620'), 'the fleet');
  terminal.type('\u001b[200~qqT\r\u001b[201~j');
  await terminal.until(isSelected('razer'), 'the second host');
  expect(calls).toEqual([]);
  terminal.type('q');
  expect(await ended).toBe(0);
});

test('a throw in the work of a key ends with status 1, the terminal restored, its log named', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-crash-'));
  process.env['XDG_STATE_HOME'] = folder;
  const { terminal, ended, told } = run(() => ({
    refresh: () => Promise.reject(new Error('a mistake of ours')),
  }));
  await terminal.until(isSelected('p620'), 'the fleet');
  terminal.type('R');
  expect(await ended).toBe(1);
  expect(await terminal.isAlternate()).toBe(false);
  const log = path.join(folder, 'nixup/crash.log');
  expect(told.join('')).toContain(`nixup crashed: a mistake of ours\nDetails are in ${log}`);
  expect(readFileSync(log, 'utf8')).toContain('Error: a mistake of ours');
  rmSync(folder, { recursive: true, force: true });
});

test('a flake that cannot be opened ends with status 2', async () => {
  const { ended, told } = run(() => ({
    open: async () => ({ ok: false, failure: [{ code: 'flake-missing', path: '/nowhere' }] }),
  }));
  expect(await ended).toBe(2);
  expect(told.join('')).toContain('There is no flake.nix in /nowhere.');
});

test('a resized terminal is drawn again at its size', async () => {
  const { terminal, ended } = run();
  await terminal.until(isSelected('p620'), 'the fleet');
  terminal.resize(120, 30);
  await terminal.until((rows) => (rows[29] ?? '').includes('? help'), 'the footer at the last row');
  terminal.resize(40, 8);
  await terminal.until((rows) => (rows[0] ?? '').startsWith('Too small'), 'the one line');
  terminal.resize(80, 24);
  await terminal.until(isSelected('p620'), 'the fleet again');
  terminal.type('q');
  await ended;
});

test('^l draws over what something else wrote into the screen', async () => {
  const { terminal, ended } = run();
  await terminal.until(isSelected('p620'), 'the fleet');
  terminal.stdout.write('\u001b[1;1HZZZZ somebody else');
  await terminal.until((rows) => rows[0]?.includes('ZZZZ') === true, 'what was written');
  terminal.type('\u000c');
  await terminal.until(
    (rows) => rows[0]?.includes('ZZZZ') === false && isSelected('p620')(rows),
    'the screen drawn again',
  );
  terminal.type('q');
  expect(await ended).toBe(0);
});

test('a click chooses a row, the next one opens it, and the wheel moves', async () => {
  const { terminal, ended } = run();
  const rows = await terminal.until(isSelected('p620'), 'the fleet');
  const row = rows.findIndex((text) => text.includes('p510')) + 1;
  terminal.type(`\u001b[<0;10;${row}M\u001b[<0;10;${row}m`);
  await terminal.until(isSelected('p510'), 'the clicked host');
  terminal.type('\u001b[<64;10;10M');
  await terminal.until(isSelected('p620'), 'the first host');
  terminal.type('\u001b[<65;10;10M');
  await terminal.until(isSelected('p510'), 'the last host');
  terminal.type(`\u001b[<0;10;${row}M`);
  await terminal.until((shown) => shown.some((text) => text.includes('p510    facts')), 'the host');
  terminal.type('q');
  expect(await ended).toBe(0);
});

test('% leaves the mouse to the terminal, and takes it again', async () => {
  const { terminal, ended } = run();
  await terminal.until(isSelected('p620'), 'the fleet');
  expect(terminal.written()).toContain('\u001b[?1000h\u001b[?1006h');
  terminal.type('%');
  const rows = await terminal.until((shown) => shown.join('').includes('mouse off'), 'the answer');
  expect(terminal.written().lastIndexOf('\u001b[?1000l')).toBeGreaterThan(
    terminal.written().lastIndexOf('\u001b[?1000h'),
  );
  const row = rows.findIndex((text) => text.includes('p510')) + 1;
  terminal.type(`\u001b[<0;10;${row}Mj`);
  await terminal.until(isSelected('razer'), 'the row of the key alone');
  terminal.type('%q');
  expect(await ended).toBe(0);
});

test('the screen takes the colours of the background that the terminal tells, and asks again with the focus', async () => {
  const { terminal, ended } = run(undefined, {
    look: { ...look, strings: true, progress: true },
    askedAt: Date.now(),
  });
  await terminal.until(isSelected('p620'), 'the fleet');
  const dark = await terminal.cell(0, 1);
  terminal.type('\u001b]11;rgb:ffff/ffff');
  terminal.type('/ffff\u001b\\\u001b[?62;c');
  const row = (await terminal.until(isSelected('p620'), 'the fleet')).findIndex((text) =>
    text.startsWith('▶'),
  );
  await expect
    .poll(async () => (await terminal.cell(row, 3)).background)
    .toEqual([0xd7, 0xd7, 0xff]);
  expect(dark.background).toBeNull();
  terminal.type('\u001b[I');
  await expect.poll(() => terminal.written()).toContain('\u001b]11;?\u001b\\\u001b[c');
  terminal.type('\u001b[?62;c');
  expect(terminal.written()).toContain('\u001b[22;2t\u001b]2;nixup demo: ');
  terminal.type('q');
  await ended;
  // The title that was there before.
  expect(terminal.written().endsWith('\u001b[23;2t')).toBe(true);
});
