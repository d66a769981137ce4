import { progressOfPlan } from '../../model/build/agreed-counts.ts';
import { planSentence } from '../../model/build/build-plan-text.ts';
import type { PlanSummary } from '../../model/build/plan.ts';
import { bisectSentence } from '../../model/causes/bisect.ts';
import { explain } from '../../model/explain/explain.ts';
import { describeWork } from '../../model/host/describe-work.ts';
import type { HostWork } from '../../model/host/host.ts';
import { showSize } from '../../model/words/format.ts';
import { subjectLine } from '../../model/words/sentences.ts';
import { type AppEvent, isRunEvent } from '../../state/events.ts';
import type { StageName } from '../../state/stage.ts';
import { stageWords } from '../../state/told/stage-words.ts';

/** Without a screen, counts of a build are told this often, ms. */
const progressEveryMs = 5_000;

/** The same for a log that is read later. */
const logProgressEveryMs = 15_000;

/** Of a larger fleet a log has a line for each host that did not end well, and counts the others. */
const eachHostUpTo = 20;

/** Work that is counted, and not told, where there are many hosts. */
const isUneventful = ({ kind }: HostWork): boolean =>
  kind === 'running' ||
  kind === 'waiting' ||
  kind === 'built' ||
  kind === 'succeeded' ||
  kind === 'unchanged';

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `    ${line}`);

/** One call for each event; answers the lines to tell. */
type ProgressTeller = (event: AppEvent) => readonly string[];

/** `41 of 67 derivations built, 312 MiB of 540 MiB fetched`. */
const progressWords = ({
  builds,
  fetches,
}: Pick<Extract<AppEvent, { type: 'progress' }>, 'builds' | 'fetches'>): string =>
  [
    ...(builds.expected > 0 ? [`${builds.done} of ${builds.expected} derivations built`] : []),
    ...(fetches.expected > 0
      ? [
          fetches.bytesExpected > 0
            ? `${showSize(fetches.bytes)} of ${showSize(fetches.bytesExpected)} fetched`
            : `${fetches.done} of ${fetches.expected} paths fetched`,
        ]
      : []),
  ].join(', ');

// Over 60 lines: what is told of each event, with what was told before.
/**
 * Progress for people without a screen: one line when a step or a host moves
 * on, counts of builds now and then, failures with their last lines. Of the
 * steps of the runbook only `steps`, absent all: what the survey before a
 * command finds out about the others is not its doing.
 */
export const createProgressTeller = (
  steps?: readonly StageName[],
  isLog = false,
): ProgressTeller => {
  const last = new Map<string, string>();
  const plans = new Map<string | null, PlanSummary>();
  const every = isLog ? logProgressEveryMs : progressEveryMs;
  let toldProgressAt = Number.NEGATIVE_INFINITY;
  let isRunning = false;
  let asked: readonly string[] = [];

  const onceOf = (topic: string, subject: string, words: string | null): readonly string[] => {
    if (words === null || last.get(topic) === words) return [];
    last.set(topic, words);
    return [subjectLine(subject, words)];
  };
  const once = (subject: string, words: string | null): readonly string[] =>
    onceOf(subject, subject, words);
  const isMany = (): boolean => isLog && asked.length > eachHostUpTo;
  const hostLine = (host: string, work: HostWork, at: number): readonly string[] => {
    if (isMany() && isUneventful(work)) return [];
    const { words, remedy } = describeWork(work, at);
    const told = once(host, words);
    return told.length > 0 && remedy !== null ? [...told, ...indent([remedy])] : told;
  };

  return (event) => {
    if (!isRunEvent(event))
      return event.type === 'noticed'
        ? [event.tone === 'info' ? event.text : `${event.tone}: ${event.text}`]
        : [];
    switch (event.type) {
      case 'run-started':
        isRunning = true;
        asked = event.hosts;
        plans.clear();
        return [];
      case 'result':
        isRunning = false;
        return [];
      case 'stage-changed':
        return steps === undefined || (isRunning && steps.includes(event.stage))
          ? once(event.stage, stageWords(event.state, asked))
          : [];
      case 'host-worked':
        return hostLine(event.host, event.work, event.at);
      case 'missed':
        return indent(explain(event.failure).tail);
      case 'build-planned':
        plans.set(event.host, event.plan);
        return event.host === null || isMany()
          ? []
          : onceOf(`${event.host} plan`, event.host, planSentence(event.plan));
      case 'bisected':
        return once('bisect', bisectSentence(event.progress));
      case 'progress': {
        const counts = progressOfPlan(event, plans.get(event.host));
        const busy = counts.builds.expected + counts.fetches.expected > 0;
        if (!busy || event.at - toldProgressAt < every) return [];
        toldProgressAt = event.at;
        return [subjectLine(event.host ?? 'build', `${progressWords(counts)} so far`)];
      }
      case 'stop-asked':
        return [
          event.signal === undefined
            ? `${event.by} canceled the run from another nixup`
            : `${event.signal} stopped the run`,
        ];
      case 'pause-changed':
        return [event.isPaused ? 'paused: no further host is begun' : 'continued'];
      case 'inputs-moved':
      case 'packages-moved':
      case 'rollout-moved':
      case 'host-watched':
      case 'fleet-watched':
      case 'planned':
      case 'intended':
      case 'achieved':
      case 'logged':
      case 'builder-logged':
      case 'causes-found':
      case 'described':
      case 'proposed':
        return [];
    }
  };
};
