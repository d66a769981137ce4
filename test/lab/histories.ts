import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Commit, stream } from './history-stream.ts';
import { packageFile, packagePath, packages } from './package-names.ts';
import { labSources } from './paths.ts';

/** The histories of the flake's inputs, as streams for `git fast-import`: the same bytes each time, so the same revisions. */
export type History = {
  readonly name: string;
  readonly branches: readonly string[];
  readonly stream: string;
};

/** What the fleet's lock names at first is from `locked`; the branches are at `head`; later commits wait until a test lets them come. */
export const moments = {
  first: '2026-10-18T12:00:00Z',
  second: '2026-11-01T12:00:00Z',
  locked: '2026-11-15T12:00:00Z',
  head: '2026-11-22T12:00:00Z',
} as const;

const seconds = (moment: string): number => Math.floor(Date.parse(moment) / 1000);
const end = seconds('2026-12-20T12:00:00Z');

export function nixpkgsHistory(): History {
  const random = randomNumbers(2605);
  const versions = new Map(packages.map((entry) => [entry.name, entry.version]));
  const count = 3000;
  const begin = end - count * 2700;
  const commits: Commit[] = [
    {
      subject: 'nixpkgs: first commit of the lab',
      author: 'Lab',
      at: begin,
      files: {
        ...treeOf('nixpkgs'),
        ...Object.fromEntries(
          packages.map((entry) => [packagePath(entry.name), packageFile(entry, entry.version)]),
        ),
      },
    },
  ];
  // In every update of the lab: a new kernel, a new systemd, and a database whose data cannot go back.
  const planned = new Map<number, string | undefined>(
    [
      ['2026-11-17T00:00:00Z', 'linux'],
      ['2026-11-18T00:00:00Z', 'postgresql'],
      ['2026-11-19T00:00:00Z', 'systemd'],
    ].map(([moment = '', name]) => [Math.floor((seconds(moment) - begin) / 2700), name] as const),
  );
  for (let index = 1; index < count; index += 1) {
    const name = planned.get(index);
    const drawn = packages[random(packages.length)];
    const entry = packages.find((candidate) => candidate.name === name) ?? drawn;
    if (entry === undefined) continue;
    const before = versions.get(entry.name) ?? entry.version;
    const after = nextVersion(
      before,
      name === undefined ? 2 + random(98) : name === 'postgresql' ? 0 : 10,
    );
    versions.set(entry.name, after);
    const breaking = entry.name === 'postgresql' && before.split('.')[0] !== after.split('.')[0];
    commits.push({
      subject: `${entry.name}: ${before} -> ${after}`,
      ...(breaking
        ? { body: 'BREAKING CHANGE: the data folder has to be migrated before the service starts.' }
        : {}),
      author: authors[random(authors.length)] ?? 'Lab',
      at: begin + index * 2700,
      files: { [packagePath(entry.name)]: packageFile(entry, after) },
    });
  }
  const split = 1000;
  return {
    name: 'nixpkgs',
    branches: ['nixos-26.05', 'nixos-unstable'],
    stream: stream([
      { branch: 'nixos-26.05', commits },
      {
        branch: 'nixos-unstable',
        from: { branch: 'nixos-26.05', index: split },
        commits: commits
          .slice(split + 1)
          .map((commit) => ({ ...commit, body: 'Only on unstable.' })),
      },
    ]),
  };
}

type Input = {
  readonly name: string;
  readonly branch: string;
  readonly perWeek: number;
  readonly inputs?: string;
  readonly breaking?: string;
};

