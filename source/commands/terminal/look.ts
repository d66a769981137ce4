import type { ColourDepth } from '../../components/base/theme.ts';
import type { Rgb } from '../../model/terminal/colour.ts';
import { isThemeName, type ThemeName } from '../../model/terminal/theme-names.ts';
import {
  hidesStrings,
  needsAscii,
  type TerminalEnvironment,
  takesLinks,
  takesProgress,
  toldDark,
} from '../../model/terminal/traits.ts';
import { plainScreen } from '../../parsers/config/plain-screen.ts';

/** What the screen is drawn with, and what its terminal understands. */
export interface ScreenLook {
  readonly theme: ThemeName;
  readonly depth: ColourDepth;
  /** What the terminal told of its colours at an earlier start. */
  readonly foreground: Rgb | null;
  readonly background: Rgb | null;
  /** Whether the environment says that the background is dark; null: it says nothing. */
  readonly toldDark: boolean | null;
  readonly ascii: boolean;
  readonly mouse: boolean;
  readonly links: boolean;
  /** Whether the terminal is asked for its colours, and told a title. */
  readonly strings: boolean;
  readonly progress: boolean;
  /** The screen is said in lines, for a screen reader, and nothing is drawn. */
  readonly reader: boolean;
}

interface LookFacts {
  readonly environment: TerminalEnvironment;
  /** Bits of a colour, as Node finds them. */
  readonly bits: number;
  /** `--ascii` */
  readonly ascii: boolean;
  /** `--screen-reader` */
  readonly reader: boolean;
  /** The text of nixup.toml; null where there is none. */
  readonly config: string | null;
  readonly earlier: Pick<ScreenLook, 'foreground' | 'background'>;
}

const depthOf = (bits: number): ColourDepth => (bits === 24 || bits === 8 || bits === 4 ? bits : 1);

/** How the screen is drawn: the person's own variable before the file that a team shares. */
export const lookOf = ({
  environment,
  bits,
  ascii,
  reader: isAsked,
  config,
  earlier,
}: LookFacts): ScreenLook => {
  const wanted = environment['NIXUP_THEME'] ?? '';
  const file = plainScreen(config ?? '');
  // The variable of Ink's own programs; a person who has set it does so for all of them.
  const wish = environment['INK_SCREEN_READER'] ?? '';
  const reader = isAsked || (wish === '' ? file.reader === true : wish === 'true');
  return {
    theme: isThemeName(wanted) ? wanted : (file.theme ?? 'auto'),
    depth: (environment['NO_COLOR'] ?? '') === '' ? depthOf(bits) : 1,
    ...earlier,
    toldDark: toldDark(environment),
    ascii: ascii || needsAscii(environment),
    // What is said in lines is read as it stands: neither the mouse nor anything hidden belongs there.
    mouse: !reader && (file.mouse ?? true),
    links: !reader && takesLinks(environment),
    strings: !reader && hidesStrings(environment),
    progress: !reader && takesProgress(environment),
    reader,
  };
};
