import { type AppEvent, isRunEvent } from '../events.ts';
import type { AppState } from '../state.ts';
import { reduceFact } from './facts.ts';
import { reduceRun } from './run.ts';

/** Folds one event into the state. Pure: time comes in the event. */
export const reduce = (state: AppState, event: AppEvent): AppState =>
  isRunEvent(event) ? reduceRun(state, event) : reduceFact(state, event);
