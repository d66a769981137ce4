export const minuteMs = 60_000;
export const dayMs = 86_400_000;

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: dayMs,
  w: 7 * dayMs,
};

/** Whole numbers with a unit, largest unit wherever it stands: `90s`, `1h30m`, `30d`. */
export const durationPattern = /^(?:\d{1,9}(?:ms|s|m|h|d|w))+$/;

/** Milliseconds of a duration such as `90s`, `15m`, `1h30m`, `30d`; null when it is none. */
export const parseDuration = (text: string): number | null => {
  if (!durationPattern.test(text)) return null;
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+)(ms|s|m|h|d|w)/g))
    total += Number(amount) * (units[unit] ?? 0);
  return Number.isSafeInteger(total) ? total : null;
};
