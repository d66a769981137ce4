import { Box } from 'ink';
import type { ReactNode } from 'react';
import { showUnitFailure } from '../../model/host/unit-failure.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import type { Trends } from '../../model/watch/chart.ts';
import { showLoad } from '../../model/words/format.ts';
import { showAge } from '../../model/words/format-time.ts';
import { fitText, type Line, muted, span, strong } from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { glyph } from '../../screen/glyphs.ts';
import { bodyRows } from '../../screen/layout.ts';
import { type HealthRow, healthRows } from '../../screen/rows/health.ts';
import { rowUnderCursor } from '../../screen/rows/lists.ts';
import { healthWords, positionWords } from '../../screen/texts/host.ts';
import { verdictTone } from '../../screen/texts/metric.ts';
import type { HostState } from '../../state/state.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { type ListRow, ListRows } from '../base/list-rows.tsx';
import { said, titled } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';
import { topOfTrends, trendLine, trendTitle } from './trend-cells.ts';

const loadWords = (load: readonly [number, number, number] | null): string =>
  load === null ? '' : `load ${showLoad(load)}`;

const askedWords = (host: HostState, now: number): string =>
  host.facts === null ? 'not checked yet' : `checked ${showAge(now - host.facts.at)} ago`;

/** Cells of the name and the health of a host before its bars. */
const beforeTrend = { name: 11, health: 12 } as const;

// Over 60 lines: one kind of row after the other.
export const healthLine = (
  row: HealthRow,
  columns: number,
  now: number,
  trends: Trends | null = null,
): Line => {
  if (row.kind === 'unit')
    return [
      span(`     ${row.critical ? glyph.failed : glyph.look} `, row.critical ? 'bad' : 'warn'),
      span(fitText(shortUnitName(showUnitFailure(row.unit)), Math.max(20, columns - 36))),
      span(fitText(row.problem, 13), row.critical ? 'bad' : 'warn'),
      muted(row.critical ? 'critical' : ''),
    ];
  if (row.kind === 'check') {
    const { problem, isOld, isUnknown } = row.trouble;
    if (isUnknown === true)
      return [
        span(`     ${glyph.look} `, 'warn'),
        span(fitText(`${problem} (not known)`, Math.max(10, columns - 10)), 'warn'),
      ];
    return [
      span(`     ${isOld ? glyph.look : glyph.failed} `, isOld ? 'muted' : 'bad'),
      span(
        fitText(`${problem}${isOld ? ' (before the deploy too)' : ''}`, Math.max(10, columns - 10)),
        isOld ? 'muted' : 'bad',
      ),
    ];
  }
  if (row.kind === 'old-code')
    return [
      span(`     ${glyph.look} `, 'accent'),
      span(fitText(row.words, Math.max(10, columns - 10)), 'accent'),
    ];
  if (row.kind === 'noted')
    return [span('     '), span(fitText(row.words, Math.max(10, columns - 8)), 'warn')];
  if (row.kind === 'metric')
    return [
      span('     '),
      span(
        fitText(row.line.words, Math.max(10, columns - 8)),
        verdictTone(row.line.judged.verdict),
      ),
    ];
  const { host } = row;
  const health = healthWords(host);
  if (trends !== null && trends.why === null)
    return [
      span(' '),
      strong(fitText(host.entry.name, beforeTrend.name)),
      span(fitText(`${health.sign} ${health.words}`, beforeTrend.health), health.tone),
      ...trendLine(host, trends, topOfTrends(trends)),
    ];
  const position = positionWords(host, now);
  return [
    span(' '),
    strong(fitText(host.entry.name, 15)),
    span(fitText(`${health.sign} ${health.words}`, 22), health.tone),
    span(
      columns < 80
        ? `${position.sign} ${position.words}`
        : fitText(`${position.sign} ${position.words}`, 18),
      position.tone,
    ),
    muted(columns < 80 ? '' : askedWords(host, now)),
    muted(columns < 110 ? '' : `   ${loadWords(host.facts?.load ?? null)}`),
  ];
};

/** Nothing that failed is known: that says something only of hosts that answered. */
const withoutTrouble = (rows: readonly HealthRow[]): Line[number] => {
  const hosts = rows.flatMap((row) => (row.kind === 'host' ? [row.host] : []));
  const silent = hosts.filter(
    ({ facts, probe }) => facts === null || probe.kind === 'failed',
  ).length;
  if (silent === 0) return span('no failed unit', 'good');
  return silent === hosts.length
    ? muted('nothing is known yet: no host answered')
    : span(`no failed unit on ${hosts.length - silent} of ${hosts.length} hosts`, 'plain');
};

/** Each host's units that are not as they should be. */
export const HealthView = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const trends = useApp((state) => state.app.trends);
  const { columns } = ui;
  const height = bodyRows(ui.rows);
  const rows = healthRows(app.hostNames, app.hosts, ui.lists.health.filter);
  const selected = rowUnderCursor(rows, (row) => row.id, ui.lists.health.cursor);
  if (selected === undefined)
    return (
      <Lines
        lines={[
          [strong(' Health')],
          ...said('No host is known yet whose health could be shown.', columns, 'muted'),
        ]}
        height={height}
      />
    );
  const problems = rows.filter((row) => row.kind === 'unit').length;
  return (
    <Box flexDirection="column" height={height} overflow="hidden">
      <LineText
        line={titled(
          'Health',
          [
            [
              problems === 0
                ? withoutTrouble(rows)
                : span(`${counted(problems, 'unit')} failed or not running`, 'warn'),
            ],
            ...trendTitle(trends),
            [muted('Enter on a unit: its status, journal and file; on a metric: its numbers')],
          ],
          columns,
          '   ',
        )}
      />
      <ListRows
        rows={rows.map(
          (row): ListRow => ({ id: row.id, line: () => healthLine(row, columns, ui.now, trends) }),
        )}
        selected={selected.id}
        columns={columns}
        height={height - 1}
      />
    </Box>
  );
};
