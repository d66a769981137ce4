import { isThemeName, type ThemeName } from '../../model/terminal/theme-names.ts';
import { plainTable } from './plain-table.ts';

/** What a text of nixup.toml says of the screen; null where it says nothing. */
interface PlainScreen {
  readonly theme: ThemeName | null;
  readonly mouse: boolean | null;
  readonly reader: boolean | null;
}

const nothing: PlainScreen = { theme: null, mouse: null, reader: null };

/** Whether a text of nixup.toml may say anything of the screen: only then it is read before the first frame. */
const mentionsScreen = (text: string): boolean => /^\s*(?:\[\s*screen\b|screen\s*[.=])/m.test(text);

/** The table `[screen]` before the first frame. What is wrong is left out, and told when the engine opens the file. */
export const plainScreen = (text: string): PlainScreen => {
  if (!mentionsScreen(text)) return nothing;
  const screen = plainTable(text, 'screen');
  if (screen === null) return nothing;
  const { theme, mouse, reader } = screen;
  return {
    theme: typeof theme === 'string' && isThemeName(theme) ? theme : null,
    mouse: typeof mouse === 'boolean' ? mouse : null,
    reader: typeof reader === 'boolean' ? reader : null,
  };
};
