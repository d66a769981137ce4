import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { hasTools } from '../support/needs.ts';
import { openProgram } from './screen-program.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');
const hasNix = hasTools(import.meta.filename, 'nix');

const top = mkdtempSync(path.join(tmpdir(), 'nixup-inputs-'));
afterAll(() => {
  // The store makes its paths read-only.
  spawnSync('chmod', ['-R', 'u+w', top]);
  rmSync(top, { recursive: true, force: true });
});

let count = 0;
let folder = '';
beforeEach(() => {
  count += 1;
  folder = path.join(top, String(count));
  mkdirSync(folder);
});

const environment = (): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  NIX_CONFIG:
    'experimental-features = nix-command flakes\nsubstituters =\nsandbox = false\nbuild-users-group =\n',
  NIX_STORE_DIR: path.join(top, 'store'),
  NIX_STATE_DIR: path.join(top, 'nix-state'),
  NIX_LOG_DIR: path.join(top, 'log'),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  NO_COLOR: '1',
  XDG_STATE_HOME: path.join(folder, 'state'),
  XDG_CACHE_HOME: path.join(folder, 'cache'),
});

const git = (where: string, args: readonly string[], day?: string): string =>
  execFileSync('git', ['-c', 'init.defaultBranch=main', ...args], {
    cwd: path.join(folder, where),
    encoding: 'utf8',
    stdio: 'pipe',
    env: {
      ...environment(),
      ...(day === undefined
        ? {}
        : { GIT_AUTHOR_DATE: `${day}T12:00:00Z`, GIT_COMMITTER_DATE: `${day}T12:00:00Z` }),
    },
  }).trim();

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
};

const nixup = (...args: readonly string[]): { status: number | null; text: string } => {
  const ended = spawnSync(process.execPath, [program, ...args], {
    cwd: path.join(folder, 'fleet'),
    encoding: 'utf8',
    env: environment(),
  });
  return { status: ended.status, text: ended.stdout + ended.stderr };
};

const nix = (...args: readonly string[]): string =>
  execFileSync('nix', args, {
    cwd: path.join(folder, 'fleet'),
    encoding: 'utf8',
    stdio: 'pipe',
    env: environment(),
  }).trim();

const lockText = (): string => readFileSync(path.join(folder, 'fleet/flake.lock'), 'utf8');

const lockedRevision = (name: string): string => {
  const lock: { nodes: Record<string, { locked?: { rev?: string } }> } = JSON.parse(lockText());
  return lock.nodes[name]?.locked?.rev ?? '';
};

/** An input with a commit on each of these days, the number of the commit as its value. */
const makeInput = (name: string, days: readonly string[]): readonly string[] => {
  mkdirSync(path.join(folder, name));
  git(name, ['init', '--quiet']);
  return days.map((day, index) => {
    write(`${name}/flake.nix`, `{ outputs = _: { value = ${index + 1}; }; }\n`);
    git(name, ['add', '--all']);
    git(name, ['commit', '--quiet', '--message', `${index + 1}`], day);
    return git(name, ['rev-parse', 'HEAD']);
  });
};

const makeFleet = (inputs: string, value: string, more = ''): void => {
  write(
    'fleet/flake.nix',
    `{ inputs = { ${inputs} }; outputs = all: { value = ${value}; ${more} }; }\n`,
  );
  git('fleet', ['init', '--quiet']);
  git('fleet', ['add', '--all']);
  git('fleet', ['commit', '--quiet', '--message=start']);
  nix('flake', 'lock');
  git('fleet', ['add', '--all']);
  git('fleet', ['commit', '--quiet', '--message=lock']);
};

test.skipIf(!hasNix)('a lock that git ignores is told as that, and the command shows it', () => {
  makeInput('a', ['2026-11-01']);
  makeFleet(`a.url = "git+file://${folder}/a";`, 'all.a.value');
  write('fleet/.gitignore', '# mine\nflake.lock\n');
  git('fleet', ['rm', '--quiet', '--cached', 'flake.lock']);
  git('fleet', ['add', '.gitignore']);
  git('fleet', ['commit', '--quiet', '--message=ignored']);
  const refused = nixup('update');
  expect(refused.status).toBe(1);
  expect(refused.text).toContain(
    'flake.lock is there, but git ignores it (.gitignore:2: flake.lock)',
  );
  const board = nixup('check');
  expect(board.text.replaceAll(/\s+/g, ' ')).toContain(
    'flake.lock is there, but git ignores it (.gitignore:2: flake.lock)',
  );
  expect(nixup('commit', '--yes').text).toContain('git ignores it (.gitignore:2: flake.lock)');
  const [command] =
    /git -C \S+ add --force --intent-to-add -- flake\.lock/.exec(refused.text) ?? [];
  execFileSync('sh', ['-c', command ?? 'false'], { env: environment() });
  expect(nixup('update').status).toBe(0);
});

