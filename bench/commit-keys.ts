import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { git, makeScratch, openLockScreen, reportTimes } from './lock-screen.ts';

/**
 * How fast the view of a lock answers keys while the commits of its inputs are
 * read: four remotes on this disk, 10,000 commits each between the locked
 * revisions. Measured as in `lock-keys.ts`.
 */
const inputs = ['alpha', 'beta', 'gamma', 'delta'] as const;
const commits = 10_000;

/** A history for `git fast-import`, one file that each commit writes again. */
const history = (): string =>
  Array.from({ length: commits + 1 }, (_, index) => {
    const subject = `${index % 500 === 0 ? 'feat!: ' : ''}change ${index} of the module of something`;
    return [
      'commit refs/heads/main',
      `committer B <b@example.org> ${1_764_000_000 + index * 60} +0000`,
      `data ${subject.length}`,
      subject,
      'M 644 inline file',
      `data ${String(index).length}`,
      String(index),
      '',
    ].join('\n');
  }).join('\n');

const scratch = makeScratch();
const text = history();

interface Remote {
  readonly name: string;
  readonly url: string;
  readonly first: string;
  readonly last: string;
}

const revision = (folder: string, name: string): string =>
  execFileSync('git', ['-C', folder, 'rev-parse', name], { encoding: 'utf8' }).trim();

const remotes = inputs.map((name): Remote => {
  const folder = path.join(scratch, name);
  mkdirSync(folder);
  git(folder, ['init', '-q', '--bare', '--initial-branch=main']);
  git(folder, ['fast-import', '--quiet'], text);
  return {
    name,
    url: `file://${folder}`,
    first: revision(folder, `main~${commits}`),
    last: revision(folder, 'main'),
  };
});

const lockAt = (end: 'first' | 'last'): string => {
  const nodes = remotes.map((remote) => [
    remote.name,
    {
      flake: false,
      locked: {
        lastModified: 1_764_000_000 + (end === 'first' ? 0 : commits * 60),
        narHash: `sha256-${end}`,
        ref: 'main',
        rev: remote[end],
        type: 'git',
        url: remote.url,
      },
      original: { ref: 'main', type: 'git', url: remote.url },
    },
  ]);
  const root = { inputs: Object.fromEntries(inputs.map((name) => [name, name])) };
  return `${JSON.stringify({ nodes: Object.fromEntries([...nodes, ['root', root]]), root: 'root', version: 7 }, null, 2)}\n`;
};

const screen = openLockScreen(
  scratch,
  { committed: lockAt('first'), now: lockAt('last') },
  'alpha',
);
try {
  await screen.until('the view Fleet', (output) => output.includes('Fleet'));
  screen.press('2');
  await screen.until('the list of the lock', (output) => output.includes('alpha'));
  process.stdout.write(`view of a lock, ${inputs.length} inputs of ${commits} commits each\n`);
  const meanwhile: number[] = [];
  while (!screen.drew('10,000')) meanwhile.push(...(await screen.timesOf(2, 'k', 'j')));
  reportTimes(`until the first is read`, meanwhile);
  reportTimes('while the rest is read', await screen.timesOf(100, 'k', 'j'));
} finally {
  await screen.close();
}
