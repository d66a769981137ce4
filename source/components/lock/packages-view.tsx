import { Box } from 'ink';
import type { ReactNode } from 'react';
import { memoByObject, memoLast } from '../../model/memo.ts';
import type { PackageChange } from '../../model/packages/packages.ts';
import {
  closureWords,
  countPackages,
  isCriticalPackage,
  versionsFitting,
} from '../../model/packages/review.ts';
import { showSizeChange } from '../../model/words/format.ts';
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
  wrapText,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { glyph } from '../../screen/glyphs.ts';
import { keyName } from '../../screen/key-names.ts';
import { rowUnderCursor } from '../../screen/rows/lists.ts';
import { type PackageRow, packageRows } from '../../screen/rows/packages.ts';
import type { AppState } from '../../state/state.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { edgeRoom, type ListRow, ListRows } from '../base/list-rows.tsx';
import { said, titled } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';

/** The names of hosts, where they fit into half of the row; else their number, and the names stand below. */
const namesWords = (hosts: readonly string[], columns: number): string => {
  const names = hosts.join(', ');
  return widthOf(names) <= Math.max(15, Math.floor(columns / 2))
    ? names
    : counted(hosts.length, 'host');
};

const reasonIndent = 6;

/** So many rows of a reason and of names are drawn. */
const mostBelow = 3;

/** Below the row of hosts without an answer: the rest of the reason, and their names where these have no room in it. */
const rowsBelow = (
  row: Extract<PackageRow, { readonly kind: 'hosts' }>,
  columns: number,
): { readonly first: string; readonly below: readonly string[] } => {
  const names = namesWords(row.hosts, columns);
  const beside = Math.max(12, columns - Math.max(15, widthOf(names)) - 6);
  const isWhole = widthOf(row.words) <= beside;
  const all = row.hosts.join(', ');
  const below = [...(isWhole ? [] : [row.words]), ...(names === all ? [] : [all])];
  return {
    first: isWhole ? row.words : '',
    below: below.flatMap((text) => {
      const lines = wrapText(text, Math.max(12, columns - reasonIndent));
      return lines.length <= mostBelow
        ? lines
        : [
            ...lines.slice(0, mostBelow - 1),
            cut(lines.slice(mostBelow - 1).join(' '), Math.max(12, columns - reasonIndent)),
          ];
    }),
  };
};

/** A lower body has no row for the titles of columns. */
const lowBody = 20;

/** Fewer cells have no room for the column of kinds. */
const narrowest = 72;

/** Cells that names and versions would take in full, of all rows. */
interface PackageCells {
  readonly name: number;
  readonly versions: number;
}

/** More cells of a name than these are cut before versions are. */
const longestName = 34;

/** Of a row that is said alone. */
const alone: PackageCells = { name: longestName, versions: 120 };

/** The word for a change; a major version is what matters of an upgrade. */
const kindOf = ({ kind, major }: PackageChange): string =>
  kind === 'upgraded' && major ? 'major' : kind;

/** What versions say in a row: in a narrow one with the kind, and a major version that is no upgrade. */
const versionsOf = (change: PackageChange, isNarrow: boolean, cells = Infinity): string => {
  const kind = kindOf(change);
  const isSaid = !isNarrow || kind === 'upgraded';
  const also = [...(change.major && kind !== 'major' ? ['major'] : []), ...(isSaid ? [] : [kind])]
    .map((word) => `, ${word}`)
    .join('');
  return `${versionsFitting(change, cells - also.length)}${also}`;
};

/** What the rows would take. */
const packageCells = memoByObject((rows: readonly PackageRow[]): PackageCells => {
  const changes = rows.flatMap((row) => (row.kind === 'change' ? [row.change] : []));
  const most = (words: (change: PackageChange) => string): number =>
    changes.reduce((all, change) => Math.max(all, widthOf(words(change))), 0);
  return {
    name: Math.max(12, most(({ name }) => name) + 1),
    versions: Math.max(12, most((change) => versionsOf(change, false)) + 2),
  };
});

