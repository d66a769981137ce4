/** How the screen is coloured. `auto` is dark or light, as the terminal's background is. */
export const themeNames = [
  'auto',
  'dark',
  'light',
  'high-contrast',
  'colour-blind',
  'mono',
] as const;

export type ThemeName = (typeof themeNames)[number];

export const isThemeName = (name: string): name is ThemeName =>
  themeNames.some((one) => one === name);
