import { Box, Text } from 'ink';
import Spinner from 'ink-spinner';
import type { ReactNode } from 'react';
import { muted, span, widthOf } from '../../model/words/line.ts';
import { frameAt, glyph, toAscii } from '../../screen/glyphs.ts';
import { headerRows } from '../../screen/layout.ts';
import { activityOf } from '../../screen/reducer/activity.ts';
import { openReasons, shownStages } from '../../screen/texts/steps.ts';
import { closedCommit } from '../../state/closed-commit.ts';
import { leftOvers } from '../../state/left-over.ts';
import { nextStage, stageNames } from '../../state/stage.ts';
import { LineText } from '../base/line-text.tsx';
import { useLook } from '../base/look.tsx';
import { plainAgain, toneBegin } from '../base/paint.ts';
import { useApp } from '../base/use-app.ts';
import { countsClock, stagesLine, stateCounts, titleLine, viewsLine } from './header-lines.ts';

/** From so many hosts on a frame costs too much for a timer that draws one by itself. */
const largeFleet = 100;

/**
 * The activity of the whole. Its spinner has the only timer beside the one clock; in a large fleet
 * its sign is a frame of that clock, as those of rows are.
 */
const ActivityLine = (): ReactNode => {
  const activity = useApp(({ app, ui }) => activityOf(app, ui.now));
  const sign = useApp(({ app, ui }) =>
    app.hostNames.length < largeFleet ? null : frameAt(ui.now),
  );
  const { theme, ascii } = useLook();
  if (activity === null) return null;
  if (sign !== null) return <LineText line={[span(`${sign} ${activity} `, 'busy')]} />;
  const text = ascii ? toAscii(activity) : activity;
  return (
    <Text wrap="truncate-end">
      {toneBegin('busy', theme)}
      <Spinner type={ascii ? 'line' : 'dots'} /> {`${text} ${plainAgain}`}
    </Text>
  );
};

/** Five rows: title, steps, what counts and what runs, views, rule. */
export const Header = (): ReactNode => {
  const app = useApp((state) => state.app);
  const columns = useApp(({ ui }) => ui.columns);
  const screen = useApp(({ ui }) => ui.screen);
  const isStageRunning = stageNames.some((name) => app.stages[name].kind === 'running');
  const frame = useApp(({ ui }) => (isStageRunning ? ui.now : 0));
  const next = nextStage(app);
  // What runs takes as much of the row as it needs, and no more.
  const activity = useApp((state) => activityOf(state.app, state.ui.now));
  const minute = useApp(({ ui }) => Math.floor(ui.now / 60_000) * 60_000);
  const countsNow = useApp((state) => countsClock(state.app, state.ui.now));
  return (
    <Box flexDirection="column" height={headerRows}>
      <LineText line={titleLine(app, minute, columns)} />
      <LineText
        line={stagesLine(
          { stages: shownStages(app), commitsFirst: app.commitsFirst },
          next,
          frame,
          columns,
          next === undefined ? leftOvers(app) : [],
          next === 'commit' ? closedCommit(app) : null,
          openReasons(app),
        )}
      />
      <Box height={1} justifyContent="space-between">
        <LineText
          line={stateCounts(
            app,
            countsNow,
            columns - 2 - (activity === null ? 0 : widthOf(activity) + 4),
          )}
        />
        <Box flexShrink={0}>
          <ActivityLine />
        </Box>
      </Box>
      <LineText line={viewsLine(app, screen, columns)} />
      <LineText line={[muted(glyph.rule.repeat(columns))]} />
    </Box>
  );
};
