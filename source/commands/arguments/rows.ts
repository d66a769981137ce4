/** A flag. `value` names what follows it; null for a flag that is just there. */
export interface FlagRow {
  /** Without the two hyphens. */
  readonly name: string;
  readonly value: string | null;
  readonly help: string;
  /** May be given several times, or once with commas. */
  readonly isList?: true;
  /** A whole number from 1. */
  readonly isNumber?: true;
  readonly choices?: readonly string[];
}

/** What a subcommand takes after its name. */
export interface ArgumentRow {
  readonly name: 'HOST' | 'INPUT' | 'REVISION' | 'RUN' | 'ACTION' | 'SHELL';
  readonly least: number;
  readonly most: number;
  readonly choices?: readonly string[];
}

export interface SubcommandRow {
  readonly name: string;
  readonly help: string;
  readonly argument: ArgumentRow | null;
  readonly flags: readonly FlagRow[];
  readonly examples: readonly string[];
  /** Why `--on` narrows nothing here; absent where it does. */
  readonly unnarrowed?: string;
}

/** `nixup deploy [HOST…]`, as help and README show it. */
export const usageOf = (row: SubcommandRow): string => {
  const { argument } = row;
  if (argument === null) return `nixup ${row.name}`;
  const word = argument.choices?.join('|') ?? argument.name;
  const many = argument.most > 1 ? (argument.name === 'REVISION' ? ' [NEW]' : '…') : '';
  const shown = argument.name === 'REVISION' ? `OLD${many}` : `${word}${many}`;
  return `nixup ${row.name} ${argument.least === 0 ? `[${shown}]` : shown}`;
};

export const flagUsage = (flag: FlagRow): string =>
  flag.value === null
    ? `--${flag.name}`
    : `--${flag.name} ${flag.choices?.join('|') ?? flag.value}`;
