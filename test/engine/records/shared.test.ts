import { execFile, execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Seen, Step } from '../../support/records-user.ts';

// Each step of a user is a process.
const script = new URL('../../support/records-user.ts', import.meta.url).pathname;
const run = promisify(execFile);

/** The user and group of `nobody`, and of a third one. */
const nobody = 65_534;
const third = 65_533;
const me = process.getuid?.() ?? 0;

const as = (user: number): readonly string[] =>
  user === me
    ? []
    : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--no-new-privs'];

/** Why two users cannot be tried here; null where they can. */
const noUsers = (): string | null => {
  if (me !== 0) return 'only root can become another user';
  try {
    execFileSync('setpriv', [...as(nobody).slice(1), 'test', '-r', script]);
    execFileSync('setpriv', [...as(nobody).slice(1), process.execPath, '--version']);
    return null;
  } catch {
    return 'another user cannot read this repository, or there is no setpriv';
  }
};

let top: string;
let flake: string;
beforeEach(async () => {
  top = await mkdtemp(path.join(os.tmpdir(), 'nixup-shared-'));
  await chmod(top, 0o755);
  flake = path.join(top, 'fleet');
  await mkdir(flake);
});
afterEach(async () => {
  await rm(top, { recursive: true });
});

const gitFolder = (): string => path.join(flake, '.git');
const shared = (name = ''): string => path.join(gitFolder(), 'nixup', name);
const own = (user: number): string => path.join(top, `state-${user}`);

const git = (...args: readonly string[]): void => {
  execFileSync('git', ['-c', 'safe.directory=*', '-C', flake, ...args], { stdio: 'ignore' });
};

const giveAll = (user: number, to = flake): void => {
  execFileSync('chown', ['-R', `${user}:${user}`, to]);
};

/** A nixup of a user, with a home and a state folder of its own. */
const nixup = async (user: number, ...steps: readonly Step[]): Promise<Seen> => {
  await mkdir(own(user), { recursive: true });
  await chown(own(user), user, user);
  const [file = '', ...args] = [
    ...as(user),
    process.execPath,
    script,
    flake,
    own(user),
    JSON.stringify(steps),
  ];
  const { stdout } = await run(file, args, {
    env: { PATH: process.env['PATH'], HOME: own(user), XDG_STATE_HOME: own(user) },
  });
  const seen: Seen = JSON.parse(stdout);
  return seen;
};

