import type { NixEvent } from '../../model/nix/event.ts';
import { cleanLine, cleanLogLine } from './clean-line.ts';
import { activities } from './log-activities.ts';

interface ResultRecord {
  /** Its number in the log. */
  readonly type: number;
  /** From its fields, and from the payload that Determinate Nix gives; null where nothing is to be told. */
  read(id: string, fields: readonly (string | number)[], payload: unknown): NixEvent | null;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Nix sends -1 and 2^63 where it does not know. */
export const knownCount = (value: unknown): number => {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 && number < 2 ** 60 ? number : 0;
};

/** What is expected of paths is counted in bytes; of builds Nix's total says it. */
export const expectedEvent = (type: number, expected: number): NixEvent | null =>
  type === activities.copyPath.type ? { action: 'bytes-expected', bytes: expected } : null;

/** Ends of a build that are no failure of its own. */
const otherEnds: ReadonlySet<unknown> = new Set([
  'Built',
  'Substituted',
  'AlreadyValid',
  'ResolvesToAlreadyValid',
  'DependencyFailed',
  'Cancelled',
]);

/** `{"status":"PermanentFailure","path":{"drvPath":"….drv"}}`; without a payload the number means something else. */
const buildResultEvent = (payload: unknown): NixEvent | null => {
  if (!isRecord(payload) || !isRecord(payload['path'])) return null;
  const { status } = payload as { readonly status?: unknown };
  const { drvPath } = payload['path'] as { readonly drvPath?: unknown };
  if (typeof status !== 'string' || typeof drvPath !== 'string' || otherEnds.has(status))
    return null;
  return {
    action: 'failed',
    derivation: drvPath.startsWith('/') ? drvPath : `/nix/store/${drvPath}`,
  };
};

const logLine = (id: string, [line]: readonly (string | number)[]): NixEvent => ({
  action: 'logLine',
  id,
  line: cleanLogLine(String(line ?? '')),
});

/** What is said about an activity, as far as nixup follows it; numbers and fields as those of activities. */
export const results = {
  logLine: { type: 101, read: logLine },
  phase: {
    type: 104,
    read: (id, [phase]) => ({ action: 'phase', id, phase: cleanLine(String(phase ?? '')) }),
  },
  progress: {
    type: 105,
    read: (id, [done, expected, running, failed]) => ({
      action: 'progress',
      id,
      done: knownCount(done),
      expected: knownCount(expected),
      running: knownCount(running),
      failed: knownCount(failed),
    }),
  },
  expected: {
    type: 106,
    read: (_id, [of, expected]) => expectedEvent(knownCount(of), knownCount(expected)),
  },
  hookLogLine: { type: 107, read: logLine },
  /** Determinate Nix only. */
  buildResult: { type: 110, read: (_id, _fields, payload) => buildResultEvent(payload) },
} as const satisfies Readonly<Record<string, ResultRecord>>;

const byType: ReadonlyMap<number, ResultRecord> = new Map(
  Object.values(results).map((result) => [result.type, result]),
);

/** Null where nixup has no use for results of this number. */
export const findResult = (type: number): ResultRecord | null => byType.get(type) ?? null;
