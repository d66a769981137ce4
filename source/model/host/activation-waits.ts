import { showDuration } from '../words/format-time.ts';
import { shortUnitName } from './unit-name.ts';

/** A job of systemd on a host: what happens to a unit, or is going to. */
export interface UnitJob {
  readonly unit: string;
  /** `start`, `stop`, `restart`, …, as systemctl names it. */
  readonly job: string;
  /** Others wait for jobs that run. */
  readonly isRunning: boolean;
  /** Since when the unit is in the state that it is in, ms since the epoch by our clock; null where that is not known. */
  readonly since: number | null;
}

/** What an activation waits for that takes long. */
export interface ActivationWaits {
  /** Those that run first, the oldest before others. */
  readonly jobs: readonly UnitJob[];
  /** What the activation itself runs, where there is no job. */
  readonly program: string | null;
  /** Its last line. */
  readonly said: string | null;
}

const deeds: Readonly<Record<string, string>> = {
  start: 'to start',
  stop: 'to stop',
  restart: 'to restart',
  'try-restart': 'to restart',
  reload: 'to reload',
  'reload-or-start': 'to reload',
  'verify-active': 'to be active',
};

const jobWords = ({ unit, job, isRunning, since }: UnitJob, now: number): string => {
  const deed = `${shortUnitName(unit)} ${deeds[job] ?? `(${job})`}`;
  if (!isRunning) return `${deed}, which waits for others`;
  return since === null ? deed : `${deed} (since ${showDuration(Math.max(0, now - since))})`;
};

/** `postgresql to stop (since 42 s) and 2 more`; `its own script, at sleep`; null where nothing is known. */
export const waitsWords = (
  { jobs, program, said }: ActivationWaits,
  now: number,
): string | null => {
  const [first, ...more] = jobs;
  if (first !== undefined)
    return `${jobWords(first, now)}${more.length === 0 ? '' : ` and ${more.length} more`}`;
  if (program === null && said === null) return null;
  return `its own script${program === null ? '' : `, at ${program}`}${said === null ? '' : `, after: ${said}`}`;
};

/** `waits for postgresql`: the name alone, for a narrow column; null where nothing is known. */
export const shortWaits = ({ jobs, program, said }: ActivationWaits): string | null => {
  const [first] = jobs;
  if (first !== undefined) return `waits for ${shortUnitName(first.unit)}`;
  return program === null && said === null ? null : 'waits for its script';
};

/** Each of them on a line, for a log. */
export const waitsLines = (waits: ActivationWaits, now: number): readonly string[] => {
  const words = waitsWords(waits, now);
  const all =
    waits.jobs.length > 0
      ? waits.jobs.map((job) => jobWords(job, now))
      : words === null
        ? []
        : [words];
  return all.map((one) => `waits for ${one}`);
};
