import type { EndedActivity, RunningActivity } from '../../model/build/progress.ts';
import type { WorkSlot } from '../../model/build/slots.ts';
import { bisectSentence } from '../../model/causes/bisect.ts';
import { showPosition } from '../../model/causes/position.ts';
import type { TestCause } from '../../model/causes/test-causes.ts';
import { activityKinds, groupOf } from '../../model/nix/activity-kind.ts';
import { ownOf } from '../../model/own-of.ts';
import { showDuration } from '../../model/words/format-time.ts';
import { cut, type Line, muted, type Span, span, wrapText } from '../../model/words/line.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import type { AppState, HostState } from '../../state/state.ts';
import { keyName } from '../key-names.ts';
import { bodyRows } from '../layout.ts';
import { type BuildRow, builderOf, causeOfHost } from '../rows/build.ts';
import type { Ui } from '../ui.ts';
import { workAlone } from './host.ts';

/** From this width on the last lines are beside the list. */
const wideColumns = 140;

/** A lower window has no room for the last lines. */
const lowRows = 10;

/** More rows of what runs and failed than these stay empty most of the time. */
const mostBeside = 30;

/** Rows of what runs, where there is room for more than those. */
const mostWork = 16;

/** What runs has as many rows as those before the last lines get more of their own. */
const fewestWork = 4;

/** The rule above the last lines, and two of these. */
const fewestDetails = 3;

/** Where the parts of the view stand. It depends on the window and the fleet, so no row moves while a run goes on. */
export interface BuildPanes {
  readonly columns: number;
  readonly hosts: number;
  /** What runs, and below it what failed. */
  readonly work: number;
  readonly details: {
    readonly at: 'side' | 'below';
    readonly columns: number;
    readonly rows: number;
  } | null;
}

/** Rows of the hosts: all of them where the rest has room too. */
const hostRows = (hosts: number, room: number): number => {
  const rest = Math.min(6, Math.floor(room * 0.43));
  return hosts <= room - rest ? hosts : Math.max(3, Math.floor(room / 2));
};

/** Rows of what runs and failed, in a low window. */
const lowWork = 2;

/** Rows that what runs does not need are those of hosts, as long as nothing runs. */
const withSpare = (panes: BuildPanes, { hosts, below, isRunning }: BuildCounts): BuildPanes => {
  if (isRunning) return panes;
  const spare = Math.max(0, Math.min(hosts - panes.hosts, panes.work - below));
  return { ...panes, hosts: panes.hosts + spare, work: panes.work - spare };
};

/** Of what there are rows: hosts, and below them what runs and what failed. */
interface BuildCounts {
  readonly hosts: number;
  readonly below: number;
  /** Of those below what failed. */
  readonly trouble: number;
  readonly isRunning: boolean;
}

/** Rows of the last lines, with the rule above them, that show why something failed. */
const fairDetails = 8;

/** After a run the end of a failed log is worth more than what was built before it. */
const withLog = (panes: BuildPanes, { trouble, isRunning }: BuildCounts): BuildPanes => {
  const { details, work } = panes;
  if (isRunning || trouble === 0 || details === null || details.at === 'side') return panes;
  const given = Math.max(0, Math.min(work - trouble, fairDetails - details.rows));
  return {
    ...panes,
    work: work - given,
    details: { ...details, rows: details.rows + given },
  };
};

/** `above`: the rows that title and totals take. */
export const buildPanes = (ui: Ui, counts: BuildCounts, above: number): BuildPanes =>
  withLog(withSpare(panesOf(ui, counts, above), counts), counts);

const panesOf = (ui: Ui, { hosts }: BuildCounts, above: number): BuildPanes => {
  const { columns, zoomed } = ui;
  const room = Math.max(1, bodyRows(ui.rows) - above);
  if (zoomed || room < lowRows) {
    const own = Math.min(hosts, Math.max(1, room - lowWork));
    return { columns, hosts: own, work: room - own, details: null };
  }
  const own = hostRows(hosts, room);
  const left = room - own;
  // Beside a list that is shorter than the window the rows below it would be empty.
  if (columns >= wideColumns && left <= mostBeside) {
    const side = Math.floor(columns * 0.42);
    return {
      columns: columns - side,
      hosts: own,
      work: left,
      details: { at: 'side', columns: side, rows: room },
    };
  }
  const work = Math.min(
    mostWork,
    Math.max(2, Math.min(fewestWork, left - fewestDetails), Math.floor(left * 0.4)),
  );
  return {
    columns,
    hosts: own,
    work,
    details: { at: 'below', columns, rows: left - work },
  };
};

/** What is told of a row: a title, what is known, and the last lines that were said. */
interface Told {
  readonly title: string;
  readonly known: readonly Span[];
  readonly lines: readonly string[];
  /** What was said for the host before: above them, where rows are left. */
  readonly before?: readonly string[];
}

