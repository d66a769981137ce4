import { Box } from 'ink';
import type { ReactNode } from 'react';
import { muted } from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { hostPane } from '../../screen/host/host-pane.ts';
import type { FleetRow } from '../../screen/rows/fleet.ts';
import { hintLines } from '../../screen/texts/hint.ts';
import { shownFleet } from '../../state/remembered.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';
import { cardGrid } from './card-lines.ts';

/** Few hosts and much room: a card for each, the details of the selected one below. */
export const HostCards = ({
  rows,
  index,
  marked,
}: {
  readonly rows: readonly FleetRow[];
  readonly index: number;
  readonly marked: ReadonlySet<string>;
}): ReactNode => {
  const fleet = useApp(({ app }) => shownFleet(app));
  const app = useApp((state) => state.app);
  const now = useApp(({ ui }) => ui.now);
  const columns = useApp(({ ui }) => ui.columns);
  const height = useBodyRows();
  const lines = cardGrid(rows, { index, marked }, fleet, app, { now, columns });
  const selected = rows[index];
  const hint = useApp(({ app, ui }) => hintLines(ui, app));
  const below = Math.max(0, height - lines.length - 1 - hint.length);
  const host = selected === undefined ? undefined : fleet.hosts[selected.id];
  return (
    <Box flexDirection="column" height={height} overflowY="hidden">
      <Lines lines={lines} height={lines.length} />
      <LineText line={[muted(glyph.rule.repeat(columns))]} />
      <Lines
        lines={host === undefined ? [] : hostPane(host, app, { columns, rows: below, now })}
        height={below}
      />
      <Lines lines={hint} height={hint.length} />
    </Box>
  );
};
