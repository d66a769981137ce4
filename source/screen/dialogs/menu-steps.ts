import { leftOvers, leftWords } from '../../state/left-over.ts';
import { nextStage, stageOrder } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import { item } from '../menu-item.ts';
import type { Menu } from '../overlay.ts';
import { stepName, stepSign, stepWords } from '../texts/steps.ts';
import { warning } from '../toned.ts';

/** The steps in their order, each with what is known of it; Enter shows all of it. */
export const stepsMenu = (app: AppState, at: number): Menu => {
  const next = nextStage(app);
  return {
    kind: 'menu',
    title: 'Steps',
    note: next === undefined ? leftOvers(app).map((left) => warning(leftWords(left))) : [],
    items: stageOrder(app).map((stage, index) => {
      const state = app.stages[stage];
      return {
        ...item(
          stage,
          `${stepSign(state, stage === next)} ${stepName(stage, state)}`,
          stepWords(state, at),
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
