import { causeLines } from '../../model/causes/test-causes.ts';
import type { RunResult } from '../../state/run.ts';
import type { AppState } from '../../state/state.ts';

/** Last lines of a failed host's log that are repeated at the end. */
const keptLines = 20;

/**
 * Why a run failed, at its end, so that nobody scrolls for it: each cause once
 * with the hosts that it breaks, and the last lines of failed hosts without one.
 */
export const failureTails = (state: AppState, result: RunResult): readonly string[] => {
  const explained = new Set(state.causes.flatMap(({ hosts }) => hosts));
  const tails = Object.entries(result.hosts).flatMap(([host, { status }]) => {
    const lines = state.logs[host]?.lines ?? [];
    if (status !== 'failed' || lines.length === 0 || explained.has(host)) return [];
    return [`last lines of ${host}:`, ...lines.slice(-keptLines).map((line) => `    ${line}`)];
  });
  return [...state.causes.flatMap((cause) => ['', ...causeLines(cause)]), ...tails];
};
