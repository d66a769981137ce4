import type { ActivityKind } from '../../model/nix/activity-kind.ts';
import { derivationName } from '../../model/nix/derivation-name.ts';
import type { NixEvent } from '../../model/nix/event.ts';
import { machineName } from '../../model/nix/machine-name.ts';

interface ActivityRecord {
  /** Its number in the log. */
  readonly type: number;
  /** From its fields and its text, cleaned; null for a broken record. */
  read(id: string, fields: readonly string[], text: string): NixEvent | null;
}

const isLocalStore = (uri: string): boolean =>
  /^(local|daemon|auto|unix|$)/.test(uri) || uri.startsWith('/');

/** Work on a derivation or a store path. */
const started = (
  id: string,
  kind: ActivityKind,
  subject: string,
  machine: string,
): NixEvent | null =>
  subject === ''
    ? null
    : {
        action: 'started',
        id,
        kind,
        subject,
        name: derivationName(subject),
        machine: machineName(machine),
      };

/**
 * What begins, as far as nixup follows it: the numbers are of `include/nix/util/logging.hh`, the
 * fields of the place in Nix that begins it.
 */
export const activities = {
  copyPath: {
    type: 100,
    read: (id, [path = '', from = '', to = '']) =>
      isLocalStore(to) ? started(id, 'fetch', path, from) : started(id, 'copy', path, to),
  },
  copyPaths: { type: 103, read: (id) => ({ action: 'total-started', id, of: 'copyPaths' }) },
  builds: { type: 104, read: (id) => ({ action: 'total-started', id, of: 'builds' }) },
  build: {
    type: 105,
    read: (id, [derivation = '', machine = '']) => started(id, 'build', derivation, machine),
  },
  buildWaiting: {
    type: 111,
    read: (id, [what = ''], text) => ({
      action: 'started',
      id,
      kind: 'wait',
      subject: what === '' ? text : what,
      name: text,
      machine: null,
    }),
  },
} as const satisfies Readonly<Record<string, ActivityRecord>>;

const byType: ReadonlyMap<number, ActivityRecord> = new Map(
  Object.values(activities).map((activity) => [activity.type, activity]),
);

/** Null where nixup does not follow activities of this number. */
export const findActivity = (type: number): ActivityRecord | null => byType.get(type) ?? null;