const reason = noUsers();
describe.skipIf(reason !== null)(
  `root and a person with one checkout${reason === null ? '' : ` (${reason})`}`,
  () => {
    beforeEach(() => {
      git('init');
      giveAll(nobody);
    });

    test('what one records the other sees, and everything in the git folder is the person’s', async () => {
      await nixup(
        0,
        ['setback', 'razer', '/a', 1],
        ['sick', 'p620', '/a', 2],
        ['owe', 'main', 'c', 3],
      );
      const person = await nixup(nobody, ['accept', 'p620'], ['deploy', 'p510', '/b', 4]);
      expect(person).toMatchObject({
        place: 'open',
        told: [],
        failures: [],
        setbacks: ['razer /a'],
        sick: [],
        owed: 'c',
      });
      // A rollback by the person, which the timer must not undo.
      await nixup(nobody, ['setback', 'p510', '/c', 5], ['pushed', 'main']);
      const timer = await nixup(0, ['deploy', 'samsung', '/d', 6]);
      expect(timer).toMatchObject({
        told: [],
        deploys: { p510: '/b', samsung: '/d' },
        setbacks: ['razer /a', 'p510 /c'],
        sick: [],
        owed: null,
      });
      const names = await readdir(shared());
      expect(names.sort()).toEqual([
        'deploys.json',
        'owed-push.json',
        'setbacks.json',
        'sicknesses.json',
      ]);
      for (const name of ['', ...names]) expect((await stat(shared(name))).uid).toBe(nobody);
      expect((await stat(shared())).mode & 0o777).toBe((await stat(gitFolder())).mode & 0o755);
      expect((await stat(shared('deploys.json'))).mode & 0o133).toBe(0);
      expect(await readdir(own(0))).toEqual([]);
    });

    test('both write at once, and no record is lost', async () => {
      const many = (user: number): Step[] =>
        Array.from({ length: 10 }, (_, index) => ['setback', `h${index}`, `/${user}`, index]);
      await Promise.all([0, nobody, 0, nobody].map((user) => nixup(user, ...many(user))));
      const { setbacks, failures } = await nixup(nobody);
      expect(failures).toEqual([]);
      expect([...setbacks].sort()).toEqual(
        [0, nobody].flatMap((user) => many(user).map((step) => `${step[1]} /${user}`)).sort(),
      );
      expect(await readdir(shared())).toEqual(['setbacks.json']);
    });

    test('a link in the place of the folder is not followed by root, and said', async () => {
      const secret = path.join(top, 'secret');
      await mkdir(secret);
      await symlink(secret, path.join(gitFolder(), 'nixup'));
      const { place, told, deploys } = await nixup(0, ['deploy', 'p620', '/a', 1]);
      expect(place).toBe('refused');
      expect(told).toEqual([
        `${path.join(gitFolder(), 'nixup')} is not used: it is a symbolic link, and is not followed. Records are kept in ${own(0)}, and other users of this checkout do not see them. Remove what stands there.`,
      ]);
      expect(deploys).toEqual({ p620: '/a' });
      expect(await readdir(secret)).toEqual([]);
      expect((await stat(secret)).uid).toBe(0);
    });

    test('a link in the place of a file is neither read nor written through, and said', async () => {
      const secret = path.join(top, 'secret');
      await writeFile(secret, '[]');
      await nixup(nobody, ['setback', 'p620', '/a', 1]);
      await symlink(secret, shared('deploys.json'));
      const { told, deploys } = await nixup(0, ['deploy', 'p620', '/a', 1]);
      expect(told).toEqual([expect.stringContaining('it is a symbolic link, and is not followed')]);
      expect(deploys).toEqual({ p620: '/a' });
      expect(await readFile(secret, 'utf8')).toBe('[]');
      expect(await stat(secret)).toMatchObject({ uid: 0 });
      expect((await lstat(shared('deploys.json'))).isFile()).toBe(true);
    });

    test('a folder of a third user is not used, and said', async () => {
      await mkdir(shared());
      await chown(shared(), third, third);
      const { place, told } = await nixup(0, ['deploy', 'p620', '/a', 1]);
      expect(place).toBe('refused');
      expect(told).toEqual([expect.stringContaining(`it belongs to user ${third}`)]);
      expect(await readdir(shared())).toEqual([]);
    });

    test('a file of a third user is not read, and said', async () => {
      await nixup(nobody, ['deploy', 'p620', '/a', 1]);
      await chown(shared('deploys.json'), third, third);
      const { told, deploys } = await nixup(0);
      expect(told).toEqual([expect.stringContaining(`it belongs to user ${third}`)]);
      expect(deploys).toEqual({});
    });

    test('who cannot write there reads what is there, keeps his own beside, and is told once', async () => {
      await nixup(nobody, ['setback', 'razer', '/a', 1], ['sick', 'p620', '/a', 1]);
      const alone = await nixup(
        third,
        ['setback', 'razer', '/b', 2],
        ['accept', 'p620'],
        ['deploy', 'p510', '/b', 3],
      );
      expect(alone).toMatchObject({
        place: 'closed',
        failures: [],
        setbacks: ['razer /a', 'razer /b'],
        sick: [],
        deploys: { p510: '/b' },
      });
      expect(alone.told).toEqual([
        expect.stringMatching(
          new RegExp(
            `cannot write to ${path.join(gitFolder(), 'nixup')}, .* is kept in ${own(third)}: other users`,
          ),
        ),
      ]);
      const later = await nixup(third);
      expect(later).toMatchObject({ told: [], sick: [], setbacks: ['razer /a', 'razer /b'] });
      expect(await nixup(nobody)).toMatchObject({ setbacks: ['razer /a'], sick: ['p620'] });
      // A newer sickness of the same host is another one.
      await nixup(nobody, ['sick', 'p620', '/c', Date.now() + 60_000]);
      expect((await nixup(third)).sick).toEqual(['p620']);
    });

    test('a git folder that nobody may write is read, and its owner keeps his own beside', async () => {
      await nixup(0, ['setback', 'razer', '/a', 1]);
      await chmod(shared(), 0o555);
      const closed = await nixup(nobody, ['setback', 'p620', '/b', 2]);
      expect(closed).toMatchObject({ place: 'closed', setbacks: ['razer /a', 'p620 /b'] });
      expect(closed.told).toHaveLength(1);
      // As soon as it can be written again, what was kept beside is brought in.
      await chmod(shared(), 0o755);
      expect(await nixup(nobody)).toMatchObject({ place: 'open', told: [] });
      expect((await nixup(0)).setbacks).toEqual(['razer /a', 'p620 /b']);
    });

    test('in a repository that a group shares its members replace the files of each other', async () => {
      git('config', 'core.sharedRepository', 'group');
      execFileSync('chown', ['-R', `0:${third}`, flake]);
      execFileSync('chmod', ['-R', 'g+ws', flake]);
      await nixup(0, ['deploy', 'p620', '/a', 1]);
      expect(await stat(shared())).toMatchObject({ uid: 0, gid: third });
      expect((await stat(shared())).mode & 0o2775).toBe(0o2775);
      expect((await stat(shared('deploys.json'))).mode & 0o777).toBe(0o664);
      const member = await nixup(third, ['deploy', 'p620', '/b', 2]);
      expect(member).toMatchObject({ place: 'open', told: [], deploys: { p620: '/b' } });
      expect(await stat(shared('deploys.json'))).toMatchObject({ uid: third, gid: third });
      expect((await nixup(0)).deploys).toEqual({ p620: '/b' });
      expect((await nixup(nobody)).place).toBe('closed');
    });
  },
);

