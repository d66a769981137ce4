import { showCommand } from '../command.ts';
import type { NixCause, NixCauseClass } from '../nix/cause.ts';
import { unseenAdvice, unseenCommand } from '../nix/unseen-file.ts';
import { blameInputs } from './blame-inputs.ts';
import { hashRemedies } from './hash-remedies.ts';
import { machineFaultIn } from './machine-fault.ts';
import { isOwnPlace } from './position.ts';
import { refusedRemedies } from './refused-remedies.ts';
import {
  nixup,
  open,
  openPlace,
  type Remedy,
  type RemedyScene,
  remedy,
  retry,
  trace,
} from './remedy.ts';

/** How many definitions of one option the menu offers to open. */
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

/** What mends the machine; no input is to blame. */
const machineRemedy = (cause: NixCause): Remedy => {
  const fault = machineFaultIn(cause);
  return fault === null
    ? remedy(
        'retry',
        'Mend the machine that builds: its Nix daemon, sandbox, store and disk. No input is to blame.',
        'nix store ping',
      )
    : remedy('retry', `${fault.text} No input is to blame.`, fault.command);
};

const ofClass: Readonly<
  Record<NixCauseClass, (cause: NixCause, scene: RemedyScene) => readonly Remedy[]>
> = {
  syntax: (cause, scene) => [...open(cause), retry(scene)],
  evaluation: (cause, scene) => [...open(cause), ...blameInputs(scene), trace(scene)],
  'missing-attribute': (cause, scene) => [...open(cause), ...blameInputs(scene), trace(scene)],
  'missing-file': (cause, scene) => [
    ...(cause.missing?.unseen === undefined
      ? []
      : [
          remedy(
            'track-file',
            `${unseenAdvice(cause.missing.unseen)}.`,
            unseenCommand(cause.missing.unseen),
          ),
        ]),
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
  'insecure-package': refusedRemedies,
  'unfree-package': refusedRemedies,
  'broken-package': refusedRemedies,
  'unsupported-package': refusedRemedies,
  'refused-package': refusedRemedies,
  assertion: (cause, scene) => [...open(cause), ...blameInputs(scene), retry(scene)],
  'hash-mismatch': hashRemedies,
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
      'See what fills the disk. Remove what nobody needs; young generations stay.',
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
    remedy('retry', 'Wake the builder or fix its network; what it finished is kept.'),
    retry(scene),
  ],
  'build-machine': (cause, scene) => [machineRemedy(cause), ...showLog(cause), retry(scene)],
  'build-stopped': (cause, scene) => [
    ...showLog(cause),
    remedy(
      'retry',
      'Test again with fewer builds at a time; a limit of time is timeout or max-silent-time in nix.conf.',
      nixup('test', ...scene.hosts, '--jobs', '1'),
    ),
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
