import { showCommit } from '../model/words/format.ts';
import { hostList } from '../model/words/sentences.ts';
import type { DoneSince, InterruptedRun } from './run.ts';

/**
 * Hosts that a later run deployed or rolled back since this run was cut off, and that a resume of
 * it would change again. A host that runs its target is finished. Pure.
 */
export const doneSince = (
  { since = [], targets }: InterruptedRun,
  choice: 'finish' | 'rollback' | 'leave',
): readonly DoneSince[] => {
  switch (choice) {
    case 'leave':
      return [];
    case 'finish':
      return since.filter(({ host, toplevel }) => toplevel !== targets[host]);
    case 'rollback':
      return since;
  }
};

/** Why hosts of it were not begun, where somebody had paused it; nothing otherwise. */
export const pausedWords = ({ paused }: InterruptedRun): readonly string[] =>
  paused === undefined
    ? []
    : ['It was paused when it was cut off: the other hosts had not been begun.'];

/** What later runs did to the hosts of this one, a sentence for each of them. */
export const doneSinceWords = ({ since = [] }: InterruptedRun): readonly string[] =>
  [...new Set(since.map(({ run }) => run))].map((run) => {
    const ofRun = since.filter((one) => one.run === run);
    const hosts = hostList(ofRun.map(({ host }) => host));
    const commit = ofRun.find((one) => one.commit !== null)?.commit ?? null;
    const deed = ofRun.every(({ deed: done }) => done === 'rollback') ? 'rolled back' : 'deployed';
    return `${hosts} ${ofRun.length === 1 ? 'was' : 'were'} ${deed} since by the run ${run}${commit === null ? '' : `, which committed that as ${showCommit(commit)}`}.`;
  });
