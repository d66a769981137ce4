import { refusedFlake } from '../../model/nix/flake-argument.ts';
import type { StageName } from '../../state/stage.ts';

/**
 * A flag. `value` names what follows it, which shells complete as a file where it is `FILE` or `PATH`; null for a
 * flag that is just there.
 */
export interface FlagRow {
  /** Without the two hyphens. */
  readonly name: string;
  readonly value: string | null;
  readonly help: string;
  /**
   * May be given several times. `names`: or once with commas. `tags`: so too, and an empty one stays to be
   * refused, as `--on "$UNSET"` must not mean every host. `whole`: what is given may hold a comma.
   */
  readonly list?: 'names' | 'tags' | 'whole';
  /** A whole number from 1. */
  readonly isNumber?: true;
  readonly choices?: readonly string[];
  /** The choice where the flag is not given; absent: none. */
  readonly initial?: string;
  /** The flag without which this one does nothing. */
  readonly needs?: string;
  /** Flags that do nothing beside this one. */
  readonly excludes?: readonly string[];
  /** Why a value is not taken, as the rest of a sentence; null where it is taken. */
  readonly refusal?: (value: string) => string | null;
}

/** What a subcommand takes after its name. */
export interface ArgumentRow {
  /** What help and messages call it: `HOST`. */
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly choices?: readonly string[];
  /** As help shows it, where that is not the name or the choices: `OLD [NEW]`. */
  readonly usage?: string;
  /** Whether it may be a file, which shells complete. */
  readonly mayBeFile?: true;
}

/**
 * What `--json` prints: one document, or one event a line. It is the
 * other one with one of the named flags.
 */
type JsonForm =
  | { readonly kind: 'document'; readonly linesWith?: readonly string[] }
  | { readonly kind: 'lines'; readonly documentWith?: readonly string[] };

/** Whether `--json` prints one event a line, the result last, with these flags. */
export const tellsLines = ({ json }: SubcommandRow, flags: readonly string[]): boolean => {
  const hasOne = (names: readonly string[] = []): boolean =>
    names.some((name) => flags.includes(name));
  return json.kind === 'lines' ? !hasOne(json.documentWith) : hasOne(json.linesWith);
};

/** All that is known of a subcommand without its file: whatever one needs is a key of its row. */
export interface SubcommandRow {
  readonly name: string;
  readonly help: string;
  readonly argument: ArgumentRow | null;
  /** The steps of the runbook that it does: it tells the state of these only. */
  readonly steps: readonly StageName[];
  /** What `--json` prints. */
  readonly json: JsonForm;
  readonly flags: readonly FlagRow[];
  readonly examples: readonly string[];
  /** Why `--on` narrows nothing here, as the end of a sentence; null where it does. */
  readonly unnarrowed: string | null;
  /** It answers without the flake's configuration and lock being opened. */
  readonly opensNoFlake?: true;
  /**
   * It works although configuration or lock are wrong: always, or with one of these flags. All others are refused
   * then.
   */
  readonly bearsMistakes?: 'always' | readonly string[];
}

/** Whether what follows the flag is a file or a folder. */
export const takesFile = ({ value }: FlagRow): boolean => value === 'FILE' || value === 'PATH';

/** `nixup deploy [HOST…]`, as help and README show it. */
export const usageOf = (row: SubcommandRow): string => {
  const { argument } = row;
  if (argument === null) return `nixup ${row.name}`;
  const word = argument.choices?.join('|') ?? argument.name;
  const shown = argument.usage ?? `${word}${argument.most > 1 ? '…' : ''}`;
  return `nixup ${row.name} ${argument.least === 0 ? `[${shown}]` : shown}`;
};

export const flagUsage = (flag: FlagRow): string =>
  flag.value === null
    ? `--${flag.name}`
    : `--${flag.name} ${flag.choices?.join('|') ?? flag.value}`;

