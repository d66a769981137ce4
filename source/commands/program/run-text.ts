import { showStorePath } from '../../model/words/format.ts';
import { outcomeWords } from '../../state/outcome.ts';
import type { RunResult } from '../../state/run.ts';
import { alignRows } from '../arguments/text-table.ts';

/** What a run did, host by host in the order of the fleet, and its one sentence. */
export const runText = (result: RunResult): string => {
  const rows = Object.entries(result.hosts).map(([host, outcome]) => [
    host,
    outcomeWords[outcome.status],
    outcome.generation === null ? '-' : `g${outcome.generation}`,
    outcome.to === null ? '-' : showStorePath(outcome.to),
    outcome.reason ?? '',
  ]);
  return [
    ...(rows.length === 0
      ? []
      : alignRows([['HOST', 'RESULT', 'GENERATION', 'SYSTEM', 'REASON'], ...rows])),
    ...(result.commit === null ? [] : [`commit ${result.commit}`]),
    result.next === undefined ? result.summary : `${result.summary} ${result.next}`,
  ].join('\n');
};
