import type { HostEntry } from '../../source/model/host/host.ts';
import { entryOf } from '../fixtures/states.ts';

/** A host as the flake would list it, for tests. */
export const hostEntry = (changes: Partial<HostEntry> = {}): HostEntry => entryOf('p620', changes);

const toplevel = (letter: string): string =>
  `/nix/store/${letter.repeat(32)}-nixos-system-p620-26.05`;

export const oldSystem = toplevel('a');
export const newSystem = toplevel('b');

/** The lines of a probe's answer: a host that runs and boots this system, and what else is said. */
export const probed = (system: string, others: readonly string[] = []): readonly string[] => [
  'nixup-probe 1',
  `current ${system}`,
  `profile ${system}`,
  ...others,
  'nixup-probe-end',
];
