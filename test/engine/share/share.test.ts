import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fingerprint, noteLockText } from '../../../source/engine/past/lock-texts.ts';
import { openRecords } from '../../../source/engine/records/records.ts';
import { readHistory } from '../../../source/engine/run/history.ts';
import { createJournal } from '../../../source/engine/run/journal.ts';
import { fetchSharedRuns, shareRuns } from '../../../source/engine/share/share.ts';
import { defaultConfig } from '../../../source/model/config/settings.ts';
import { createGit } from '../../../source/services/git/git.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import { runbookState } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const git = (folder: string, ...words: readonly string[]): string =>
  execFileSync('git', ['-C', folder, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
  }).trim();

/** A bare remote with one commit. */
const origin = (): string => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'nixup-share-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const seed = path.join(root, 'seed');
  mkdirSync(seed);
  git(seed, 'init', '--quiet', '--initial-branch=main');
  for (const text of ['one', 'two']) {
    writeFileSync(path.join(seed, 'flake.nix'), text);
    git(seed, 'add', '--all');
    git(seed, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '-m', text);
  }
  git(root, 'clone', '--quiet', '--bare', 'seed', 'remote.git');
  return path.join(root, 'remote.git');
};

/** A person with a clone, journals and records of their own. */
const person = async (
  name: string,
  remote: string | null,
  { depth, keepRuns = 5_000 }: { readonly depth?: number; readonly keepRuns?: number } = {},
) => {
  const root = mkdtempSync(path.join(os.tmpdir(), `nixup-share-${name}-`));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const flake = path.join(root, 'flake');
  if (remote === null) {
    mkdirSync(flake);
    git(flake, 'init', '--quiet', '--initial-branch=main');
  } else
    git(
      root,
      'clone',
      '--quiet',
      ...(depth === undefined ? [] : ['--depth', String(depth)]),
      `file://${remote}`,
      'flake',
    );
  const fleet = await fakeFleet([]);
  const world = { ...createProcessWorld(), userName: name, hostName: `${name}s-desk` };
  const folder = path.join(root, 'state');
  const context = {
    ...fleet.context,
    world,
    flake,
    folder,
    git: createGit(world, flake),
    state: () => ({ ...fleet.state(), git: runbookState.git, history: [] }),
    journal: createJournal(world, folder),
    records: await openRecords(world, { own: folder }),
    config: { ...defaultConfig, history: { ...defaultConfig.history, share: true, keepRuns } },
  };
  const notices: string[] = [];
  context.emitter = {
    ...context.emitter,
    emit: (...events) => {
      for (const event of events) if (event.type === 'noticed') notices.push(event.text);
    },
  };
  return { flake, context, notices };
};

type Person = Awaited<ReturnType<typeof person>>;

const deploy = async ({ context }: Person, id: string, isEnded = true): Promise<void> => {
  const at = Number(id.slice(9, 15));
  const { journal, world } = context;
  await journal.write(id, {
    type: 'run-started',
    run: id,
    goal: 'deploy',
    hosts: ['p620'],
    tree: null,
    lock: null,
    by: `${world.userName}@${world.hostName}`,
    at,
  });
  await journal.write(id, { type: 'logged', host: 'p620', lines: ['token ghp_secret'], at });
  await journal.write(id, {
    type: 'missed',
    host: 'p620',
    deed: 'copy',
    failure: { code: 'canceled', what: 'with the password hunter2' },
    at,
  });
  if (!isEnded) return;
  await journal.write(id, {
    type: 'result',
    run: id,
    ok: true,
    exitCode: 0,
    hosts: {
      p620: {
        status: 'succeeded',
        from: null,
        to: `/nix/store/${id}`,
        generation: 1,
        reason: null,
      },
    },
    commit: null,
    build: null,
    summary: `deployed by ${world.userName}`,
    at: at + 1,
  });
  await journal.settled();
};

const runsOf = async ({ context }: Person): Promise<readonly string[]> =>
  (await readHistory(context, 'all')).runs.map(({ id, by }) => `${id} ${by}`);

const annasRun = '20261129-101500-aaaaaa';
const bensRun = '20261129-111500-bbbbbb';