describe('one user', () => {
  test('what his own folder has from before is brought in once, and by record the newer wins', async () => {
    git('init');
    const text = (...records: readonly object[]): string => JSON.stringify(records);
    const deploy = (host: string, toplevel: string, at: number): object => ({
      ...{ host, toplevel, at, run: 'r', from: null, fromGeneration: null, generation: null },
    });
    await mkdir(own(me));
    await mkdir(shared());
    const before = text(deploy('p620', '/old', 1), deploy('razer', '/new', 9), { host: 5 });
    await writeFile(path.join(own(me), 'deploys.json'), before);
    await writeFile(
      path.join(own(me), 'owed-push.json'),
      JSON.stringify({ branch: 'main', revision: 'c', at: 1, reason: 'offline' }),
    );
    await writeFile(
      shared('deploys.json'),
      text(deploy('p620', '/b', 5), deploy('razer', '/a', 5)),
    );
    expect(await nixup(me)).toMatchObject({
      deploys: { p620: '/b', razer: '/new' },
      owed: 'c',
    });
    expect(JSON.parse(await readFile(shared('deploys.json'), 'utf8'))).toContainEqual({ host: 5 });
    // Nothing is deleted, and what is settled later does not come back.
    const kept = (await readdir(own(me))).find((name) => name.startsWith('deploys.json.shared-'));
    expect(await readFile(path.join(own(me), kept ?? ''), 'utf8')).toBe(before);
    await nixup(me, ['pushed', 'main']);
    expect((await nixup(me)).owed).toBeNull();
  });

  test('records of an earlier version are brought in whole', async () => {
    git('init');
    const fixture = new URL('../../fixtures/records/state/flakes/fleet', import.meta.url).pathname;
    execFileSync('cp', ['-r', fixture, own(me)]);
    const seen = await nixup(me);
    expect(seen.told).toEqual([]);
    expect(Object.keys(seen.deploys).length).toBeGreaterThan(0);
    for (const name of [
      'evaluations.json',
      'deploys.json',
      'baselines.json',
      'pending.json',
      'bad-revisions.json',
    ])
      expect(JSON.parse(await readFile(shared(name), 'utf8'))).toHaveLength(
        JSON.parse(await readFile(path.join(fixture, name), 'utf8')).length,
      );
    expect(await readdir(own(me))).toContain('identities.json');
  });

  test('a damaged file is told, left aside, and the next one is whole', async () => {
    git('init');
    await mkdir(shared());
    await writeFile(shared('deploys.json'), '[{"host"');
    const { told, deploys } = await nixup(me, ['deploy', 'p620', '/a', 1]);
    expect(told).toEqual([expect.stringContaining(`${shared('deploys.json')} is damaged`)]);
    expect(deploys).toEqual({ p620: '/a' });
    expect((await readdir(shared())).filter((name) => name.includes('.damaged-'))).toHaveLength(1);
  });

  test('a flake without git keeps its records in the folder of the user, and nothing is said', async () => {
    const seen = await nixup(me, ['deploy', 'p620', '/a', 1]);
    expect(seen).toMatchObject({ place: 'none', told: [], deploys: { p620: '/a' } });
    expect(await readdir(own(me))).toEqual(['deploys.json']);
  });

  test('another worktree, and another flake of the repository, have records of their own', async () => {
    git('init');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--allow-empty', '-m', 'x');
    git('worktree', 'add', path.join(top, 'other'));
    await nixup(me, ['deploy', 'p620', '/a', 1]);
    const first = flake;
    flake = path.join(top, 'other');
    expect((await nixup(me, ['deploy', 'razer', '/b', 1])).deploys).toEqual({ razer: '/b' });
    flake = path.join(first, 'nested');
    await mkdir(flake);
    expect(await nixup(me)).toMatchObject({ place: 'open', deploys: {} });
    flake = first;
    expect((await nixup(me)).deploys).toEqual({ p620: '/a' });
    expect(await readdir(path.join(gitFolder(), 'worktrees/other/nixup'))).toEqual([
      'deploys.json',
    ]);
  });
});
