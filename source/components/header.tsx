import { Box } from 'ink';
import type { ReactNode } from 'react';
import { frameAt, glyph } from '../model/glyphs.ts';
import { headerRows } from '../model/layout.ts';
import { muted, span } from '../model/line.ts';
import { activityOf } from '../model/selectors-activity.ts';
import { troubleCounts } from '../model/selectors-fleet.ts';
import { lockCounts } from '../model/selectors-lock.ts';
import { nextStage, stageNames } from '../model/stage.ts';
import { countsLine, stagesLine, titleLine, viewsLine } from './header-lines.ts';
import { LineText } from './line-text.tsx';
import { useApp } from './use-app.ts';

/** Its sign is a frame of the one clock, as are all others on the screen: they turn in step. */
const Activity = (): ReactNode => {
  const now = useApp(({ ui }) => ui.now);
  const activity = useApp(({ app }) => activityOf(app, now));
  return activity === null ? null : (
    <LineText line={[span(`${frameAt(now)} ${activity} `, 'busy')]} />
  );
};

/** Five rows: title, steps, what counts and what runs, views, rule. */
export const Header = (): ReactNode => {
  const app = useApp((state) => state.app);
  const columns = useApp(({ ui }) => ui.columns);
  const screen = useApp(({ ui }) => ui.screen);
  const isStageRunning = stageNames.some((name) => app.stages[name].kind === 'running');
  const frame = useApp(({ ui }) => (isStageRunning ? ui.now : 0));
  const minute = useApp(({ ui }) => Math.floor(ui.now / 60_000) * 60_000);
  return (
    <Box flexDirection="column" height={headerRows}>
      <LineText line={titleLine(app, minute, columns)} />
      <LineText line={stagesLine(app.stages, nextStage(app.stages), frame, columns)} />
      <Box height={1} justifyContent="space-between">
        <LineText line={countsLine(troubleCounts(app.hosts), lockCounts(app.lock), columns - 24)} />
        <Box flexShrink={0}>
          <Activity />
        </Box>
      </Box>
      <LineText line={viewsLine(app, screen, columns)} />
      <LineText line={[muted(glyph.rule.repeat(columns))]} />
    </Box>
  );
};
