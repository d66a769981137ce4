/** The environment of a program. */
export type TerminalEnvironment = Readonly<Record<string, string | undefined>>;

const wordOf = (environment: TerminalEnvironment, name: string): string => environment[name] ?? '';

const has = (environment: TerminalEnvironment, name: string): boolean =>
  wordOf(environment, name) !== '';

/**
 * The character set of the locale, by the first of these that is set (POSIX.1-2024, Base Definitions, section 8.2). Where
 * none is, as in containers, in services and over some ssh, it says nothing of the terminal, and those of today have UTF-8.
 */
export const isUtf8Locale = (environment: TerminalEnvironment): boolean => {
  const locale = ['LC_ALL', 'LC_CTYPE', 'LANG']
    .map((name) => wordOf(environment, name))
    .find((one) => one !== '');
  // de_DE.UTF-8, C.utf8, UTF-8 alone (macOS), en_US.UTF-8@euro.
  return locale === undefined || /(?:^|\.)utf-?8(?:@|$)/i.test(locale);
};

/**
 * Terminals without the signs of the screen, whatever the locale says: the font of a Linux console has 256 or 512 (console_codes(4)),
 * the others are older than Unicode.
 */
const plainTerminals = /^(?:linux|dumb|vt\d+|ansi|cons25|wsvt25|hurd|sun)(?:-|$)/;

/** Whether the screen is drawn in ASCII alone. */
export const needsAscii = (environment: TerminalEnvironment): boolean =>
  !isUtf8Locale(environment) || plainTerminals.test(wordOf(environment, 'TERM'));

/** Whether a string of a terminal (OSC) that it does not know leaves no trace: consoles print them. */
export const hidesStrings = (environment: TerminalEnvironment): boolean =>
  !plainTerminals.test(wordOf(environment, 'TERM')) && has(environment, 'TERM');

/** tmux hands links on since 3.4 (its CHANGES); it tells its version since 3.2, as `3.3a` or `next-3.4`. */
const tmuxTakesLinks = (environment: TerminalEnvironment): boolean => {
  const [, major = '0', minor = '0'] =
    wordOf(environment, 'TERM_PROGRAM') === 'tmux'
      ? (/(\d+)\.(\d+)/.exec(wordOf(environment, 'TERM_PROGRAM_VERSION')) ?? [])
      : [];
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 4);
};

/**
 * Whether the terminal shows a link behind a text (OSC 8). Those that do not know it show the text alone, but for consoles and
 * screen, and VTE up to 0.50.0 that closes its window (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda).
 * FORCE_HYPERLINK says it for every program, as 0 or 1 (https://github.com/chalk/supports-hyperlinks).
 */
export const takesLinks = (environment: TerminalEnvironment): boolean => {
  const forced = wordOf(environment, 'FORCE_HYPERLINK');
  if (!hidesStrings(environment) || has(environment, 'STY')) return false;
  if (forced !== '') return Number(forced) !== 0;
  if (has(environment, 'TMUX')) return tmuxTakesLinks(environment);
  const vte = Number(wordOf(environment, 'VTE_VERSION'));
  return !(vte > 0 && vte <= 5_000) && !wordOf(environment, 'TERM').startsWith('screen');
};

/**
 * Whether the terminal shows progress (OSC 9;4). Only those that are known to: for others it is a
 * notification with the text `4;1;50`. ConEmu, which invented it; Windows Terminal; mintty; Ghostty; WezTerm; iTerm2 3.6.6, which
 * says so by a P in its list of features (https://iterm2.com/feature-reporting/); VTE 0.80.
 * Within tmux and screen the name is theirs, and they hand on nothing.
 */
export const takesProgress = (environment: TerminalEnvironment): boolean => {
  if (has(environment, 'TMUX') || has(environment, 'STY')) return false;
  const program = wordOf(environment, 'TERM_PROGRAM');
  return (
    wordOf(environment, 'ConEmuANSI') === 'ON' ||
    has(environment, 'WT_SESSION') ||
    ['WezTerm', 'ghostty', 'mintty'].includes(program) ||
    (program === 'iTerm.app' && /P(?![a-z])/.test(wordOf(environment, 'TERM_FEATURES'))) ||
    Number(wordOf(environment, 'VTE_VERSION')) >= 8_000
  );
};

/**
 * Whether the background is dark, where the environment tells it: rxvt and Konsole set COLORFGBG to the numbers of the
 * foreground and the background, `15;0` or `0;default;15`.
 */
export const toldDark = (environment: TerminalEnvironment): boolean | null => {
  const background = /^[\w;]*;(\d+)$/.exec(wordOf(environment, 'COLORFGBG'))?.[1];
  if (background === undefined) return null;
  const number = Number(background);
  return number < 7 || number === 8;
};