const usual = ({ expectedMs }: RunningActivity): string =>
  expectedMs == null || expectedMs < 1_000 ? '' : `, usually ${showDuration(expectedMs)}`;

const runningWords = (activity: RunningActivity, now: number): string =>
  `${activity.name}  ${activity.phase ?? activityKinds[activity.kind].words}  ${showDuration(Math.max(0, now - activity.since))}${usual(activity)}`;

const builderLines = (app: AppState, derivation: string | null): readonly string[] =>
  derivation === null ? [] : (ownOf(app.builderLogs, derivation)?.lines ?? []);

const ofCause = (app: AppState, cause: TestCause): Told => ({
  title: cause.hosts.join(', '),
  known: [
    span(cause.place === null ? cause.what : `${showPosition(cause.place)}  ${cause.what}`, 'bad'),
    muted(`${keyName('open')} shows what can be done.`),
  ],
  lines: cause.tail.length > 0 ? cause.tail : builderLines(app, cause.derivation),
});

const ofEnded = (app: AppState, { name, fate, derivation }: EndedActivity): Told => ({
  title: `${name}  ${fate}`,
  known: [],
  lines: builderLines(app, derivation),
});

const ofSlot = (app: AppState, { activity, ended }: WorkSlot, now: number): Told => {
  const lines = builderLines(app, activity.derivation);
  if (ended === null) {
    const isSilent = lines.length === 0 && groupOf(activity) === 'builds';
    return {
      title: runningWords(activity, now),
      known: isSilent ? [muted('It has not said anything yet.')] : [],
      lines,
    };
  }
  const took = ended.ms === null ? '' : ` in ${showDuration(ended.ms)}`;
  return { title: `${activity.name}  ${endedWord(activity, ended.fate)}${took}`, known: [], lines };
};

/** How an activity ended, in a word. */
export const endedWord = (activity: RunningActivity, fate: EndedActivity['fate']): string => {
  if (fate === 'failed') return 'failed';
  switch (activity.kind) {
    case 'build':
      return 'built';
    case 'fetch':
      return 'fetched';
    case 'copy':
      return 'copied';
    case 'wait':
      return 'ended';
  }
};

const ofHost = (app: AppState, host: HostState, now: number): Told => {
  const { name } = host.entry;
  const before = ownOf(app.logs, name)?.lines ?? [];
  const cause = host.work.kind === 'failed' ? causeOfHost(app, name) : undefined;
  if (cause !== undefined) return { ...ofCause(app, cause), title: name };
  const builder = builderOf(host);
  if (builder !== null) {
    const { activity } = builder;
    return {
      title: `${name}  ${runningWords(activity, now)}`,
      known: [],
      lines: builderLines(app, activity.derivation),
      // The log of the host has the lines of this builder too.
      before: before.filter((text) => !text.startsWith(`${activity.name}> `)),
    };
  }
  const { words } = workAlone(host, now);
  const lines = before;
  return {
    title: words === '' ? name : `${name}  ${words}`,
    known: lines.length === 0 ? [muted('Nothing was logged for it since nixup was started.')] : [],
    lines,
  };
};

const toldOf = (app: AppState, row: BuildRow, now: number): Told => {
  switch (row.kind) {
    case 'host':
      return ofHost(app, row.host, now);
    case 'slot':
      return ofSlot(app, row.slot, now);
    case 'cause':
      return ofCause(app, row.cause);
    case 'ended':
      return ofEnded(app, row.ended);
    case 'search':
      return { title: 'search', known: [span(bisectSentence(row.search))], lines: [] };
    case 'more':
      return { title: row.text, known: [], lines: [] };
  }
};

/** The last lines of what the cursor is on, the newest at the bottom; a failure keeps its reason above them. */
export const buildDetailLines = (
  app: AppState,
  row: BuildRow,
  now: number,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): { readonly title: string; readonly lines: readonly Line[] } => {
  const { title, known, lines, before = [] } = toldOf(app, row, now);
  const cells = columns - 2;
  const above = known
    .flatMap((part) =>
      wrapText(part.text, cells).map((text): Line => [{ ...part, text: ` ${text}` }]),
    )
    // Half of the rows are for what was said, where anything was.
    .slice(0, lines.length === 0 ? rows : Math.max(1, Math.floor(rows / 2)));
  const room = rows - above.length;
  const last = room <= 0 ? [] : lines.slice(-room);
  const free = room - last.length;
  const earlier = free <= 0 ? [] : before.slice(-free);
  const shown = (text: string): string => ` ${cut(withoutControls(text), cells)}`;
  return {
    title,
    lines: [
      ...above,
      ...earlier.map((text): Line => [muted(shown(text))]),
      ...last.map((text): Line => [span(shown(text))]),
    ],
  };
};
