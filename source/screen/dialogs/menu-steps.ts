import { leftOvers, leftWords } from '../../state/left-over.ts';
import { nextStage, stageOrder } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import { item } from '../menu-item.ts';
import type { Menu } from '../overlay.ts';
import { shownStages, signsOfSteps, stepName, stepRow, stepSign } from '../texts/steps.ts';
import { quiet, warning } from '../toned.ts';

/** The steps in their order, each with what is known of it; Enter shows all of it. */
export const stepsMenu = (app: AppState, at: number): Menu => {
  const next = nextStage(app);
  const stages = shownStages(app);
  const signs = stageOrder(app).map((stage) => stepSign(stages[stage], stage === next));
  return {
    kind: 'menu',
    title: 'Steps',
    note: [
      ...(next === undefined ? leftOvers(app).map((left) => warning(leftWords(left))) : []),
      quiet(signsOfSteps(signs)),
    ],
    items: stageOrder(app).map((stage, index) => {
      const state = stages[stage];
      return {
        ...item(
          stage,
          `${stepSign(state, stage === next)} ${stepName(stage, state)}`,
          stepRow(app, stage, at),
          { kind: 'show-step', stage },
        ),
        letter: String(index + 1),
      };
    }),
    cursor: next ?? null,
    careful: false,
    openedAt: at,
  };
};
