import { Box } from 'ink';
import type { ReactNode } from 'react';
import { type BreakingChange, breakingChanges } from '../model/breaking.ts';
import { explain } from '../model/explain.ts';
import { showCount, showRevision } from '../model/format-size.ts';
import { showAge } from '../model/format-time.ts';
import { glyph } from '../model/glyphs.ts';
import type { InputStanding } from '../model/input-standing.ts';
import { countBehind } from '../model/input-standing.ts';
import { bodyRows } from '../model/layout.ts';
import { fitRight, fitText, type Line, muted, span, strong, wrapText } from '../model/line.ts';
import type { LockChange } from '../model/lock.ts';
import { alarmTexts } from '../model/lock-alarm-texts.ts';
import { changeLine, datesLine, daysLine } from '../model/lock-change-line.ts';
import type { CommitCount, InputFact, LockFacts } from '../model/lock-facts.ts';
import { memoLast } from '../model/memo.ts';
import { cursorIndex, markedIds } from '../model/selectors-list.ts';
import { type LockRow, lockCounts, lockRows } from '../model/selectors-lock.ts';
import type { AppState } from '../model/state.ts';
import { Lines, LineText } from './line-text.tsx';
import { type ListRow, ListRows } from './list-rows.tsx';
import { useApp } from './use-app.ts';

const countOf = (app: AppState, change: LockChange): CommitCount | null =>
  app.commits[change.path]?.count ?? change.commits ?? null;

const showCommits = (count: CommitCount | null): string =>
  count === null ? '' : `${count.exact ? '' : '~'}${showCount(count.count)}`;

const changeRow = (app: AppState, change: LockChange, columns: number): Line => {
  const name = Math.max(16, Math.min(28, Math.floor(columns / 4)));
  const alarm = change.alarms.length > 0;
  const wide = columns >= 66;
  return [
    span(alarm ? `${glyph.look} ` : '  ', 'warn'),
    strong(fitText(change.path, name)),
    span(' '),
    span(
      fitText(
        change.kind === 'updated' ? changeLine(change) : `${change.kind}: ${changeLine(change)}`,
        columns - name - (wide ? 25 : 15),
      ),
      alarm ? 'warn' : 'plain',
    ),
    ...(wide ? [muted(fitRight(daysLine(change) ?? '', 10))] : []),
    span(fitRight(showCommits(countOf(app, change)), 8)),
    span('  '),
  ];
};

const standingWords = (
  input: InputFact,
  standing: InputStanding | undefined,
): readonly string[] => {
  if (standing?.kind === 'held')
    return [`held${standing.until === null ? '' : ` until ${standing.until}`}: ${standing.reason}`];
  if (standing?.kind === 'behind') return [`remote has ${showRevision(standing.revision)}`];
  if (standing?.kind === 'unreachable') return ['remote not reached'];
  return input.pinned ? ['pinned'] : [];
};

const inputRow = (
  row: Extract<LockRow, { kind: 'input' }>,
  columns: number,
  now: number,
  standing: InputStanding | undefined,
): Line => {
  const { input } = row;
  const name = Math.max(16, Math.min(28, Math.floor(columns / 4)));
  const age = input.lastModified === null ? '' : `${showAge(now - input.lastModified * 1_000)} old`;
  const what =
    input.follows !== null
      ? `follows ${input.follows}`
      : [
          input.branch === null ? input.type : `${input.type}, branch ${input.branch}`,
          ...standingWords(input, standing),
        ].join(', ');
  return [
    muted(
      `${glyph.absent} ${fitText(input.name, name)} ${fitText(what, columns - name - 20)}${fitRight(age, 14)}`,
    ),
  ];
};

const lockListRows = (
  app: AppState,
  rows: readonly LockRow[],
  columns: number,
  now: number,
): readonly ListRow[] => {
  const firstInput = rows.findIndex((row) => row.kind === 'input');
  return rows.flatMap((row, index): readonly ListRow[] => {
    const line: ListRow = {
      id: row.id,
      line:
        row.kind === 'change'
          ? changeRow(app, row.change, columns)
          : inputRow(row, columns, now, app.standings[row.input.name]),
    };
    return index === firstInput && firstInput > 0
      ? [{ id: null, line: [muted('  as committed')] }, line]
      : [line];
  });
};

