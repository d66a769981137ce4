import { showCommand } from './command.ts';
import type { NixCause, NixCauseClass } from './nix-cause.ts';
import { isOwnPlace } from './nix-own-position.ts';
import {
  allow,
  fresh,
  hold,
  nixup,
  open,
  openPlace,
  type Remedy,
  type RemedyScene,
  remedy,
  retry,
  revert,
  trace,
} from './remedy.ts';

/** So many definitions of one option can be opened from the menu. */
const mostDefinitions = 3;

/** Each file that defines a conflicting option: any of them may be the one to change. */
const openDefinitions = (cause: NixCause): readonly Remedy[] => {
  const named = cause.positions.filter(
    (position) =>
      isOwnPlace(position) && position.line === null && cause.message.includes(position.file),
  );
  const files = [...new Map(named.map((position) => [position.file, position])).values()];
  return files.length < 2 ? open(cause) : files.slice(0, mostDefinitions).map(openPlace);
};

/** An input that moved may be the reason: name it, or put it back. */
const blameInputs = (scene: RemedyScene): readonly Remedy[] => {
  const [first, ...others] = scene.movedInputs;
  if (first === undefined) return [];
  if (others.length === 0)
    return [
      revert(first, `Put ${first} back, the only input that moved.`),
      hold(first, `Hold ${first}, so that the next update leaves it.`),
    ];
  // A search goes by hosts; without any the whole update can be taken back.
  if (scene.hosts.length === 0)
    return [
      remedy(
        'undo-lock',
        `Take back what was last done to the lock (${scene.movedInputs.length} inputs moved), then update a few at a time.`,
        nixup('revert', '--undo'),
      ),
    ];
  return [
    remedy(
      'bisect',
      `Find which of the ${scene.movedInputs.length} moved inputs breaks it.`,
      nixup('test', ...scene.hosts, '--bisect'),
    ),
  ];
};