/** Cells of the sign before a name, of the kind and of the size. */
const signCells = 5;
const kindCells = 11;
const sizeCells = 11;

const columnsOf = (
  columns: number,
  { name, versions }: PackageCells,
): { readonly name: number; readonly kind: number; readonly versions: number } => {
  const kind = columns < narrowest ? 0 : kindCells;
  const free = columns - signCells - kind - sizeCells;
  const ofName = Math.min(name, longestName, Math.max(12, Math.floor(free / 2)));
  return { name: ofName, kind, versions: Math.max(8, Math.min(versions, free - ofName)) };
};

/** What the columns are. */
const packageTitles = (columns: number, fair: PackageCells): Line => {
  const cells = columnsOf(columns, fair);
  return [
    muted(
      `  ${' '.repeat(signCells)}${fitText('PACKAGE', cells.name)}${fitText('CHANGE', cells.kind)}${fitText('VERSIONS', cells.versions)}${fitRight('SIZE', sizeCells)}`,
    ),
  ];
};

const changeLine = (change: PackageChange, columns: number, fair: PackageCells): Line => {
  const { name, kind, versions } = columnsOf(columns, fair);
  const isLoud = isCriticalPackage(change.name) || change.major;
  const isBad = change.kind === 'downgraded' || change.kind === 'removed';
  // Its versions show that a package was upgraded: the word leaves first.
  const isNarrow = kind === 0;
  const tone = isBad || kindOf(change) === 'major' ? 'warn' : 'muted';
  return [
    span(isLoud ? `   ${glyph.look} ` : '     ', 'warn'),
    isLoud ? strong(fitText(change.name, name)) : span(fitText(change.name, name)),
    ...(isNarrow ? [] : [span(fitText(kindOf(change), kind), tone)]),
    span(
      fitText(versionsOf(change, isNarrow, versions), versions),
      isNarrow && isBad ? 'warn' : 'plain',
    ),
    muted(fitRight(change.sizeDelta === 0 ? '' : showSizeChange(change.sizeDelta), sizeCells)),
  ];
};

export const packageLine = (row: PackageRow, columns: number, fair: PackageCells = alone): Line => {
  switch (row.kind) {
    case 'hosts':
      return [
        span(` ${glyph.absent} `),
        strong(namesWords(row.hosts, columns).padEnd(15)),
        muted(` ${rowsBelow(row, columns).first}`),
      ];
    case 'group': {
      const { hosts, difference } = row.group;
      const told: Line =
        difference.old === difference.new
          ? [muted(`   ${hosts.length === 1 ? 'runs' : 'run'} what the flake says`)]
          : [span(`   ${countPackages(difference.changes)}`)];
      const names = hosts.join(', ');
      const isNamed = widthOf(names) + lineWidth(told) < columns;
      const head: Line = [strong(` ${isNamed ? names : counted(hosts.length, 'host')}`), ...told];
      if (difference.old === difference.new) return head;
      // Where there is no room for both sizes, their difference is told.
      const sizes = [closureWords(difference), showSizeChange(difference.sizeDelta)].map(
        (words): Line => [...head, muted(`   ${words}`)],
      );
      return sizes.find((line) => lineWidth(line) <= columns) ?? sizes.at(-1) ?? head;
    }
    case 'shared':
      return [
        strong(` on all ${counted(row.hosts.length, 'host')} that change`),
        span(`   ${countPackages(row.changes)}`),
      ];
    case 'change':
      return changeLine(row.change, columns, fair);
    case 'rebuilt':
      return [muted(`     ${rebuiltLines(row, columns)[0] ?? ''}`)];
  }
};

