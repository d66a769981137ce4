import type { Attributes } from '../../model/lock/lock.ts';
import {
  type InputSource,
  type LockedAt,
  lockedAt,
  type NestedInput,
  newestVersion,
  releaseAt,
} from './input-source.ts';

const onForge =
  (type: 'github' | 'gitlab', owner: string, repo: string) =>
  ({ rev, narHash, lastModified }: LockedAt): Attributes => ({
    type,
    owner,
    repo,
    rev,
    narHash,
    lastModified,
  });

const github = (owner: string, repo: string, ref?: string) => ({
  original: { type: 'github', owner, repo, ...(ref === undefined ? {} : { ref }) },
  locked: onForge('github', owner, repo),
});

const followsNixpkgs: NestedInput = { follows: ['nixpkgs'] };

const nestedGithub = (
  owner: string,
  repo: string,
  at: LockedAt,
  inputs?: Readonly<Record<string, NestedInput>>,
): NestedInput => {
  const { original, locked } = github(owner, repo);
  return { original, locked: locked(at), ...(inputs === undefined ? {} : { inputs }) };
};

/** The repository of the input that is fetched by git. */
export const secretsUrl = 'ssh://git@git.example.org/ada/secrets.git';
const flakehub = 'https://api.flakehub.com/f/pinned/DeterminateSystems';

/** What NixOS itself provides. */
const nixosSources = (stable: string, old: string): readonly InputSource[] => [
  {
    name: 'nixos-hardware',
    ...github('NixOS', 'nixos-hardware', 'master'),
    ages: [35, 26, 19, 12, 4],
    commits: [0, 11, 7, 8, 9],
  },
  {
    name: 'nixpkgs',
    ...github('NixOS', 'nixpkgs', `nixos-${stable}`),
    ages: [32, 24, 17, 10, 1],
    commits: [0, 988, 812, 913, 1204],
  },
  {
    name: 'nixpkgs-stable',
    ...github('NixOS', 'nixpkgs', `nixos-${old}`),
    ages: [34, 34, 34, 34, 1],
    commits: [0, 0, 0, 0, 377],
  },
];

/** What other people provide. */
// Over 60 lines: a table.
const communitySources = (now: number, stable: string): readonly InputSource[] => [
  {
    name: 'agenix',
    ...github('ryantm', 'agenix'),
    ages: [96, 96, 96, 96, 96],
    commits: [0, 0, 0, 0, 0],
    nested: (_version, lock) => ({
      darwin: nestedGithub('nix-darwin', 'nix-darwin', lock('darwin', 140), {
        nixpkgs: { follows: ['agenix', 'nixpkgs'] },
      }),
      'home-manager': nestedGithub('nix-community', 'home-manager', lock('old-home-manager', 150), {
        nixpkgs: { follows: ['agenix', 'nixpkgs'] },
      }),
      nixpkgs: followsNixpkgs,
      systems: nestedGithub('nix-systems', 'default', lock('systems', 900)),
    }),
  },
  {
    name: 'disko',
    ...github('nix-community', 'disko'),
    ages: [41, 27, 27, 13, 13],
    commits: [0, 5, 0, 4, 0],
    nested: () => ({ nixpkgs: followsNixpkgs }),
  },
  {
    name: 'fh',
    original: { type: 'tarball', url: 'https://flakehub.com/f/DeterminateSystems/fh/%2A' },
    firstCount: 741,
    ages: [52, 52, 52, 52, 52],
    commits: [0, 0, 0, 0, 0],
    locked: ({ rev, narHash, lastModified, revCount }) => ({
      type: 'tarball',
      url: `${flakehub}/fh/0.1.26/019a2c4e-7d52-7a30-b0f5-3e1c6a9d8f21/source.tar.gz?rev=${rev}&revCount=${revCount}`,
      rev,
      revCount,
      narHash,
      lastModified,
    }),
    nested: (_version, lock) => ({
      nixpkgs: {
        original: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', ref: 'nixos-unstable' },
        locked: github('NixOS', 'nixpkgs').locked(lock('nixpkgs-of-fh', 61)),
      },
    }),
  },
  {
    name: 'home-manager',
    ...github('nix-community', 'home-manager', `release-${stable}`),
    ages: [33, 25, 18, 11, 2],
    commits: [0, 21, 14, 16, 18],
    nested: () => ({ nixpkgs: followsNixpkgs }),
  },
  {
    name: 'musnix',
    ...github('musnix', 'musnix'),
    ages: [71, 71, 71, 71, 5],
    commits: [0, 0, 0, 0, 3],
    nested: () => ({ nixpkgs: followsNixpkgs }),
  },
  {
    name: 'stylix',
    ...github('nix-community', 'stylix', `release-${stable}`),
    ages: [31, 31, 15, 15, 6],
    commits: [0, 0, 12, 0, 11],
    nested: (version, lock) => ({
      base16: nestedGithub('SenchoPens', 'base16.nix', lock('base16', 210)),
      nixpkgs: {
        original: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', ref: 'nixos-unstable' },
        locked: github('NixOS', 'nixpkgs').locked(stylixNixpkgs(now, version)),
      },
    }),
  },
];

/** What Ada keeps in repositories of her own. */
const ownSources: readonly InputSource[] = [
  {
    name: 'fleet-modules',
    ...github('ada-homelab', 'fleet-modules'),
    ages: [44, 30, 16, 16, 2],
    commits: [0, 3, 2, 0, 4],
    // The newest version takes its status page from somebody else.
    nested: (version, lock) => ({
      nixpkgs: followsNixpkgs,
      'status-page':
        version === newestVersion
          ? nestedGithub('status-page-cdn', 'status-page', lock('status-page-copy', 3))
          : nestedGithub('ada-homelab', 'status-page', lock('status-page', 120)),
    }),
  },
  {
    name: 'secrets',
    original: { type: 'git', url: secretsUrl, ref: 'main' },
    firstCount: 214,
    ages: [38, 29, 29, 14, 3],
    commits: [0, 2, 0, 1, 3],
    locked: ({ rev, narHash, lastModified, revCount }) => ({
      type: 'git',
      url: secretsUrl,
      ref: 'main',
      rev,
      revCount,
      narHash,
      lastModified,
    }),
    nested: () => ({ nixpkgs: followsNixpkgs }),
  },
  {
    name: 'wallpapers',
    original: { type: 'gitlab', owner: 'ada-l', repo: 'wallpapers' },
    locked: onForge('gitlab', 'ada-l', 'wallpapers'),
    flake: false,
    ages: [187, 187, 187, 187, 187],
    commits: [0, 0, 0, 0, 0],
  },
];

/** The inputs of the flake, sorted by name. */
export const inputSources = (now: number): readonly InputSource[] => {
  const { stable, old } = releaseAt(now);
  return [...nixosSources(stable, old), ...communitySources(now, stable), ...ownSources].sort(
    (one, other) => (one.name < other.name ? -1 : 1),
  );
};

/** Age in days of the nixpkgs that stylix brings along. */
export const stylixNixpkgsAge = (version: number): number => {
  if (version < 2) return 55;
  return version < newestVersion ? 29 : 9;
};

export const stylixNixpkgs = (now: number, version: number): LockedAt =>
  lockedAt(now, 'nixpkgs of stylix', stylixNixpkgsAge(version));
