import {
  black,
  contrast,
  distance,
  fitContrast,
  isDark,
  nearestIndex,
  type Rgb,
  rgbOf,
  rgbOfIndex,
  white,
} from '../../model/terminal/colour.ts';
import type { ThemeName } from '../../model/terminal/theme-names.ts';
import type { Tone } from '../../model/words/line.ts';

/** Bits of a colour that the terminal draws; 1 for none. */
export type ColourDepth = 1 | 4 | 8 | 24;

/**
 * Parameters of Select Graphic Rendition (ECMA-48, 8.3.117) for what each tone means; empty where the
 * terminal's own colour is left.
 */
type Codes = Readonly<Record<Tone, string>>;

export interface Theme {
  readonly tones: Codes;
  /** The selected row: the background of all of it, and its tones on that. */
  readonly selection: { readonly row: string; readonly tones: Codes };
  /** The row is drawn by exchanging the terminal's two colours: what is exchanged within it must stand out otherwise. */
  readonly isReversed: boolean;
}

type ColouredTone = Exclude<Tone, 'plain'>;

/** A theme before it is fitted to a background. */
interface Design {
  /** What a terminal has for which it is made, and gets where it does not tell its own. */
  readonly background: Rgb;
  readonly tones: Readonly<Record<ColouredTone, Rgb>>;
  readonly selection: Rgb;
  /** The least contrast of text. */
  readonly least: number;
  /** Plain text has a colour of its own. */
  readonly plain: Rgb | null;
  /** With the sixteen colours that each terminal has its own of. */
  readonly sixteen: Codes;
}

const design = (
  background: string,
  selection: string,
  tones: Readonly<Record<ColouredTone, string>>,
  sixteen: Readonly<Record<Exclude<ColouredTone, 'muted'>, string>>,
  strong: { readonly least: number; readonly plain: Rgb } | null = null,
): Design => ({
  background: rgbOf(background),
  selection: rgbOf(selection),
  tones: {
    good: rgbOf(tones.good),
    bad: rgbOf(tones.bad),
    warn: rgbOf(tones.warn),
    busy: rgbOf(tones.busy),
    accent: rgbOf(tones.accent),
    muted: rgbOf(tones.muted),
  },
  least: strong?.least ?? leastContrast,
  plain: strong?.plain ?? null,
  // The grey among the sixteen is the background itself in some terminals: what is settled stays plain.
  sixteen: { plain: '', muted: '', ...sixteen },
});

/** WCAG 2.2, success criterion 1.4.3, and 1.4.6 for those who need more. */
const leastContrast = 4.5;
const highContrast = 7;

const darkDesign = design(
  '#1c1c1c',
  '#1d4b7a',
  {
    good: '#87d787',
    bad: '#ff8787',
    warn: '#ffd75f',
    busy: '#5fd7d7',
    accent: '#87afff',
    muted: '#a8a8a8',
  },
  { good: '32', bad: '91', warn: '93', busy: '36', accent: '36' },
);

const lightDesign = design(
  '#ffffff',
  '#c6dcf7',
  {
    good: '#005f00',
    bad: '#af0000',
    warn: '#875f00',
    busy: '#005f87',
    accent: '#0000af',
    muted: '#585858',
  },
  // Its green, yellow and cyan cannot be read on white.
  { good: '34', bad: '31', warn: '35', busy: '34', accent: '34' },
);

const highDark = design(
  '#000000',
  '#ffffff',
  {
    good: '#87ff87',
    bad: '#ffafaf',
    warn: '#ffff5f',
    busy: '#5fffff',
    accent: '#afd7ff',
    muted: '#d0d0d0',
  },
  { good: '92', bad: '91', warn: '93', busy: '96', accent: '96' },
  { least: highContrast, plain: white },
);

const highLight = design(
  '#ffffff',
  '#000000',
  {
    good: '#005f00',
    bad: '#870000',
    warn: '#5f3f00',
    busy: '#005f5f',
    accent: '#00005f',
    muted: '#3a3a3a',
  },
  { good: '34', bad: '31', warn: '35', busy: '34', accent: '34' },
  { least: highContrast, plain: black },
);

/**
 * Blue, orange and yellow stay apart for those who miss one kind of cones (Okabe and Ito, Color Universal Design,
 * https://jfly.uni-koeln.de/color/).
 */
const blindDark = design(
  '#1c1c1c',
  '#3a3a3a',
  {
    good: '#5fafff',
    bad: '#ff8700',
    warn: '#ffff87',
    busy: '#d7afff',
    accent: '#afd7ff',
    muted: '#a8a8a8',
  },
  { good: '96', bad: '93', warn: '', busy: '36', accent: '36' },
);

const blindLight = design(
  '#ffffff',
  '#dadada',
  {
    good: '#005fd7',
    bad: '#af3a00',
    warn: '#4e3a00',
    busy: '#5f00af',
    accent: '#00005f',
    muted: '#585858',
  },
  { good: '34', bad: '31', warn: '', busy: '34', accent: '34' },
);

