import type { Tone } from '../../model/words/line.ts';

interface Colour {
  readonly color?: string;
  readonly dim?: boolean;
}

export interface Theme {
  readonly tones: Readonly<Record<Tone, Colour>>;
  /** Background of the selected row; null: inverse. */
  readonly selection: { readonly color: string; readonly backgroundColor: string } | null;
}

export const colourTheme: Theme = {
  tones: {
    plain: {},
    good: { color: 'green' },
    bad: { color: 'red' },
    warn: { color: 'yellow' },
    busy: { color: 'cyan' },
    accent: { color: 'cyan' },
    muted: { dim: true },
  },
  selection: { color: 'white', backgroundColor: '#1d4b7a' },
};

/** For NO_COLOR: weight and inverse only. */
export const monoTheme: Theme = {
  tones: { plain: {}, good: {}, bad: {}, warn: {}, busy: {}, accent: {}, muted: {} },
  selection: null,
};
