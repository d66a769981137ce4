import { type Command, quoteWord, quoteWords } from '../../model/command.ts';
import type { SupervisionTerms } from '../../model/host/supervision.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { recordFolder } from '../host/commands.ts';
import { searchPath } from '../ssh/elevation.ts';

export interface ActivationOrder {
  /** Letters, digits, dots and dashes. */
  readonly id: string;
  readonly from: StorePath;
  readonly to: StorePath;
  /** The path that is active while `from` runs: itself, or its specialisation; the same of `to`. */
  readonly fromActive: string;
  readonly toActive: string;
  readonly mode: string;
  /** `switch-to-configuration` with its arguments and environment. */
  readonly command: Command;
  /** `switch-to-configuration boot` of the new system. */
  readonly persist: Command;
  /** `switch-to-configuration test` of the old system, without the checks that could refuse it. */
  readonly revert: Command;
  /** `nix-env --set` of the new system. */
  readonly setProfile: Command;
  readonly systemProfile: string;
  /** Whether the old system is left because it has trouble. */
  readonly isWayBack: boolean;
  /** Whether the old system is healthy, so that it is kept as known good. */
  readonly isFromGood: boolean;
  /** Who asked, for others who find the record. */
  readonly who: string;
  /** Fingerprint of the lock of the new system; null where it is not known. */
  readonly lock: string | null;
  /** The boot in which it was asked for; after a reboot it is not started any more. */
  readonly bootId: string | null;
  readonly terms: SupervisionTerms;
}

/** The run of an activation: its name begins with it. */
export const runOfActivation = (id: string): string =>
  /^\d{8}-\d{6}-[A-Za-z0-9]+/.exec(id)?.[0] ?? id;

export const activationUnit = (id: string): string => `nixup-activate-${id}`;
export const supervisorUnit = (id: string): string => `nixup-supervise-${id}`;
/** `NAME=value ` for each, for the front of a command line. */
export const assignments = (env: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(env ?? {})
    .map(([name, value]) => `${name}=${quoteWord(value)} `)
    .join('');

/** As a line of a script. */
export const shown = (command: Command): string =>
  `${assignments(command.env)}${quoteWords([command.file, ...command.args])}`;

/** Whole seconds, at least one. */
export const seconds = (milliseconds: number): number =>
  Math.max(1, Math.ceil(milliseconds / 1000));

/** How every script of an activation begins: by the tools of the old system. */
export const preamble = ({ id, from }: ActivationOrder): string => `
PATH=${from}/sw/bin:$PATH
${searchPath}
LC_ALL=C; export LC_ALL
umask 022
folder=${recordFolder}/${id}
`;
