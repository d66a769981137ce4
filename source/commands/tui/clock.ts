import { isMoving } from '../../screen/reducer/activity.ts';
import type { AppStore } from '../../store.ts';

const movingMs = 100;

/**
 * The one animation clock: ten ticks a second while something moves, fewer where frames cost much
 * (`restMs`). At rest there is no timer;
 * the time goes on with each fact that arrives, and with each key, click and return to the window
 * (`read` of the keyboard). Answers how to stop it.
 */
export const startClock = (
  store: AppStore,
  now: () => number,
  restMs: (usual: number) => number = (usual) => usual,
): (() => void) => {
  let timer: NodeJS.Timeout | null = null;
  let { app } = store.getState();
  const tick = (): void => {
    timer = null;
    store.dispatchUi({ type: 'ticked', at: now() });
    arm();
  };
  const arm = (): void => {
    const { app: facts, ui } = store.getState();
    if (timer === null && isMoving(facts, ui)) timer = setTimeout(tick, restMs(movingMs));
  };
  const watch = store.subscribe((state) => {
    if (timer !== null) return;
    const isNew = state.app !== app;
    ({ app } = state);
    if (isNew) store.dispatchUi({ type: 'ticked', at: now() });
    arm();
  });
  tick();
  return () => {
    watch();
    if (timer !== null) clearTimeout(timer);
  };
};