test.skipIf(!hasNix)(
  'an input is taken to the end of a day, and to a revision; others move on',
  () => {
    const a = makeInput('a', ['2026-11-01', '2026-11-10', '2026-11-20']);
    const b = makeInput('b', ['2026-11-02', '2026-11-03']);
    git('b', ['tag', '--annotate', '--message=one', 'v1', b[0] ?? '']);
    git('b', ['reset', '--quiet', '--hard', b[0] ?? '']);
    makeFleet(
      `a.url = "git+file://${folder}/a"; b.url = "git+file://${folder}/b";`,
      'all.a.value * 10 + all.b.value',
    );
    git('b', ['reset', '--quiet', '--hard', b[1] ?? '']);
    const before = lockText();
    const mixed = nixup('update', 'a@2026-11-12', 'b');
    expect(mixed.text).toContain('2026-11-12 is commit');
    expect(mixed.text).toContain('of 2026-11-10 of main');
    expect(mixed.text).not.toContain('Did not move');
    expect(mixed.status).toBe(0);
    expect([lockedRevision('a'), lockedRevision('b')]).toEqual([a[1], b[1]]);
    // Nix takes it as it is, and builds with exactly that.
    const written = lockText();
    expect(nix('eval', '--no-update-lock-file', '.#value')).toBe('22');
    nix('flake', 'lock');
    expect(lockText()).toBe(written);
    const diff = nixup('diff');
    expect(diff.text).toContain(`chosen: 2026-11-12 (main has ${a[2]?.slice(0, 7)})`);
    expect(nixup('diff', '--markdown').text).toContain('chosen: 2026-11-12');
    expect(JSON.parse(nixup('diff', '--json').text).changes[0].chosen).toMatchObject({
      wish: '2026-11-12',
      tip: a[2],
      onBranch: true,
    });
    expect(nixup('revert', '--undo').status).toBe(0);
    expect(lockText()).toBe(before);
    // What can be no revision is a wrong command line; what there is not is refused.
    for (const word of ['a@', 'a@2026-02-30', 'a@-x', 'a@x..y', 'a@2999-01-01'])
      expect([word, nixup('update', word).status]).toEqual([word, 2]);
    expect(nixup('update', 'a@v1', 'a@v2').status).toBe(2);
    expect(nixup('update', 'a@v9').status).toBe(1);
    expect(lockText()).toBe(before);
    // By tag, and by the beginning of a hash.
    expect(nixup('update', 'b@v1', `a@${a[0]?.slice(0, 8)}`).status).toBe(0);
    expect([lockedRevision('a'), lockedRevision('b')]).toEqual([a[0], b[0]]);
    expect(nixup('revert', 'a').status).toBe(0);
    expect(lockedRevision('a')).toBe(a[2]);
    // What was chosen is held where it is; an update of everything moves on what is not.
    expect(nixup('update', 'a@2026-11-01').status).toBe(0);
    expect(nixup('hold', 'a', '--reason', 'works').text).toContain('at the chosen revision');
    expect(lockedRevision('a')).toBe(a[0]);
    expect(nixup('update').status).toBe(0);
    expect([lockedRevision('a'), lockedRevision('b')]).toEqual([a[0], b[1]]);
    expect(nixup('hold', 'a', '--release').status).toBe(0);
    expect(nixup('update').status).toBe(0);
    expect(lockedRevision('a')).toBe(a[2]);
  },
);

test.skipIf(!hasNix)(
  'a commit that no branch has is taken and said to be so; plain files and names in quotes too',
  () => {
    const a = makeInput('a', ['2026-11-01', '2026-11-10']);
    git('a', ['checkout', '--quiet', '-b', 'side', a[0] ?? '']);
    write('a/flake.nix', '{ outputs = _: { value = 7; }; }\n');
    git('a', ['commit', '--quiet', '--all', '--message=side']);
    const side = git('a', ['rev-parse', 'HEAD']);
    git('a', ['checkout', '--quiet', 'main']);
    const c = makeInput('c', ['2026-11-01', '2026-11-10']);
    makeFleet(
      `a.url = "git+file://${folder}/a"; plain = { url = "git+file://${folder}/c"; flake = false; }; "c-1.2".url = "git+file://${folder}/c";`,
      'all.a.value',
    );
    const taken = nixup('update', `a@${side}`, `plain@${c[0]}`, 'c-1.2@2026-11-05');
    expect(taken.text).toContain('which main does not have');
    expect(taken.status).toBe(0);
    expect(lockedRevision('a')).toBe(side);
    // Nix up to 2.8 takes `allRefs=1` for a part of the url.
    expect(lockText()).not.toContain('allRefs=');
    expect(lockedRevision('plain')).toBe(c[0]);
    expect(lockedRevision('c-1.2')).toBe(c[0]);
    expect(nix('eval', '--no-update-lock-file', '.#value')).toBe('7');
  },
);

