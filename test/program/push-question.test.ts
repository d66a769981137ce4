import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { hasTools } from '../support/needs.ts';
import { type ScaleFleet, scaleFleet } from '../support/scale/fleet.ts';
import { openProgram, type ScreenProgram, takesKeys } from './screen-program.ts';

/** `[commit] push = "ask"`, answered with yes: the built program, a real repository and its real remote. */
const cli = path.join(import.meta.dirname, '../../dist/cli.js');
const hasNix = hasTools(import.meta.filename, 'nix');

let fleet: ScaleFleet;
let remote = '';
beforeAll(() => {
  if (!hasNix) return;
  fleet = scaleFleet({ count: 1, config: '[commit]\npush = "ask"\n' });
  fleet.deployAll();
  remote = path.join(fleet.folder, 'remote.git');
  execFileSync('git', ['init', '-q', '--bare', '--initial-branch=main', remote]);
  fleet.git('remote', 'add', 'origin', remote);
  fleet.git('push', '-q', '--set-upstream', 'origin', 'HEAD');
});
afterAll(() => {
  if (hasNix) fleet[Symbol.dispose]();
});

let opened: ScreenProgram[] = [];
afterEach(async () => {
  for (const one of opened) await one.close();
  opened = [];
});

const open = (...words: readonly string[]): ScreenProgram => {
  const one = openProgram({
    words: ['--flake', fleet.flake, ...words],
    folder: fleet.folder,
    columns: 120,
    rows: 40,
    env: fleet.environment,
  });
  opened.push(one);
  return one;
};

/** The last line of an answer: the result. */
const nixup = async (...words: readonly string[]): Promise<{ readonly exitCode: number }> => {
  const { stdout } = await fleet.run([process.execPath, cli, ...words]);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
};

let changes = 0;
const change = async (): Promise<void> => {
  changes += 1;
  appendFileSync(path.join(fleet.flake, 'flake.nix'), `# change ${changes}\n`);
  expect(await nixup('test', '--json')).toMatchObject({ exitCode: 0 });
};

/** The commits of `main` here and at the remote. */
const heads = (): readonly string[] =>
  [fleet.flake, remote].map((folder) =>
    execFileSync('git', ['-C', folder, 'rev-parse', 'refs/heads/main'], {
      encoding: 'utf8',
    }).trim(),
  );

const isPushed = (): boolean => new Set(heads()).size === 1;

/** How often the journals of all runs say that a push was done. */
const pushesDone = (): number => {
  const state = path.join(fleet.folder, 'home/state');
  return readdirSync(state, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('journal.jsonl'))
    .flatMap((name) => readFileSync(path.join(state, name), 'utf8').trim().split('\n'))
    .filter((line) => line.includes('"type":"achieved"') && line.includes('"deed":"push"')).length;
};

test.skipIf(!hasNix)('a commit at a terminal asks, pushes after yes, and says so', async () => {
  await change();
  const asked = open('commit', '--with', 'flake.nix');
  const shown = await asked.waitFor('Push it? [y/N]');
  expect(shown).toContain(remote);
  expect(shown).toContain('refs/heads/main');
  expect(isPushed()).toBe(false);
  asked.write('y\r');
  expect((await asked.ended).exitCode).toBe(0);
  expect(asked.text()).toContain('Pushed, and the remote says so.');
  expect(isPushed()).toBe(true);
  expect(pushesDone()).toBe(1);
});

test.skipIf(!hasNix)(
  'with nobody at the terminal it is not pushed, and the JSON says what is left',
  async () => {
    await change();
    const done = await nixup('commit', '--with', 'flake.nix', '--json');
    expect(done).toMatchObject({
      exitCode: 0,
      unpushed: { branch: 'main', upstream: 'origin/main', commits: 1 },
      summary: expect.stringContaining('to do that: nixup commit --push'),
    });
    expect(isPushed()).toBe(false);
    const pushed = await nixup('commit', '--push', '--json');
    expect(pushed).toMatchObject({ exitCode: 0, summary: 'Pushed, and the remote says so.' });
    expect(pushed).not.toHaveProperty('unpushed');
    expect(isPushed()).toBe(true);
  },
);

test.skipIf(!hasNix)('the screen names the key after a commit, and asks there', async () => {
  await change();
  const screen = open();
  await screen.waitFor('answered in');
  screen.write('c');
  await screen.waitFor('Commit which files?');
  await takesKeys(screen, 'No');
  for (const key of ['\u001b[C', '\r']) screen.write(key);
  await screen.waitFor('Commit on main');
  await takesKeys(screen, 'No');
  for (const key of ['\u001b[C', '\u001b[C', '\u001b[C', '\r']) screen.write(key);
  expect(await screen.waitFor(/Committed as/)).toContain('p pushes');
  screen.write('p');
  await screen.waitFor('Push main');
  await takesKeys(screen, 'No');
  expect(isPushed()).toBe(false);
  screen.write('\u001b[C');
  screen.write('\r');
  await screen.waitFor('Pushed');
  expect(isPushed()).toBe(true);
  expect(pushesDone()).toBe(3);
});
