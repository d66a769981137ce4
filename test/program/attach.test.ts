import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { hasTools } from '../support/needs.ts';
import { type ScaleFleet, scaleFleet } from '../support/scale/fleet.ts';
import { openProgram, type ScreenProgram, takesKeys } from './screen-program.ts';

/** Two nixups on one flake, both the built program: one is in a run, the other follows it. */
const program = path.join(import.meta.dirname, '../../dist/cli.js');
const hasNix = hasTools(import.meta.filename, 'nix');
const patience = { timeout: 120_000, interval: 20 };

let fleet: ScaleFleet;
let gate = '';
beforeAll(() => {
  if (!hasNix) return;
  fleet = scaleFleet({ count: 2 });
  fleet.deployAll();
  gate = path.join(fleet.folder, 'gate');
  const nix = path.join(fleet.folder, 'bin/nix');
  const text = readFileSync(nix, 'utf8');
  // A build says a line, and lasts until somebody opens the gate.
  writeFileSync(
    nix,
    text.replace(
      '  build) exit 0 ;;',
      `  build)
    echo '@nix {"action":"msg","level":1,"msg":"the gate is closed"}' >&2
    while [ ! -e '${gate}' ]; do sleep 0.05; done
    exit 0 ;;`,
    ),
  );
  chmodSync(nix, 0o755);
});
afterAll(() => {
  if (hasNix) fleet[Symbol.dispose]();
});

interface Headless {
  readonly child: ChildProcess;
  text(): string;
  readonly ended: Promise<number | null>;
}

let children: ChildProcess[] = [];
let screens: ScreenProgram[] = [];
beforeEach(() => rmSync(gate, { force: true }));
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const screen of screens) await screen.close();
  children = [];
  screens = [];
});

const headless = (...words: readonly string[]): Headless => {
  const child = spawn(process.execPath, [program, ...words], {
    cwd: fleet.flake,
    env: { ...fleet.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  const add = (data: Buffer): void => {
    text += data.toString();
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  return {
    child,
    text: () => text,
    ended: new Promise((resolve) => {
      child.on('close', resolve);
    }),
  };
};

const screen = (): ScreenProgram => {
  const opened = openProgram({
    words: ['--flake', fleet.flake],
    folder: fleet.folder,
    columns: 120,
    rows: 36,
    env: fleet.environment,
  });
  screens.push(opened);
  return opened;
};

const until = (holds: () => boolean): Promise<void> =>
  vi.waitUntil(holds, patience).then(() => undefined);

const building = (run: Headless): Promise<void> =>
  until(() => run.text().includes('host1      waits: for a build slot'));

/** Also while the screen still reads the flake. */
const cancelBy = async (opened: ScreenProgram): Promise<void> => {
  opened.write('\u0003');
  await opened.waitFor(/A test of \S+ is shown here/);
  await takesKeys(opened, 'Stay');
  opened.write('\u001b[C\u001b[C');
  await opened.waitFor('▶ Cancel the run');
  opened.write('\r');
  await opened.waitFor(/asked \S+ to stop|was stopped by/);
};

test.skipIf(!hasNix)(
  'the screen shows a headless run, leaves it running when it is closed, and cancels it',
  async () => {
    const run = headless('test');
    await building(run);
    const first = screen();
    const shown = await first.waitFor(/test \d+:\d\d by /);
    expect(shown).toContain('host1');
    first.write('q');
    expect((await first.ended).exitCode).toBe(0);
    expect(run.child.exitCode).toBeNull();
    const second = screen();
    await second.waitFor(/test \d+:\d\d by /);
    await cancelBy(second);
    await second.until((text) => !/test \d+:\d\d by /.test(text), 'the end of the run');
    await second.waitFor(/The test of \S+ was stopped by \S+: /);
    expect(await run.ended).toBe(130);
    const kept = readdirSync(path.join(fleet.folder, 'home/state'), { recursive: true });
    expect(kept.filter((name) => /(requests|progress\.jsonl)$/.test(String(name)))).toEqual([]);
  },
);

/** Until it is let go, no git that is started now answers. */
const holdGit = (): { readonly letGo: () => void } & Disposable => {
  const answers = path.join(fleet.folder, 'git-answers');
  const git = path.join(fleet.folder, 'bin/git');
  const real = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'git'))
    .find((file) => existsSync(file));
  rmSync(answers, { force: true });
  writeFileSync(
    git,
    `#!/bin/sh\nwhile [ ! -e '${answers}' ]; do sleep 0.05; done\nexec '${real}' "$@"\n`,
    { mode: 0o755 },
  );
  const letGo = (): void => writeFileSync(answers, '');
  return {
    letGo,
    [Symbol.dispose]: () => {
      letGo();
      rmSync(git);
    },
  };
};

test.skipIf(!hasNix)('a run is shown while git has not answered yet', async () => {
  const run = headless('test');
  await building(run);
  using git = holdGit();
  const opened = screen();
  const shown = await opened.waitFor(/test \d+:\d\d by /);
  expect(shown).not.toMatch(/main · (?:clean|dirty|\d+ )/);
  git.letGo();
  expect(await opened.waitFor(/main · /)).toMatch(/test \d+:\d\d by /);
});

test.skipIf(!hasNix)('a run is canceled while git has not answered yet', async () => {
  const run = headless('test');
  await building(run);
  using git = holdGit();
  const opened = screen();
  await opened.waitFor(/test \d+:\d\d by /);
  await cancelBy(opened);
  expect(opened.text()).not.toContain('is still reading the flake');
  git.letGo();
  expect(await run.ended).toBe(130);
});

test.skipIf(!hasNix)('a kill of either leaves the other right', async () => {
  const run = headless('test');
  await building(run);
  const opened = screen();
  await opened.waitFor(/test \d+:\d\d by /);
  process.kill(opened.pty.pid, 'SIGKILL');
  await opened.ended;
  expect(run.child.exitCode).toBeNull();
  const follower = headless('history', '--follow');
  await until(() => follower.text().includes('host1      waits: for a build slot'));
  const other = screen();
  await other.waitFor(/test \d+:\d\d by /);
  run.child.kill('SIGKILL');
  expect(await follower.ended).toBe(1);
  expect(follower.text()).toContain('Its process ended in the middle of it');
  await other.until((text) => !/test \d+:\d\d by /.test(text), 'the end of the run');
});

test.skipIf(!hasNix)('one ^c ends what waits for hosts that say nothing', async () => {
  fleet.setFate(fleet.hosts, { kind: 'hangs' });
  for (const words of [['check'], ['verify'], ['watch'], ['run', '--yes', '--no-deploy']]) {
    fleet.forgetCalls();
    const run = headless(...words);
    await until(() => fleet.calls().some((line) => line.startsWith('ssh script')));
    run.child.kill('SIGINT');
    expect(await run.ended, words[0]).toBe(130);
    // What a host says, or does not say, was not waited for.
    expect(run.text()).not.toMatch(/asleep|no host answered|within/);
  }
  fleet.setFate(fleet.hosts, { kind: 'good' });
});

interface Kept {
  readonly type: string;
  readonly signal?: string;
  readonly exitCode?: number;
}

/** What the journal of a run says. */
const journalOf = (run: Headless): readonly Kept[] => {
  const [, id = 'none'] = /"type":"run-started","run":"([^"]+)"/.exec(run.text()) ?? [];
  const state = path.join(fleet.folder, 'home/state');
  const names = readdirSync(state, { recursive: true }).map(String);
  const name = names.find((one) => one.endsWith(path.join(id, 'journal.jsonl'))) ?? '';
  const lines = readFileSync(path.join(state, name), 'utf8').trim().split('\n');
  return lines.map((line): Kept => JSON.parse(line));
};

