import { isOver } from '../../model/host/host.ts';
import type { AppEvent, RunEvent } from '../../state/events.ts';
import { journalLine } from '../run/journal-lines.ts';

/**
 * What others see of a run: what it was for, what it moved, what became of each host. No log, no command, no
 * text of a failure but the reason that the result itself gives.
 */
const isShared = (event: RunEvent): boolean =>
  event.type === 'run-started' ||
  event.type === 'inputs-moved' ||
  event.type === 'packages-moved' ||
  event.type === 'planned' ||
  event.type === 'result' ||
  (event.type === 'host-worked' && isOver(event.work) && event.work.kind !== 'failed');

/** The journal of a run that ended, as it is shared; null for one without an end. */
export const sharedJournal = (events: readonly (AppEvent & RunEvent)[]): string | null =>
  events.some(({ type }) => type === 'result')
    ? events
        .filter(isShared)
        .flatMap((event) => journalLine(event) ?? [])
        .join('')
    : null;
