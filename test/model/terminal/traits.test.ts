import { expect, test } from 'vitest';
import {
  isUtf8Locale,
  needsAscii,
  type TerminalEnvironment,
  takesLinks,
  takesProgress,
  toldDark,
} from '../../../source/model/terminal/traits.ts';

// POSIX.1-2024, Base Definitions, 8.2: LC_ALL, then the category, then LANG, else that of the implementation; empty is unset.
test.each<readonly [TerminalEnvironment, boolean]>([
  [{ LANG: 'C.UTF-8' }, true],
  [{ LANG: 'en_US.utf8' }, true],
  [{ LANG: 'de_DE.UTF-8@euro' }, true],
  [{ LC_CTYPE: 'UTF-8' }, true],
  [{ LC_ALL: '', LC_CTYPE: '', LANG: 'en_US.UTF-8' }, true],
  [{ LC_CTYPE: 'C.UTF-8', LANG: 'C' }, true],
  [{ LC_ALL: 'C.UTF-8', LC_CTYPE: 'C', LANG: 'POSIX' }, true],
  [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
  [{ LC_CTYPE: 'POSIX', LANG: 'en_US.UTF-8' }, false],
  [{ LC_MESSAGES: 'C' }, true],
  [{ LANG: 'de_DE' }, false],
  [{ LANG: 'de_DE.ISO-8859-1' }, false],
  [{ LANG: 'de_DE@euro' }, false],
  [{}, true],
])('the locale of %j has UTF-8: %s', (environment, isUtf8) => {
  expect(isUtf8Locale(environment)).toBe(isUtf8);
  expect(needsAscii({ ...environment, TERM: 'xterm-256color' })).toBe(!isUtf8);
});

test.each([
  'linux',
  'linux-16color',
  'dumb',
  'vt100',
  'vt220',
  'ansi',
  'cons25',
])('a terminal %s gets ASCII, no links and no strings, whatever the locale', (TERM) => {
  const environment = { LANG: 'C.UTF-8', TERM };
  expect([needsAscii(environment), takesLinks(environment)]).toEqual([true, false]);
});

test.each([
  'xterm',
  'xterm-256color',
  'tmux-256color',
  'foot',
  'alacritty',
  'xterm-kitty',
  'rxvt-unicode',
])('a terminal %s gets its signs and links', (TERM) => {
  const environment = { LANG: 'C.UTF-8', TERM };
  expect([needsAscii(environment), takesLinks(environment)]).toEqual([false, true]);
});

test.each<readonly [TerminalEnvironment, boolean]>([
  [{ TERM: 'xterm-256color', VTE_VERSION: '4804' }, false],
  [{ TERM: 'xterm-256color', VTE_VERSION: '7600' }, true],
  [{ TERM: 'screen', STY: '1.pts' }, false],
  // VTE 0.50.0 crashes at a link.
  [{ TERM: 'xterm-256color', VTE_VERSION: '5000' }, false],
  [{ TERM: 'xterm-256color', VTE_VERSION: '5001' }, true],
  [{ TERM: 'screen-256color', TMUX: '/tmp/tmux' }, false],
  [
    { TERM: 'tmux-256color', TMUX: '/t', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.3a' },
    false,
  ],
  [{ TERM: 'tmux-256color', TMUX: '/t', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.4' }, true],
  [
    { TERM: 'screen-256color', TMUX: '/t', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: 'next-3.7' },
    true,
  ],
  [
    { TERM: 'tmux-256color', TMUX: '/t', TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.90' },
    false,
  ],
  [{ TERM: 'tmux-256color', TMUX: '/t', FORCE_HYPERLINK: '1' }, true],
  [{ TERM: 'xterm-256color', FORCE_HYPERLINK: '0' }, false],
  [{ TERM: 'dumb', FORCE_HYPERLINK: '1' }, false],
  [{ TERM: 'screen-256color' }, false],
  [{}, false],
])('a terminal with %j takes links: %s', (environment, isTaken) => {
  expect(takesLinks(environment)).toBe(isTaken);
});

test.each<readonly [TerminalEnvironment, boolean]>([
  [{ WT_SESSION: 'a' }, true],
  [{ ConEmuANSI: 'ON' }, true],
  [{ TERM_PROGRAM: 'WezTerm' }, true],
  [{ TERM_PROGRAM: 'ghostty' }, true],
  [{ TERM_PROGRAM: 'mintty' }, true],
  [{ TERM_PROGRAM: 'iTerm.app' }, false],
  [{ TERM_PROGRAM: 'iTerm.app', TERM_FEATURES: 'T3CwLrMSc7UUw9Ts3BFGsSyHNoSxF' }, false],
  [{ TERM_PROGRAM: 'iTerm.app', TERM_FEATURES: 'T3CwLrMSc7UUw9Ts3BFGsSyHNoSxFP' }, true],
  [{ VTE_VERSION: '8000' }, true],
  [{ VTE_VERSION: '7600' }, false],
  [{ KITTY_WINDOW_ID: '1', TERM: 'xterm-kitty' }, false],
  [{ TERM_PROGRAM: 'ghostty', TMUX: '/tmp/tmux' }, false],
  [{}, false],
])('a terminal with %j takes progress: %s', (environment, isTaken) => {
  expect(takesProgress(environment)).toBe(isTaken);
});

test.each([
  ['15;0', true],
  ['0;15', false],
  ['0;default;15', false],
  ['12;8', true],
  ['0;7', false],
  ['default;default', null],
  ['', null],
])('COLORFGBG=%s tells a dark background: %s', (COLORFGBG, isDark) => {
  expect(toldDark({ COLORFGBG })).toBe(isDark);
});
