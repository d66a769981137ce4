import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faultsOf } from './fuzz.ts';
import { openProgram, type ProgramOptions, type ScreenProgram } from './screen-program.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-leaving-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let opened: ScreenProgram[] = [];
afterEach(async () => {
  for (const program of opened) await program.close();
  opened = [];
});

const tool = (name: string, script: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};

/**
 * The program as the child of a shell that tells the settings of the terminal before
 * and after it, and what it ended with.
 */
const inShell = (options: Partial<ProgramOptions> = {}): ScreenProgram => {
  const program = openProgram({
    folder,
    command: [
      'sh',
      '-c',
      `trap : INT QUIT; printf 'prompt '; stty -g > ${folder}/before; "$NODE" "$@"; code=$?; stty -g > ${folder}/after; echo "status $code"; read -r _`,
      'sh',
    ],
    ...options,
    env: { NODE: process.execPath, ...options.env },
  });
  opened.push(program);
  return program;
};

const pidOf = (program: ScreenProgram): number => {
  const children = readFileSync(
    `/proc/${program.pty.pid}/task/${program.pty.pid}/children`,
    'utf8',
  );
  return Number(children.trim().split(' ').at(-1));
};

/** The terminal is as the shell had it, with the main screen and what stood on it. */
const expectGivenBack = async (program: ScreenProgram, status: number): Promise<void> => {
  const shown = await program.waitFor(/status \d+/);
  expect(shown).toContain(`status ${status}`);
  expect(shown).toContain('prompt ');
  expect(shown).not.toContain('1 Fleet');
  expect(program.terminal.buffer.active.type).toBe('normal');
  expect(program.terminal.modes).toMatchObject({
    wraparoundMode: true,
    bracketedPasteMode: false,
    mouseTrackingMode: 'none',
    sendFocusMode: false,
    applicationCursorKeysMode: false,
    insertMode: false,
    originMode: false,
    synchronizedOutputMode: false,
  });
  const output = program.output();
  expect(output.lastIndexOf('\u001b[?25h')).toBeGreaterThan(output.lastIndexOf('\u001b[?25l'));
  expect(output.lastIndexOf('\u001b[0m')).toBeGreaterThan(output.lastIndexOf('\u001b[1m'));
  expect(readFileSync(path.join(folder, 'after'), 'utf8')).toBe(
    readFileSync(path.join(folder, 'before'), 'utf8'),
  );
};

const ready = /8 unknown|current/;

test('q gives the terminal back as it was', async () => {
  const program = inShell();
  await program.waitFor(ready);
  program.write('q');
  await expectGivenBack(program, 0);
});

test('^c pressed twice gives the terminal back as it was', async () => {
  const program = inShell();
  await program.waitFor(ready);
  program.write('\u0003');
  await program.waitFor('^c again leaves');
  program.write('\u0003');
  await expectGivenBack(program, 130);
});

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
  ['SIGUSR2', 140],
  ['SIGALRM', 142],
  ['SIGABRT', 134],
  ['SIGXCPU', 152],
] as const)('%s gives the terminal back as it was, with status %i', async (signal, status) => {
  const program = inShell();
  await program.waitFor(ready);
  process.kill(pidOf(program), signal);
  await expectGivenBack(program, status);
});

test.each([
  'SIGTERM',
  'SIGINT',
] as const)('%s in the middle of the start gives the terminal back as it was', async (signal) => {
  const program = inShell();
  await program.until(() => program.output().includes('\u001b[?1049h'), 'the other screen');
  process.kill(pidOf(program), signal);
  await expectGivenBack(program, signal === 'SIGTERM' ? 143 : 130);
});

/** A mistake of ours, put into the program from outside. */
const broken = (code: string): Readonly<Record<string, string>> => {
  const file = path.join(folder, `broken-${code.length}.mjs`);
  writeFileSync(file, `process.on('SIGURG', () => { ${code} });\n`);
  return { NODE_OPTIONS: `--import=${file}` };
};

