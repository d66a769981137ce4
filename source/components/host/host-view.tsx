import { Box } from 'ink';
import type { ReactNode } from 'react';
import { generationMarks, showGeneration } from '../../model/host/generation.ts';
import type { Generation } from '../../model/host/host.ts';
import { showRevision } from '../../model/words/format.ts';
import { showAge, showMoment } from '../../model/words/format-time.ts';
import {
  fitLine,
  fitText,
  type Line,
  lineWidth,
  muted,
  span,
  spread,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { generationLines } from '../../screen/host/generation-lines.ts';
import { healthBesideChecks } from '../../screen/host/health-sections.ts';
import { hostPage, pagePosition, pageTop } from '../../screen/host/host-page.ts';
import { keyName } from '../../screen/key-names.ts';
import { generationRows, rowUnderCursor } from '../../screen/rows/lists.ts';
import { type HostTab, hostTabs } from '../../screen/ui.ts';
import { isRemembered, shownFleet } from '../../state/remembered.ts';
import type { HostState } from '../../state/state.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { edgeOf, type ListRow, ListRows } from '../base/list-rows.tsx';
import { said } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';
import { ChartsPane } from './charts-pane.tsx';
import { healthTabLines } from './health-view.tsx';
import { LogView } from './log-view.tsx';

const tabsLine = (name: string, shown: HostTab, columns: number, position: string | null): Line => {
  const tabs: Line = [
    strong(` ${name}   `),
    ...hostTabs.flatMap(
      (tab): Line => [
        tab === shown
          ? { text: ` ${tab} `, bold: true, inverse: true }
          : { ...muted(` ${tab} `), press: `tab:${tab}` },
        span(' '),
      ],
    ),
  ];
  const keys = muted('  [ ] tabs');
  const right: Line = position === null ? [] : [muted(`${position} `)];
  const line = [[...tabs, keys], tabs].find(
    (left) => lineWidth(left) + lineWidth(right) <= columns,
  );
  return line === undefined ? tabs : spread(line, right, columns);
};

/** From so many columns on the kernel of a generation has room beside its version. */
const kernelFrom = 110;

export const generationLine = (
  generation: Generation,
  host: HostState,
  columns: number,
  now: number,
): Line => {
  const { facts } = host;
  const marks = facts === null ? [] : generationMarks(generation, facts);
  const isMissing = facts?.bootable !== undefined && !facts.bootable.includes(generation.path);
  return [
    strong(fitText(` ${showGeneration(generation.number)}`, 7)),
    span(fitText(showMoment(generation.at), 18)),
    muted(fitText(`${showAge(now - generation.at)} ago`, 11)),
    ...(columns < 90
      ? []
      : [
          span(fitText(generation.nixosVersion ?? '', 26)),
          muted(fitText(generation.revision === null ? '' : showRevision(generation.revision), 9)),
        ]),
    ...(columns < kernelFrom
      ? []
      : [muted(fitText(generation.kernel === null ? '' : `kernel ${generation.kernel}`, 18))]),
    span(marks.length === 0 ? '' : `${glyph.proven} ${marks.join(', ')}  `, 'good'),
    muted(isMissing ? 'not in the boot menu' : ''),
  ];
};

/** Why there is no row. */
export const emptyGenerationsWords = (): string =>
  `Its generations are not known yet: it did not answer. ${keyName('refresh')} asks again.`;

const Generations = ({
  host,
  height,
}: {
  readonly host: HostState;
  readonly height: number;
}): ReactNode => {
  const ui = useApp((state) => state.ui);
  const history = useApp(({ app }) => app.history);
  const all = host.facts?.generations ?? [];
  const rows = generationRows(all);
  const selected = rowUnderCursor(rows, (one) => String(one.number), ui.lists.generations.cursor);
  if (selected === undefined)
    return <Lines lines={said(emptyGenerationsWords(), ui.columns, 'muted')} height={height} />;
  const about = generationLines(selected, all, {
    host: host.entry.name,
    history,
    columns: ui.columns,
    now: ui.now,
  });
  // A list that leaves no row for it is not cut for it.
  const below = height - rows.length > about.length ? about.length + 1 : 0;
  const list = (
    <ListRows
      list="generations"
      rows={rows.map(
        (one): ListRow => ({
          id: String(one.number),
          line: generationLine(one, host, ui.columns, ui.now),
        }),
      )}
      selected={String(selected.number)}
      columns={ui.columns}
      height={below === 0 ? height : rows.length}
    />
  );
  return below === 0 ? (
    list
  ) : (
    <Box flexDirection="column" height={height} overflowY="hidden">
      {list}
      <LineText line={[muted(glyph.rule.repeat(ui.columns))]} />
      <Lines lines={about} height={height - rows.length - 1} />
    </Box>
  );
};

/** All that is known of the host, as far as it is scrolled. */
const Facts = ({
  lines,
  top,
  height,
}: {
  readonly lines: readonly Line[];
  readonly top: number;
  readonly height: number;
}): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const shown = lines.slice(top, top + height).map((line, offset): Line => {
    const edge = edgeOf(offset, { start: top, height, length: lines.length });
    return edge === '' ? line : [...fitLine(line, columns - widthOf(edge)), muted(edge)];
  });
  return <Lines lines={shown} height={height} />;
};

const goneWords = (name: string): string =>
  `The flake has no host ${name} any more. ${keyName('back')} goes back.`;

/** One host: facts, generations, health, charts, log. */
export const HostView = ({
  name,
  tab,
}: {
  readonly name: string;
  readonly tab: HostTab;
}): ReactNode => {
  const shown = useApp(({ app }) => shownFleet(app).hosts[name]);
  const now = useApp(({ ui }) => ui.now);
  const columns = useApp(({ ui }) => ui.columns);
  const app = useApp((state) => state.app);
  const body = useBodyRows();
  const height = body - 1;
  const isFacts = shown !== undefined && (tab === 'facts' || isRemembered(shown));
  const page = isFacts ? hostPage(shown, app, { columns, now, rows: height }) : null;
  const top = useApp(({ ui }) => (page === null ? 0 : pageTop(ui, page.length, height)));
  const position = page === null ? null : pagePosition(top, page.length, height);
  const pane = (): ReactNode => {
    if (shown === undefined)
      return <Lines lines={said(goneWords(name), columns)} height={height} />;
    if (page !== null) return <Facts lines={page} top={top} height={height} />;
    if (tab === 'facts' || isRemembered(shown)) return null;
    const host = shown;
    switch (tab) {
      case 'generations':
        return <Generations host={host} height={height} />;
      case 'health':
        return (
          <Lines
            lines={healthTabLines(
              host,
              { columns, rows: height, now },
              healthBesideChecks(host, app, columns),
            )}
            height={height}
          />
        );
      case 'charts':
        return <ChartsPane host={host} height={height} />;
      case 'log':
        return <LogView rows={height} />;
    }
  };
  return (
    <Box flexDirection="column" height={body} overflowY="hidden">
      <LineText line={tabsLine(name, tab, columns, position)} />
      {pane()}
    </Box>
  );
};
