import { hold, nixup, type Remedy, type RemedyScene, remedy, revert } from './remedy.ts';

/** An input that moved may be the reason: name it, or put it back. */
export const blameInputs = (scene: RemedyScene): readonly Remedy[] => {
  const [first, ...others] = scene.movedInputs;
  if (first === undefined) return [];
  if (others.length === 0)
    return [
      revert(first, `Put ${first} back, the only input that changed.`),
      hold(first, `Hold ${first}, so that the next update leaves it.`),
    ];
  // A search goes by hosts; without any the whole update can be taken back.
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