test.each([
  ['an exception that nobody caught', "throw new Error('a mistake of ours');"],
  ['a rejection that nobody handled', "void Promise.reject(new Error('a mistake of ours'));"],
])('%s gives the terminal back and names the log', async (_, code) => {
  const program = inShell({ env: broken(code) });
  await program.waitFor(ready);
  process.kill(pidOf(program), 'SIGURG');
  await program.waitFor('nixup crashed: a mistake of ours');
  await expectGivenBack(program, 1);
});

test('an exit from anywhere gives the terminal back', async () => {
  const program = inShell({ env: broken('process.exit(7);') });
  await program.waitFor(ready);
  process.kill(pidOf(program), 'SIGURG');
  await expectGivenBack(program, 7);
});

test('nothing that is printed or warned of stands in the frame', async () => {
  const program = inShell({
    env: broken(
      "console.table([{ printed: 1 }]); console.dir({ printed: 2 }); console.assert(false, 'printed'); console.group('printed'); process.emitWarning('printed');",
    ),
  });
  await program.waitFor(ready);
  process.kill(pidOf(program), 'SIGURG');
  program.write('2');
  await program.waitFor(/Lock/);
  await program.repaint();
  expect(program.output()).not.toContain('printed');
  program.write('q');
  await expectGivenBack(program, 0);
});

test('a window that became too small gives the terminal back as well', async () => {
  const program = inShell();
  await program.waitFor(ready);
  program.resize(30, 8);
  await program.waitFor('Too small');
  program.resize(100, 30);
  await program.waitFor(ready);
  program.resize(20, 4);
  await program.waitFor('Too small');
  program.write('\u0003');
  await program.repaint();
  program.write('\u0003');
  await expectGivenBack(program, 130);
});

test.each([
  [15, 29],
  [300, 8],
  [300, 2],
  [1, 1],
] as const)('in a window of %ix%i q is named and leaves', async (columns, rows) => {
  const program = inShell();
  await program.waitFor(ready);
  program.resize(columns, rows);
  await program.drawn();
  await program.until((text) => /^q$|q leaves/m.test(text), 'the key that leaves');
  program.write('q');
  await program.until(() => program.terminal.buffer.active.type === 'normal', 'the shell');
  program.resize(100, 31);
  await program.until(() => program.output().includes('status 0'), 'its status');
});

test('a paste whose end was lost holds no key back: ^c leaves at once', async () => {
  const program = inShell();
  await program.waitFor(ready);
  program.write('\u001b[200~hello');
  program.write('q');
  // One that comes in the same read as the text is part of that.
  const again = setInterval(() => program.write('\u0003'), 300);
  await program.waitFor(/status \d+/).finally(() => clearInterval(again));
  await expectGivenBack(program, 130);
});

test('a paste whose end was lost ends after some time, and q leaves', async () => {
  const program = inShell();
  await program.waitFor(ready);
  program.write('/');
  program.write('\u001b[200~na');
  // What was pasted stands in the field when the paste is over.
  await program.waitFor(/filter na/);
  program.write('\r');
  await program.until((text) => !text.includes('Enter keeps'), 'the end of the field');
  program.write('q');
  await expectGivenBack(program, 0);
});

test('a size that no window has delays no key', async () => {
  const program = inShell({ columns: 110, rows: 30 });
  await program.waitFor(ready);
  program.pty.resize(5_000, 5_000);
  await program.until(() => program.output().includes('\u001b[2J'), 'a frame of that size');
  program.pty.resize(110, 30);
  program.write('q');
  await program.until(() => program.output().includes('status 0'), 'its status');
  // Of two frames at most, whatever the window said.
  expect(program.output().split('\n').length).toBeLessThan(2_000);
});

/** In the log of a host that said something. */
const logged = async (program: ScreenProgram): Promise<void> => {
  await program.waitFor(/[1-9] current/);
  program.write('t');
  await program.waitFor(/test 1 of 8/);
  program.write('6]');
  await program.waitFor(/Log nas/);
};

