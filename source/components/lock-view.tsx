import { Box } from 'ink';
import type { ReactNode } from 'react';
import { explain } from '../model/explain.ts';
import { showAge, showDuration } from '../model/format-time.ts';
import { glyph } from '../model/glyphs.ts';
import { countBehind, type InputStanding, standingInRow } from '../model/input-standing.ts';
import { bodyRows } from '../model/layout.ts';
import { fitRight, fitText, type Line, muted, span, strong, wrapText } from '../model/line.ts';
import type { LockChange } from '../model/lock.ts';
import { changeLine, daysLine } from '../model/lock-change-line.ts';
import { nixpkgsSource } from '../model/lock-copies.ts';
import type { LockFacts } from '../model/lock-facts.ts';
import { shortPath } from '../model/lock-paths.ts';
import { cursorIndex, markedIds } from '../model/selectors-list.ts';
import { type LockRow, lockCounts, lockRows, type NestedChanges } from '../model/selectors-lock.ts';
import { isStale } from '../model/staleness.ts';
import type { AppState } from '../model/state.ts';
import { Lines, LineText } from './line-text.tsx';
import { type ListRow, ListRows } from './list-rows.tsx';
import {
  breakingOfApp,
  changeDetailLines,
  countOf,
  inputDetailLines,
  showCommits,
  standingWords,
} from './lock-details.ts';
import { useApp } from './use-app.ts';

const nestedWords = ({ count, isOpen }: NestedChanges): string =>
  count === 0 ? '' : ` ${isOpen ? glyph.unfolded : glyph.folded} ${count} nested`;

/** The row of a change is the only one that its input has: it says of a pin that it is one. */
const isPinnedNow = ({ original }: LockChange): boolean => original?.new?.['rev'] !== undefined;

const changeRow = (
  app: AppState,
  { change, nested, isBelow }: Extract<LockRow, { kind: 'change' }>,
  columns: number,
): Line => {
  const name = Math.max(16, Math.min(28, Math.floor(columns / 4)));

  const wide = columns >= 66;
  const more = nestedWords(nested);
  const shown = isBelow
    ? `  ${shortPath(change.path.slice(change.path.indexOf('/')), name - 2)}`
    : shortPath(change.path, name);
  const standing = isBelow ? undefined : app.standings[change.path];
  const isBad = standing?.kind === 'failed-before';
  const words = isBad
    ? `${standingInRow(standing)}: ${changeLine(change)}`
    : isPinnedNow(change)
      ? `${change.kind}, pinned: ${changeLine(change)}`
      : change.kind === 'updated'
        ? changeLine(change)
        : `${change.kind}: ${changeLine(change)}`;
  const alarm = change.alarms.length > 0 || isBad;
  return [
    span(alarm ? `${glyph.look} ` : '  ', 'warn'),
    isBelow ? span(fitText(shown, name)) : strong(fitText(shown, name)),
    span(' '),
    span(fitText(words, columns - name - (wide ? 25 : 15) - more.length), alarm ? 'warn' : 'plain'),
    span(more, 'accent'),
    ...(wide ? [muted(fitRight(daysLine(change) ?? '', 10))] : []),
    span(fitRight(showCommits(countOf(app, change)), 8)),
    span('  '),
  ];
};

const inputRow = (
  { input, nested }: Extract<LockRow, { kind: 'input' }>,
  columns: number,
  now: number,
  standing: InputStanding | undefined,
  isPutBack: boolean,
): Line => {
  const name = Math.max(16, Math.min(28, Math.floor(columns / 4)));
  const stale = isStale(input, now, standing);
  const age =
    input.lastModified === null
      ? ''
      : `${stale ? 'stale, ' : ''}${showAge(now - input.lastModified * 1_000)} old`;
  const more = nestedWords(nested);
  const what =
    input.follows !== null
      ? `follows ${input.follows}`
      : [
          input.branch === null ? input.type : `${input.type}, branch ${input.branch}`,
          ...standingWords(input, standing, isPutBack),
        ].join(', ');
  return [
    muted(
      `${glyph.absent} ${fitText(input.name, name)} ${fitText(what, columns - name - 25 - more.length)}`,
    ),
    span(more, 'accent'),
    span(fitRight(age, 19), stale ? 'warn' : 'muted'),
  ];
};

/** Lines are made where they are seen: a lock has thousands of rows. */
const lockListRows = (
  app: AppState,
  rows: readonly LockRow[],
  columns: number,
  now: number,
): readonly ListRow[] => {
  const firstInput = rows.findIndex((row) => row.kind === 'input' && row.nested.count === 0);
  const listed = rows.map(
    (row): ListRow => ({
      id: row.id,
      line: () =>
        row.kind === 'change'
          ? changeRow(app, row, columns)
          : inputRow(
              row,
              columns,
              now,
              app.standings[row.input.name],
              app.putBack.includes(row.input.name),
            ),
    }),
  );
  return firstInput > 0
    ? listed.toSpliced(firstInput, 0, { id: null, line: [muted('  as committed')] })
    : listed;
};

