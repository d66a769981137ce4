import type { Rgb } from '../../model/terminal/colour.ts';
import type { Ui, UiEvent } from '../ui.ts';

const isSameColour = (one: Rgb | null, other: Rgb): boolean =>
  one?.every((channel, at) => channel === other[at]) === true;

/** What the terminal told, and how the person wants it. */
export const reduceTerminal = (
  ui: Ui,
  event: Extract<UiEvent, { readonly type: 'coloured' | 'themed' | 'mouse-set' }>,
): Ui => {
  switch (event.type) {
    case 'coloured':
      // It is asked each time the window has the focus again, and mostly answers the same.
      return isSameColour(ui.colours[event.of], event.colour)
        ? ui
        : { ...ui, colours: { ...ui.colours, [event.of]: event.colour } };
    case 'themed':
      return { ...ui, colours: { ...ui.colours, theme: event.theme } };
    case 'mouse-set':
      return { ...ui, mouse: event.mouse };
  }
};
