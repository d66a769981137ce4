import { expect, test } from 'vitest';
import { contrast, type Rgb, rgbOf } from '../../../source/model/terminal/colour.ts';
import { type ThemeName, themeNames } from '../../../source/model/terminal/theme-names.ts';
import { type UiEvent, viewNames } from '../../../source/screen/ui.ts';
import { runbookState } from '../../fixtures/states.ts';
import { draw } from '../../support/screen-fixture.tsx';

const own = {
  dark: { foreground: rgbOf('#d7dce2'), background: rgbOf('#1e1e2e') },
  light: { foreground: rgbOf('#1f2328'), background: rgbOf('#fdf6e3') },
} as const;

/** Views, a host, and what opens over them. */
const places: readonly (readonly UiEvent[])[] = [
  ...viewNames.map((view): readonly UiEvent[] => [
    { type: 'showed', screen: { kind: 'view', view } },
    { type: 'moved', by: 1, unit: 'row' },
  ]),
  [{ type: 'showed', screen: { kind: 'host', host: 'razer', tab: 'facts' } }],
  [{ type: 'opened', overlay: { kind: 'help', filter: '', cursor: null } }],
  [{ type: 'opened', overlay: { kind: 'palette', filter: 'de', cursor: null } }],
  [{ type: 'prompted', prompt: 'filter' }],
  [{ type: 'told', text: 'it failed', tone: 'bad', at: Date.UTC(2026, 10, 23, 5, 59) }],
];

const cases = themeNames.flatMap((theme) =>
  (theme === 'dark' || theme === 'light' ? [theme] : (['dark', 'light'] as const)).map(
    (shade) => [theme, shade] as const,
  ),
);

test.each<readonly [ThemeName, 'dark' | 'light']>(
  cases,
)('in the theme %s on a %s background every letter that is drawn has a contrast of 4.5 with what is behind it', async (theme, shade) => {
  const { foreground, background } = own[shade];
  const screen = draw(runbookState, {
    columns: 120,
    rows: 40,
    events: [
      { type: 'themed', theme },
      { type: 'coloured', of: 'foreground', colour: foreground },
      { type: 'coloured', of: 'background', colour: background },
    ],
  });
  const pairs = new Map<string, number>();
  for (const events of places) {
    await screen.after(...events);
    for (const cell of await screen.terminal.cells()) {
      if (cell.text.trim() === '' && !cell.inverse) continue;
      expect([cell.dim, typeof cell.foreground, typeof cell.background]).not.toContain('number');
      expect(cell.dim).toBe(false);
      const front: Rgb =
        typeof cell.foreground === 'object' && cell.foreground ? cell.foreground : foreground;
      const back: Rgb =
        typeof cell.background === 'object' && cell.background ? cell.background : background;
      pairs.set(`${front} on ${back}`, contrast(front, back));
    }
    await screen.after({ type: 'backed' }, { type: 'backed' });
  }
  screen.close();
  expect([...pairs].filter(([, found]) => found < 4.5)).toEqual([]);
  // There is something to see: tones, and a bar of its own.
  expect(pairs.size).toBeGreaterThan(theme === 'mono' ? 0 : 5);
});
