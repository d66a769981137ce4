import type { UnitImpact } from '../model/preview.ts';

/** What an activation told about its ending. */
export interface ActivationReport {
  readonly impact: UnitImpact;
  readonly failedUnits: readonly string[];
  readonly newUnits: readonly string[];
  readonly isLockBusy: boolean;
  readonly isRefusedByChecks: boolean;
  /** Names of the pre-switch checks that failed. */
  readonly failedChecks: readonly string[];
  /** Components that cannot change while the system runs, as `name : old -> new`. */
  readonly inhibitors: readonly string[];
  readonly isBootLoaderFailed: boolean;
  readonly isDiskFull: boolean;
}

type UnitList = 'stop' | 'skip' | 'restart' | 'reload' | 'start';

const texts: readonly (readonly [RegExp, UnitList])[] = [
  [/^(?:would stop|stopping) the following units: (.*)$/, 'stop'],
  [
    /^(?:would NOT stop|NOT restarting|would NOT restart) the following changed units: (.*)$/,
    'skip',
  ],
  [/^(?:would restart|restarting) the following units: (.*)$/, 'restart'],
  [/^(?:would reload|reloading) the following units: (.*)$/, 'reload'],
  [/^(?:would start|starting) the following units: (.*)$/, 'start'],
];

const unitsOf = (text: string | undefined): readonly string[] =>
  (text ?? '').split(/,\s*/).filter((unit) => unit !== '');

/** They follow a headline, up to the advice. */
const readInhibitors = (lines: readonly string[]): readonly string[] => {
  const start = lines.findIndex((line) => /changes to critical components/i.test(line));
  if (start === -1) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^Switching into this system/.test(line));
  return rest
    .slice(0, end === -1 ? undefined : end)
    .map((line) => line.trim())
    .filter((line) => line !== '');
};

const listAfter = (lines: readonly string[], pattern: RegExp): readonly string[] =>
  lines.flatMap((line) => unitsOf(pattern.exec(line)?.[1]));

/**
 * Reads what `switch-to-configuration` printed, for real or as a dry run.
 * Texts: nixpkgs, switch-to-configuration-ng, `src/main.rs`.
 */
export const readActivationOutput = (output: readonly string[]): ActivationReport => {
  const lines = output.map((line) => line.trimEnd());
  const lists: Record<UnitList, string[]> = {
    stop: [],
    skip: [],
    restart: [],
    reload: [],
    start: [],
  };
  for (const line of lines)
    for (const [pattern, list] of texts) {
      const units = pattern.exec(line)?.[1];
      if (units !== undefined) lists[list].push(...unitsOf(units));
    }
  const says = (pattern: RegExp): boolean => lines.some((line) => pattern.test(line));
  return {
    impact: { ...lists, restartsSystemd: says(/^(?:would restart|restarting) systemd/) },
    failedUnits: listAfter(lines, /^warning: the following units failed: (.*)$/),
    newUnits: listAfter(lines, /^the following new units were started: (.*)$/),
    isLockBusy: says(/Could not acquire lock/),
    isRefusedByChecks: says(/^Pre-switch checks? .*failed|Pre-switch checks failed/i),
    failedChecks: lines.flatMap(
      (line) => /^Pre-switch check '([^']+)' failed/.exec(line)?.[1] ?? [],
    ),
    inhibitors: readInhibitors(lines),
    isBootLoaderFailed: says(/Failed to install bootloader/),
    isDiskFull: says(/No space left on device/),
  };
};