test('each of two people sees what the other did after a fetch, bad revisions and deploys too', async () => {
  const remote = origin();
  const [anna, ben] = [await person('anna', remote), await person('ben', remote)];
  await deploy(anna, annasRun);
  await anna.context.records.keepBadRevisions([
    {
      input: 'nixpkgs',
      revision: 'abc',
      host: 'p620',
      at: 5,
      run: annasRun,
      why: 'no wifi',
      together: [],
    },
  ]);
  await anna.context.records.keepDeploy({
    host: 'p620',
    toplevel: '/nix/store/new',
    from: '/nix/store/old',
    fromGeneration: 1,
    generation: 2,
    at: 5,
    run: annasRun,
  });
  await shareRuns(anna.context);
  await fetchSharedRuns(ben.context);
  expect(await runsOf(ben)).toEqual([`${annasRun} anna@annas-desk`]);
  expect(ben.context.records.badRevisions()).toMatchObject([{ why: 'no wifi' }]);
  expect(ben.context.records.lastDeploy('p620')).toMatchObject({ run: annasRun });

  await deploy(ben, bensRun);
  await shareRuns(ben.context);
  await shareRuns(anna.context);
  const both = [`${bensRun} ben@bens-desk`, `${annasRun} anna@annas-desk`];
  expect(await runsOf(anna)).toEqual(both);
  expect(await runsOf(ben)).toEqual(both);
  expect([...anna.notices, ...ben.notices]).toEqual([]);
});

const badRevision = (at: number) => ({
  input: 'nixpkgs',
  revision: 'abc',
  host: 'p620',
  at,
  run: annasRun,
  why: 'no wifi',
  together: [],
});

const setback = (at: number) => ({
  host: 'p620',
  toplevel: '/nix/store/new',
  kind: 'failed' as const,
  at,
  run: annasRun,
  why: 'no wifi',
  sources: null,
  inputs: { nixpkgs: 'abc' },
});

const withdrawn = (at: number) => ({
  input: 'nixpkgs',
  revision: 'abc',
  at,
  run: annasRun,
  why: 'p620 went back',
});

test('what one of them drops is dropped for all, and comes back from nowhere; what is found bad again later counts', async () => {
  const remote = origin();
  const [anna, ben] = [await person('anna', remote), await person('ben', remote)];
  const { records } = anna.context;
  await records.keepBadRevisions([badRevision(5)]);
  await records.keepSetback(setback(5));
  await records.keepWithdrawn([withdrawn(5)]);
  const badOf = ({ context: { records: of } }: Person) => [
    of.badRevisions().map(({ at }) => at),
    of.setbacks().map(({ at }) => at),
    of.withdrawn().map(({ at }) => at),
  ];
  await shareRuns(anna.context);
  await fetchSharedRuns(ben.context);
  expect(badOf(ben)).toEqual([[5], [5], [5]]);

  await ben.context.records.dropBadRevisions(() => true);
  await ben.context.records.dropSetbacks(() => true);
  await ben.context.records.dropWithdrawn(() => true);
  await shareRuns(ben.context);
  await shareRuns(anna.context);
  await shareRuns(ben.context);
  expect([badOf(anna), badOf(ben)]).toEqual([
    [[], [], []],
    [[], [], []],
  ]);

  await records.keepBadRevisions([badRevision(9)]);
  await records.keepSetback(setback(9));
  await records.keepWithdrawn([withdrawn(9)]);
  await shareRuns(anna.context);
  await shareRuns(ben.context);
  expect(badOf(ben)).toEqual([[9], [9], [9]]);
});

test('a record that is put back as it was counts, though a later one of its kind was dropped', async () => {
  const remote = origin();
  const [anna, ben] = [await person('anna', remote), await person('ben', remote)];
  await anna.context.records.keepWithdrawn([withdrawn(9)]);
  await anna.context.records.dropWithdrawn(() => true);
  await anna.context.records.keepWithdrawn([withdrawn(5)]);
  await shareRuns(anna.context);
  await fetchSharedRuns(ben.context);
  for (const { context } of [anna, ben])
    expect(context.records.withdrawn().map(({ at }) => at)).toEqual([5]);
});

