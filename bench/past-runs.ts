import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stateFolder } from '../source/services/world/state-folder.ts';

const usualFleet = ['p620', 'razer', 'p510', 'samsung'];
const dayMs = 86_400_000;

const hash = (seed: number, length: number): string => {
  let text = '';
  for (
    let at = seed * 2_654_435_761 + 1;
    text.length < length;
    at = (at * 48_271 + 11) % 2_147_483_647
  )
    text += at.toString(36).slice(-5);
  return text.slice(0, length);
};

const revision = (seed: number): string =>
  Array.from({ length: 5 }, (_, part) =>
    (((seed + 1) * 2_654_435_761 + part * 40_503) >>> 0).toString(16).padStart(8, '0'),
  ).join('');

const system = (host: string, seed: number): string =>
  `/nix/store/${hash(seed, 32)}-nixos-system-${host}-26.05`;

const idOf = (at: number, index: number): string =>
  `${new Date(at).toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)}-${hash(index, 6)}`;

/** Packages that one deploy changes on every host. */
const packagesOfDeploy = 120;

const packagesOf = (deploy: number) =>
  Array.from({ length: packagesOfDeploy }, (_, index) => {
    const name = index === 0 ? 'openssl' : `package${(deploy * 7 + index) % 3_000}`;
    const minor = name === 'openssl' ? deploy : deploy % 40;
    return { name, kind: 'upgraded', old: [`3.${minor}.1`], new: [`3.${minor}.2`] };
  });

const linesOf = (
  index: number,
  at: number,
  run: string,
  hosts: readonly string[],
): readonly object[] => {
  const lock = hash(Math.floor(index / 4), 16);
  const goal = (['update', 'test', 'deploy', 'commit'] as const)[index % 4] ?? 'update';
  const start = {
    type: 'run-started',
    run,
    goal,
    hosts: goal === 'deploy' ? hosts : [],
    tree: hash(index, 40),
    lock,
    by: 'anna@desk',
    at,
  };
  const outcomes = Object.fromEntries(
    hosts.map((host) => [
      host,
      {
        status: 'succeeded',
        from: system(host, index),
        to: system(host, index + 4),
        generation: 100 + Math.floor(index / 4),
        reason: null,
      },
    ]),
  );
  const result = {
    type: 'result',
    run,
    ok: true,
    exitCode: 0,
    hosts: goal === 'deploy' ? outcomes : {},
    commit: goal === 'commit' ? revision(index) : null,
    build: null,
    summary: `${goal} number ${index}`,
    at: at + 90_000,
  };
  const work =
    goal === 'update'
      ? []
      : hosts.flatMap((host) => [
          { type: 'host-worked', host, work: { kind: 'queued' }, at: at + 100 },
          ...(['build', 'copy', 'activate', 'contact', 'health', 'persist'] as const).map(
            (step) => ({
              type: 'host-worked',
              host,
              work: { kind: 'running', step, done: null, expected: null, since: at },
              at: at + 200,
            }),
          ),
          {
            type: 'intended',
            host,
            deed: 'activate',
            from: system(host, index),
            to: system(host, index + 4),
            at: at + 300,
          },
          {
            type: 'achieved',
            host,
            deed: 'activate',
            evidence: 'switch-to-configuration test ended with 0: all well',
            at: at + 400,
          },
        ]);
  const moved =
    goal === 'update'
      ? [
          {
            type: 'inputs-moved',
            lock,
            inputs: [{ input: 'nixpkgs', from: revision(index - 4), to: revision(index) }],
            at: at + 10,
          },
        ]
      : goal === 'deploy'
        ? [
            {
              type: 'packages-moved',
              hosts,
              changes: packagesOf(Math.floor(index / 4)),
              left: 0,
              at: at + 20,
            },
          ]
        : [];
  return [start, ...moved, ...work, result];
};

/** Writes that many runs of a flake to the disk, the last one an hour ago; answers their ids, the oldest first. */
export const writePastRuns = (
  flake: string,
  state: string,
  count: number,
  now = Date.now(),
  hosts: readonly string[] = usualFleet,
): readonly string[] => {
  const folders = { state, cache: state, home: state, runtime: state };
  const runs = path.join(stateFolder({ folders }, flake), 'runs');
  return Array.from({ length: count }, (_, index) => {
    const at = now - 3_600_000 - (count - index) * (dayMs / 4);
    const id = idOf(at, index);
    const folder = path.join(runs, id);
    mkdirSync(folder, { recursive: true });
    const text = linesOf(index, at, id, hosts).map((line) => `${JSON.stringify(line)}\n`);
    writeFileSync(path.join(folder, 'journal.jsonl'), text.join(''));
    return id;
  });
};
