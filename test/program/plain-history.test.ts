import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writePastRuns } from '../../bench/past-runs.ts';
import { stateFolder } from '../../source/services/world/state-folder.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');

test('the run that brought a version is found without git, and beside a lock that cannot be read', () => {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'nixup-plain-history-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const flake = path.join(root, 'flake');
  const bin = path.join(root, 'bin');
  const asked = path.join(root, 'asked');
  mkdirSync(flake);
  mkdirSync(bin);
  writeFileSync(path.join(flake, 'flake.nix'), '{ outputs = _: { }; }\n');
  writeFileSync(path.join(flake, 'flake.lock'), 'no lock');
  writeFileSync(path.join(bin, 'git'), `#!/bin/sh\necho "$@" >>'${asked}'\nexit 1\n`, {
    mode: 0o755,
  });
  const ids = writePastRuns(flake, path.join(root, 'state', 'nixup'), 70, Date.now(), ['host0']);
  const answer = spawnSync(
    process.execPath,
    [program, 'history', '--package', 'openssl@3.5.2', '--json'],
    {
      cwd: flake,
      env: {
        ...process.env,
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        XDG_STATE_HOME: path.join(root, 'state'),
        XDG_CACHE_HOME: root,
      },
      encoding: 'utf8',
    },
  );
  expect(answer.status).toBe(0);
  const document: { readonly recorded: number; readonly brought: readonly { run: string }[] } =
    JSON.parse(answer.stdout);
  expect(document.recorded).toBe(70);
  expect(document.brought.map(({ run }) => run)).toHaveLength(1);
  expect(ids).toContain(document.brought[0]?.run);
  expect(existsSync(asked)).toBe(false);
});

test.each([
  4, 60,
])('the list of the runs of %i hosts is the same by the index alone and by the engine, and follows each journal', (hosts) => {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'nixup-plain-history-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const flake = path.join(root, 'flake');
  mkdirSync(flake);
  writeFileSync(path.join(flake, 'flake.nix'), '{ outputs = _: { }; }\n');
  execFileSync('git', ['init', '--quiet', flake]);
  const state = path.join(root, 'state', 'nixup');
  const ids = writePastRuns(
    flake,
    state,
    70,
    Date.now(),
    Array.from({ length: hosts }, (_, index) => `host${index}`),
  );
  const env = { ...process.env, XDG_STATE_HOME: path.join(root, 'state'), XDG_CACHE_HOME: root };
  const history = (...words: readonly string[]): string =>
    spawnSync(process.execPath, [program, 'history', ...words], {
      cwd: flake,
      env,
      encoding: 'utf8',
    }).stdout;

  // `--plain` is read by the engine alone.
  const byEngine = [history('--plain'), history('--plain', '--json')];
  expect(byEngine[0]?.split('\n')).toHaveLength(70 + 4);
  expect([history(), history('--json')]).toEqual(byEngine);
  for (const host of ['host3', 'nobody'])
    expect(history('--host', host)).toBe(history('--plain', '--host', host));

  const folders = { state, cache: state, home: state, runtime: state };
  const newest = path.join(
    stateFolder({ folders }, flake),
    'runs',
    ids.at(-1) ?? '',
    'journal.jsonl',
  );
  appendFileSync(newest, 'half a li');
  expect(JSON.parse(history('--json')).runs[0]).toMatchObject({ isCut: true });
  expect(history()).toBe(history('--plain'));
});