test('a pager that dies leaves neither its settings nor its modes behind', async () => {
  const pager = tool(
    'dying',
    "stty raw -echo; printf '\\033[?1049h\\033[?1000h\\033[?1006h\\033[?1004h\\033[?2004h\\033[?1h\\033[4h\\033[2;5r\\033[31m'; echo open >&2; kill -KILL $$",
  );
  const program = inShell({ env: { PAGER: pager } });
  await logged(program);
  program.write('|');
  await program.waitFor(/pager .* (killed|ended)/);
  expect(program.terminal.modes).toMatchObject({
    mouseTrackingMode: 'vt200',
    // The screen itself asks for both again.
    sendFocusMode: true,
    applicationCursorKeysMode: false,
    insertMode: false,
  });
  expect(faultsOf(await program.repaint())).toEqual([]);
  program.write('\u0003');
  await program.waitFor(/again leaves|stopping/);
  program.write('\u0003');
  await expectGivenBack(program, 130);
});

test('a pager that is asked for twice gets the keys, and is opened once', async () => {
  const pager = tool(
    'once',
    `echo opened >> ${folder}/opened; printf 'in the pager'; read -r line < /dev/tty; echo "$line" >> ${folder}/opened`,
  );
  const program = inShell({ env: { PAGER: pager } });
  await logged(program);
  program.write('||');
  await program.waitFor('in the pager');
  program.write('typed\r');
  await program.waitFor('Log nas');
  await program.repaint();
  expect(readFileSync(path.join(folder, 'opened'), 'utf8')).toBe('opened\ntyped\n');
});

test('^c and ^\\ in a pager are the pager’s', async () => {
  const pager = tool(
    'stubborn',
    "trap '' INT QUIT; printf 'in the pager'; read -r line < /dev/tty; printf 'still there'; read -r line < /dev/tty",
  );
  const program = inShell({ env: { PAGER: pager } });
  await logged(program);
  program.write('|');
  await program.waitFor('in the pager');
  program.write('\u0003\u001c\r');
  await program.waitFor('still there');
  program.write('\r');
  await program.waitFor('Log nas');
  await program.repaint();
});

test('a signal that ends nixup ends the pager first', async () => {
  const pager = tool('waiting', "printf 'in the pager'; read -r line < /dev/tty");
  const program = inShell({ env: { PAGER: pager } });
  await logged(program);
  program.write('|');
  await program.waitFor('in the pager');
  process.kill(pidOf(program), 'SIGTERM');
  await program.waitFor('status 143');
  expect(program.terminal.buffer.active.type).toBe('normal');
});

test('two wishes to draw again in one read are one', async () => {
  const program = inShell();
  await program.waitFor(ready);
  program.write('\u000c\u000c\u000c');
  program.write('j\u000c\u000ck');
  expect(faultsOf(await program.repaint())).toEqual([]);
  program.write('q');
  await expectGivenBack(program, 0);
});

test('what is typed before the first frame ruins none', async () => {
  const program = inShell({ env: broken('') });
  for (const typed of ['jk', '\u000c', 'jj', '\u000c\u000c']) program.write(typed);
  await program.waitFor(ready);
  expect(faultsOf(await program.repaint())).toEqual([]);
  expect(program.rows()[0]).toMatch(/^ nixup demo/);
  program.write('q');
  await expectGivenBack(program, 0);
});

test('^z without a shell that continues jobs says so', async () => {
  const program = openProgram({ folder });
  opened.push(program);
  await program.waitFor(ready);
  program.write('\u001a');
  await program.waitFor('not suspended');
  program.write('3');
  await program.waitFor('Packages');
});

