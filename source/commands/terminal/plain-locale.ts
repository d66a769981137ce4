import { isUtf8Locale, type TerminalEnvironment } from '../../model/terminal/traits.ts';

/** Whether the locale has no UTF-8, so that subcommands write ASCII alone. */
export const isPlainLocale = (environment: TerminalEnvironment): boolean =>
  !isUtf8Locale(environment);
