import { Box } from 'ink';
import type { ReactNode } from 'react';
import { showKey } from '../../keys.ts';
import { derivationName } from '../../model/nix/derivation-name.ts';
import {
  breakText,
  dropCells,
  type Line,
  muted,
  span,
  strong,
  takeCells,
} from '../../model/words/line.ts';
import type { LogRing } from '../../model/words/log.ts';
import { counted } from '../../model/words/sentences.ts';
import { bodyRows } from '../../screen/layout.ts';
import { countHits, isBuilderLog, ringOf, topLine } from '../../screen/reducer/log.ts';
import type { LogUi } from '../../screen/ui.ts';
import { LineText } from '../base/line-text.tsx';
import { useLook } from '../base/look.tsx';
import { highlight } from '../base/search-hits.ts';
import { said } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';

const wrappedLines = (
  ring: LogRing,
  log: LogUi,
  columns: number,
  height: number,
): readonly Line[] => {
  const cells = columns - 2;
  if (log.follow) {
    const rows: string[] = [];
    for (let index = ring.lines.length - 1; index >= 0 && rows.length < height; index -= 1)
      rows.unshift(...breakText(ring.lines[index] ?? '', cells));
    return rows.slice(-height).map((row) => [span(' '), ...highlight(row, log.search)]);
  }
  const rows: string[] = [];
  for (
    let index = topLine(ring, log, 1) - ring.dropped;
    index < ring.lines.length && rows.length < height;
    index += 1
  )
    rows.push(...breakText(ring.lines[index] ?? '', cells));
  return rows.slice(0, height).map((row) => [span(' '), ...highlight(row, log.search)]);
};

const straightLines = (
  ring: LogRing,
  log: LogUi,
  columns: number,
  height: number,
): readonly Line[] => {
  const start = topLine(ring, log, height) - ring.dropped;
  return ring.lines
    .slice(start, start + height)
    .map((text) => [
      span(log.left > 0 ? '<' : ' ', 'muted'),
      ...highlight(takeCells(dropCells(text, log.left), columns - 2), log.search),
    ]);
};

/** The visible lines of a log; only these are wrapped, cut and searched. */
const logLines = (ring: LogRing, log: LogUi, columns: number, height: number): readonly Line[] =>
  log.wrap ? wrappedLines(ring, log, columns, height) : straightLines(ring, log, columns, height);

const nameOf = (host: string): string => {
  if (host === '') return 'of the fleet';
  return isBuilderLog(host) ? `of ${derivationName(host)}` : host;
};

const emptyWords = (host: string): string => {
  if (host === '') return 'Nothing was logged yet. ] shows the logs of the hosts that have one.';
  return isBuilderLog(host)
    ? `No line of ${derivationName(host)} is known here: Nix has no log of it, or is still being asked.`
    : `Nothing was logged for ${host} since nixup was started: its next test or deploy is logged here.`;
};

const searchWords = (ring: LogRing, log: LogUi): Line => {
  if (log.search === '') return [];
  const { place, count } = countHits(ring, log.search, log.hit ?? -1);
  const hits = place === 0 ? counted(count, 'hit') : `${place} of ${counted(count, 'hit')}`;
  return [
    muted('   search: '),
    span(log.search, 'accent'),
    count === 0
      ? span(ring.dropped === 0 ? '  no match' : '  no match in these lines', 'warn')
      : muted(`  ${hits}`),
    ...(log.isAround && place > 0 ? [span('  wrapped', 'warn')] : []),
  ];
};

const titleLine = (ring: LogRing, log: LogUi, height: number, pagerKey: string): Line => {
  const total = ring.dropped + ring.lines.length;
  const last = Math.min(total, topLine(ring, log, height) + height);
  return [
    strong(` Log ${nameOf(log.host)}   `),
    log.follow ? span('following', 'good') : { text: ' PAUSED ', tone: 'warn', inverse: true },
    muted(
      `   ${last} of ${total}${ring.dropped === 0 ? '' : `, the first ${ring.dropped} on the disk: ${pagerKey} reads all`}`,
    ),
    ...(log.wrap ? [muted('   wrapped')] : []),
    ...(log.left === 0 ? [] : [muted(`   from column ${log.left + 1}`)]),
    ...searchWords(ring, log),
  ];
};

/** The log of one host, or of the fleet. */
export const LogView = ({ rows }: { readonly rows?: number }): ReactNode => {
  const ring = useApp(({ app, ui }) => ringOf(app, ui.log.host));
  const log = useApp(({ ui }) => ui.log);
  const columns = useApp(({ ui }) => ui.columns);
  const body = useApp(({ ui }) => bodyRows(ui.rows));
  const height = (rows ?? body) - 1;
  const pagerKey = useLook().table.find(({ id }) => id === 'pager')?.keys[0];
  const lines: readonly Line[] =
    ring.lines.length === 0
      ? said(emptyWords(log.host), columns, 'muted')
      : logLines(ring, log, columns, height);
  return (
    <Box flexDirection="column" height={height + 1} overflow="hidden">
      <LineText
        line={titleLine(ring, log, height, pagerKey === undefined ? ':' : showKey(pagerKey))}
      />
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a visible row is its place
        <LineText key={index} line={line} />
      ))}
    </Box>
  );
};