export const deployFlags = [
  {
    name: 'mode',
    value: 'MODE',
    choices: ['switch', 'boot', 'test', 'dry-activate'],
    initial: 'switch',
    help: 'what to do with the new system (default: switch)',
  },
  { name: 'waves', value: null, help: 'one wave of nixup.toml after the other (so it is anyway)' },
  { name: 'canary', value: 'HOST', help: 'this host first; the others only when it is healthy' },
  {
    name: 'expect-address',
    value: 'ADDRESS',
    help: 'the deploy of this one host is meant to change its ssh destination to this',
  },
  {
    name: 'expect-host-key',
    value: 'KEY',
    help: 'the same for its public host key, "ssh-ed25519 AAAA…"',
  },
  {
    name: 'expect-machine',
    value: 'ID',
    help: 'the machine with this /etc/machine-id is meant by this one host from now on',
  },
  {
    name: 'reboot',
    value: null,
    help: 'restart hosts that need it: booted once, proven, then made the default',
  },
] as const satisfies readonly FlagRow[];

export const commitFlags = [
  {
    name: 'with',
    value: 'A,B',
    list: 'whole',
    help: 'commit these changed files too (else the lock alone)',
  },
  {
    name: 'leave-rest',
    value: null,
    help: 'leave other changed files uncommitted',
  },
  { name: 'push', value: null, help: 'push the branch, and prove that the remote has it' },
] as const satisfies readonly FlagRow[];

export const requestFlag = {
  name: 'pr',
  value: null,
  help: 'as a branch and a pull request',
} as const satisfies FlagRow;

export const noRequestFlag = {
  name: 'no-pr',
  value: null,
  excludes: ['pr'],
  help: 'no pull request, whatever nixup.toml says',
} as const satisfies FlagRow;

export const fileFlags = [
  {
    name: 'report',
    value: 'FILE',
    help: 'write what was done to this file, as Markdown (in GITHUB_STEP_SUMMARY it is anyway)',
  },
  {
    name: 'junit',
    value: 'FILE',
    help: 'write steps and hosts to this file as tests, as JUnit has them',
  },
] as const satisfies readonly FlagRow[];

export const buildFlags = [
  {
    name: 'build-on',
    value: 'WHERE',
    help: 'local, target (each host its own system), or one host',
  },
  { name: 'cores', value: 'N', isNumber: true, help: 'cores that each builder may take' },
  {
    name: 'accept-flake-config',
    value: null,
    help: "take the flake's nixConfig, such as a cache of its own",
  },
] as const satisfies readonly FlagRow[];

/** Flags that every subcommand takes. */
export const globalFlags = [
  {
    name: 'flake',
    value: 'PATH',
    help: 'its folder; PATH?submodules=1: with submodules',
    refusal: refusedFlake,
  },
  { name: 'config', value: 'FILE', help: 'another nixup.toml' },
  { name: 'json', value: null, help: 'one JSON document, or one event a line for runs' },
  { name: 'plain', value: null, help: 'text in lines, never the screen' },
  { name: 'yes', value: null, help: 'no questions; protected hosts still refuse' },
  {
    name: 'confirm',
    value: 'HOST',
    list: 'names',
    help: 'agree to change this protected host, or to try again',
  },
  { name: 'read-only', value: null, help: 'look, and refuse every change' },
  {
    name: 'on',
    value: '@TAG',
    list: 'tags',
    help: 'only hosts with this tag; the screen opens filtered to them',
  },
  { name: 'jobs', value: 'N', isNumber: true, help: 'hosts to work on at a time' },
  { name: 'trust', value: null, help: "trust the commands of this flake's nixup.toml" },
  { name: 'ascii', value: null, help: 'draw with ASCII only' },
  { name: 'screen-reader', value: null, help: 'say the screen in lines, for a screen reader' },
  { name: 'version', value: null, help: 'print the version' },
  { name: 'help', value: null, help: 'print help, of a subcommand when named' },
] as const satisfies readonly FlagRow[];