const none: Codes = { plain: '', good: '', bad: '', warn: '', busy: '', accent: '', muted: '' };

/** The terminal's two colours exchanged. */
const exchanged = '7';

const mono: Theme = { tones: none, selection: { row: exchanged, tones: none }, isReversed: true };

/** What a terminal told of its own colours; null where it did not. */
export interface OwnColours {
  readonly foreground: Rgb | null;
  readonly background: Rgb | null;
}

type Shade = 'dark' | 'light';

const designOf = (name: Exclude<ThemeName, 'mono'>, shade: Shade): Design => {
  switch (name) {
    case 'auto':
      return shade === 'dark' ? darkDesign : lightDesign;
    case 'dark':
      return darkDesign;
    case 'light':
      return lightDesign;
    case 'high-contrast':
      return shade === 'dark' ? highDark : highLight;
    case 'colour-blind':
      return shade === 'dark' ? blindDark : blindLight;
  }
};

/** So near to each other two colours are the same to an eye that does not compare them. */
const near = 6_000;

/**
 * A colour as it is drawn: the nearest of the table of 256 that may be taken, and itself where the terminal draws all
 * colours and none is near. Most bytes of a frame are colours, and an index is the short way to say one.
 */
const drawn = (
  colour: Rgb,
  depth: 8 | 24,
  mayBe: (candidate: Rgb) => boolean = () => true,
): { readonly code: string; readonly rgb: Rgb } => {
  const index = nearestIndex(colour, mayBe);
  const rgb = rgbOfIndex(index);
  const isNear = distance(rgb, colour) <= near && mayBe(rgb);
  return depth === 8 || isNear
    ? { code: `5;${index}`, rgb }
    : { code: `2;${colour.join(';')}`, rgb: colour };
};

/** A tone on a background, with enough contrast. */
const toneOn = (colour: Rgb, background: Rgb, least: number, depth: 8 | 24): string =>
  `38;${
    drawn(
      fitContrast(colour, background, least),
      depth,
      (candidate) => contrast(candidate, background) >= least,
    ).code
  }`;

const tonesOn = (
  { tones, least }: Pick<Design, 'tones' | 'least'>,
  plain: Rgb | null,
  background: Rgb,
  depth: 8 | 24,
): Codes => {
  // A middle grey has no colour with more.
  const most = Math.max(contrast(white, background), contrast(black, background));
  const code = (colour: Rgb): string => toneOn(colour, background, Math.min(least, most), depth);
  return {
    plain: plain === null ? '' : code(plain),
    good: code(tones.good),
    bad: code(tones.bad),
    warn: code(tones.warn),
    busy: code(tones.busy),
    accent: code(tones.accent),
    muted: code(tones.muted),
  };
};

/** Plain text gets a colour where the terminal's own two are too near to each other. */
const plainOf = ({ plain, least }: Design, { foreground, background }: OwnColours): Rgb | null => {
  if (plain !== null || foreground === null || background === null) return plain;
  return contrast(foreground, background) < least ? foreground : null;
};

/** Where the environment says nothing else a terminal is taken for dark: most are. */
const shadeOf = ({ background }: OwnColours, told: boolean | null): Shade =>
  (background === null ? (told ?? true) : isDark(background)) ? 'dark' : 'light';

/**
 * The theme as it is drawn. Its tones are fitted to the background that the terminal told, so that
 * each can be read on it; a theme that was chosen as dark or light is taken as it is.
 */
export const themeOf = (
  name: ThemeName,
  depth: ColourDepth,
  own: OwnColours,
  told: boolean | null = null,
): Theme => {
  if (name === 'mono' || depth === 1) return mono;
  const chosen = designOf(name, shadeOf(own, told));
  // With sixteen colours nobody knows which they are: the bar has the terminal's own two, exchanged.
  if (depth === 4)
    return {
      tones: chosen.sixteen,
      selection: { row: exchanged, tones: none },
      isReversed: true,
    };
  const isFixed = name === 'dark' || name === 'light';
  const background = isFixed ? chosen.background : (own.background ?? chosen.background);
  const bar = drawn(chosen.selection, depth);
  // A bar that is as light as the background is dark has the colours made for such a one: these, darkened, are greys.
  const isTurned = isDark(bar.rgb) !== isDark(chosen.background);
  const barDesign = isTurned ? designOf(name, isDark(bar.rgb) ? 'dark' : 'light') : chosen;
  const onBar = tonesOn(barDesign, isDark(bar.rgb) ? white : black, bar.rgb, depth);
  return {
    tones: tonesOn(chosen, isFixed ? chosen.plain : plainOf(chosen, own), background, depth),
    selection: {
      row: `48;${bar.code}`,
      // Nothing of the row that one looks at steps back.
      tones: { ...onBar, muted: onBar.plain },
    },
    isReversed: false,
  };
};

/** How a terminal is drawn on that told nothing. */
export const untold: OwnColours = { foreground: null, background: null };