const detail = (label: string, text: string, columns: number): readonly Line[] =>
  wrapText(text, columns - 12).map((line, index) => [
    muted(` ${fitText(index === 0 ? label : '', 10)} `),
    span(line),
  ]);

const breakingOfLock = memoLast(breakingChanges);

/** Of the whole lock, as one repository at several paths is told once. */
const breakingOf = (app: AppState, change: LockChange): readonly BreakingChange[] =>
  app.lock.kind === 'read'
    ? breakingOfLock(app.lock.changes, app.commits, app.lock.inputs).filter(
        ({ input }) => input === change.path,
      )
    : [];

/** All that is known of one change: for the pane at the side or below. */
export const changeDetailLines = (
  app: AppState,
  change: LockChange,
  columns: number,
): readonly Line[] => {
  const counted = countOf(app, change);
  const { subjects = null, problem } = app.commits[change.path] ?? {};
  return [
    [strong(` ${change.path}`), muted(`   ${change.kind}`)],
    ...change.alarms.flatMap((alarm) =>
      wrapText(`${alarm}: ${alarmTexts[alarm]}`, columns - 5).map(
        (line, index): Line => [
          span(index === 0 ? ` ${glyph.look} ${line}` : `   ${line}`, 'warn'),
        ],
      ),
    ),
    ...detail('change', changeLine(change), columns),
    ...detail('dates', datesLine(change) ?? 'none in the lock', columns),
    ...(counted === null
      ? []
      : detail('commits', `${showCommits(counted)} (${counted.source})`, columns)),
    ...(problem === undefined || counted !== null ? [] : detail('commits', problem, columns)),
    ...(change.alsoMoves.length === 0
      ? []
      : detail('also moves', change.alsoMoves.join(', '), columns)),
    ...breakingOf(app, change).flatMap(({ text }) => detail('breaking', text, columns)),
    ...(change.compareUrl === null ? [] : detail('link', change.compareUrl, columns)),
    ...(subjects === null
      ? []
      : subjects
          .slice(0, 30)
          .map(
            (commit): Line => [muted(` ${commit.revision.slice(0, 7)} `), span(commit.subject)],
          )),
  ];
};

const titleLine = ({ lock, standings }: AppState): Line => {
  const behind = countBehind(standings);
  const { changed, alarms, unchanged } = lockCounts(lock);
  return [
    strong(' Lock'),
    muted('   HEAD → working tree   '),
    span(`${changed} changed`),
    ...(alarms === 0
      ? []
      : [muted(' · '), span(`${alarms} ${alarms === 1 ? 'alarm' : 'alarms'}`, 'warn')]),
    muted(` · ${unchanged} unchanged`),
    ...(behind === 0 ? [] : [muted(` · ${behind} behind`)]),
  ];
};

/** Why there is no list: no lock yet, one that cannot be read, a filter without a hit. */
export const emptyLockLines = (
  lock: LockFacts,
  filter: string,
  columns: number,
): readonly Line[] => {
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
  const rows = lockRows(app.lock, filter);
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
        lines={[titleLine(app), ...emptyLockLines(app.lock, filter, columns)]}
        height={height}
      />
    );
  const marked = new Set(markedIds(app, ui, 'lock'));
  const change = selected.kind === 'change' ? selected.change : undefined;
  const isWide = columns >= 110;
  const side = isWide && !ui.zoomed ? Math.floor(columns * 0.4) : 0;
  const below =
    isWide || ui.zoomed || change === undefined || height < 12
      ? 0
      : Math.min(9, Math.floor(height / 2));
  const listColumns = columns - side;
  const minute = Math.floor(ui.now / 60_000) * 60_000;
  return (
    <Box flexDirection="column" height={height} overflow="hidden">
      <LineText line={titleLine(app)} />
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
            <Lines
              lines={
                change === undefined
                  ? [[muted(` ${selected.id} is as it was committed.`)]]
                  : changeDetailLines(app, change, side)
              }
              height={height - 1}
              columns={side}
            />
          </Box>
        )}
      </Box>
      {below === 0 || change === undefined ? null : (
        <>
          <LineText line={[muted(glyph.rule.repeat(columns))]} />
          <Lines lines={changeDetailLines(app, change, columns)} height={below - 1} />
        </>
      )}
    </Box>
  );
};
