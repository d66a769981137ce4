import { counted } from '../../model/words/sentences.ts';
import type { Confirmation } from '../overlay.ts';
import { plain, warning } from '../toned.ts';
import { ask, no } from './confirmation.ts';

/** Asks before an update goes over a lock that differs from the committed one. */
export const confirmUpdate = (
  inputs: readonly string[] | 'all',
  changed: number,
  at: number,
): Confirmation =>
  ask({
    title: inputs === 'all' ? 'Update all inputs' : `Update ${inputs.join(', ')}`,
    body: [
      warning(`The lock differs from the committed one already: ${counted(changed, 'change')}.`),
      plain('The update is added to them. x in the view Lock puts single inputs back.'),
    ],
    commands: [],
    choices: [no, { label: 'Update', wish: { kind: 'update', inputs }, guarded: true }],
    at,
  });

export const confirmRevertLock = (inputs: readonly string[], at: number): Confirmation =>
  ask({
    title: 'Put the lock back',
    body: [
      plain(`${counted(inputs.length, 'input')} back to the committed lock: ${inputs.join(', ')}`),
    ],
    commands: [],
    choices: [no, { label: 'Put back', wish: { kind: 'revert', inputs }, guarded: true }],
    at,
  });

export const confirmRestoreLock = (run: string, at: number): Confirmation =>
  ask({
    title: 'Write the lock of a past run',
    body: [
      plain(`flake.lock becomes that of the run ${run}.`),
      plain('The lock of now is kept: U in the view Lock takes this back.'),
    ],
    commands: [],
    choices: [no, { label: 'Write it', wish: { kind: 'restore-lock', run }, guarded: true }],
    at,
  });

/** An input cannot go back alone: offers the one that brings it. */
export const confirmRevertParent = (
  input: string,
  parent: string,
  detail: string,
  at: number,
): Confirmation =>
  ask({
    title: `Put ${parent} back, which brings ${input}`,
    body: [
      plain(`${input} cannot go back alone: ${detail}`),
      plain(`${parent} goes back to the committed lock with all that comes with it.`),
    ],
    commands: [],
    choices: [
      no,
      { label: `Put ${parent} back`, wish: { kind: 'revert', inputs: [parent] }, guarded: true },
    ],
    at,
  });
