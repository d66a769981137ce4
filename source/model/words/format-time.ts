const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const two = (value: number): string => String(value).padStart(2, '0');

/** `8 s`, `3 m 05 s`, `4 h 10 m`, `2 d`. Below a second: `< 1 s`. */
export const showDuration = (milliseconds: number): string => {
  const value = Math.max(0, milliseconds);
  if (value < second) return value === 0 ? '0 s' : '< 1 s';
  if (value < minute) return `${Math.floor(value / second)} s`;
  if (value < hour)
    return `${Math.floor(value / minute)} m ${two(Math.floor((value % minute) / second))} s`;
  if (value < day)
    return `${Math.floor(value / hour)} h ${two(Math.floor((value % hour) / minute))} m`;
  return `${Math.floor(value / day)} d`;
};

/** The age of something, one unit: `12 s`, `3 m`, `4 h`, `2 d`. */
export const showAge = (milliseconds: number): string => {
  const value = Math.max(0, milliseconds);
  if (value < minute) return `${Math.floor(value / second)} s`;
  if (value < hour) return `${Math.floor(value / minute)} m`;
  if (value < day) return `${Math.floor(value / hour)} h`;
  return `${Math.floor(value / day)} d`;
};

/** A limit that was set, without what is zero in it: `30 s`, `2 m`, `1 h 30 m`, `30 d`, `0.05 s`. */
export const showLimit = (milliseconds: number): string => {
  const parts = [
    [Math.floor(milliseconds / day), 'd'],
    [Math.floor((milliseconds % day) / hour), 'h'],
    [Math.floor((milliseconds % hour) / minute), 'm'],
    [(milliseconds % minute) / second, 's'],
  ].filter(([value]) => value !== 0);
  return parts.length === 0 ? '0 s' : parts.map(([value, unit]) => `${value} ${unit}`).join(' ');
};

/** The clock of a running phase: `0:12`, `15:00`. */
export const showClock = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.floor(milliseconds / second));
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
};

/** ISO 8601 in UTC, or question marks: a time out of a lock or of a host may be one that no calendar has. */
const isoOf = (at: number): string => {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '????-??-??T??:??' : date.toISOString();
};

/** `2026-11-20`, in UTC. */
export const showDate = (at: number): string => isoOf(at).slice(0, 10);

/** `2026-11`, in UTC. */
export const showMonth = (at: number): string => isoOf(at).slice(0, 7);

/** `11-20`, in UTC. */
export const showShortDate = (at: number): string => isoOf(at).slice(5, 10);

/** `2026-11-20 14:03`, in UTC. */
export const showMoment = (at: number): string => isoOf(at).slice(0, 16).replace('T', ' ');

/** `14:03:22`, in UTC. */
export const showTime = (at: number): string => isoOf(at).slice(11, 19);

/** `2026-11-20 14:03:22`, in UTC. */
export const showMomentOfLine = (at: number): string => isoOf(at).slice(0, 19).replace('T', ' ');

/** `2026-11-20T14:03:22.417Z`. */
export const showInstant = (at: number): string => isoOf(at);

/** A moment as a part of a file's name: `20261120T140322417Z`. */
export const timeInName = (at: number): string => isoOf(at).replaceAll(/[^0-9TZ]/g, '');

/** Whether a text names a day that there is. */
export const isDay = (text: string): boolean => {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
};

/** How one clock stands to another: `5 m 00 s ahead of`. */
export const showClockOff = (milliseconds: number): string =>
  `${showDuration(Math.abs(milliseconds))} ${milliseconds > 0 ? 'ahead of' : 'behind'}`;
