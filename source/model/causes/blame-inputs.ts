import { hold, nixup, type Remedy, type RemedyScene, remedy, revert } from './remedy.ts';

/**
 * Whether a changed input may be the cause of this failure, so that it can be named or put back.
 */
export const blameInputs = (scene: RemedyScene): readonly Remedy[] => {
  const [first, ...others] = scene.movedInputs;
  if (first === undefined) return [];
  if (others.length === 0)
    return [
      revert(first, `Put ${first} back, the only input that changed.`),
      hold(first, `Hold ${first}, so that the next update leaves it.`),
    ];
  // A search needs a host to try; without one only the whole update can be taken back.
  if (scene.hosts.length === 0)
    return [
      remedy(
        'undo-lock',
        'Take back what was last done to the lock, then update a few inputs at a time.',
        nixup('revert', '--undo'),
      ),
    ];
  return [
    remedy(
      'bisect',
      'Find which input update breaks it.',
      nixup('test', ...scene.hosts, '--bisect'),
    ),
  ];
};
