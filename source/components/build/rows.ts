import { planOfProgress } from '../../model/build/agreed-counts.ts';
import { planFitting } from '../../model/build/build-plan-text.ts';
import type { PlanSummary } from '../../model/build/plan.ts';
import type { EndedActivity } from '../../model/build/progress.ts';
import { type BisectProgress, bisectSentence } from '../../model/causes/bisect.ts';
import { showPosition } from '../../model/causes/position.ts';
import type { TestCause } from '../../model/causes/test-causes.ts';
import { showDuration } from '../../model/words/format-time.ts';
import {
  cut,
  fitRight,
  fitText,
  type Line,
  lineWidth,
  muted,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { frameAt, glyph } from '../../screen/glyphs.ts';
import type { BuildRow } from '../../screen/rows/build.ts';
import { workAlone } from '../../screen/texts/host.ts';
import { isBuilt } from '../../state/hosts.ts';
import type { HostState } from '../../state/state.ts';
import { activityCells, activityLine, barText, elapsedCells, phaseCells } from './progress.ts';

const systemWords = (host: HostState): string => {
  const { expectation } = host;
  switch (expectation.kind) {
    case 'unknown':
      return 'not evaluated yet';
    case 'evaluating':
      return 'being evaluated';
    case 'failed':
      return `does not evaluate: ${expectation.failureText}`;
    case 'known':
      return isBuilt(host) ? 'built and valid' : 'not built yet';
  }
};

/** A state in short words is said whole or not at all; a reason is cut. */
const whereFits = (text: string, cells: number): string =>
  widthOf(text) <= cells || text.includes(':') ? text : '';

const isAboutToBuild = ({ work }: HostState): boolean =>
  work.kind === 'waiting' || (work.kind === 'running' && work.step === 'build');

const hostRow = (
  host: HostState,
  plan: PlanSummary | undefined,
  columns: number,
  now: number,
): Line => {
  const name = Math.max(14, Math.min(24, Math.floor(columns / 5)));
  const work = workAlone(host, now);
  const builds = host.progress?.builds;
  const bar = columns < 90 ? 8 : 16;
  const status = columns < 90 ? 22 : 26;
  // Selection, mark and the room of the edge are beside it.
  const planned =
    plan !== undefined && isAboutToBuild(host)
      ? planFitting(planOfProgress(plan, host.progress), columns - name - status - 11 - 3)
      : null;
  const told: Line = [
    strong(fitText(host.entry.name, name)),
    span(fitText(`${work.sign} ${work.words}`, status), work.tone),
    muted(fitText(work.aside, 11)),
    ...(builds === undefined
      ? [muted(planned ?? whereFits(systemWords(host), columns - name - status - 11 - 3))]
      : [
          span(barText(builds.expected === 0 ? 0 : builds.done / builds.expected, bar), 'busy'),
          ...(builds.failed === 0 ? [] : [span(` ${builds.failed} failed`, 'bad')]),
        ]),
  ];
  // A plan that is cut tells nothing; it stands in the log as well.
  const aside = builds === undefined || planned === null ? [] : [muted(`  ${planned}`)];
  return lineWidth([...told, ...aside]) > columns - 3 ? told : [...told, ...aside];
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

/** Under its own host nobody needs to be told whose it is. */
const needersOf = ({ hosts = [], fate }: EndedActivity): string =>
  hosts.length > 1 || (fate === 'failed' && hosts.length > 0) ? `  for ${hostsOf(hosts)}` : '';

const endedRow = (ended: EndedActivity, columns: number): Line => {
  const isFailed = ended.fate === 'failed';
  return [
    span(`   ${isFailed ? glyph.failed : glyph.proven} `, isFailed ? 'bad' : 'good'),
    span(`${fitText(ended.name, activityCells(columns))} `),
    span(fitText(isFailed ? 'failed' : 'built', phaseCells), isFailed ? 'bad' : 'muted'),
    muted(fitRight(ended.ms === null ? '' : showDuration(ended.ms), elapsedCells)),
    muted(ended.machine === null ? '' : `  on ${ended.machine}`),
    muted(needersOf(ended)),
  ];
};

/** A row of the build view as it is drawn. */
export const buildLine = (
  row: BuildRow,
  plans: Readonly<Record<string, PlanSummary>>,
  columns: number,
  now: number,
): Line => {
  switch (row.kind) {
    case 'cause':
      return causeRow(row.cause, columns);
    case 'search':
      return searchRow(row.search, now);
    case 'host':
      return hostRow(row.host, plans[row.host.entry.name], columns, now);
    case 'activity':
      return activityLine(row.activity, columns, now);
    case 'ended':
      return endedRow(row.ended, columns);
    case 'shared':
      return [strong('shared'), muted('   what several hosts need')];
    case 'more':
      return [muted(`     ${row.text}`)];
  }
};