const packageIn = (message: string): string =>
  /[Pp]ackage [‘'`"]([^’'`"]+)[’'`"]/.exec(message)?.[1] ?? 'the package';

const showLog = (cause: NixCause): readonly Remedy[] =>
  cause.derivation === null
    ? []
    : [
        remedy(
          'show-log',
          'Read the whole log of the builder.',
          showCommand({ file: 'nix', args: ['log', cause.derivation] }),
        ),
      ];

const ofSourceHash = (cause: NixCause, scene: RemedyScene): readonly Remedy[] => [
  ...open(cause),
  ...(cause.got === null || cause.position === null
    ? []
    : [
        {
          ...remedy(
            'take-hash',
            `When you trust the new content, put the hash that was got in place of the expected one: ${cause.got}`,
          ),
          setting: cause.got,
        },
      ]),
  fresh(scene),
  // The hash is not the person's: it came with an input.
  ...(cause.position === null ? blameInputs(scene) : []),
];

const ofInputHash = (cause: NixCause, input: string, scene: RemedyScene): readonly Remedy[] => {
  const [name = input] = input.split('/');
  const back = scene.movedInputs.includes(name)
    ? [revert(name, `Put ${name} back to the committed lock.`)]
    : [];
  const take = remedy(
    'take-input',
    `Lock ${name} anew, and review what it brings: the content is not the one that was locked.`,
    nixup('update', name),
  );
  switch (cause.mismatch?.verdict) {
    case 'good-again':
      return [fresh(scene), ...back];
    case 'lock-edited':
    case 'lock-wrong':
      return [...back, { ...take, input: name }, fresh(scene)];
    case 'upstream-changed':
    case 'placeholder':
    case 'unknown':
    case undefined:
      return [
        ...back,
        hold(name, `Hold ${name} at the committed lock, so that the next update leaves it.`),
        fresh(scene),
        { ...take, input: name },
      ];
  }
};

const ofClass: Readonly<
  Record<NixCauseClass, (cause: NixCause, scene: RemedyScene) => readonly Remedy[]>
> = {
  syntax: (cause, scene) => [...open(cause), retry(scene)],
  evaluation: (cause, scene) => [...open(cause), ...blameInputs(scene), trace(scene)],
  'missing-attribute': (cause, scene) => [...open(cause), ...blameInputs(scene), trace(scene)],
  'missing-file': (cause, scene) => [
    ...(cause.missing?.isUntracked === true
      ? [
          remedy(
            'track-file',
            'Let git track it; its content is staged later.',
            showCommand({
              file: 'git',
              args: ['add', '--intent-to-add', '--', cause.missing.file],
            }),
          ),
        ]
      : []),
    ...open(cause),
    retry(scene),
  ],
  'missing-input': (cause, scene) => [
    remedy(
      'open-file',
      'Declare it in flake.nix (inputs.NAME.url = "…"), or take it out of the arguments of outputs.',
    ),
    ...open(cause),
    retry(scene),
  ],
  'removed-option': (cause, scene) => [
    ...(open(cause).length === 0
      ? [
          remedy(
            'open-file',
            'Remove the option from the configuration, or use the one that the message names.',
          ),
        ]
      : open(cause)),
    ...blameInputs(scene),
    trace(scene),
  ],
  'conflicting-options': (cause, scene) => [
    remedy(
      'open-file',
      'Keep one of the definitions, or put lib.mkForce before the one that is to win.',
    ),
    ...openDefinitions(cause),
    ...blameInputs(scene),
    trace(scene),
  ],
  'infinite-recursion': (cause, scene) => [trace(scene), ...open(cause), ...blameInputs(scene)],
  'insecure-package': (cause, scene) => [
    allow(
      'Replace the package; or allow it knowingly, with its known and unmended holes',
      `nixpkgs.config.permittedInsecurePackages = [ "${packageIn(cause.message)}" ];`,
    ),
    ...blameInputs(scene),
    trace(scene),
  ],
  'unfree-package': (cause, scene) => [
    allow(
      'Allow it, which accepts its license',
      `nixpkgs.config.allowUnfreePredicate = pkg: builtins.elem (lib.getName pkg) [ "${packageIn(cause.message).replace(/-\d.*$/, '')}" ];`,
    ),
    trace(scene),
  ],
  'broken-package': (_cause, scene) => [
    remedy(
      'allow',
      'Leave the package out until nixpkgs has mended it; allowing it (nixpkgs.config.allowBroken) most likely only moves the failure into the build.',
    ),
    ...blameInputs(scene),
  ],
  assertion: (cause, scene) => [...open(cause), ...blameInputs(scene), retry(scene)],
  'hash-mismatch': (cause, scene) =>
    scene.input === null ? ofSourceHash(cause, scene) : ofInputHash(cause, scene.input, scene),
  'builder-failed': (cause, scene) => [...showLog(cause), ...blameInputs(scene), retry(scene)],
  'dependency-failed': (cause, scene) => [...showLog(cause), retry(scene)],
  'out-of-memory': (_cause, scene) => [
    remedy(
      'retry',
      'Close what takes memory, then test with one thing at a time.',
      nixup('test', ...scene.hosts, '--jobs', '1'),
    ),
  ],
  'disk-full': (_cause, scene) => [
    remedy(
      'free-space',
      'See what fills the disk. Remove what nobody needs; generations younger than 30 days stay.',
      'df -h /nix /tmp',
    ),
    retry(scene),
  ],
  network: (_cause, scene) => [retry(scene)],
  fetch: (_cause, scene) => [...blameInputs(scene), retry(scene)],
  'no-builder': (cause, scene) => [
    ...(/local builds|any build/i.test(cause.message)
      ? [
          remedy(
            'retry',
            'Set max-jobs in nix.conf to 1 or more, so that this machine builds too; or name a builder there (builders).',
          ),
        ]
      : []),
    remedy(
      'retry',
      'Give Nix a builder for that system (builders in nix.conf, or boot.binfmt.emulatedSystems on NixOS), or leave the host out: build = false in nixup.toml.',
    ),
    retry(scene),
  ],
  'builder-lost': (_cause, scene) => [
    remedy('retry', 'Wake the builder or mend its network; what it finished is kept.'),
    retry(scene),
  ],
  'untrusted-settings': (_cause, scene) => [
    remedy(
      'accept-settings',
      "Read the flake's nixConfig. When you trust it, agree; a cache that you agree to can put anything into your store.",
      nixup('test', ...scene.hosts, '--accept-flake-config'),
    ),
    retry(scene),
  ],
  'lock-outdated': () => [
    remedy('relock', 'Let Nix complete the lock, and look at the difference.', 'nix flake lock'),
  ],
  canceled: (_cause, scene) => [retry(scene)],
  unknown: (_cause, scene) => [retry(scene), trace(scene)],
};

/** What to do about a cause, the most promising first. */
export const remediesOf = (cause: NixCause, scene: RemedyScene): readonly Remedy[] =>
  ofClass[cause.class](cause, scene);
