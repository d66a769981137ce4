/** From which level on lines of a log are shown; programs write their level as a word into the line. */
const logLevels = ['all', 'warning', 'error'] as const;

export type LogLevel = (typeof logLevels)[number];

/** The level with fewer (1) or more (-1) lines; the same at an end. */
export const nextLogLevel = (level: LogLevel, by: 1 | -1): LogLevel =>
  logLevels[logLevels.indexOf(level) + by] ?? level;

/**
 * A word of a level, and not a part of `-Werror`, `error.c` or `no-fail-fast`, nor one that says that there was
 * none: `0 failed`, `none failed`, `no new failed unit`, `no check failed`, `no error`, `errors=0`.
 */
const asLevel = (words: string): RegExp =>
  new RegExp(
    String.raw`(?<!\b(?:0|no|no new|none|without|any|if|on) )(?<!\b(?:0|no|none of the) (?:check|test|host|unit|build|job|package)s? )(?<![\w./-])(?:${words})(?![\w./-])(?!["']? ?[=:] ?(?:0\b|null\b|none\b|false\b|""))`,
    'i',
  );

/** Most lines have neither: one look without regard to words is enough for them. */
const mayHaveLevel = /warn|err|fail|fatal|panic|crit|emerg|denied|abort|\*\*\*|traceback/i;

/** A unit may be called so: `restarts plex (critical)`, `2 of 2 critical run`, `3 critical units`, `restarts 5 units, critical: plex`. */
const critical = String.raw`(?<!\(|\d |\bunits?, )critical(?!\)| units?\b)`;

const error = asLevel(
  `error|errors|err|fatal|failed|failure|panic|panicked|${critical}|emergency|aborted|traceback|segmentation fault|permission denied`,
);

/** `make: *** [Makefile:12: all] Error 2`, GNU make; the name of its builder may stand before it. */
const make = /^(?:\S+> )?make(?:\[\d+\])?: \*\*\* /;

const warning = asLevel('warning|warnings|warn|deprecated');

/** The level that a line names; `all` where it names none. A line that names both is a warning: the first word counts. */
export const logLevel = (line: string): LogLevel => {
  if (!mayHaveLevel.test(line)) return 'all';
  if (make.test(line)) return 'error';
  const failing = line.search(error);
  const warns = line.search(warning);
  if (warns >= 0 && (failing < 0 || warns < failing)) return 'warning';
  return failing >= 0 ? 'error' : 'all';
};
