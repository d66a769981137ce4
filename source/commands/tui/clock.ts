import { isMoving } from '../../screen/reducer/activity.ts';
import type { AppStore } from '../../store.ts';

const movingMs = 100;

/** Ages are shown in minutes at the finest while nothing moves. */
const restingMs = 30_000;

/** The one animation clock: ten ticks a second while something moves, else one in half a minute. Answers how to stop it. */
export const startClock = (store: AppStore, now: () => number): (() => void) => {
  let timer: NodeJS.Timeout | null = null;
  let isFast = false;
  const arm = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(tick, isFast ? movingMs : restingMs);
  };
  const tick = (): void => {
    store.dispatchUi({ type: 'ticked', at: now() });
    const { app, ui } = store.getState();
    isFast = isMoving(app, ui);
    arm();
  };
  const watch = store.subscribe(({ app, ui }) => {
    if (isFast || !isMoving(app, ui)) return;
    isFast = true;
    arm();
  });
  tick();
  return () => {
    watch();
    if (timer !== null) clearTimeout(timer);
  };
};
