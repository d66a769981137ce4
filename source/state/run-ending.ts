import { counted } from '../model/words/sentences.ts';
import type { HostOutcome } from './run.ts';

/** What a whole run did before its end. */
export interface RunDone {
  /** Inputs that its own update moved. */
  readonly moved: number;
  readonly outcomes: Iterable<HostOutcome>;
  /** Whether a gate or a person left out hosts that should get something. */
  readonly isGated: boolean;
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

const asBegin = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

/**
 * What a run that ended well did, as the beginning of a sentence: never a step that an earlier run
 * did, or that had nothing to do.
 */
export const doneWords = (
  { moved, outcomes }: Omit<RunDone, 'isGated'>,
  ...also: readonly string[]
): string => {
  const isDeployed = [...outcomes].some(({ status }) => status === 'succeeded');
  return asBegin(
    listed([
      ...(moved > 0 ? ['updated'] : []),
      ...(isDeployed ? ['deployed'] : []),
      'verified',
      ...also,
    ]),
  );
};

/** What a run did that found the lock as it is committed, as a sentence without its end. */
export const nothingToCommit = (done: RunDone): string => {
  const statuses = [...done.outcomes].map(({ status }) => status);
  const deployed = statuses.filter((status) => status === 'succeeded').length;
  if (deployed === 0)
    return done.isGated
      ? 'Nothing was deployed, and the lock is unchanged'
      : 'Nothing to deploy and nothing to commit: every host that answered runs what the committed lock says';
  return `${doneWords(done)}: ${counted(deployed, 'host')} got what the flake says now; nothing to commit, the lock is unchanged`;
};

/** What stays after a run that ended before its commit. */
export const nothingTakenBack = (outcomes: Iterable<HostOutcome>): string =>
  [...outcomes].some(({ status }) => status === 'rolledBack')
    ? 'Nothing else was rolled back.'
    : 'Nothing was rolled back.';