const limitWords = (app: AppState, now: number): readonly string[] =>
  app.forgeLimits.flatMap(({ host, remaining, until }) => {
    if (until !== null && until > now)
      return [`${host}: limit of requests used up for ${showDuration(until - now)}`];
    return remaining !== null && remaining < 10 ? [`${host}: ${remaining} requests left`] : [];
  });

const titleLine = (app: AppState, now: number): Line => {
  const { lock, standings } = app;
  const behind = countBehind(standings);
  const breaking = breakingOfApp(app).length;
  const { changed, alarms, unchanged } = lockCounts(lock);
  const stale =
    lock.kind === 'read'
      ? lock.inputs.filter((one) => isStale(one, now, standings[one.name])).length
      : 0;
  const nixpkgs =
    lock.kind === 'read' ? lock.copies.find(({ source }) => source === nixpkgsSource) : undefined;
  return [
    strong(' Lock'),
    muted(app.git === null ? '   before the update → now   ' : '   HEAD → working tree   '),
    span(`${changed} changed`),
    ...(alarms === 0
      ? []
      : [muted(' · '), span(`${alarms} ${alarms === 1 ? 'alarm' : 'alarms'}`, 'warn')]),
    ...(breaking === 0 ? [] : [muted(' · '), span(`${breaking} breaking`, 'warn')]),
    muted(` · ${unchanged} unchanged`),
    ...(behind === 0 ? [] : [muted(` · ${behind} behind`)]),
    ...limitWords(app, now).flatMap((words) => [muted(' · '), span(words, 'warn')]),
    ...(stale === 0 ? [] : [muted(` · ${stale} stale`)]),
    ...(nixpkgs === undefined ? [] : [muted(` · ${nixpkgs.paths.length} nixpkgs`)]),
  ];
};

/** Why there is no list: no lock yet, one that cannot be read, a filter without a hit. */
const emptyLockLines = (lock: LockFacts, filter: string, columns: number): readonly Line[] => {
  const said = (text: string, tone: 'plain' | 'bad' | 'muted' = 'plain'): readonly Line[] =>
    wrapText(text, columns - 4).map((line) => [span(`  ${line}`, tone)]);
  switch (lock.kind) {
    case 'absent':
      return said('There is no flake.lock yet, or it was not read so far. u locks the inputs.');
    case 'unreadable': {
      const { what, next } = explain({
        code: 'lock-invalid',
        file: 'flake.lock',
        line: lock.line,
        detail: lock.detail,
      });
      return [...said(what, 'bad'), ...said(next), ...said('e opens it in $EDITOR.', 'muted')];
    }
    case 'read':
      return filter === ''
        ? said('The flake has no inputs: there is nothing to update.')
        : said(`No input matches "${filter}". Esc shows all again.`);
  }
};

/** Changed inputs, alarms first; the selected one in full at the side, or below when narrow. */
export const LockView = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { columns } = ui;
  const { filter, cursor } = ui.lists.lock;
  const height = bodyRows(ui.rows);
  const rows = lockRows(app.lock, filter, ui.unfolded);
  const selected =
    rows[
      cursorIndex(
        rows.map((row) => row.id),
        cursor,
      )
    ];
  if (selected === undefined)
    return (
      <Lines
        lines={[titleLine(app, ui.now), ...emptyLockLines(app.lock, filter, columns)]}
        height={height}
      />
    );
  const marked = new Set(markedIds(app, ui, 'lock'));
  const isWide = columns >= 110;
  const side = isWide && !ui.zoomed ? Math.floor(columns * 0.4) : 0;
  const below = isWide || ui.zoomed || height < 12 ? 0 : Math.min(9, Math.floor(height / 2));
  const listColumns = columns - side;
  const minute = Math.floor(ui.now / 60_000) * 60_000;
  const detailsOf = (cells: number): readonly Line[] =>
    selected.kind === 'change'
      ? changeDetailLines(app, selected.change, cells, minute)
      : inputDetailLines(app, selected.input, cells, minute);
  return (
    <Box flexDirection="column" height={height} overflow="hidden">
      <LineText line={titleLine(app, minute)} />
      <Box height={height - 1 - below} overflow="hidden">
        <Box width={listColumns} overflow="hidden">
          <ListRows
            rows={lockListRows(app, rows, listColumns - 2, minute)}
            selected={selected.id}
            marked={marked}
            columns={listColumns}
            height={height - 1 - below}
          />
        </Box>
        {side === 0 ? null : (
          <Box width={side} overflow="hidden" flexDirection="column">
            <Lines lines={detailsOf(side)} height={height - 1} columns={side} />
          </Box>
        )}
      </Box>
      {below === 0 ? null : (
        <>
          <LineText line={[muted(glyph.rule.repeat(columns))]} />
          <Lines lines={detailsOf(columns)} height={below - 1} />
        </>
      )}
    </Box>
  );
};
