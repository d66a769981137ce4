import type { NixCause } from '../nix/cause.ts';
import { blameInputs } from './blame-inputs.ts';
import {
  fresh,
  hold,
  nixup,
  open,
  type Remedy,
  type RemedyScene,
  remedy,
  revert,
} from './remedy.ts';

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
  // The wrong hash is not in a file of the person: it came with an input.
  ...(cause.position === null ? blameInputs(scene) : []),
];

const ofInputHash = (cause: NixCause, input: string, scene: RemedyScene): readonly Remedy[] => {
  const [name = input] = input.split('/');
  const back = scene.movedInputs.includes(name)
    ? [revert(name, `Put ${name} back to the committed lock.`)]
    : [];
  const take = remedy(
    'take-input',
    `Lock ${name} again, and review what it brings: the content is not the one that was locked.`,
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

/**
 * What to do about content with another hash than expected: in a file of the person, or in an
 * input.
 */
export const hashRemedies = (cause: NixCause, scene: RemedyScene): readonly Remedy[] =>
  scene.input === null ? ofSourceHash(cause, scene) : ofInputHash(cause, scene.input, scene);
