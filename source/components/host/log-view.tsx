import { Box } from 'ink';
import type { ReactNode } from 'react';
import { showKey } from '../../keys.ts';
import { showUnitFailure } from '../../model/host/unit-failure.ts';
import { levelWords, readUnitLogKey } from '../../model/host/unit-journal.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
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
import {
  countHits,
  isBuilderLog,
  isSearchOpen,
  linesFrom,
  ringOf,
  shownRing,
  topLine,
} from '../../screen/reducer/log.ts';
import type { LogUi } from '../../screen/ui.ts';
import { LineText } from '../base/line-text.tsx';
import { useLook } from '../base/look.tsx';
import { highlight } from '../base/search-hits.ts';
import { said } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';

/** A line that is being read from the disk. */
const toCome: Line = [muted(' …')];

const wrappedLines = (
  ring: LogRing,
  log: LogUi,
  columns: number,
  height: number,
): readonly Line[] => {
  const cells = columns - 2;
  const linesOf = (text: string | null): readonly Line[] =>
    text === null
      ? [toCome]
      : breakText(text, cells).map((row) => [span(' '), ...highlight(row, log.search)]);
  const rows = linesFrom(ring, log, topLine(ring, log, log.follow ? height : 1), height).flatMap(
    linesOf,
  );
  return log.follow ? rows.slice(-height) : rows.slice(0, height);
};

const straightLines = (
  ring: LogRing,
  log: LogUi,
  columns: number,
  height: number,
): readonly Line[] =>
  linesFrom(ring, log, topLine(ring, log, height), height).map((text) =>
    text === null
      ? toCome
      : [
          span(log.left > 0 ? '<' : ' ', 'muted'),
          ...highlight(takeCells(dropCells(text, log.left), columns - 2), log.search),
        ],
  );

/** The visible lines of a log; only these are wrapped, cut and searched. */
const logLines = (ring: LogRing, log: LogUi, columns: number, height: number): readonly Line[] =>
  log.wrap ? wrappedLines(ring, log, columns, height) : straightLines(ring, log, columns, height);

const nameOf = (host: string): string => {
  if (host === '') return 'of the fleet';
  const unit = readUnitLogKey(host);
  if (unit !== null)
    return `of ${shortUnitName(showUnitFailure(unit.unit))} on ${unit.host}   ${levelWords(unit.level)}`;
  return isBuilderLog(host) ? `of ${derivationName(host)}` : host;
};

const emptyWords = (host: string): string => {
  if (host === '') return 'Nothing was logged yet. ] shows the logs of the hosts that have one.';
  const unit = readUnitLogKey(host);
  if (unit !== null)
    return `No line of ${showUnitFailure(unit.unit)} yet since the last change of ${unit.host} (${levelWords(unit.level)}). New ones are shown as they come.`;
  return isBuilderLog(host)
    ? `No line of ${derivationName(host)} is known here: Nix has no log of it, or is still being asked.`
    : `Nothing was logged for ${host} since nixup was started: its next test or deploy is logged here.`;
};

const searchWords = (ring: LogRing, log: LogUi, isOpen: boolean): Line => {
  if (log.search === '') return [];
  const { place, count } = countHits(ring, log);
  const hits = place === 0 ? counted(count, 'hit') : `${place} of ${counted(count, 'hit')}`;
  return [
    muted('   search: '),
    span(log.search, 'accent'),
    count === 0
      ? span(
          isOpen
            ? ''
            : isBuilderLog(log.host) && ring.dropped > 0
              ? '  no match in these lines'
              : '  no match',
          'warn',
        )
      : muted(`  ${hits}`),
    ...(isOpen ? [muted('  searching the disk')] : []),
    ...(place > 0 && log.hit !== null && !log.only ? [muted(`  line ${log.hit + 1}`)] : []),
    ...(log.only ? [span('  only these', 'accent')] : []),
    ...(log.isAround && place > 0 ? [span('  wrapped', 'warn')] : []),
  ];
};

const titleLine = (
  ring: LogRing,
  log: LogUi,
  height: number,
  pagerKey: string,
  isOpen: boolean,
): Line => {
  const total = ring.dropped + ring.lines.length;
  const last = Math.min(total, topLine(ring, log, height) + height);
  return [
    strong(` Log ${nameOf(log.host)}   `),
    log.follow ? span('following', 'good') : { text: ' PAUSED ', tone: 'warn', inverse: true },
    muted(
      `   ${last} of ${total}${isBuilderLog(log.host) && ring.dropped > 0 ? `, the first ${ring.dropped} kept by Nix: ${pagerKey} reads all` : ''}`,
    ),
    ...(log.wrap ? [muted('   wrapped')] : []),
    ...(log.left === 0 ? [] : [muted(`   from column ${log.left + 1}`)]),
    ...searchWords(ring, log, isOpen),
  ];
};

/** The log of one host, or of the fleet. */
export const LogView = ({ rows }: { readonly rows?: number }): ReactNode => {
  const ring = useApp(({ app, ui }) => shownRing(app, ui.log));
  const isOpen = useApp(({ app, ui }) => isSearchOpen(ringOf(app, ui.log.host), ui.log));
  const log = useApp(({ ui }) => ui.log);
  const columns = useApp(({ ui }) => ui.columns);
  const body = useBodyRows();
  const height = (rows ?? body) - 1;
  const pagerKey = useLook().table.find(({ id }) => id === 'pager')?.keys[0];
  const lines: readonly Line[] =
    ring.lines.length === 0
      ? said(log.only ? `No line has "${log.search}".` : emptyWords(log.host), columns, 'muted')
      : logLines(ring, log, columns, height);
  return (
    <Box flexDirection="column" height={height + 1} overflowY="hidden">
      <LineText
        line={titleLine(
          ring,
          log,
          height,
          pagerKey === undefined ? ':' : showKey(pagerKey),
          isOpen,
        )}
      />
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a visible row is its place
        <LineText key={index} line={line} />
      ))}
    </Box>
  );
};
