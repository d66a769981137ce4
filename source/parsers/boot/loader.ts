import type { BootDefault, OnceChoice } from '../../model/host/host.ts';

/** What a loader could be told, so that a system starts with the next boot. */
export type EntryChoice =
  /** The loader's own name of an entry that was proven to start the system. */
  | { readonly kind: 'found'; readonly entry: string }
  /** Why none is chosen, as the end of a sentence about the host. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A choice for the next boot only. */
export interface PendingChoice extends OnceChoice {
  /** The system that it starts; null where it starts another one, or that is not known. */
  readonly toplevel: string | null;
}

/**
 * All that differs between boot loaders. Each reads its own files, from the
 * lines that its script prints; the list of them is `loaders.ts`.
 */
export interface BootLoader {
  /** As facts, journals and JSON have it. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** The firmware that can start it. */
  readonly firmware: 'efi' | 'bios' | 'any';
  /** How the firmware variable `LoaderInfo` begins where it runs, in lower case; null where it sets none. */
  readonly loaderInfo: string | null;
  /** Whether it may run although `LoaderInfo` names another loader, which started it. */
  runsAfter(other: string): boolean;
  /** Shell text that prints the loader's files, `KEY VALUE` a line, and changes nothing. */
  readonly script: string;
  /** First words of the lines that it prints. */
  readonly keys: readonly string[];
  /**
   * Folders into which NixOS copies kernels under the name of their store path; empty where it
   * copies none, or under other names.
   */
  readonly kernelFolders: readonly string[];
  /** Whether its files are there. */
  isPresent(lines: readonly string[]): boolean;
  /** The default: the system that it starts when nobody chooses an entry. */
  resolve(lines: readonly string[]): BootDefault;
  /** What was chosen for the next boot only, by whomever; null where nothing was. */
  pending(lines: readonly string[]): PendingChoice | null;
  /** Why it can never start an entry once, as the end of a sentence about the host; null where it can. */
  neverOnce(lines: readonly string[]): string | null;
  /** The entry that starts a system, proven by the loader's own rules. */
  findEntry(lines: readonly string[], toplevel: string): EntryChoice;
  /** Systems that its menu can start. */
  systems(lines: readonly string[]): readonly string[];
  /** The command that has an entry started with the next boot only, as a confirmation shows it; empty where there is none. */
  once(entry: string): readonly string[];
  /** Shell text that runs this command, and says `chosen` once the choice was kept. */
  chooseOnce(entry: string): string;
  /** Shell text that takes such a choice back. */
  readonly forgetOnce: string;
}