/** An interactive shell, which watches over its jobs. */
const inBash = async (): Promise<ScreenProgram> => {
  const program = openProgram({
    folder,
    command: [
      'bash',
      '--norc',
      '--noprofile',
      '-i',
      '-c',
      'exec bash --norc --noprofile -i',
      'bash',
    ],
    env: {
      PS1: '$ ',
      NODE: process.execPath,
      PROGRAM: path.join(import.meta.dirname, '../../dist/cli.js'),
    },
  });
  opened.push(program);
  await program.waitFor(/^\$/m);
  program.write('"$NODE" "$PROGRAM" demo\r');
  await program.waitFor(ready);
  return program;
};

const jobOf = (program: ScreenProgram): number => pidOf(program);

test.each([
  '^z',
  'SIGTSTP',
  'SIGSTOP',
] as const)('after %s the shell is there, and fg brings the screen back with all keys', async (how) => {
  const program = await inBash();
  const job = jobOf(program);
  for (let round = 0; round < 2; round += 1) {
    if (how === '^z') program.write('\u001a');
    else process.kill(job, how);
    await program.waitFor(/Stopped/);
    program.write('echo still "$((40 + 2))"\r');
    await program.waitFor('still 42');
    if (how !== 'SIGSTOP') expect(program.terminal.buffer.active.type).toBe('normal');
    program.write('fg\r');
    await program.until(
      (text) =>
        text.startsWith(' nixup demo') && program.terminal.buffer.active.type === 'alternate',
      'the screen',
    );
    expect(faultsOf(await program.repaint())).toEqual([]);
    program.write('j');
    await program.waitFor(/^▶ {2}p510/m);
    program.write('k');
    await program.waitFor(/^▶ {2}nas/m);
  }
  program.write('q');
  await program.until(
    (text) => !text.includes('1 Fleet') && program.terminal.buffer.active.type === 'normal',
    'the shell',
  );
  program.write('stty -a | grep -o " -\\?icanon\\| -\\?echo "\r');
  await program.waitFor(/icanon/);
  expect(program.text()).not.toContain('-icanon');
});

test.each([
  '^z',
  'SIGSTOP',
] as const)('a window that got another size after %s has the screen at that size after fg', async (how) => {
  const program = await inBash();
  const job = jobOf(program);
  if (how === '^z') program.write('\u001a');
  else process.kill(job, how);
  await program.waitFor(/Stopped/);
  // The shell has the terminal: the new size is told to that alone.
  program.resize(70, 20);
  program.write('fg\r');
  await program.drawn();
  expect(program.rows()[19]).toContain('? help');
  expect(faultsOf(await program.repaint())).toEqual([]);
});

test('each new size is drawn whole without any key', async () => {
  const program = openProgram({ folder, columns: 120, rows: 40 });
  opened.push(program);
  await program.waitFor(ready);
  program.write('t');
  for (const [columns, rows] of [
    [298, 46],
    [279, 64],
    [60, 16],
    [300, 63],
    [40, 10],
    [81, 25],
  ] as const) {
    program.resize(columns, rows);
    await program.drawn();
    expect([columns, rows, faultsOf(await program.repaint())]).toEqual([columns, rows, []]);
  }
});

test('in the background it waits for the terminal, and draws nothing over the shell', async () => {
  const program = await inBash();
  program.write('\u001a');
  await program.waitFor(/Stopped/);
  program.write('bg; until [ -n "$(jobs -s)" ]; do sleep 0.1; done; echo still "$((40 + 2))"\r');
  await program.waitFor('still 42');
  expect(program.terminal.buffer.active.type).toBe('normal');
  program.write('fg\r');
  await program.until((text) => text.startsWith(' nixup demo'), 'the screen');
  expect(faultsOf(await program.repaint())).toEqual([]);
});

test('a terminal whose window was closed ends it', async () => {
  const program = openProgram({ folder });
  await program.waitFor(ready);
  const { pid } = program.pty;
  program.pty.kill('SIGHUP');
  expect((await program.ended).exitCode).toBe(129);
  expect(() => execFileSync('kill', ['-0', String(pid)], { stdio: 'ignore' })).toThrow();
});
