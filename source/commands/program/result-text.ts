import { quoteWords } from '../../model/command.ts';
import { asSentence } from '../../model/explain/explain.ts';
import { showGeneration } from '../../model/host/generation.ts';
import { lastActivation } from '../../model/host/last-activations.ts';
import { showStorePath } from '../../model/words/format.ts';
import { outcomeWords } from '../../state/outcome.ts';
import type { HostOutcome, RunResult } from '../../state/run.ts';
import type { AppState, HostState } from '../../state/state.ts';
import { alignRows } from '../arguments/text-table.ts';

/** A reason of so many characters stands in the row of its host, and not in the sentence below once more. */
const longReason = 60;

/** The sentence of a run without the long reasons that the rows of its hosts have. Pure. */
const withoutReasons = ({ summary, hosts }: RunResult): string => {
  const long = Object.entries(hosts).flatMap(([host, { status, reason }]) => {
    const bare = reason?.replace(/\.$/, '') ?? '';
    return bare.length <= longReason ? [] : [{ host, words: outcomeWords[status], bare }];
  });
  let text = summary;
  // Several hosts may have the same reason: each beside its own name first.
  for (const { host, words, bare } of long)
    text = text
      .replaceAll(`${words}: ${bare}`, words)
      .replaceAll(`${host}: ${bare}`, `${host} ${words}`)
      .replaceAll(`${host} ${bare}`, `${host} ${words}`);
  for (const { host, words, bare } of long) text = text.replaceAll(bare, `${host} ${words}`);
  return text;
};

/** Whether it got the system that it runs from nixup, in this run or an earlier one: else there is nothing to take back. */
const isFromNixup = ({ from, to }: HostOutcome, host: HostState | undefined): boolean =>
  (from !== null && to !== null && from !== to) ||
  host?.deployed !== undefined ||
  lastActivation(host?.facts ?? null) !== null;

/** For each unhealthy host that nixup deployed the command that rolls it back, ready to be copied. */
export const waysBack = (result: RunResult, hosts: AppState['hosts']): readonly string[] =>
  Object.entries(result.hosts).flatMap(([host, outcome]) =>
    outcome.status === 'unhealthy' && isFromNixup(outcome, hosts[host])
      ? [
          `${host} is unhealthy. Back to the system it ran before: ${quoteWords(['nixup', 'rollback', host])}`,
        ]
      : [],
  );

/** A long reason has a row for each thing that it names. */
const reasonRows = (reason: string): readonly string[] =>
  reason.length <= longReason ? [reason] : reason.split('; ');

/** What a run did, host by host in the order of the fleet, and its one sentence. */
export const resultText = (result: RunResult): string => {
  const rows = Object.entries(result.hosts).flatMap(([host, outcome]) => {
    const [reason = '', ...more] = reasonRows(outcome.reason ?? '');
    const row = [
      host,
      outcomeWords[outcome.status],
      outcome.generation === null ? '-' : showGeneration(outcome.generation),
      outcome.to === null ? '-' : showStorePath(outcome.to),
      reason,
    ];
    return [row, ...more.map((one) => ['', '', '', '', one])];
  });
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
