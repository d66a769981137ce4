import type { Upgrader } from '../../model/host/upgraders.ts';

/** A year has 365.25 days and a month a twelfth of it (USEC_PER_YEAR, USEC_PER_MONTH of systemd's time-util.h). */
const unitMs: Readonly<Record<string, number>> = {
  y: 31_557_600_000,
  month: 2_629_800_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  min: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
};

/** `1month2d3h4.5s` as systemd writes a span (format_timespan of systemd), spaces left out; null where it is none. */
const spanMs = (text: string): number | null => {
  if (!/^(?:\d+(?:\.\d+)?[a-z]+)+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)].map(
    ([, number = '', unit = '']) => Number(number) * (unitMs[unit] ?? Number.NaN),
  );
  const sum = parts.reduce((all, one) => all + one, 0);
  return sum > 0 ? sum : null;
};

/**
 * Reads lines `NAME STATE REALTIME MONOTONIC` of `services/host/upgraders-script.ts`. Of a timer and its service the
 * timer stands for both: it says when. A service without an active timer counts where it runs.
 */
export const readUpgraders = (
  lines: readonly string[],
  bootedAt: number | null,
): readonly Upgrader[] => {
  const read = lines.flatMap((line) => {
    const [unit, state, real, mono] = line.trim().split(' ');
    if (unit === undefined || real === undefined || mono === undefined) return [];
    const isOn = state === 'active' || state === 'activating' || state === 'reloading';
    if (!isOn) return [];
    const span = spanMs(mono);
    const times = [
      ...(/^\d+$/.test(real) ? [Number(real) * 1_000] : []),
      ...(span === null || bootedAt === null ? [] : [Math.round(bootedAt + span)]),
    ];
    return [{ unit, nextAt: times.length === 0 ? null : Math.min(...times) }];
  });
  const units = new Map(read.map((one) => [one.unit, one]));
  const timed = new Set(
    [...units.keys()].flatMap((unit) =>
      unit.endsWith('.timer') ? [unit.replace(/timer$/, 'service')] : [],
    ),
  );
  return [...units.values()].filter(({ unit }) => !timed.has(unit));
};
