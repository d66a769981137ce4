import type { SupervisionResult } from '../../model/host/supervision.ts';
import { readSupervisionResult } from './supervision.ts';

/** What a host recorded about an activation that nixup started on it. */
export interface HostRecord {
  readonly id: string;
  readonly from: string | null;
  readonly to: string;
  readonly mode: string;
  /** `user@machine` that asked for it. */
  readonly who: string;
  /** Ms since the epoch, by the host's clock. */
  readonly since: number;
  readonly bootId: string | null;
  readonly phase: string | null;
  /** What the host did in the end; null while it is open. */
  readonly result: SupervisionResult | null;
  readonly ending:
    | { readonly kind: 'running' }
    | { readonly kind: 'exited'; readonly exitCode: number }
    | { readonly kind: 'killed'; readonly how: string };
}

/**
 * Reads the records that `services/host-record.ts` prints: `record ID`, then
 * `key value` lines until `record-end`.
 */
export const readHostRecords = (output: string): readonly HostRecord[] => {
  const records: HostRecord[] = [];
  let facts: Map<string, string> | null = null;
  for (const line of output.split('\n')) {
    if (line.startsWith('record ')) facts = new Map([['id', line.slice('record '.length)]]);
    else if (line === 'record-end' && facts !== null) {
      const value = (key: string): string | null => facts?.get(key)?.trim() || null;
      const [id, to] = [value('id'), value('to')];
      const exit = value('exit');
      const killed = value('killed');
      if (id !== null && to !== null)
        records.push({
          id,
          from: value('from'),
          to,
          mode: value('mode') ?? 'test',
          who: value('who') ?? 'somebody',
          since: Number(value('since') ?? 0) * 1000,
          bootId: value('boot-id'),
          phase: value('phase'),
          result: readSupervisionResult(value('result')),
          ending:
            exit !== null
              ? { kind: 'exited', exitCode: Number(exit) }
              : killed !== null
                ? { kind: 'killed', how: killed }
                : { kind: 'running' },
        });
      facts = null;
    } else if (facts !== null) {
      const space = line.indexOf(' ');
      if (space > 0 && !facts.has(line.slice(0, space)))
        facts.set(line.slice(0, space), line.slice(space + 1).replace(/^'(.*)'$/, '$1'));
    }
  }
  return records.sort((left, right) => left.since - right.since);
};