test('who holds an input, and why, is told to those whose nixup.toml has no such hold', async () => {
  const remote = origin();
  const [anna, ben] = [await person('anna', remote), await person('ben', remote)];
  const hold = { reason: 'kernel 6.18 breaks the GPU', until: '2099-12-24' };
  const without = anna.context.config;
  anna.context.config = { ...without, inputs: { nixpkgs: { hold } } };
  await shareRuns(anna.context);
  await fetchSharedRuns(ben.context);
  expect(ben.notices).toEqual([
    'anna@annas-desk holds nixpkgs until 2099-12-24 (kernel 6.18 breaks the GPU), and nixup.toml here does not. To have it: git pull',
  ]);
  // The clone without the hold says nothing of it, and takes it from nobody.
  await shareRuns(ben.context);
  await fetchSharedRuns(anna.context);
  expect(anna.notices).toEqual([]);
  anna.context.config = without;
  await shareRuns(anna.context);
  ben.notices.length = 0;
  await fetchSharedRuns(ben.context);
  expect(ben.notices).toEqual([]);
});

test('hundreds of runs are shared and taken over by a few processes of git', async () => {
  const remote = origin();
  const [anna, ben] = [await person('anna', remote), await person('ben', remote)];
  const count = 40;
  const started: string[] = [];
  for (const one of [anna, ben]) {
    const { exec } = one.context.world;
    one.context.world.exec = (command, options) => {
      started.push(command.args.join(' '));
      return exec(command, options);
    };
  }
  const flake = {
    world: anna.context.world,
    flake: anna.context.flake,
    folder: anna.context.folder,
  };
  await deploy(anna, annasRun);
  const locks = Array.from({ length: count }, (_, run) => `{"nodes":{},"version":${run}}\n`);
  for (const text of locks) await noteLockText(flake, text, () => undefined);
  started.length = 0;
  const folder = (run: string): string => path.join(anna.context.folder, 'runs', run);
  const journal = readFileSync(path.join(folder(annasRun), 'journal.jsonl'), 'utf8');
  for (let run = 1; run < count; run += 1) {
    const id = `20261129-10${String(run).padStart(4, '0')}-aaaaaa`;
    mkdirSync(folder(id));
    writeFileSync(
      path.join(folder(id), 'journal.jsonl'),
      journal
        .replaceAll(annasRun, id)
        .replace(/"lock":(?:null|"[^"]*")/, `"lock":"${fingerprint(locks[run] ?? '')}"`),
    );
  }
  await shareRuns(anna.context);
  await fetchSharedRuns(ben.context);
  expect(await runsOf(ben)).toHaveLength(count);
  expect(started.length).toBeLessThan(count);
  const shared = git(remote, 'ls-tree', '-r', '--name-only', 'refs/nixup/runs').split('\n');
  expect(shared.filter((file) => file.endsWith('.lock'))).toHaveLength(count - 1);
});

test('two people who both wrote without each other merge, and nothing is lost', async () => {
  const remote = origin();
  const [anna, ben] = [await person('anna', remote), await person('ben', remote)];
  await deploy(anna, annasRun);
  await deploy(ben, bensRun);
  await Promise.all([shareRuns(anna.context), shareRuns(ben.context)]);
  await Promise.all([shareRuns(anna.context), shareRuns(ben.context)]);
  expect(await runsOf(anna)).toHaveLength(2);
  expect(await runsOf(ben)).toHaveLength(2);
  // Nothing is new any more: nothing is written.
  const before = git(remote, 'rev-parse', 'refs/nixup/runs');
  await shareRuns(anna.context);
  expect(git(remote, 'rev-parse', 'refs/nixup/runs')).toBe(before);
});

test('no log and no text of a failure is shared, and no run without an end', async () => {
  const remote = origin();
  const anna = await person('anna', remote);
  await deploy(anna, annasRun);
  await deploy(anna, bensRun, false);
  await shareRuns(anna.context);
  const files = git(remote, 'ls-tree', '-r', '--name-only', 'refs/nixup/runs').split('\n');
  expect(files).toEqual(['records.json', `runs/2026-11/${annasRun}.jsonl`]);
  const texts = files.map((file) => git(remote, 'show', `refs/nixup/runs:${file}`)).join('\n');
  expect(texts).not.toMatch(/ghp_|hunter2/);
  expect(texts).toContain('deployed by anna');
});

test('a shallow clone shares too', async () => {
  const remote = origin();
  const anna = await person('anna', remote, { depth: 1 });
  await deploy(anna, annasRun);
  await shareRuns(anna.context);
  expect(anna.notices).toEqual([]);
  const ben = await person('ben', remote, { depth: 1 });
  await fetchSharedRuns(ben.context);
  expect(await runsOf(ben)).toHaveLength(1);
});

test('older runs leave the ref when there are more than are kept', async () => {
  const remote = origin();
  const anna = await person('anna', remote, { keepRuns: 2 });
  for (const hour of [10, 11, 12]) await deploy(anna, `20261129-${hour}1500-aaaaaa`);
  await shareRuns(anna.context);
  expect(git(remote, 'ls-tree', '-r', '--name-only', 'refs/nixup/runs')).not.toContain('-101500-');
  expect(await runsOf(anna)).toHaveLength(3);
});

test('without a remote it is said where the runs stand', async () => {
  const anna = await person('anna', null);
  await deploy(anna, annasRun);
  await shareRuns(anna.context);
  expect(anna.notices).toEqual([
    'Runs stand in refs/nixup/runs of this repository only: it has no remote. Others see what was deployed from the hosts.',
  ]);
  expect(git(anna.flake, 'ls-tree', '-r', '--name-only', 'refs/nixup/runs')).toContain(annasRun);
});

test('a remote that refuses, or is gone, is told with its own words', async () => {
  const remote = origin();
  const anna = await person('anna', remote);
  await deploy(anna, annasRun);
  const hook = path.join(remote, 'hooks', 'pre-receive');
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\necho "only branches here" >&2\nexit 1\n');
  chmodSync(hook, 0o755);
  await shareRuns(anna.context);
  expect(anna.notices.join('\n')).toMatch(
    /^Runs could not be shared by origin: .*\(pre-receive hook declined\): only branches here\. They stand/,
  );
  anna.notices.length = 0;
  rmSync(remote, { recursive: true });
  await shareRuns(anna.context);
  expect(anna.notices.join('\n')).toMatch(
    /^Runs could not be shared by origin: .*They stand in refs\/nixup\/runs here/,
  );
});

test('a ref of the remote that is no commit is named, with the command that begins it anew', async () => {
  const remote = origin();
  git(remote, 'update-ref', 'refs/nixup/runs', git(remote, 'rev-parse', 'main:flake.nix'));
  const anna = await person('anna', remote);
  await deploy(anna, annasRun);
  await shareRuns(anna.context);
  expect(anna.notices).toEqual([
    `Runs could not be shared by origin: its refs/nixup/runs holds no runs. To begin it anew: git -C ${anna.flake} push origin :refs/nixup/runs. They stand in refs/nixup/runs here, and go there after the next run.`,
  ]);
  git(anna.flake, 'push', '--quiet', 'origin', ':refs/nixup/runs');
  await shareRuns(anna.context);
  expect(git(remote, 'ls-tree', '-r', '--name-only', 'refs/nixup/runs')).toContain(annasRun);
});

test('what others wrote is only taken where it is a journal of a run', async () => {
  const remote = origin();
  const [anna, ben] = [await person('anna', remote), await person('ben', remote)];
  const { flake } = ben;
  const blob = execFileSync('git', ['-C', flake, 'hash-object', '-w', '--stdin'], {
    input: 'no JSON\n{"type":1}\n',
    encoding: 'utf8',
  }).trim();
  const info = [
    `runs/2026-11/${bensRun}.jsonl`,
    'runs/2026-11/..evil.jsonl',
    'runs/x/y.jsonl',
    'records.json',
  ]
    .map((file) => `100644 ${blob}\t${file}\n`)
    .join('');
  const env = { ...process.env, GIT_INDEX_FILE: path.join(flake, 'own-index') };
  execFileSync('git', ['-C', flake, 'update-index', '--add', '--index-info'], { input: info, env });
  const tree = execFileSync('git', ['-C', flake, 'write-tree'], { env, encoding: 'utf8' }).trim();
  const commit = git(
    flake,
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@b',
    'commit-tree',
    tree,
    '-m',
    'x',
  );
  git(flake, 'push', '--quiet', 'origin', `${commit}:refs/nixup/runs`);
  await deploy(anna, annasRun);
  await shareRuns(anna.context);
  expect(await runsOf(anna)).toEqual([`${annasRun} anna@annas-desk`]);
  expect(anna.context.records.badRevisions()).toEqual([]);
});
