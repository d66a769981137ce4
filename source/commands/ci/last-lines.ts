import type { AppEvent } from '../../state/events.ts';

/** Lines of a host's log that are kept for the end of a run. */
const keptLines = 20;

/** What hosts said in the step that they are in. */
interface LastLines {
  hear(event: AppEvent): void;
  of(host: string): readonly string[];
}

/**
 * Keeps the last lines that each host said since its step began: a log that was
 * written before tells nothing of why a later step failed.
 */
export const createLastLines = (): LastLines => {
  const said = new Map<string, readonly string[]>();
  const forgetAll = (): void => said.clear();
  return {
    hear: (event) => {
      if (event.type === 'run-started') forgetAll();
      // A failure ends the step: what was said in it is about that.
      else if (event.type === 'host-worked' && event.work.kind !== 'failed')
        said.delete(event.host);
      else if (event.type === 'logged' && event.host !== null && event.isStep !== true)
        said.set(event.host, [...(said.get(event.host) ?? []), ...event.lines].slice(-keptLines));
    },
    of: (host) => said.get(host) ?? [],
  };
};
