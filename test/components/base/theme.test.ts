import { expect, test } from 'vitest';
import {
  type ColourDepth,
  type OwnColours,
  type Theme,
  themeOf,
  untold,
} from '../../../source/components/base/theme.ts';
import {
  contrast,
  isDark,
  type Rgb,
  rgbOf,
  rgbOfIndex,
} from '../../../source/model/terminal/colour.ts';
import { type ThemeName, themeNames } from '../../../source/model/terminal/theme-names.ts';
import type { Tone } from '../../../source/model/words/line.ts';
import { fc, runs } from '../../support/chance.ts';

const toneNames: readonly Tone[] = ['plain', 'good', 'bad', 'warn', 'busy', 'accent', 'muted'];

/** The colour of `38;5;n`, `48;2;r;g;b` or, of a palette, `91`; undefined for the terminal's own. */
const colourOf = (code: string, sixteen: readonly string[] = []): Rgb | undefined => {
  const numbers = code.split(';').map(Number);
  const [first = 0, kind, ...rest] = numbers;
  if (kind === 5) return rgbOfIndex(rest[0] ?? 0);
  if (kind === 2) return [rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0];
  const index = first >= 90 ? first - 90 + 8 : first - 30;
  const hex = sixteen[index];
  return code === '' || hex === undefined ? undefined : rgbOf(hex);
};

interface Pair {
  readonly what: string;
  readonly contrast: number;
}

/** Every text on what lies behind it: on the screen, on the selected row, exchanged on both. */
const pairsOf = (
  { tones, selection, isReversed }: Theme,
  own: { readonly foreground: Rgb; readonly background: Rgb },
  sixteen: readonly string[] = [],
): readonly Pair[] => {
  const bar = isReversed ? own.foreground : colourOf(selection.row);
  if (bar === undefined) throw new Error('the bar has no colour');
  return toneNames.flatMap((tone) => [
    {
      what: tone,
      contrast: contrast(colourOf(tones[tone], sixteen) ?? own.foreground, own.background),
    },
    {
      what: `${tone} on the bar`,
      contrast: contrast(
        colourOf(selection.tones[tone]) ?? (isReversed ? own.background : own.foreground),
        bar,
      ),
    },
  ]);
};

const tooFaint = (pairs: readonly Pair[], least: number): readonly Pair[] =>
  pairs.filter((pair) => pair.contrast < least);

const leastOf = (name: ThemeName): number => (name === 'high-contrast' ? 7 : 4.5);

/** Foreground and background as these have them by themselves. */
const known: readonly (readonly [string, string, string])[] = [
  ['xterm', '#e5e5e5', '#000000'],
  ['GNOME', '#ffffff', '#171421'],
  ['Windows', '#cccccc', '#0c0c0c'],
  ['Dracula', '#f8f8f2', '#282a36'],
  ['Gruvbox dark', '#ebdbb2', '#282828'],
  ['Nord', '#d8dee9', '#2e3440'],
  ['One Dark', '#abb2bf', '#282c34'],
  ['Catppuccin Mocha', '#cdd6f4', '#1e1e2e'],
  ['Solarized dark', '#839496', '#002b36'],
  ['Solarized light', '#657b83', '#fdf6e3'],
  ['Gruvbox light', '#3c3836', '#fbf1c7'],
  ['Catppuccin Latte', '#4c4f69', '#eff1f5'],
  ['GitHub light', '#1f2328', '#ffffff'],
  ['macOS Basic', '#000000', '#ffffff'],
  ['a middle grey', '#000000', '#808080'],
];

const depths: readonly (8 | 24)[] = [8, 24];

test.each(known)('on %s (%s on %s) every text of every theme can be read', (_name, front, back) => {
  const own = { foreground: rgbOf(front), background: rgbOf(back) };
  for (const name of themeNames)
    for (const depth of depths) {
      // Chosen as dark or light, they are taken as they are.
      const isOther = (name === 'dark') !== isDark(own.background);
      if ((name === 'dark' || name === 'light') && isOther) continue;
      if (back === '#808080' && (name === 'dark' || name === 'light')) continue;
      const least = name === 'mono' ? 0 : leastOf(name);
      // No colour has a contrast of 7 with a middle grey.
      const most = isDark(own.background)
        ? contrast([255, 255, 255], own.background)
        : contrast([0, 0, 0], own.background);
      const theme = themeOf(name, depth, own);
      const plain = theme.tones.plain === '' ? own.foreground : own.background;
      const faint = tooFaint(pairsOf(theme, own), Math.min(least, most - 0.01)).filter(
        // Whose two colours somebody chose so stay so in the theme that was chosen as well.
        ({ what }) =>
          !(
            what.startsWith('plain') &&
            plain === own.foreground &&
            name !== 'auto' &&
            name !== 'high-contrast'
          ),
      );
      expect([name, depth, faint]).toEqual([name, depth, []]);
    }
});

