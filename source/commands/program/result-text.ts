import { quoteWords } from '../../model/command.ts';
import { asSentence } from '../../model/explain/explain.ts';
import { showGeneration } from '../../model/host/generation.ts';
import { showStorePath } from '../../model/words/format.ts';
import { outcomeWords } from '../../state/outcome.ts';
import type { RunResult } from '../../state/run.ts';
import { alignRows } from '../arguments/text-table.ts';

/** A reason of so many characters stands in the row of its host, and not in the sentence below once more. */
const longReason = 60;

/** The sentence of a run without the long reasons that the rows of its hosts have. Pure. */
const withoutReasons = ({ summary, hosts }: RunResult): string => {
  let text = summary;
  for (const [host, { status, reason }] of Object.entries(hosts)) {
    const bare = reason?.replace(/\.$/, '') ?? '';
    if (bare.length <= longReason) continue;
    const words = outcomeWords[status];
    text = text
      .replaceAll(`${words}: ${bare}`, words)
      .replaceAll(`${host}: ${bare}`, `${host} ${words}`)
      .replaceAll(bare, `${host} ${words}`);
  }
  return text;
};

/** For each unhealthy host the command that rolls it back, ready to be copied. */
export const waysBack = (result: RunResult): readonly string[] =>
  Object.entries(result.hosts).flatMap(([host, { status }]) =>
    status === 'unhealthy'
      ? [
          `${host} is unhealthy. Back to the system it ran before: ${quoteWords(['nixup', 'rollback', host])}`,
        ]
      : [],
  );

/** What a run did, host by host in the order of the fleet, and its one sentence. */
export const resultText = (result: RunResult): string => {
  const rows = Object.entries(result.hosts).map(([host, outcome]) => [
    host,
    outcomeWords[outcome.status],
    outcome.generation === null ? '-' : showGeneration(outcome.generation),
    outcome.to === null ? '-' : showStorePath(outcome.to),
    outcome.reason ?? '',
  ]);
  const { next } = result;
  const summary = withoutReasons(result);
  return [
    ...(rows.length === 0
      ? []
      : alignRows([['HOST', 'RESULT', 'GENERATION', 'SYSTEM', 'REASON'], ...rows])),
    ...(result.commit === null ? [] : [`commit ${result.commit}`]),
    next === undefined ? summary : `${asSentence(summary)} ${next}`,
  ].join('\n');
};
