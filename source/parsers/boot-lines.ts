import type { BootDefault } from '../model/host.ts';

export const unverifiable = (reason: string): BootDefault => ({ kind: 'unverifiable', reason });

/** The toplevel that a kernel command line starts: `init=/nix/store/…/init`. */
export const toplevelOf = (text: string): string | null =>
  /(?:^|\s)init=(\/nix\/store\/[^\s/]+)\/(?:init|prepare-root)(?=\s|$)/.exec(text)?.[1] ?? null;

/** What stands behind a key in the lines of `services/boot-script.ts`. */
export const valuesOf = (lines: readonly string[], key: string): readonly string[] =>
  lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
