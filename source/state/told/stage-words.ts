import { hostList } from '../../model/words/sentences.ts';
import type { StageState } from '../stage.ts';

/** `asked`: the hosts that the run was begun for; nothing is said of others that it leaves. */
export const stageWords = (state: StageState, asked: readonly string[]): string | null => {
  switch (state.kind) {
    case 'todo':
      return null;
    case 'running':
      return '…';
    case 'passed':
      return `passed: ${state.evidence}`;
    case 'begun':
      return asked.length > 0 && !asked.some((host) => state.left.includes(host))
        ? `done for ${hostList(asked)}`
        : `done for a part: ${state.evidence}`;
    case 'partly':
      return `done in part: ${state.evidence}`;
    // The reason is in the result, which follows at once.
    case 'failed':
      return 'failed';
    case 'skipped':
      return `skipped: ${state.reason}`;
    case 'outdated':
      return `to be done again: ${state.because}`;
  }
};
