import { showDuration } from '../../model/words/format-time.ts';
import { counted } from '../../model/words/sentences.ts';
import type { AppState } from '../../state/state.ts';

/** Hosts that are named; of the others only the number is told. */
const mostNamed = 4;

const named = (hosts: readonly string[]): string =>
  hosts.length <= mostNamed
    ? hosts.join(', ')
    : `${hosts.slice(0, mostNamed).join(', ')} and ${hosts.length - mostNamed} more`;

/** What is being waited for, in one line, however large the fleet is. `now` in ms since the epoch. */
export const waitingWords = (app: AppState, now: number): string => {
  const { run } = app;
  const hosts = Object.values(app.hosts);
  const goal =
    run.kind === 'active' || run.kind === 'canceling'
      ? `${run.kind === 'canceling' ? 'stopping the ' : ''}${run.goal}, ${showDuration(Math.max(0, now - run.since))} so far`
      : null;
  const running = hosts.flatMap(({ entry, work }) =>
    work.kind === 'running' || work.kind === 'rollingBack' ? [entry.name] : [],
  );
  const waiting = hosts.filter(({ work }) => work.kind === 'waiting' || work.kind === 'queued');
  const probing = hosts.flatMap(({ entry, probe }) =>
    probe.kind === 'probing' ? [entry.name] : [],
  );
  const evaluating = hosts.flatMap(({ entry, expectation }) =>
    expectation.kind === 'evaluating' ? [entry.name] : [],
  );
  const builds = app.runProgress?.builds;
  const parts = [
    ...(goal === null ? [] : [goal]),
    ...(builds === undefined || builds.expected === 0
      ? []
      : [`${builds.done} of ${counted(builds.expected, 'derivation')} built`]),
    ...(running.length === 0 ? [] : [`working on ${named(running)}`]),
    ...(waiting.length === 0 ? [] : [`${counted(waiting.length, 'host')} waiting`]),
    ...(probing.length === 0 ? [] : [`asking ${named(probing)}`]),
    ...(evaluating.length === 0 ? [] : [`evaluating ${named(evaluating)}`]),
  ];
  if (parts.length > 0) return `in progress: ${parts.join('; ')}`;
  switch (app.fleet.kind) {
    case 'unknown':
      return 'in progress: reading what is kept of this flake';
    case 'listing':
      return 'in progress: reading the flake with Nix';
    case 'listed':
    case 'failed':
      return 'in progress: waiting for an answer';
  }
};
