import { readLoginWait } from '../../parsers/host/login-wait.ts';
import type { Clock } from '../world/world.ts';

/** What is known of people who could act on a login that waits for one. */
export interface LoginPatience {
  /** How long such a login is waited for, ms; 0 where nobody is there to act. */
  readonly waitMs: number;
  /** Shows what a login asks for; called again with the whole text where more of it came. */
  readonly tell: (host: string, text: string) => void;
}

/** Nobody is there. */
export const nobodyThere: LoginPatience = { waitMs: 0, tell: () => undefined };

/** A greeting before a login that continues takes less than this, ms. */
const standingMs = 2_000;

/** While somebody acts, the login is checked this often, ms. */
const lookEveryMs = 500;

/** One login, from the start of ssh to the first line of the answer. */
export interface LoginWatch {
  hear(line: string): void;
  /** The answer began: the login is done. */
  begun(): void;
  /** The time of the command is over: ms that it gets on top. */
  moreTime(): number;
  /** What it asks of a person; null where it asks nothing or is done. */
  asked(): string | null;
  close(): void;
}

interface LoginWatchOptions {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly timeoutMs: number;
  readonly patience: LoginPatience;
  readonly onAsked: (text: string) => void;
}

export const watchLogin = (options: LoginWatchOptions): LoginWatch => {
  const { clock, timeoutMs, patience } = options;
  const started = clock.now();
  const lines: string[] = [];
  let askedText: string | null = null;
  let begunAt: number | null = null;
  let stopStanding: (() => void) | undefined;
  const look = (isStanding: boolean): void => {
    if (begunAt !== null) return;
    // Once it asks, what it says after that belongs to it.
    const text = readLoginWait(lines, isStanding || askedText !== null);
    if (text === null || text === askedText) return;
    askedText = text;
    options.onAsked(text);
  };
  return {
    hear: (line) => {
      if (begunAt !== null) return;
      lines.push(line);
      look(false);
      stopStanding?.();
      stopStanding = clock.after(standingMs, () => look(true));
    },
    begun: () => {
      begunAt ??= clock.now();
      stopStanding?.();
    },
    moreTime: () => {
      if (begunAt === null) look(true);
      if (askedText === null) return 0;
      if (begunAt !== null) return Math.max(0, begunAt + timeoutMs - clock.now());
      const left = started + patience.waitMs - clock.now();
      return Math.max(0, Math.min(lookEveryMs, left));
    },
    asked: () => (begunAt === null ? askedText : null),
    close: () => stopStanding?.(),
  };
};
