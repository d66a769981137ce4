import { lockedAt } from '../data/input-source.ts';
import { numberFor, revisionFor } from '../process/hash.ts';

export interface DemoSubject {
  readonly revision: string;
  readonly subject: string;
  readonly author: string;
  /** What the message says below its subject. */
  readonly body: string;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** Subjects as they are written in each repository, the newest last. */
const subjects: Readonly<Record<string, readonly string[]>> = {
  nixpkgs: [
    'linux_6_18: 6.18.19 -> 6.18.24',
    'mesa: 26.1.1 -> 26.1.2',
    'grafana: 13.0.2 -> 14.0.0',
    'prometheus: 3.10.0 -> 3.10.1',
    'immich: 2.8.1 -> 2.9.0',
    'nixos/immich: require vectorchord',
    'openssh: 10.3p1 -> 10.4p1',
    'systemd: 260.2 -> 260.3',
    'openssl: 3.6.2 -> 3.6.3',
    'firefox: 152.0 -> 152.0.1',
    'ollama: 0.18.1 -> 0.18.3',
    'nixos/grafana: fix the default of the secret key',
    'python3Packages.pydantic: 2.14.0 -> 2.14.1',
    'gnome-shell: 50.2 -> 50.3',
    'plexmediaserver: 1.43.1 -> 1.43.2',
    'rust: 1.96.0 -> 1.97.0',
    'nixos/tests/prometheus: wait for the port',
    'pipewire: 1.6.4 -> 1.6.5',
    'treewide: use lib.getExe',
    'vscode: 1.121.0 -> 1.121.1',
    'nixos/release-notes: mention grafana 14',
    'ffmpeg: apply patch for CVE-2026-40113',
    'chromium: 156.0.7711.82 -> 156.0.7711.99',
    'Merge master into staging-next',
  ],
  'home-manager': [
    'firefox: profiles are made before extensions',
    'git: support for allowed signers',
    'zsh: fix history.ignorePatterns',
    'tests: less IFD',
    'flake.lock: Update',
    'ghostty: validate the configuration',
    'news: mention the new default of programs.ssh',
    'ssh: BREAKING remove the default match block',
  ],
  musnix: [
    'rt: 6.18.19-rt4 -> 6.18.24-rt5',
    'kernel: drop the patch for old gcc',
    'README: the new kernels',
  ],
  'nixos-hardware': [
    'razer/blade: enable the battery limit',
    'framework/13-inch: fix suspend on AMD',
    'common/gpu/nvidia: prefer the open modules',
    'raspberry-pi/4: fix the overlay of the fan',
  ],
  stylix: [
    'gnome: colours of the shell for version 50',
    'firefox: support userContent',
    'treewide: format with nixfmt',
    'doc: how to override one target',
    'hyprland: BREAKING rename the option of the border',
  ],
  'fleet-modules': [
    'status-page: use the faster copy',
    'media: plex reads the transcode folder from an option',
    'backup: keep one more week',
    'flake.lock: Update',
  ],
  secrets: ['rotate the token of the dashboard', 'add the key of vault', 'rekey'],
  disko: [
    'tests: fix the one with zfs',
    'lib: check names of partitions',
    'docs: an example with luks',
    'gpt: align',
  ],
};

const authors = [
  'Alyssa Moreno',
  'Bjarne Lindqvist',
  'Chidi Okafor',
  'Delphine Roux',
  'r-ryantm',
  'Emi Tanaka',
  'Farid Nazari',
] as const;

/** What a person or a bot writes below such a subject. */
const bodyFor = (subject: string): string => {
  const [, name, old, now] = /^([\w.+-]+): (\S+) -> (\S+)$/.exec(subject) ?? [];
  if (name !== undefined)
    return `Changes from ${old ?? ''} to ${now ?? ''}:\nhttps://example.org/${name}/releases/tag/v${now ?? ''}\n\nBuilt on x86_64-linux and aarch64-linux; the tests of the module pass.`;
  if (subject.includes('BREAKING'))
    return 'Configurations that set it must set the new option instead; an\nassertion names it.\n\nBREAKING CHANGE: the old option is gone.';
  return 'See the discussion of the pull request for why it was done in this way.';
};

/** The commit with this number, from 1, of the commits between two versions of an input. */
export const commitOf = (
  now: number,
  input: string,
  range: {
    readonly from: number;
    readonly to: number;
    readonly count: number;
    readonly head: string;
  },
  number: number,
): DemoSubject => {
  const known = subjects[input] ?? ['update'];
  const share = range.count === 0 ? 1 : number / range.count;
  const days = range.from + (range.to - range.from) * share;
  const at = lockedAt(now, input, days).lastModified;
  const pick =
    range.count - number < known.length
      ? range.count - number
      : numberFor(`${input} ${number}`, known.length);
  const subject = known[pick] ?? 'update';
  return {
    revision:
      number === range.count ? range.head : revisionFor(`${input} commit ${range.head} ${number}`),
    subject,
    author: authors[numberFor(`${subject} ${number}`, authors.length)] ?? authors[0],
    body: bodyFor(subject),
    at,
  };
};
