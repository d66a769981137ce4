import type { StorePath } from '../nix/store-path.ts';
import { showMoment } from '../words/format-time.ts';

/** How a system ended on a host, so that it is not deployed there again without being asked. */
export type SetbackKind =
  /** Its activation, its contact or its boot entry failed. */
  | 'failed'
  /** The host was taken back from it, by nixup, by itself, or by a person. */
  | 'taken-back'
  /**
   * The host went back because nobody could reach it: the system or the network may be the cause.
   */
  | 'unconfirmed'
  /** The host was unhealthy with it. */
  | 'unhealthy';

export interface Setback {
  readonly host: string;
  readonly toplevel: StorePath;
  readonly kind: SetbackKind;
  /** Ms since the epoch. */
  readonly at: number;
  /** What failed, in a few words. */
  readonly why: string;
}

/** A host that is not well since it got this system; nobody has accepted that. */
interface Sickness {
  readonly toplevel: StorePath;
  readonly since: number;
  readonly problems: readonly string[];
}

/** The system to which a host goes back. */
interface RecordedBack {
  readonly to: StorePath | null;
  /** True where the host was taken there already. */
  readonly isDone: boolean;
}

/** What nixup remembers of hosts between runs, as far as plans depend on it. */
export interface HostMemory {
  /** How this system ended on the host, or another one with the same changed inputs. */
  setback(host: string, toplevel: StorePath): Setback | null;
  /** The same for exactly this system: a rollback must not lead to it. */
  isLeft(host: string, toplevel: StorePath): Setback | null;
  sickness(host: string): Sickness | null;
  wayBack(host: string): RecordedBack;
}

export const nothingRemembered: HostMemory = {
  setback: () => null,
  isLeft: () => null,
  sickness: () => null,
  wayBack: () => ({ to: null, isDone: false }),
};

const endings: Readonly<Record<SetbackKind, string>> = {
  failed: 'failed with',
  'taken-back': 'was taken back from',
  unconfirmed: 'could not be reached with',
  unhealthy: 'was unhealthy with',
};

/** Which earlier end a plan would repeat, and how that was. */
export interface Repeat {
  readonly kind: SetbackKind;
  readonly words: string;
}

/** `was taken back from this system on 2026-11-28 02:10 UTC: nginx.service failed`. */
const setbackWords = ({ kind, at, why, toplevel }: Setback, to: StorePath): string =>
  `${endings[kind]} ${toplevel === to ? 'this system' : 'a system with the same inputs'} on ${showMoment(at)} UTC: ${why.replace(/\.$/, '')}`;

export const repeatOf = (setback: Setback, to: StorePath): Repeat => ({
  kind: setback.kind,
  words: setbackWords(setback, to),
});

/** Why an unhealthy host is left as it is, and what accepts it. */
export const sicknessWords = (host: string, { since, problems }: Sickness): string =>
  `${problems.join('; ')} (since ${showMoment(since)} UTC). If this is expected, accept it: nixup verify ${host} --accept`;
