import type { UiEvent } from '../../screen/ui.ts';

/** Opens the list of all logs. */
export const listOfLogs: UiEvent = {
  type: 'opened',
  overlay: { kind: 'palette', only: 'logs', filter: '', cursor: null },
};