test.skipIf(!hasNix)(
  'an input is taken to a day by a key of its row, and the commit says so',
  async () => {
    const a = makeInput('a', ['2026-11-01', '2026-11-10', '2026-11-20']);
    makeFleet(
      `a.url = "git+file://${folder}/a";`,
      'all.a.value',
      `nixosConfigurations.p620.config.system.build.toplevel = derivation { name = "p620"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo \${toString all.a.value} > $out" ]; };`,
    );
    const screen = openProgram({
      words: ['--flake', path.join(folder, 'fleet')],
      folder,
      env: environment(),
    });
    await screen.waitFor('Lock');
    screen.write('2');
    await screen.waitFor('is at its newest revision');
    screen.write('.');
    await screen.waitFor('a day (2026-11-20), a hash, a tag or a branch');
    screen.write('2026-11-12\r');
    await screen.waitFor(`chosen: 2026-11-12 (main has ${a[2]?.slice(0, 7)})`);
    await screen.waitFor('✓ update');
    await screen.close();
    expect(lockedRevision('a')).toBe(a[1]);
    expect(nixup('test').status).toBe(0);
    expect(nixup('commit', '--yes').status).toBe(0);
    const message = git('fleet', ['log', '-1', '--format=%B']).replaceAll(/\s+/g, ' ');
    expect(message).toContain(`chosen: 2026-11-12 (main has ${a[2]?.slice(0, 7)})`);
  },
);

test.skipIf(!hasNix)('what cannot be chosen is refused in words, and nothing moves', () => {
  makeInput('a', ['2026-11-01', '2026-11-10']);
  makeInput('d', ['2026-11-01']);
  makeFleet(
    `a.url = "git+file://${folder}/a"; p = { url = "path:${folder}/d"; flake = false; }; f.follows = "a"; pin.url = "git+file://${folder}/d?rev=${git('d', ['rev-parse', 'HEAD'])}";`,
    'all.a.value',
  );
  const before = lockText();
  for (const [word, words] of [
    ['a@2026-02-30', '2026-02-30 is no day'],
    ['a@2999-01-01', '2999-01-01 has not come yet'],
    ['a@2026-10-01', 'main had no commit on 2026-10-01: it begins on 2026-11-01'],
    ['a@', 'behind the @ stands nothing'],
    ['a@--upload-pack=x', 'is neither a revision nor a day'],
    ['a@nowhere', 'has no branch, tag or commit nowhere'],
    [`a@${'0'.repeat(40)}`, 'has no branch, tag or commit'],
    ['p@2026-11-05', 'which has no revisions'],
    ['f@2026-11-05', 'it follows a'],
    ['pin@2026-11-05', 'flake.nix pins it'],
    ['gone@2026-11-05', 'gone'],
  ] as const) {
    const refused = nixup('update', word);
    expect(refused.text, word).toContain(words);
    expect(refused.status, word).not.toBe(0);
    expect(lockText(), word).toBe(before);
  }
});

test.skipIf(!hasNix)('submodules are read where --flake asks for them', () => {
  mkdirSync(path.join(folder, 'hosts'));
  git('hosts', ['init', '--quiet']);
  write(
    'hosts/all.nix',
    '{ p620 = { config.system.build.toplevel = derivation { name = "p620"; system = "x86_64-linux"; builder = "/bin/sh"; }; }; }\n',
  );
  git('hosts', ['add', '--all']);
  git('hosts', ['commit', '--quiet', '--message=hosts']);
  write('fleet/flake.nix', '{ outputs = _: { nixosConfigurations = import ./hosts/all.nix; }; }\n');
  git('fleet', ['init', '--quiet']);
  git('fleet', [
    '-c',
    'protocol.file.allow=always',
    'submodule',
    '--quiet',
    'add',
    `${folder}/hosts`,
    'hosts',
  ]);
  git('fleet', ['add', '--all']);
  git('fleet', ['commit', '--quiet', '--message=start']);
  // Nix starts git for the submodule, which is on this machine.
  write('.gitconfig', '[protocol "file"]\n\tallow = always\n');
  const without = nixup('status');
  expect(without.status).toBe(1);
  expect(without.text).toContain('hosts/all.nix is there, but it is in the submodule hosts');
  for (const flake of ['.?submodules=1', `git+file://${folder}/fleet?submodules=1`]) {
    const ended = nixup('status', '--flake', flake);
    expect(ended.text, flake).toContain('p620');
    expect(ended.text, flake).not.toContain('is there, but');
  }
});
