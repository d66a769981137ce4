import { Box } from 'ink';
import type { ReactNode } from 'react';
import { ownCommitUrl } from '../../model/forge/own-commit.ts';
import { linkTo } from '../../model/words/addresses.ts';
import { showCommit } from '../../model/words/format.ts';
import { showAge, showDuration, showMoment } from '../../model/words/format-time.ts';
import {
  cut,
  fitRight,
  fitText,
  type Line,
  lineWidth,
  muted,
  type Span,
  span,
  strong,
  wrapHanging,
  wrapText,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { endingSign, glyph } from '../../screen/glyphs.ts';
import { asFarAsSeen } from '../../screen/host/pane-sections.ts';
import { runTables } from '../../screen/host/run-page.ts';
import { keyName } from '../../screen/key-names.ts';
import { historyRows, rowUnderCursor } from '../../screen/rows/lists.ts';
import { historyGuide } from '../../screen/texts/empty-views.ts';
import { type PackageRuns, packageIn } from '../../state/past/filter.ts';
import { endingOf, type RunSummary } from '../../state/run.ts';
import { goalWord, isByMany, openWords } from '../../state/run-words.ts';
import type { AppState } from '../../state/state.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { type ListRow, ListRows } from '../base/list-rows.tsx';
import { guided, said, titled } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';

const signOf = ({ ending, open }: RunSummary): Span => {
  if (ending === null)
    return open === 'active'
      ? span(`${glyph.begun} `, 'busy')
      : span(`${glyph.look} `, open === 'stopped' ? 'muted' : 'warn');
  const { sign, tone } = endingSign[endingOf(ending.result.exitCode)];
  return span(`${sign} `, tone);
};

/** From here on there is room for the hosts of a run, and for who began it. */
const withHosts = 110;
const withBy = 140;

const hostsOf = ({ hosts }: RunSummary): string =>
  hosts.length === 0 ? '' : hosts.length > 2 ? counted(hosts.length, 'host') : hosts.join(', ');

/** Cells of the hosts of a run and of who began it; of several people that counts more, where only one of both has room. */
const middleCells = (
  columns: number,
  isShared: boolean,
): { readonly hosts: number; readonly by: number } => {
  if (columns >= withBy) return { hosts: 20, by: 16 };
  if (columns < withHosts) return { hosts: 0, by: 0 };
  return isShared ? { hosts: 0, by: 20 } : { hosts: 20, by: 0 };
};

/** What stands in each column. */
const headLine = (columns: number, isShared: boolean): Line => {
  const { hosts, by } = middleCells(columns, isShared);
  return [
    muted(
      `   ${fitText('   WHEN, UTC', 21)}${fitText('RUN', 10)}${fitRight('TOOK', 9)}  ${fitText('HOSTS', hosts)}${fitText('BY', by)}RESULT`,
    ),
  ];
};

/** How a run ended; the commit that it names has its page behind it. */
const resultLine = (
  { ending }: RunSummary,
  words: string,
  git: AppState['git'],
  tone: 'plain' | 'muted' = 'plain',
): Line => {
  const commit = ending?.result.commit ?? null;
  const page = commit === null ? null : ownCommitUrl(git, commit);
  if (commit === null || page === null) return [span(words, tone)];
  const named = showCommit(commit);
  const [before = '', ...after] = words.split(named);
  if (after.length === 0) return [span(words, tone)];
  return [span(before, tone), linkTo(span(named, tone), page), span(after.join(named), tone)];
};

/** Cells before the result. */
const headCells = (columns: number): number => {
  const { hosts, by } = middleCells(columns, false);
  return 42 + hosts + by;
};

/** Cells of the result; selection and mark stand before a row. */
const resultCells = (columns: number): number => Math.max(12, columns - 2 - headCells(columns));

/** The run without its result. */
const runHead = (run: RunSummary, columns: number, isShared: boolean): Line => {
  const { ending } = run;
  const { hosts, by } = middleCells(columns, isShared);
  return [
    span(' '),
    signOf(run),
    span(showMoment(run.startedAt)),
    span('  '),
    strong(fitText(goalWord(run), 10)),
    muted(`${fitRight(ending === null ? '' : showDuration(ending.at - run.startedAt), 9)}  `),
    ...(hosts === 0 ? [] : [muted(`${fitText(hostsOf(run), hosts - 2)}  `)]),
    ...(by === 0 ? [] : [muted(`${fitText(run.by ?? '', by - 2)}  `)]),
  ];
};

const resultWords = (run: RunSummary): string => run.ending?.result.summary ?? openWords(run);

export const runLine = (
  run: RunSummary,
  columns: number,
  git: AppState['git'] = null,
  isShared = false,
): Line => [...runHead(run, columns, isShared), ...resultLine(run, resultWords(run), git)];

/** Rows of each result, as wrapped: as many for each as there is room for, and one more for the newest. */
const rowsOfEach = (lengths: readonly number[], rows: number): readonly number[] => {
  const taken = (most: number): number =>
    lengths.reduce((all, length) => all + Math.min(most, length), 0);
  let most = 1;
  while (most < Math.max(...lengths) && taken(most + 1) <= rows) most += 1;
  let left = rows - taken(most);
  return lengths.map((length) => {
    const isLonger = length > most && left > 0;
    if (isLonger) left -= 1;
    return Math.min(most, length) + (isLonger ? 1 : 0);
  });
};

/**
 * Rows of the runs: results wrap as far as the rows of the list are enough for all of them, so that the same window shows
 * each run in as many rows wherever the cursor is.
 */
export const historyListRows = (
  runs: readonly RunSummary[],
  {
    columns,
    rows,
    git,
    isShared = false,
  }: {
    readonly columns: number;
    readonly rows: number;
    readonly git: AppState['git'];
    readonly isShared?: boolean;
  },
): readonly ListRow[] => {
  if (runs.length >= rows)
    return runs.map(
      (run): ListRow => ({ id: run.id, line: () => runLine(run, columns, git, isShared) }),
    );
  const head = headCells(columns);
  const cells = resultCells(columns);
  const wrapped = runs.map((run) => wrapText(resultWords(run), cells));
  const counts = rowsOfEach(
    wrapped.map(({ length }) => length),
    rows,
  );
  return runs.flatMap((run, index): readonly ListRow[] => {
    const words = wrapped[index] ?? [];
    const count = counts[index] ?? 1;
    // What has no row ends in the last one.
    const shown =
      words.length > count
        ? [...words.slice(0, count - 1), cut(words.slice(count - 1).join(' '), cells)]
        : words;
    const [first = '', ...below] = shown;
    return [
      { id: run.id, line: [...runHead(run, columns, isShared), ...resultLine(run, first, git)] },
      ...below.map(
        (text): ListRow => ({
          id: null,
          isContinued: true,
          line: [span(' '.repeat(head)), ...resultLine(run, text, git, 'muted')],
        }),
      ),
    ];
  });
};

/** Why there is no row. */
export const emptyHistoryWords = (
  filter: string,
  found: PackageRuns | null,
  count: number,
): string => {
  if (count === 0)
    return 'No run was recorded yet. Each update, test, deploy and rollback comes here.';
  const asked = packageIn(filter);
  if (asked !== null && found?.asked !== asked) return `Looking for ${asked} in all runs…`;
  return asked === filter.replace(/^(?:package|pkg):/, '').trim()
    ? `None of the ${counted(count, 'run')} is known to have brought ${asked}.`
    : `None of the ${counted(count, 'run')} fits ${filter}. A filter is made of words, !not, @tag, host:nas, input:nixpkgs@4f2a9c0, day:2026-11-20, since:7d, until:2026-11-20, and at its end package:openssl 3.5.2`;
};

/** From here on there is room for the run under the cursor in full. */
const heightForPane = 13;

/** Rows of that: what whole results leave free, and at least a third; in a low window only what is free. */
const paneRows = (height: number, runs: readonly RunSummary[], columns: number): number => {
  const free = height - 2 - runs.length;
  if (height < heightForPane) return free < 4 ? 0 : Math.min(9, free);
  const cells = resultCells(columns);
  const whole =
    free <= 0
      ? height
      : runs.reduce((all, run) => all + wrapText(resultWords(run), cells).length, 0);
  return Math.max(5, Math.floor(height / 3), height - 2 - whole);
};

const inputWords = ({ inputs = [] }: RunSummary): string =>
  inputs.length === 0
    ? ''
    : `moved ${counted(inputs.length, 'input')}: ${inputs.map(({ input }) => input).join(', ')}`;

const commitWords = ({ ending }: RunSummary): string => {
  const commit = ending?.result.commit ?? null;
  return commit === null ? '' : `commit ${showCommit(commit)}`;
};

const tableLines = (run: RunSummary, columns: number): readonly Line[] =>
  runTables(run).flatMap(({ text, tone, hang = 0 }) =>
    wrapHanging(text, columns - 4, hang).map((row): Line => [span(`  ${row}`, tone)]),
  );

/**
 * The run under the cursor: how it ended in full, when and how long ago, of which hosts, by whom, what it moved; and as
 * far as there are rows its hosts and inputs one by one.
 */
export const runPane = (
  run: RunSummary,
  { columns, rows, now }: { readonly columns: number; readonly rows: number; readonly now: number },
): readonly Line[] => {
  const title: Line = [
    muted(`${glyph.rule.repeat(2)} `),
    strong(goalWord(run)),
    muted(` ${showMoment(run.startedAt)} UTC, ${showAge(Math.max(0, now - run.startedAt))} ago `),
  ];
  const facts = [
    run.hosts.length === 0 ? '' : `hosts: ${run.hosts.join(', ')}`,
    inputWords(run),
    [commitWords(run), run.by === undefined ? '' : `by ${run.by}`]
      .filter((words) => words !== '')
      .join(', '),
  ].filter((words) => words !== '');
  const body: readonly Line[] = [
    ...said(run.ending?.result.summary ?? openWords(run), columns),
    ...facts.flatMap((words) => said(words, columns, 'muted')),
    ...tableLines(run, columns),
  ];
  const shown = asFarAsSeen(body, Math.max(0, rows - 1), columns);
  return [
    [...title, muted(glyph.rule.repeat(Math.max(0, columns - lineWidth(title))))],
    ...shown,
    ...Array.from({ length: Math.max(0, rows - 1 - shown.length) }, (): Line => [span(' ')]),
  ];
};

const titleLine = (shown: number, all: number, columns: number): Line =>
  titled(
    'History',
    [
      `${shown === all ? '' : `${shown} of `}${counted(all, 'run')}`,
      `${keyName('open')} shows one with its commands and logs`,
      `${keyName('compare-runs')} compares two`,
    ].map((words) => [muted(words)]),
    columns,
  );

/** Runs of the past, newest first as the engine lists them. */
export const HistoryView = (): ReactNode => {
  const history = useApp(({ app }) => app.history);
  const git = useApp(({ app }) => app.git);
  const isShared = useApp(({ app }) => isByMany(app.history));
  const ui = useApp((state) => state.ui);
  const height = useBodyRows();
  const { filter, marks } = ui.lists.history;
  const found = useApp(({ app }) => app.packageRuns);
  const rows = useApp((state) => historyRows(state.app, filter, state.ui.now));
  const selected = rowUnderCursor(rows, (run) => run.id, ui.lists.history.cursor);
  if (selected === undefined)
    return (
      <Lines
        lines={[
          [strong(' History')],
          ...said(emptyHistoryWords(filter, found, history.length), ui.columns, 'muted'),
          ...(history.length === 0 ? guided(historyGuide(), ui.columns) : []),
        ]}
        height={height}
      />
    );
  const pane = paneRows(height, rows, ui.columns);
  return (
    <Box flexDirection="column" height={height} overflowY="hidden">
      <LineText line={titleLine(rows.length, history.length, ui.columns)} />
      <LineText line={headLine(ui.columns, isShared)} />
      <ListRows
        list="history"
        rows={historyListRows(rows, {
          columns: ui.columns,
          rows: height - 2 - pane,
          git,
          isShared,
        })}
        selected={selected.id}
        marked={new Set(marks)}
        columns={ui.columns}
        height={height - 2 - pane}
      />
      {pane > 0 && (
        <Lines
          lines={runPane(selected, { columns: ui.columns, rows: pane, now: ui.now })}
          height={pane}
        />
      )}
    </Box>
  );
};