const isStopped = ({ type, signal }: Kept): boolean => type === 'stop-asked' && signal === 'SIGINT';

test.skipIf(!hasNix).each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'the journal says that %s stopped a run, and its lock is given back',
  async (signal) => {
    const run = headless('test', '--json');
    await until(() => run.text().includes('"waiting"'));
    run.child.kill(signal);
    expect(await run.ended).toBe(130);
    const journal = journalOf(run);
    expect(journal.find(({ type }) => type === 'stop-asked')).toMatchObject({ signal });
    expect(journal.at(-1)).toMatchObject({ type: 'result', exitCode: 130 });
    const next = headless('update');
    expect(await next.ended).toBe(0);
    expect(next.text()).not.toContain('its lock was removed');
  },
);

test.skipIf(!hasNix)(
  '^c pressed twice leaves, and the next run is refused by nothing',
  async () => {
    const run = headless('test', '--json');
    await until(() => run.text().includes('"waiting"'));
    run.child.kill('SIGINT');
    await until(() => journalOf(run).some(isStopped));
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
    expect(await headless('update').ended).toBe(0);
  },
);

// After a kill: the next run is refused by nobody.
test.skipIf(!hasNix)(
  'a headless nixup follows the run of a screen to its result, each event a line',
  async () => {
    const opened = screen();
    await opened.waitFor('current');
    opened.write('T');
    await opened.waitFor(/test \d+:\d\d/);
    const follower = headless('history', '--follow', '--json');
    await until(() => follower.text().includes('Parsed 1 Nix files'));
    writeFileSync(gate, '');
    expect(await follower.ended).toBe(0);
    const lines: readonly { type: string; at?: number }[] = follower
      .text()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    expect(lines[0]?.type).toBe('run-started');
    expect(lines.at(-1)).toMatchObject({ type: 'result', ok: true });
  },
);
