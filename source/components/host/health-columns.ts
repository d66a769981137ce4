import { chartWindowWords, type Trends, trendCells } from '../../model/watch/chart.ts';
import { showLoad } from '../../model/words/format.ts';
import { showAge } from '../../model/words/format-time.ts';
import { widthOf } from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import type { HealthRow } from '../../screen/rows/health.ts';
import { titleOfChart } from '../../screen/texts/chart.ts';
import { healthWords, positionWords } from '../../screen/texts/host.ts';
import type { HostState } from '../../state/state.ts';
import { columnGap, type HealthColumns } from './health-cells.ts';
import { trendNumbers, verdictCellWords } from './trend-cells.ts';

/** What is longer than this is cut, so that one host does not take the room of all others. */
const most = { name: 24, health: 30, reason: 56 } as const;

/** The words of a reason that are shown cut have so many cells; fewer say nothing. */
const leastReason = 24;

/** Bars in fewer cells say nothing. */
const leastBars = 8;

export const loadWords = ({ facts }: HostState): string =>
  facts?.load == null ? '' : `load ${showLoad(facts.load)}`;

export const askedWords = ({ facts }: HostState, now: number): string =>
  facts === null ? 'not checked yet' : `checked ${showAge(now - facts.at)} ago`;

/** Why there is no verdict on a host, in one line; empty where there is one, or where a row below says why. */
export const reasonWords = (row: HealthRow): string =>
  row.kind === 'host' ? (row.reasons ?? []).join('; ') : '';

export const hostsOfRows = (rows: readonly HealthRow[]): readonly HostState[] =>
  rows.flatMap((row) => (row.kind === 'host' ? [row.host] : []));

/** Titles of the columns: what a number and a sign are of. */
export const columnTitles = (
  hosts: readonly HostState[],
  trends: Trends | null,
): Readonly<Record<keyof HealthColumns, string>> => {
  const isCompared =
    trends !== null &&
    hosts.some(({ watch }) =>
      watch?.metrics.some(
        ({ metric, verdict }) => metric === trends.metric && verdict.kind !== 'unknown',
      ),
    );
  return {
    name: 'HOST',
    health: 'HEALTH',
    bars: trends === null ? '' : `${titleOfChart(trends)}, ${chartWindowWords[trends.window]}`,
    numbers: isCompared ? `BEFORE ${glyph.arrow} SINCE` : 'NOW',
    verdict: hosts.some(({ watch }) => watch !== undefined) ? 'VERDICT' : '',
    reason: 'REASON',
    position: 'POSITION',
    asked: 'CHECKED',
    load: 'LOAD',
  };
};

const widest = (texts: readonly string[], atMost = Number.POSITIVE_INFINITY): number =>
  Math.min(atMost, Math.max(0, ...texts.map(widthOf)));

/** Takes cells for a column where they are left. */
const taken = (left: number, cells: number): number =>
  cells > 0 && cells + columnGap <= left ? cells : 0;

/**
 * The columns that fit, each as wide as its longest cell: name and health always, then the verdict with its numbers,
 * the bars, and why there is no verdict; in what is left the position and when the host was checked. Pure.
 */
export const healthColumns = (
  rows: readonly HealthRow[],
  cells: number,
  now: number,
  trends: Trends | null,
): HealthColumns => {
  const hosts = hostsOfRows(rows);
  const titles = columnTitles(hosts, trends);
  const statusOf = ({ sign, words }: { readonly sign: string; readonly words: string }): string =>
    `${sign} ${words}`;
  const name = widest(
    [titles.name, ...hosts.map(({ entry }) => entry.name)],
    Math.min(most.name, cells),
  );
  const room = cells - name - columnGap;
  const health = widest(
    [titles.health, ...hosts.map((host) => statusOf(healthWords(host)))],
    Math.min(most.health, Math.max(10, room)),
  );
  let left = room - health;
  const take = (wanted: number): number => {
    const given = taken(left, wanted);
    left -= given === 0 ? 0 : given + columnGap;
    return given;
  };
  const facts = () => ({
    position: take(widest(hosts.map((host) => statusOf(positionWords(host, now))))),
    load: take(widest(hosts.map(loadWords))),
    asked: take(widest(hosts.map((host) => askedWords(host, now)))),
  });
  const measured = () => {
    if (trends === null || trends.why !== null) return { numbers: 0, bars: 0 };
    const said = hosts.map((host) => trendNumbers(host, trends));
    const numbers = take(widest([titles.numbers, ...said]));
    const cellsForBars = Math.min(trendCells, left - columnGap);
    return { numbers, bars: take(cellsForBars < leastBars ? 0 : cellsForBars) };
  };
  const verdict = take(
    widest([titles.verdict, ...hosts.map((host) => verdictCellWords(host, now))]),
  );
  const { numbers, bars } = measured();
  // A reason that is longer than what is left is cut, and stands whole in the pane.
  const widestReason = widest(
    rows.map(reasonWords),
    Math.max(leastReason, Math.min(most.reason, left - columnGap)),
  );
  const reason = widestReason === 0 ? 0 : take(Math.max(widestReason, widthOf(titles.reason)));
  return { name, health, verdict, numbers, bars, reason, ...facts() };
};
