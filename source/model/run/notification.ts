import { cut } from '../words/line.ts';
import { withoutControls } from '../words/without-controls.ts';

/** Something that a person waits for ended, or turned bad. The command of the config reads it as JSON. */
export interface Notification {
  readonly event: 'run-ended' | 'watch-ended';
  readonly at: number;
  /** The run that ended, or whose watch did. */
  readonly run: string;
  /** What the run did: `deploy`, `watch`. */
  readonly goal: string;
  /** A word for how it ended. */
  readonly ending: string;
  readonly isBad: boolean;
  readonly tookMs: number | null;
  readonly title: string;
  readonly text: string;
}

/** A run that took less is still looked at. */
const longMs = 30_000;

/** A run that ends badly is told even when it was short, but not when it was refused at once. */
const leastMs = 5_000;

const longestTitle = 80;
const longestText = 240;

/** Names of hosts and words of other programs come along: no control byte of theirs may reach a terminal. */
const clean = (text: string, cells: number): string =>
  cut(withoutControls(text).replace(/\s+/g, ' ').trim(), cells);

interface EndedRun {
  readonly run: string;
  readonly goal: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** As the history has it: `well`, `failed`. */
  readonly ending: string;
  readonly isBad: boolean;
  readonly summary: string;
}

/** What is told of a run that ended; null where nobody waits for it. */
export const notificationOfRun = ({
  run,
  goal,
  startedAt,
  endedAt,
  ending,
  isBad,
  summary,
}: EndedRun): Notification | null => {
  const tookMs = endedAt - startedAt;
  // Who canceled it knows.
  if (ending === 'canceled' || tookMs < (isBad ? leastMs : longMs)) return null;
  return {
    event: 'run-ended',
    at: endedAt,
    run,
    goal,
    ending,
    isBad,
    tookMs,
    title: clean(`nixup: ${goal} ended: ${ending}`, longestTitle),
    text: clean(summary, longestText),
  };
};

/** What is told of a watch whose 24 hours are over. */
export const notificationOfWatch = (
  run: string,
  verdict: string,
  isBad: boolean,
  headline: string,
  at: number,
): Notification => ({
  event: 'watch-ended',
  at,
  run,
  goal: 'watch',
  ending: verdict,
  isBad,
  tookMs: null,
  title: clean(`nixup: watch ended: ${verdict}`, longestTitle),
  text: clean(headline, longestText),
});
