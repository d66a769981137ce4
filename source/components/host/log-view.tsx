import { Box } from 'ink';
import type { ReactNode } from 'react';
import { allLog } from '../../model/words/log.ts';
import { isSearchOpen } from '../../screen/reducer/log-find.ts';
import { ringOf, shownRing } from '../../screen/rows/log.ts';
import { logGuide } from '../../screen/texts/empty-views.ts';
import { useClicks } from '../base/clicks.ts';
import { LineText } from '../base/line-text.tsx';
import { guided, said } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';
import { type DrawnLog, emptyWords, logLines, logTitle } from './log-lines.ts';

/** A day, ms: the time column tells the day of lines that are not of today. */
const dayMs = 86_400_000;

/** The log of one host, or of the fleet. */
export const LogView = ({ rows }: { readonly rows?: number }): ReactNode => {
  const ring = useApp(({ app, ui }) => shownRing(app, ui.log));
  const whole = useApp(({ app, ui }) => ringOf(app, ui.log.host));
  const isOpen = useApp(({ app, ui }) => isSearchOpen(ringOf(app, ui.log.host), ui.log));
  const log = useApp(({ ui }) => ui.log);
  const columns = useApp(({ ui }) => ui.columns);
  const body = useBodyRows();
  const now = useApp(({ ui }) => Math.floor(ui.now / dayMs) * dayMs);
  const height = (rows ?? body) - 1;
  const all = whole.dropped + whole.lines.length;
  const drawn: DrawnLog = { ring, log, columns, height, now, isOpen, all };
  const drawnLines = logLines(drawn);
  const lines =
    drawnLines.length > 0
      ? drawnLines
      : [
          ...said(emptyWords(log, all), columns, 'muted'),
          ...(all === 0 && log.host === allLog ? guided(logGuide(), columns) : []),
        ]
          .slice(0, height)
          .map((line) => ({ line, isSelected: false }));
  const clicked = useClicks((_, row) => {
    const at = drawnLines[row - 1];
    return at === undefined ? undefined : `line:${at.number}`;
  });
  return (
    <Box ref={clicked} flexDirection="column" height={height + 1} overflowY="hidden">
      <LineText line={logTitle(drawn)} />
      {lines.map(({ line, isSelected }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a visible row is its place
        <LineText key={index} line={line} selected={isSelected} />
      ))}
    </Box>
  );
};
