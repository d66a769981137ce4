import { showCommand } from '../command.ts';
import { showCommit } from '../words/format.ts';
import type { BesideLock } from './beside-lock.ts';
import { hold, nixup, type Remedy, type RemedyScene, remedy, revert } from './remedy.ts';

const shownFiles = 3;

const fileList = (files: readonly string[]): string => {
  const named = files.slice(0, shownFiles).join(', ');
  return files.length > shownFiles ? `${named} and ${files.length - shownFiles} more` : named;
};

/** That other files changed too, with the commits and the command that shows how. */
const besideRemedies = (beside: BesideLock): readonly Remedy[] => {
  if (beside.kind !== 'changed') return [];
  const { since, tree, files, commits } = beside;
  const when = since === 'test' ? 'the last test that passed' : 'the last commit';
  const by = commits.length === 0 ? '' : ` (${commits.join('; ')})`;
  return [
    remedy(
      'show-changes',
      `See what else changed since ${when}: ${fileList(files)}${by}.`,
      showCommand({
        file: 'git',
        args: ['diff', showCommit(tree), '--', ...files.slice(0, shownFiles)],
      }),
    ),
  ];
};

/**
 * Whether a changed input may be the cause of this failure, so that it can be named or put back.
 */
export const blameInputs = (scene: RemedyScene): readonly Remedy[] => {
  const [first, ...others] = scene.movedInputs;
  const beside = scene.beside ?? { kind: 'unknown' };
  const look = besideRemedies(beside);
  if (first === undefined) return look;
  // An input is not to blame alone where files of the flake changed too: nothing holds it then.
  if (others.length === 0 && look.length > 0)
    return [...look, revert(first, `Or put ${first} back, the only input that changed.`)];
  if (others.length === 0)
    return [
      revert(
        first,
        beside.kind === 'nothing'
          ? `Put ${first} back, the only change since the last test that passed.`
          : `Put ${first} back, the only input that changed since the committed lock.`,
      ),
      hold(first, `Hold ${first}, so that the next update leaves it.`),
    ];
  // A search needs a host to try; without one only the whole update can be taken back.
  if (scene.hosts.length === 0)
    return [
      ...look,
      remedy(
        'undo-lock',
        'Take back what was last done to the lock, then update a few inputs at a time.',
        nixup('revert', '--undo'),
      ),
    ];
  return [
    ...look,
    remedy(
      'bisect',
      'Find which input update breaks it.',
      nixup('test', ...scene.hosts, '--bisect'),
    ),
  ];
};
