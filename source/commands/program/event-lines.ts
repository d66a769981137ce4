import { type AppEvent, isRunEvent } from '../../state/events.ts';

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
    // What it says stands in the events before it.
    if (event.type === 'logged' && event.isStep === true) return null;
    if (event.type !== 'progress') return event;
    if (event.at - toldAt < progressEveryMs) return null;
    toldAt = event.at;
    const { type, at, host, builds, fetches, copies } = event;
    return { type, at, host, builds, fetches, copies };
  };
};
