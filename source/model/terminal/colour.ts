/** Red, green and blue, 0 to 255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

export const black: Rgb = [0, 0, 0];
export const white: Rgb = [255, 255, 255];

/** `#rrggbb` as numbers. */
export const rgbOf = (hex: string): Rgb => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
};

const linear = (channel: number): number => {
  const part = channel / 255;
  return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};

/** How bright a colour is, 0 to 1 (WCAG 2.2, relative luminance). */
const luminance = ([red, green, blue]: Rgb): number =>
  0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

/** Contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio); text needs 4.5. */
export const contrast = (one: Rgb, other: Rgb): number => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
};

/** Whether white text is easier to read on it than black text. */
export const isDark = (background: Rgb): boolean =>
  contrast(white, background) >= contrast(black, background);

const mix = (from: Rgb, to: Rgb, part: number): Rgb => {
  const at = (index: 0 | 1 | 2): number =>
    Math.round(from[index] + (to[index] - from[index]) * part);
  return [at(0), at(1), at(2)];
};

const steps = 50;

/**
 * The colour itself where it has enough contrast with the background, else as little lighter or
 * darker as is needed. Up to a contrast of 4.58 there is always one: black or white has it.
 */
export const fitContrast = (colour: Rgb, background: Rgb, least: number): Rgb => {
  if (contrast(colour, background) >= least) return colour;
  const end = isDark(background) ? white : black;
  for (let step = 1; step < steps; step += 1) {
    const mixed = mix(colour, end, step / steps);
    if (contrast(mixed, background) >= least) return mixed;
  }
  return end;
};

const levels = [0, 95, 135, 175, 215, 255] as const;

/** A colour of the table of 256, from 16 on: below that each terminal has its own. */
export const rgbOfIndex = (index: number): Rgb => {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const cube = index - 16;
  const level = (step: number): number => levels[step % 6] ?? 0;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6)), level(cube)];
};

/** Some schemes put colours of their own in the places 16 to 21 (base16-shell). */
const firstIndex = 22;
const indexes = Array.from({ length: 256 - firstIndex }, (_, offset) => firstIndex + offset);

/** How far two colours are from each other, for eyes. */
export const distance = (one: Rgb, other: Rgb): number =>
  // Eyes see differences of green best, of blue least.
  2 * (one[0] - other[0]) ** 2 + 4 * (one[1] - other[1]) ** 2 + 3 * (one[2] - other[2]) ** 2;

const nearestOf = (values: readonly number[], value: number): number => {
  let best = 0;
  for (let index = 1; index < values.length; index += 1)
    if (Math.abs((values[index] ?? 0) - value) < Math.abs((values[best] ?? 0) - value))
      best = index;
  return best;
};

const greys = Array.from({ length: 24 }, (_, step) => 8 + step * 10);

/**
 * The nearest of the whole table: in the cube each channel is near for itself, and beside it are greys.
 * Before the first frame there is no time to compare all for each tone.
 */
const nearestOfAll = (colour: Rgb): number => {
  const [red, green, blue] = [0, 1, 2].map((channel) => nearestOf(levels, colour[channel] ?? 0));
  const inCube = 16 + 36 * (red ?? 0) + 6 * (green ?? 0) + (blue ?? 0);
  // The grey whose distance to all three channels together is least (the weights of `distance`).
  const grey = 232 + nearestOf(greys, (2 * colour[0] + 4 * colour[1] + 3 * colour[2]) / 9);
  return distance(rgbOfIndex(grey), colour) < distance(rgbOfIndex(inCube), colour) ? grey : inCube;
};

/** The nearest colour of the table of 256 that may be taken; the nearest of all where none may. */
export const nearestIndex = (
  colour: Rgb,
  mayBe: (candidate: Rgb) => boolean = () => true,
): number => {
  const likely = nearestOfAll(colour);
  if (likely >= firstIndex && mayBe(rgbOfIndex(likely))) return likely;
  const nearest = (isAllowed: (candidate: Rgb) => boolean): number | undefined => {
    let best: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const index of indexes) {
      const candidate = rgbOfIndex(index);
      const away = distance(candidate, colour);
      // Whether it may be taken costs more to find out, and is asked of few.
      if (away < least && isAllowed(candidate)) [best, least] = [index, away];
    }
    return best;
  };
  // Where not even the last grey may be taken, black may.
  return nearest(mayBe) ?? (mayBe(black) ? 16 : (nearest(() => true) ?? 16));
};

/**
 * A colour as terminals tell it in answers to OSC 10 and 11, and as X names it: `rgb:1e1e/1e1e/2e2e` with one to four
 * digits each, `rgba:…` with the opacity last, `#rrggbb` with one to four digits each (XParseColor(3)). Undefined for
 * anything else.
 */
export const readColour = (text: string): Rgb | undefined => {
  const parts =
    /^rgb:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})$/i.exec(text) ??
    /^rgba:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})\/[\da-f]{1,4}$/i.exec(text) ??
    /^#(?:([\da-f])([\da-f])([\da-f])|(..)(..)(..)|(...)(...)(...)|(....)(....)(....))$/i.exec(
      text,
    );
  if (parts === null) return undefined;
  const [red = '', green = '', blue = ''] = parts.slice(1).filter((part) => part !== undefined);
  if (!/^[\da-f]+$/i.test(`${red}${green}${blue}`)) return undefined;
  const channel = (digits: string): number =>
    Math.round((Number.parseInt(digits, 16) / (16 ** digits.length - 1)) * 255);
  return [channel(red), channel(green), channel(blue)];
};
