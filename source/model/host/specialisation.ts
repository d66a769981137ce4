import type { StorePath } from '../nix/store-path.ts';

/** The specialisation that runs, and the one that is to run; null for the system itself. */
export interface ActivatedAs {
  readonly from: string | null;
  readonly to: string | null;
}

/** What is activated of a system: itself, or its specialisation. */
export const activatedPath = (system: StorePath, specialisation: string | null): string =>
  specialisation === null ? system : `${system}/specialisation/${specialisation}`;
