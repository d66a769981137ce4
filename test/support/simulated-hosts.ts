/**
 * CPU shares of hosts of five kinds, minute by minute, from a seed. Nothing changes on them by itself; a
 * change can be added from one moment on. The shapes follow what node exporters of small fleets show:
 * noise that hangs on the minute before, a nightly backup, bursts.
 */
export const hostKinds = ['idle', 'daily', 'desktop', 'weekly', 'growth'] as const;
export type HostKind = (typeof hostKinds)[number];

const minutesPerDay = 1_440;

/** Numbers from 0 up to 1 (mulberry32), the same for each seed. */
export const chanceOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A normal draw (Box and Muller). */
const normal = (chance: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());

interface Shape {
  /** CPU points, 0 to 100, of a minute of the day on a day of the week. */
  readonly level: (minute: number, day: number) => number;
  /** Size of the noise, points. */
  readonly noise: number;
}

/** A wave with its top at 15:00. */
const wave = (minute: number): number =>
  (1 + Math.cos((2 * Math.PI * (minute - 15 * 60)) / minutesPerDay)) / 2;

const shapeOf = (kind: HostKind, chance: () => number): Shape => {
  const base = 3 + 7 * chance();
  switch (kind) {
    case 'idle':
      return { level: () => base / 2, noise: 0.6 };
    case 'daily':
      return { level: (minute) => base + 25 * wave(minute), noise: 3 };
    case 'desktop': {
      // Each day begins and ends at another time, and is used more or less.
      const days = Array.from({ length: 80 }, () => ({
        from: 480 + 180 * chance(),
        to: 1_080 + 240 * chance(),
        used: 8 + 18 * chance(),
      }));
      return {
        level: (minute, day) => {
          const use = days[day % days.length];
          const isUsed = use !== undefined && minute > use.from && minute < use.to;
          return isUsed ? base + use.used : base / 3;
        },
        noise: 4,
      };
    }
    case 'weekly':
      return {
        level: (minute, day) => base + (day % 7 < 5 ? 22 : 6) * wave(minute),
        noise: 3,
      };
    case 'growth':
      return { level: (minute, day) => base + 0.7 * (day + minute / minutesPerDay), noise: 2 };
  }
};

const clamp = (value: number): number => Math.min(100, Math.max(0, value));

/**
 * `days` days of minutes, as shares from 0 to 1. `addedFrom` is the minute from which `added` points
 * are on top.
 */
export const simulate = (
  kind: HostKind,
  seed: number,
  days: number,
  change: { readonly from: number; readonly points: number } = { from: 0, points: 0 },
): Float64Array => {
  const chance = chanceOf(seed);
  const { level, noise } = shapeOf(kind, chance);
  const firstDay = Math.floor(7 * chance());
  const backupAt = 60 + Math.floor(180 * chance());
  const backupFor = 20 + Math.floor(25 * chance());
  const minutes = new Float64Array(days * minutesPerDay);
  let drift = 0;
  let burst = 0;
  for (let at = 0; at < minutes.length; at += 1) {
    const minute = at % minutesPerDay;
    const day = firstDay + Math.floor(at / minutesPerDay);
    // About half of a difference is still there an hour later.
    drift = 0.9885 * drift + 0.15 * noise * normal(chance);
    burst = chance() < 1 / 400 ? 15 + 40 * chance() : burst * 0.85;
    const backup = minute >= backupAt && minute < backupAt + backupFor ? 25 : 0;
    const points =
      level(minute, day) +
      drift +
      0.5 * noise * normal(chance) +
      burst +
      backup +
      (at >= change.from ? change.points : 0);
    minutes[at] = clamp(points) / 100;
  }
  return minutes;
};
