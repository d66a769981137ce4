import type { Instance } from 'ink';
import { beginFrame, endFrame, eraseAll, home } from '../terminal/modes.ts';

/** What draws the screen. */
export interface Drawing extends Pick<Instance, 'clear' | 'unmount' | 'waitUntilRenderFlush'> {
  /** Told before keys are heard, where somebody wants to know what they change. */
  readonly beforeKeys?: () => void;
}

/** Draws every cell again. */
export interface Repaint {
  /** Does so as soon as the change is part of the frame; several requests become one. */
  soon(): void;
  /** Whether a `resize` event is of our own making: Ink draws at once when it is told of one. */
  readonly isDrawing: boolean;
}

export const createRepaint = (
  stdout: NodeJS.WriteStream,
  instance: () => Drawing | undefined,
  isOurs: () => boolean,
): Repaint => {
  let isDue = false;
  let isDrawing = false;
  /** In one piece: nothing changes between the last frame, the erasing and the frame that is whole. */
  const draw = (ink: Drawing): void => {
    isDrawing = true;
    stdout.emit('resize');
    stdout.write(beginFrame);
    // Ink draws all of the next frame where it holds the last one for cleared.
    ink.clear();
    stdout.write(`${home}${eraseAll}`);
    stdout.emit('resize');
    stdout.write(endFrame);
    isDrawing = false;
  };
  return {
    soon: () => {
      const ink = instance();
      if (ink === undefined || isDue) return;
      isDue = true;
      void ink.waitUntilRenderFlush().then(() => {
        isDue = false;
        if (isOurs()) draw(ink);
      });
    },
    get isDrawing() {
      return isDrawing;
    },
  };
};

/** Where the screen is said in lines, none is said over another: all of it is said again. */
export const sayAgain = (instance: () => Drawing | undefined): Repaint => ({
  soon: () => instance()?.clear(),
  isDrawing: false,
});
