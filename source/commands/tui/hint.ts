import { join } from 'node:path';
import type { World } from '../../services/world/world.ts';
import type { AppStore } from '../../store.ts';

/** Is there once a person has put away what explains the signs. */
const seenFile = ({ folders }: Pick<World, 'folders'>): string => join(folders.state, 'signs-seen');

/** Explains the signs to a person who has not put that away yet, and remembers when they do. */
export const followHint = async (
  store: AppStore,
  world: Pick<World, 'files' | 'folders'>,
  start: (work: () => Promise<void>) => void,
): Promise<() => void> => {
  const path = seenFile(world);
  if (await world.files.exists(path)) return () => undefined;
  store.dispatchUi({ type: 'hinted' });
  const stop = store.subscribe(({ ui }) => {
    if (ui.hint === 'shown') return;
    stop();
    start(async () => {
      // Where it cannot be written the next start explains them again: nothing is lost by that.
      await world.files.write(path, '');
    });
  });
  return stop;
};