/** Names that were only built again, in two rows at most; where not all fit, what lists each. */
const rebuiltLines = (
  { names }: Extract<PackageRow, { readonly kind: 'rebuilt' }>,
  columns: number,
): readonly string[] => {
  const cells = Math.max(20, columns - signCells);
  const linesWith = (shown: number): readonly string[] => {
    const rest = names.length - shown;
    const more = rest === 0 ? '' : ` and ${rest} more; ${keyName('filter')} rebuilt lists each`;
    return wrapText(`rebuilt: ${names.slice(0, shown).join(', ')}${more}`, cells);
  };
  // A name takes three cells at least: no more of them can have room, and there may be thousands.
  let [fitting, most] = [0, Math.min(names.length, cells)];
  while (fitting < most) {
    const middle = Math.ceil((fitting + most) / 2);
    if (linesWith(middle).length <= 2) fitting = middle;
    else most = middle - 1;
  }
  return fitting === 0
    ? [cut(`rebuilt: ${counted(names.length, 'package')}`, cells)]
    : linesWith(fitting);
};

/** What goes on below the row of a list. */
const linesBelow = (row: PackageRow, columns: number): readonly string[] => {
  if (row.kind === 'hosts')
    return rowsBelow(row, columns).below.map((text) => `${' '.repeat(reasonIndent - 2)}${text}`);
  return row.kind === 'rebuilt'
    ? rebuiltLines(row, columns)
        .slice(1)
        .map((text) => `     ${text}`)
    : [];
};

/** The row of a list with what goes on below it. */
const listRows = (row: PackageRow, columns: number, fair: PackageCells): readonly ListRow[] => [
  { id: row.id, line: () => packageLine(row, columns, fair) },
  ...linesBelow(row, columns).map(
    (text): ListRow => ({ id: null, isContinued: true, line: [muted(text)] }),
  ),
];

const allRows = (
  rows: readonly PackageRow[],
  columns: number,
  fair: PackageCells,
): readonly ListRow[] => rows.flatMap((row) => listRows(row, columns, fair));

/** Made once for each list, and not for each frame: it may have thousands of rows. */
const drawnRows = memoLast(allRows);

/** As many as it has in the whole window: where they are more than that, the edge says so. */
const countRows = memoLast(
  (...list: Parameters<typeof allRows>): number => allRows(...list).length,
);

/** Why there is no row. */
export const emptyPackageWords = (filter: string): string =>
  filter === ''
    ? 'No host is known yet whose packages could be compared.'
    : `No package matches "${filter}". ${keyName('back')} shows all again.`;

/** What is compared, and how much larger all closures become together. */
const packagesTitle = ({ hostNames, packages }: AppState, columns: number): Line => {
  const changes = hostNames.flatMap((host) => {
    const one = packages[host];
    return one?.kind === 'compared' && one.difference.old !== one.difference.new
      ? [one.difference.sizeDelta]
      : [];
  });
  const sum = changes.reduce((all, delta) => all + delta, 0);
  return titled(
    'Packages',
    [
      [muted('what runs → what would run')],
      ...(changes.length < 2
        ? []
        : [[muted(`closures of ${changes.length} hosts together ${showSizeChange(sum)}`)]]),
    ],
    columns,
  );
};

/** What each host runs against what it would run, package by package; the same difference once. */
export const PackagesView = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { columns } = ui;
  const height = useBodyRows();
  const { filter, cursor } = ui.lists.packages;
  const rows = packageRows(app.hostNames, app.hosts, app.packages, filter);
  const selected = rowUnderCursor(rows, (row) => row.id, cursor);
  const title = packagesTitle(app, columns);
  const fair = packageCells(rows);
  const drawn = countRows(rows, columns - 2, fair);
  // Of a list that is short, and in a low window, each row is clear without them.
  const titles = height < lowBody || rows.every(({ kind }) => kind !== 'change') ? 0 : 1;
  const cells = columns - 2 - edgeRoom(drawn, height - 1 - titles);
  if (selected === undefined)
    return (
      <Lines
        lines={[title, ...said(emptyPackageWords(filter), columns, 'muted')]}
        height={height}
      />
    );
  return (
    <Box flexDirection="column" height={height} overflowY="hidden">
      <LineText line={title} />
      {titles === 0 ? null : <LineText line={packageTitles(cells, fair)} columns={columns} />}
      <ListRows
        list="packages"
        rows={drawnRows(rows, cells, fair)}
        selected={selected.id}
        columns={columns}
        height={height - 1 - titles}
      />
    </Box>
  );
};
