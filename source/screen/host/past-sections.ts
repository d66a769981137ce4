import type { HostFacts } from '../../model/host/host.ts';
import { activationOrigin } from '../../model/host/last-activations.ts';
import { memoLast } from '../../model/memo.ts';
import { showAge, showMoment } from '../../model/words/format-time.ts';
import { muted, type Span, span } from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { isBuiltOnly, isPartlyUnknown, outcomeIn } from '../../state/outcome.ts';
import { activationEnd } from '../../state/past/activation-end.ts';
import type { Goal, HostOutcome, HostOutcomeStatus, RunSummary } from '../../state/run.ts';
import { goalWord } from '../../state/run-words.ts';
import type { HostState } from '../../state/state.ts';
import { glyph } from '../glyphs.ts';
import type { Section } from './pane-sections.ts';
import { shortPaths } from './progress.ts';
import { signed, under } from './section-lines.ts';

const outcomeSigns: Readonly<
  Record<HostOutcomeStatus, readonly [sign: string, tone: Span['tone']]>
> = {
  succeeded: [glyph.proven, 'good'],
  unchanged: [glyph.proven, 'muted'],
  unhealthy: [glyph.look, 'bad'],
  failed: [glyph.failed, 'bad'],
  rolledBack: [glyph.failed, 'bad'],
  pending: [glyph.absent, 'muted'],
  skipped: [glyph.absent, 'muted'],
  canceled: [glyph.absent, 'muted'],
};

/** What is known in part only has no proof for its sign; nor has a watch that found more than its units say. */
export const outcomeSign = (
  { goal, ending }: Pick<RunSummary, 'goal' | 'ending'>,
  outcome: HostOutcome,
): readonly [sign: string, tone: Span['tone']] => {
  const isMore = goal === 'watch' && ending !== null && ending.result.exitCode !== 0;
  return isPartlyUnknown(outcome) || (isMore && outcome.status === 'unchanged')
    ? ['?', 'muted']
    : outcomeSigns[outcome.status];
};

const outcomeWords: Readonly<Record<HostOutcomeStatus, string>> = {
  succeeded: 'well',
  unchanged: 'unchanged',
  unhealthy: 'unhealthy',
  failed: 'failed',
  rolledBack: 'rolled back',
  pending: 'pending',
  skipped: 'left out',
  canceled: 'canceled',
};

/** The runs in which something is known of the host, the newest first. */
const runsOf = memoLast((history: readonly RunSummary[], host: string) =>
  history.flatMap((run) => {
    const outcome = run.ending?.result.hosts[host];
    return outcome === undefined ? [] : [{ run, outcome }];
  }),
);

/** Ends of a run after which the host has been switched, where it did more than build. */
const switchedBy: Partial<Readonly<Record<Goal, readonly HostOutcomeStatus[]>>> = {
  deploy: ['succeeded', 'unhealthy', 'rolledBack'],
  run: ['succeeded', 'unhealthy', 'rolledBack'],
  rollback: ['succeeded', 'unhealthy', 'rolledBack'],
};

/** What brought the host to its systems, the newest first: what it keeps itself, and runs of the journal that it does not keep. */
export const deployedSection = (
  host: HostState,
  { activations = [] }: HostFacts,
  history: readonly RunSummary[],
  { cells, now }: { readonly cells: number; readonly now: number },
): Section => {
  const kept = new Set(activations.map((one) => one.run));
  const told = activations.toReversed().map((one) => {
    const { isDone, isBack } = activationEnd(one, host.entry.name, { history, activations });
    const origin = activationOrigin(one, now);
    const words = isDone || isBack ? origin : `a deploy ended with "${one.result}" ${origin}`;
    return { at: one.at, isDone, words: isBack ? `${words}, rolled back` : words };
  });
  const recorded = runsOf(history, host.entry.name).flatMap(({ run, outcome }) => {
    const { status } = outcome;
    if (kept.has(run.id) || switchedBy[run.goal]?.includes(status) !== true) return [];
    if (isBuiltOnly(run.goal, outcome)) return [];
    // What it was for is not known: a comparison may have found it unhealthy.
    if (run.isStartLost === true && outcome.generation === null) return [];
    const at = run.ending?.at ?? run.startedAt;
    const by = run.by === undefined ? '' : ` by ${run.by}`;
    const isDone = status === 'succeeded' || (status === 'rolledBack' && run.goal === 'rollback');
    const words = `${showAge(Math.max(0, now - at))} ago${by}, ${goalWord(run)}: ${outcomeWords[status]}`;
    return [{ at, isDone, words }];
  });
  const all = [...told, ...recorded].toSorted((one, other) => other.at - one.at);
  if (all.length === 0) return under('deployed', [[muted('no deploy by nixup is recorded')]]);
  return under(
    'deployed',
    all.flatMap(({ at, isDone, words }) => {
      // Day and time tell apart what reads the same.
      const isSame = all.filter((one) => one.words === words).length > 1;
      const text = isSame ? `${showMoment(at).slice(5)}, ${words}` : words;
      return signed(isDone ? [glyph.proven, 'good'] : [glyph.failed, 'bad'], text, cells);
    }),
  );
};

/** How it was in each run: a sign for each, the newest last, and below them the runs. */
export const historySection = (
  host: HostState,
  history: readonly RunSummary[],
  cells: number,
): Section => {
  const runs = runsOf(history, host.entry.name);
  if (runs.length === 0) return under('history', [[muted('no run with it is recorded yet')]]);
  const strip = runs
    .slice(0, 20)
    .toReversed()
    .map(({ run, outcome }): Span => {
      const [sign, tone] = outcomeSign(run, outcome);
      return span(sign, tone);
    });
  return under('history', [
    [...strip, muted(`  ${counted(runs.length, 'run')}, the newest last`)],
    ...runs.flatMap(({ run, outcome }) => {
      const { status, reason } = outcome;
      const why = reason === null ? '' : `, ${shortPaths(reason)}`;
      // A deploy that succeeded is said shorter here.
      const ended = status === 'unchanged' ? outcomeIn(run.goal, outcome) : outcomeWords[status];
      const words = `${showMoment(run.startedAt).slice(5)}  ${goalWord(run)}: ${ended}${why}`;
      return signed(outcomeSign(run, outcome), words, cells);
    }),
  ]);
};
