import type { Machine } from '../machine/machine.ts';
import { numberFor } from '../process/hash.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** When nothing was measured of a machine: its network was down for a while in the night. */
const isInGap = (machine: Machine, at: number, now: number): boolean => {
  if (machine.host.missesScrapes !== true) return false;
  const began = now - 7 * hourMs;
  return at > began && at < began + 2 * hourMs;
};

/** A wave of a day with its top in the afternoon, 0 to 1. */
const waveAt = (at: number): number =>
  (1 + Math.sin(((at % dayMs) / dayMs) * 2 * Math.PI - Math.PI / 2)) / 2;

/** A level with its wave of the day and its noise; the same at the same time. */
const valueAt = (level: number, key: string, at: number): number => {
  const noise = numberFor(`${key} ${Math.floor(at / 600_000)}`, 100) / 100;
  return level * (0.7 + 0.5 * waveAt(at) + 0.35 * noise);
};

/** How many numbers a question for parts of a window has of each part. */
const partLabels: readonly (readonly [label: string | null, factor: number])[] = [
  ['least', 0.94],
  ['most', 1.08],
];

const bandLabels: readonly (readonly [label: string | null, factor: number])[] = [
  ['p25', 0.9],
  ['p75', 1.12],
];

interface AskedRange {
  readonly expression: string;
  /** Seconds. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** The answer to a question about parts of a window: least and most, the mean, or the band of the days before. */
export const rangesOfMachines = (
  { expression, from, to, step }: AskedRange,
  machines: readonly Machine[],
  now: number,
  levelOf: (machine: Machine, at: number) => { readonly usual: number; readonly more: number },
) => {
  const isBand = expression.includes(' offset ');
  const labels = isBand
    ? bandLabels
    : expression.includes('min_over_time(')
      ? partLabels
      : ([[null, 1]] as const);
  const times = Array.from(
    { length: Math.floor((to - from) / step) + 1 },
    (_, index) => from + index * step,
  );
  return machines
    .filter((machine) => expression.includes(machine.host.name))
    .flatMap((machine) =>
      labels.map(([label, factor]) => ({
        metric: {
          instance: `${machine.host.name}:9100`,
          job: 'node-exporter',
          ...(label === null ? {} : { q: label }),
        },
        values: times
          .filter((seconds) => isBand || !isInGap(machine, seconds * 1_000, now))
          .map((seconds) => {
            const at = seconds * 1_000;
            const { usual, more } = levelOf(machine, at);
            const value = valueAt(usual, machine.host.name, at) * factor + (isBand ? 0 : more);
            return [seconds, String(value)] as const;
          }),
      })),
    );
};
