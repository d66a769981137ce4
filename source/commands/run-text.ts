import { showStorePath } from '../model/format-size.ts';
import type { HostOutcome, HostOutcomeStatus, RunResult } from '../model/run.ts';
import { alignRows } from './text-table.ts';

const words: Readonly<Record<HostOutcomeStatus, string>> = {
  succeeded: 'succeeded',
  unchanged: 'unchanged',
  unhealthy: 'unhealthy',
  failed: 'failed',
  rolledBack: 'rolled back',
  pending: 'pending',
  skipped: 'skipped',
  canceled: 'canceled',
};

const place = ({ to, generation }: HostOutcome): string => {
  if (to === null) return '';
  return generation === null ? showStorePath(to) : `${showStorePath(to)}, generation ${generation}`;
};

/** What a run did, host by host, and its one sentence. */
export const runText = (result: RunResult): string => {
  const rows = Object.entries(result.hosts).map(([host, outcome]) => [
    host,
    words[outcome.status],
    place(outcome),
    outcome.reason ?? '',
  ]);
  return [
    ...alignRows(rows),
    ...(result.commit === null ? [] : [`commit ${result.commit}`]),
    result.summary,
  ].join('\n');
};
