import { type AppEvent, isRunEvent } from '../../state/events.ts';
import type { RunResult } from '../../state/run.ts';

/** Builds tell where they stand at most this often, ms. */
const progressEveryMs = 100;

/**
 * Turns events into the objects that `--json` prints, one a line: the events
 * of the journal, progress thinned out. Results of the parts are left out;
 * the last line is `resultLine`.
 */
export const createEventLines = (): ((event: AppEvent) => object | null) => {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (event) => {
    if (!isRunEvent(event) || event.type === 'result' || event.type === 'builder-logged')
      return null;
    if (event.type !== 'progress') return event;
    if (event.at - toldAt < progressEveryMs) return null;
    toldAt = event.at;
    const { type, at, host, builds, fetches, copies } = event;
    return { type, at, host, builds, fetches, copies };
  };
};

/** The last line of a run with `--json`. */
export const resultLine = (result: RunResult, at: number): object => ({
  type: 'result',
  at,
  ok: result.ok,
  exitCode: result.exitCode,
  ...(result.ok ? {} : { reason: result.summary }),
  hosts: result.hosts,
  commit: result.commit,
  ...((result.alarms ?? []).length === 0 ? {} : { alarms: result.alarms }),
  ...(result.unpushed === undefined ? {} : { unpushed: result.unpushed }),
  ...(result.build === null ? {} : { build: result.build }),
  ...(result.active === undefined ? {} : { active: result.active }),
});
