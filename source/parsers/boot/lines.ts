import type { BootDefault } from '../../model/host/host.ts';
import { valuesOf } from '../keyed-lines.ts';

export const unverifiable = (reason: string): BootDefault => ({ kind: 'unverifiable', reason });

/**
 * The toplevel that the arguments of a kernel start, `init=/nix/store/…/init`; null where they name
 * none, or two. Arguments behind `--` are not the kernel's.
 */
export const toplevelOfArguments = (given: readonly string[]): string | null => {
  const end = given.indexOf('--');
  const named = new Set(
    (end === -1 ? given : given.slice(0, end)).filter((word) => word.startsWith('init=')),
  );
  const [first] = named;
  if (first === undefined || named.size > 1) return null;
  return /^init=(\/nix\/store\/[^\s/]+)\/(?:init|prepare-root)$/.exec(first)?.[1] ?? null;
};

/** The same of a command line. */
export const toplevelOf = (text: string): string | null =>
  toplevelOfArguments(text.split(/\s+/).filter((word) => word !== ''));

/** The text of a variable of the firmware, as `efi-NAME`; null where it is not there or cannot be read. */
export const firmwareText = (lines: readonly string[], name: string): string | null =>
  valuesOf(lines, `efi-${name}`).at(-1)?.trim() || null;
