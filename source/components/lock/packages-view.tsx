import { Box } from 'ink';
import type { ReactNode } from 'react';
import { countPackages, isCriticalPackage, versionsLine } from '../../model/packages/review.ts';
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
import { Lines, LineText } from '../base/line-text.tsx';
import { edgeRoom, type ListRow, ListRows } from '../base/list-rows.tsx';
import { said } from '../base/spans.ts';
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

/** Fewer cells have no room for the column of kinds. */
const narrowest = 72;

export const packageLine = (row: PackageRow, columns: number): Line => {
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
          : [
              span(`   ${countPackages(difference.changes)}`),
              muted(`   ${showSizeChange(difference.sizeDelta)}`),
            ];
      const names = hosts.join(', ');
      const isNamed = widthOf(names) + lineWidth(told) < columns;
      return [strong(` ${isNamed ? names : counted(hosts.length, 'host')}`), ...told];
    }
    case 'change': {
      const { change } = row;
      const name = Math.max(18, Math.min(34, Math.floor(columns / 3)));
      const isLoud = isCriticalPackage(change.name) || change.major;
      const isBad = change.kind === 'downgraded' || change.kind === 'removed';
      // Its versions show that a package was upgraded: the word leaves first.
      const isNarrow = columns < narrowest;
      const kind = isNarrow && change.kind !== 'upgraded' ? ` ${change.kind}` : '';
      const told = `${versionsLine(change)}${change.major ? ', major' : ''}${kind}`;
      return [
        span(isLoud ? `   ${glyph.look} ` : '     ', 'warn'),
        isLoud ? strong(fitText(change.name, name)) : span(fitText(change.name, name)),
        ...(isNarrow ? [] : [span(fitText(change.kind, 12), isBad ? 'warn' : 'muted')]),
        span(
          fitText(told, columns - name - (isNarrow ? 20 : 32)),
          isNarrow && isBad ? 'warn' : 'plain',
        ),
        muted(fitRight(change.sizeDelta === 0 ? '' : showSizeChange(change.sizeDelta), 10)),
      ];
    }
  }
};

/** The row of a list with what goes on below it. */
const listRows = (row: PackageRow, columns: number): readonly ListRow[] => [
  { id: row.id, line: () => packageLine(row, columns) },
  ...(row.kind === 'hosts'
    ? rowsBelow(row, columns).below.map(
        (text): ListRow => ({
          id: null,
          isContinued: true,
          line: [muted(`${' '.repeat(reasonIndent - 2)}${text}`)],
        }),
      )
    : []),
];

/** Why there is no row. */
export const emptyPackageWords = (filter: string): string =>
  filter === ''
    ? 'No host is known yet whose packages could be compared.'
    : `No package matches "${filter}". ${keyName('back')} shows all again.`;

/** What each host runs against what it would run, package by package; the same difference once. */
export const PackagesView = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { columns } = ui;
  const height = useBodyRows();
  const { filter, cursor } = ui.lists.packages;
  const rows = packageRows(app.hostNames, app.hosts, app.packages, filter);
  const selected = rowUnderCursor(rows, (row) => row.id, cursor);
  const title: Line = [strong(' Packages'), muted('   what runs → what would run')];
  const drawn = rows.flatMap((row) => listRows(row, columns - 2)).length;
  const cells = columns - 2 - edgeRoom(drawn, height - 1);
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
      <ListRows
        list="packages"
        rows={rows.flatMap((row) => listRows(row, cells))}
        selected={selected.id}
        columns={columns}
        height={height - 1}
      />
    </Box>
  );
};
