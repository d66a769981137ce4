import { planLeft } from '../../model/build/agreed-counts.ts';
import { planFitting } from '../../model/build/build-plan-text.ts';
import type { PlanSummary } from '../../model/build/plan.ts';
import type { EndedActivity } from '../../model/build/progress.ts';
import { shareOf } from '../../model/build/share.ts';
import type { WorkSlot } from '../../model/build/slots.ts';
import { type BisectProgress, bisectSentence } from '../../model/causes/bisect.ts';
import { showPosition } from '../../model/causes/position.ts';
import type { TestCause } from '../../model/causes/test-causes.ts';
import { showGeneration } from '../../model/host/generation.ts';
import { activityKinds, groupOf } from '../../model/nix/activity-kind.ts';
import { ownOf } from '../../model/own-of.ts';
import { showDuration } from '../../model/words/format-time.ts';
import {
  cut,
  fitRight,
  fitText,
  type Line,
  muted,
  type Span,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { frameAt, glyph } from '../../screen/glyphs.ts';
import {
  activityCells,
  activityLine,
  barText,
  elapsedCells,
  phaseCells,
  shortPaths,
} from '../../screen/host/progress.ts';
import { type BuildRow, builderOf, causeOfHost } from '../../screen/rows/build.ts';
import { endedWord } from '../../screen/texts/build-panes.ts';
import { type Status, workAlone } from '../../screen/texts/host.ts';
import { isBuilt, keptWanted } from '../../state/hosts.ts';
import { type AppState, fleetPlan, type HostState } from '../../state/state.ts';

/** Where its system stands, for a host that no run has done anything with. */
const systemStatus = (host: HostState, now: number): Status => {
  const { expectation } = host;
  const status = (sign: string, words: string, tone: Status['tone']): Status => ({
    sign,
    words,
    tone,
    aside: '',
  });
  switch (expectation.kind) {
    case 'unknown':
      return status('?', 'not evaluated yet', 'muted');
    case 'evaluating':
      return status(frameAt(now), 'evaluating', 'busy');
    case 'failed':
      return status(glyph.failed, 'does not evaluate', 'bad');
    case 'known': {
      if (isBuilt(host)) return status(glyph.proven, 'built and valid', 'muted');
      const kept = keptWanted(host);
      return kept === undefined
        ? status(glyph.todo, 'not built yet', 'muted')
        : status(glyph.proven, `host has it, ${showGeneration(kept.number)}`, 'muted');
    }
  }
};

/** The same beside what was done with the host: nothing where the state has said it. */
const systemWords = (host: HostState, isSaid: boolean, now: number): string => {
  const { expectation } = host;
  if (expectation.kind === 'failed') return `does not evaluate: ${expectation.failureText}`;
  return isSaid ? '' : systemStatus(host, now).words;
};

/** A state in short words is said whole or not at all; a reason is cut. */
const whereFits = (text: string, cells: number): string =>
  widthOf(text) <= cells || text.includes(':') ? text : '';

const isAboutToBuild = ({ work }: HostState): boolean =>
  work.kind === 'waiting' || (work.kind === 'running' && work.step === 'build');

/** Cells of a host's name, of its state and of how long it is in it. */
const nameCells = (columns: number): number => Math.max(10, Math.min(24, Math.floor(columns / 6)));
const statusCells = (columns: number): number => (columns < 90 ? 22 : 26);
const asideCells = 10;
const barCells = (columns: number): number => (columns < 90 ? 8 : 16);

/** The titles of the columns of hosts. */
export const buildTitles = (columns: number): Line => [
  muted(
    `  ${fitText('HOST', nameCells(columns))}${fitText('STATE', statusCells(columns))}${fitText('TIME', asideCells)}${fitText('DONE', barCells(columns) + 1)}NOW`,
  ),
];

/** What is built for the host now, else what is fetched, else what it waits for; shorter where it must be. */
const nowWords = (host: HostState, cells: number): string => {
  const builder = builderOf(host);
  if (builder === null) {
    const activities = host.progress?.activities ?? [];
    const wait = activities.find((one) => groupOf(one) === 'waits');
    const other = activities.find((one) => groupOf(one) === 'transfers') ?? wait;
    return other === undefined
      ? ''
      : cut(`${shortPaths(other.name)}  ${activityKinds[other.kind].words}`.trimEnd(), cells);
  }
  const { activity, others } = builder;
  const phase = activity.phase === null ? '' : `  ${activity.phase}`;
  const more = others === 0 ? '' : `  and ${others} more`;
  const forms = [`${activity.name}${phase}${more}`, `${activity.name}${more}`, activity.name];
  return forms.find((words) => widthOf(words) <= cells) ?? cut(activity.name, cells);
};

/** What is known of a host on which nothing is built now: why it failed, or what is going to be done. */
const restWords = (
  host: HostState,
  plan: PlanSummary | undefined,
  cause: TestCause | undefined,
  {
    cells,
    isSaid,
    now,
  }: { readonly cells: number; readonly isSaid: boolean; readonly now: number },
): Span => {
  if (host.work.kind === 'failed' && cause !== undefined)
    return span(cut(cause.what, cells), 'bad');
  const planned = plan !== undefined && isAboutToBuild(host) ? planFitting(plan, cells) : null;
  return muted(planned ?? whereFits(systemWords(host, isSaid, now), cells));
};

/** State and time; where there is no time, the state has the room of both. */
const stateCells = ({ sign, words, aside, tone }: Status, columns: number): Line => {
  const cells = statusCells(columns);
  return aside === ''
    ? [span(fitText(`${sign} ${words}`, cells + asideCells), tone)]
    : [span(fitText(`${sign} ${words}`, cells), tone), muted(fitText(aside, asideCells))];
};

const hostRow = (
  host: HostState,
  {
    plan,
    cause,
  }: { readonly plan: PlanSummary | undefined; readonly cause: TestCause | undefined },
  columns: number,
  now: number,
): Line => {
  const worked = workAlone(host, now);
  const isSaid = worked.words === '';
  const work = isSaid ? systemStatus(host, now) : worked;
  const { progress } = host;
  const bar = barCells(columns);
  // Selection, mark and the room of the edge are beside it.
  const room = columns - nameCells(columns) - statusCells(columns) - asideCells - bar - 1 - 4;
  const isBarred = progress !== null && worked.tone === 'busy';
  return [
    strong(fitText(host.entry.name, nameCells(columns))),
    ...stateCells(work, columns),
    ...(isBarred
      ? [
          span(`${barText(progress.share ?? shareOf(progress, 'builds'), bar)} `, 'busy'),
          ...(progress.builds.failed === 0
            ? []
            : [span(`${progress.builds.failed} failed  `, 'bad')]),
          span(nowWords(host, room)),
        ]
      : [restWords(host, plan, cause, { cells: room + bar + 1, isSaid, now })]),
  ];
};

/** Hosts that stand in one row by their names; more are counted. */
const namedHosts = 3;

const hostsOf = (hosts: readonly string[]): string => {
  if (hosts.length === 0) return 'the flake';
  return hosts.length <= namedHosts
    ? hosts.join(', ')
    : `${hosts.slice(0, namedHosts - 1).join(', ')} and ${hosts.length - namedHosts + 1} more`;
};

const causeRow = (cause: TestCause, columns: number): Line => {
  const hosts = `${glyph.failed} ${hostsOf(cause.hosts)}`;
  const place = cause.place === null ? '' : showPosition(cause.place);
  if (cause.isOfEarlierLock === true) {
    const told = `${hosts}  with the lock before its last change: ${cause.what}`;
    return [muted(cut(told, columns - 3))];
  }
  const room = columns - hosts.length - (place === '' ? 0 : place.length + 2) - 6;
  return [
    strong(hosts, 'bad'),
    span('  '),
    ...(place === '' || room < 24 ? [] : [span(`${place}  `, 'accent')]),
    span(cut(cause.what, Math.max(24, room))),
  ];
};

const searchRow = (search: BisectProgress, now: number): Line => {
  const { outcome } = search;
  const isOver = outcome.kind !== 'searching';
  const tone = outcome.kind === 'found' ? 'warn' : isOver ? 'muted' : 'busy';
  return [
    span(`${isOver ? glyph.look : frameAt(now)} `, tone),
    span(bisectSentence(search), tone),
    muted(`   ${search.probes.length} tried, ${search.builds} built`),
  ];
};

const endedRow = (ended: EndedActivity, columns: number): Line => [
  span(`${glyph.failed} `, 'bad'),
  span(`${fitText(ended.name, activityCells(columns))} `),
  span(fitText(ended.fate, phaseCells), 'bad'),
  muted(fitRight(ended.ms === null ? '' : showDuration(ended.ms), elapsedCells)),
  muted(ended.machine === null ? '' : `  on ${ended.machine}`),
  muted(
    ended.hosts === undefined || ended.hosts.length === 0 ? '' : `  for ${hostsOf(ended.hosts)}`,
  ),
];

/** The place of something that runs: what, or how it ended. */
const slotRow = ({ activity, ended }: WorkSlot, columns: number, now: number): Line => {
  const { hosts = [] } = activity;
  const whose = hosts.length === 0 ? '' : `  ${hostsOf(hosts)}`;
  if (ended === null) return activityLine(activity, columns, now, whose);
  const isFailed = ended.fate === 'failed';
  return [
    span(`${isFailed ? glyph.failed : glyph.proven} `, isFailed ? 'bad' : 'muted'),
    muted(`${fitText(activity.name, activityCells(columns))} `),
    span(fitText(endedWord(activity, ended.fate), phaseCells), isFailed ? 'bad' : 'muted'),
    muted(fitRight(ended.ms === null ? '' : showDuration(ended.ms), elapsedCells)),
    muted(whose),
  ];
};

/** A row of the build view as it is drawn. */
export const buildLine = (row: BuildRow, app: AppState, columns: number, now: number): Line => {
  switch (row.kind) {
    case 'cause':
      return causeRow(row.cause, columns);
    case 'search':
      return searchRow(row.search, now);
    case 'host': {
      const { name } = row.host.entry;
      const plan = ownOf(app.plans, name);
      const about = {
        plan: plan && planLeft(plan, app.plans[fleetPlan], app.runProgress),
        cause: causeOfHost(app, name),
      };
      return hostRow(row.host, about, columns, now);
    }
    case 'slot':
      return slotRow(row.slot, columns, now);
    case 'ended':
      return endedRow(row.ended, columns);
    case 'more':
      return [muted(`  ${row.text}`)];
  }
};