test('on any background the tones of a theme can be read', () => {
  const channel = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.tuple(channel, channel, channel), (background) => {
      const own: OwnColours = { foreground: null, background };
      for (const name of ['auto', 'colour-blind'] as const)
        for (const depth of depths) {
          const { tones } = themeOf(name, depth, own);
          for (const tone of toneNames.slice(1)) {
            const colour = colourOf(tones[tone]);
            expect(colour && contrast(colour, background)).toBeGreaterThanOrEqual(4.5);
          }
        }
    }),
    { numRuns: runs(100) },
  );
});

/** The sixteen colours of terminals: xterm 390, the Linux console (VGA), Windows Terminal (Campbell). */
const sixteens = {
  xterm:
    '000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff',
  console:
    '000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff',
  Campbell:
    '0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc 767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2',
};

test.each(
  Object.entries(sixteens),
)('with the sixteen colours of %s every text can be read, and the bar be seen', (_name, text) => {
  const sixteen = text.split(' ').map((hex) => `#${hex}`);
  const grounds = [
    { foreground: rgbOf(sixteen[7] ?? ''), background: rgbOf(sixteen[0] ?? '') },
    { foreground: rgbOf(sixteen[0] ?? ''), background: rgbOf(sixteen[15] ?? '') },
  ];
  for (const own of grounds)
    for (const name of themeNames) {
      if ((name === 'dark' || name === 'light') && (name === 'dark') !== isDark(own.background))
        continue;
      const theme = themeOf(name, 4, own);
      expect([name, tooFaint(pairsOf(theme, own, sixteen), 4.5)]).toEqual([name, []]);
      expect(theme.selection.row).toBe('7');
    }
});

test.each<readonly [ColourDepth, ThemeName]>([
  [1, 'auto'],
  [1, 'high-contrast'],
  [24, 'mono'],
  [4, 'mono'],
])('with %i bits the theme %s has no colours, and its bar is exchanged', (depth, name) => {
  const { tones, selection, isReversed } = themeOf(name, depth, untold);
  expect(new Set([...Object.values(tones), ...Object.values(selection.tones)])).toEqual(
    new Set(['']),
  );
  expect([selection.row, isReversed]).toEqual(['7', true]);
});

test('dark or light follows the background that was told, else the environment, else it is dark', () => {
  const dark = themeOf('dark', 24, untold);
  const light = themeOf('light', 24, untold);
  expect(themeOf('auto', 24, untold)).toEqual(dark);
  expect(themeOf('auto', 24, untold, false)).toEqual(light);
  expect(themeOf('auto', 24, { foreground: null, background: rgbOf('#ffffff') }, true)).toEqual(
    light,
  );
});

/** Machado, Oliveira and Fernandes 2009, severity 1.0, for linear light. */
const missing: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  red: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  green: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  blue: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const linear = (channel: number): number =>
  channel / 255 <= 0.040_45 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;

/** CIE L*a*b* under D65. */
const labOf = ([red, green, blue]: readonly number[]): readonly [number, number, number] => {
  const [r = 0, g = 0, b = 0] = [red, green, blue];
  const f = (value: number): number =>
    value > 0.008_856 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
  const [x, y, z] = [
    f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.950_47),
    f(0.2126 * r + 0.7152 * g + 0.0722 * b),
    f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.088_83),
  ];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};

const seenBy = (cones: string, colour: Rgb): readonly [number, number, number] => {
  const light = colour.map(linear);
  const seen = (missing[cones] ?? []).map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, part, at) => sum + part * (light[at] ?? 0), 0),
      ),
    ),
  );
  return labOf(seen);
};

test.each([
  'red',
  'green',
  'blue',
])('without %s cones well, failed and warned stay apart in the theme for them', (cones) => {
  for (const background of ['#1c1c1c', '#ffffff']) {
    const { tones } = themeOf('colour-blind', 24, {
      foreground: null,
      background: rgbOf(background),
    });
    const seen = (['good', 'bad', 'warn'] as const).map((tone) => {
      const colour = colourOf(tones[tone]);
      if (colour === undefined) throw new Error(`${tone} has no colour`);
      return seenBy(cones, colour);
    });
    for (const [one, other] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const away = Math.hypot(
        ...(seen[one] ?? []).map((part, at) => part - (seen[other]?.[at] ?? 0)),
      );
      expect([background, one, other, away > 20]).toEqual([background, one, other, true]);
    }
  }
});

test.each([
  ['dark', '#11151c'],
  ['light', '#ffffff'],
] as const)('on the bar of high contrast on a %s background what is good, bad, a warning or at work is no grey', (_shade, background) => {
  const { selection } = themeOf('high-contrast', 24, {
    foreground: null,
    background: rgbOf(background),
  });
  for (const tone of ['good', 'bad', 'warn', 'busy', 'accent'] as const) {
    const drawn = colourOf(selection.tones[tone]) ?? [0, 0, 0];
    expect(Math.max(...drawn) - Math.min(...drawn), tone).toBeGreaterThan(40);
  }
  expect(new Set(Object.values(selection.tones)).size).toBeGreaterThan(4);
});
