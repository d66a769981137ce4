import type { InputFact } from '../lock/facts.ts';
import { dayMs } from '../words/durations.ts';
import type { InputStanding } from './standing.ts';

/** An input without news for so long is worth a look, days. Security fixes come through nixpkgs. */
const staleDays = 30;
const staleNixpkgsDays = 14;

/**
 * Whether an input was not updated for long. One that is pinned, held, or follows another is as old
 * as somebody wants it to be.
 */
export const isStale = (
  input: InputFact,
  now: number,
  standing: InputStanding | undefined,
): boolean => {
  if (standing?.kind === 'held') return false;
  if (input.lastModified === null || input.pinned || input.follows !== null) return false;
  const days = (now - input.lastModified * 1_000) / dayMs;
  return days > (/^nixpkgs(?:-|$)/.test(input.name) ? staleNixpkgsDays : staleDays);
};