const smallInputs: readonly Input[] = [
  {
    name: 'home-manager',
    branch: 'release-26.05',
    perWeek: 24,
    inputs: 'nixpkgs.url = "git+file:///srv/inputs/nixpkgs?ref=nixos-26.05";',
    breaking: 'programs.git: rename option userName to settings.user.name',
  },
  {
    name: 'stylix',
    branch: 'release-26.05',
    perWeek: 9,
    inputs: 'nixpkgs.url = "git+file:///srv/inputs/nixpkgs?ref=nixos-unstable";',
    breaking: 'stylix!: remove the deprecated option stylix.fonts.serif',
  },
  {
    name: 'agenix',
    branch: 'main',
    perWeek: 2,
    inputs:
      'nixpkgs.url = "git+file:///srv/inputs/nixpkgs?ref=nixos-unstable"; home-manager.url = "git+file:///srv/inputs/home-manager?ref=release-26.05"; home-manager.inputs.nixpkgs.follows = "nixpkgs"; systems.url = "git+file:///srv/inputs/systems?ref=main";',
  },
  {
    name: 'disko',
    branch: 'master',
    perWeek: 7,
    inputs: 'nixpkgs.url = "git+file:///srv/inputs/nixpkgs?ref=nixos-unstable";',
  },
  { name: 'nixos-hardware', branch: 'master', perWeek: 14 },
  { name: 'impermanence', branch: 'main', perWeek: 1 },
  {
    name: 'nix-index-database',
    branch: 'main',
    perWeek: 1,
    inputs: 'nixpkgs.url = "git+file:///srv/inputs/nixpkgs?ref=nixos-unstable";',
  },
  {
    name: 'sops-nix',
    branch: 'master',
    perWeek: 3,
    inputs: 'nixpkgs.url = "git+file:///srv/inputs/nixpkgs?ref=nixos-unstable";',
  },
  {
    name: 'nur',
    branch: 'main',
    perWeek: 90,
    inputs: 'nixpkgs.url = "git+file:///srv/inputs/nixpkgs?ref=nixos-unstable";',
  },
  { name: 'systems', branch: 'main', perWeek: 0 },
];

export function smallHistories(): readonly History[] {
  return smallInputs.map((input, position) => {
    const random = randomNumbers(position + 1);
    const begin = seconds('2026-08-01T12:00:00Z');
    const step = input.perWeek === 0 ? end : Math.floor((7 * 86400) / input.perWeek);
    const commits: Commit[] = [];
    for (let at = begin; at < end; at += step) {
      const number = commits.length + 1;
      const subject =
        number % 17 === 0 && input.breaking !== undefined
          ? input.breaking
          : (subjects[random(subjects.length)] ?? 'Update');
      commits.push({
        subject: number === 1 ? `${input.name}: first commit` : subject,
        author: authors[random(authors.length)] ?? 'Lab',
        at,
        files: {
          ...(number === 1
            ? { 'flake.nix': inputFlake(input), 'module.nix': inputModule(input.name) }
            : {}),
          'version.nix': `"${1 + Math.floor(number / 10)}.${number % 10}"\n`,
        },
      });
    }
    return {
      name: input.name,
      branches: [input.branch],
      stream: stream([{ branch: input.branch, commits }]),
    };
  });
}

const inputFlake = ({ name, inputs = '' }: Input): string => `{
  description = "${name}";
  inputs = { ${inputs} };
  outputs = { self, ... }: { nixosModules.default = import ./module.nix; };
}
`;
const inputModule = (name: string): string => `{ pkgs, ... }:
{
  environment.systemPackages = [ (pkgs.mkPackage { pname = "${name}"; version = import ./version.nix; }) ];
}
`;

function treeOf(folder: string): Record<string, string> {
  const root = path.join(labSources, folder);
  return Object.fromEntries(
    (readdirSync(root, { recursive: true }) as string[])
      .sort()
      .filter((file) => statSync(path.join(root, file)).isFile())
      .map((file) => [file, readFileSync(path.join(root, file), 'utf8')]),
  );
}

function nextVersion(version: string, chance: number): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (chance < 2) return `${major + 1}.0.0`;
  return chance < 20 ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

/** The same numbers each time. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor(state / 65536) % below;
  };
}

const authors = ['Ada Example', 'Bo Sample', 'Chidi Test', 'Dana Probe', 'Nix Update Bot'];
const subjects = [
  'fix: evaluation with strict dependencies',
  'Update documentation',
  'flake.lock: Update',
  'feat: add an option for the state folder',
  'treewide: format',
  'ci: update actions',
  'refactor: split the module',
  'tests: add a case for two disks',
  'fix: wait for the device to settle',
  'Merge pull request #1412 from bo/fix-udev',
];
