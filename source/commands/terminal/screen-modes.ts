import type { AppStore } from '../../store.ts';
import { createAnnouncer } from './announce.ts';
import type { ScreenLook } from './look.ts';
import {
  mouseReports,
  noMouseReports,
  restoring,
  screenModes,
  spokenModes,
  spokenRestoring,
} from './modes.ts';

/** What the terminal is told when nixup takes it, has it, and gives it back. */
export interface ScreenModes {
  enter(): string;
  leave(): string;
  /** Title and progress away, where there are any. */
  takeAway(): string;
  /** Title and progress as they are now. */
  announce(): void;
  tellMouse(): void;
}

export const createScreenModes = (
  store: AppStore,
  write: (sequence: string) => void,
  look: Pick<ScreenLook, 'strings' | 'progress' | 'ascii' | 'reader'>,
): ScreenModes => {
  const announcer = createAnnouncer(store, write, {
    title: look.strings,
    progress: look.progress,
    ascii: look.ascii,
  });
  if (look.reader)
    return {
      enter: () => spokenModes,
      leave: () => spokenRestoring,
      takeAway: () => '',
      announce: () => undefined,
      tellMouse: () => undefined,
    };
  const mouse = (): string => (store.getState().ui.mouse ? mouseReports : noMouseReports);
  return {
    enter: () => `${screenModes}${mouse()}`,
    leave: () => `${restoring}${announcer.takeAway()}`,
    takeAway: announcer.takeAway,
    announce: announcer.update,
    tellMouse: () => write(mouse()),
  };
};
