import { z } from 'zod';
import { isOwnUnit } from '../../model/host/unit-name.ts';
import type { HostJournal, JournalRecord } from '../../model/watch/journal.ts';
import { readJson } from '../json.ts';

/**
 * Records with fixed ids that systemd writes (systemd's `sd-messages.h`, `journalctl --catalog`), and
 * what each is. The texts beside them change from version to version; ids and fields stay.
 */
export const journalIds = {
  fe6faa94e7774663a0da52717891d8ef: 'out-of-memory',
  d989611b15e44c9dbf31e3c81256e4ed: 'out-of-memory',
  fc2e22bc6ee647b6b90729ab34a250b1: 'coredump',
  d9b373ed55a64feb8242e02dbe79a49c: 'failed',
  be02cf6855d2428ba40df7e9d022f03d: 'failed',
  '5eb03494b6584870a536b337290809b3': 'restart',
  b07a249cd024414a82dd00cd181378ff: 'boot',
  // What a container says instead, and the manager of each user (`manager_notify_finished` of systemd).
  eed00a68ffd84e31882105fd973abdd1: 'boot',
  '6bbd95ee977941e497c48be27c254128': 'sleep',
  '8811e6df2a8e40f58a94cea26f8ebf14': 'wake',
  c7a787079b354eaaa9e77b371893cd27: 'clock-changed',
} as const;

/** Fields that are asked for beside those that always come. */
export const journalFields = [
  'MESSAGE_ID',
  '_PID',
  'UNIT',
  'USER_UNIT',
  'JOB_TYPE',
  'COREDUMP_UNIT',
  'COREDUMP_USER_UNIT',
  'COREDUMP_EXE',
  'KERNEL_USEC',
  'INITRD_USEC',
  'USERSPACE_USEC',
] as const;

/** A field that holds bytes comes as a list of numbers, one that is too long as null: both are left out. */
const field = z.string().optional().catch(undefined);

const timestamp = z.string().regex(/^\d{1,17}$/);

/**
 * What `switch-to-configuration` says to syslog under the name `nixos`, in all its versions: of an activation
 * (not of `boot`, `check` and `dry-activate`).
 */
const switchLine = /^switching to system configuration (\/\S+)$/;

const switchEntry = z.looseObject({
  __REALTIME_TIMESTAMP: timestamp,
  SYSLOG_IDENTIFIER: z.literal('nixos'),
  MESSAGE: z.string(),
  _SYSTEMD_UNIT: field,
});

/**
 * Services in which people and nixup switch a host: logins where PAM opens no session, servers that give a shell, what
 * somebody started with `systemd-run` (`run-u12.service`, `run-p41-i9.service`; systemd src/run/run.c), and the one that
 * `nixos-rebuild` starts for whoever called it (nixpkgs `nixos-rebuild-ng`, `SWITCH_TO_CONFIGURATION_CMD_PREFIX`).
 */
const peoplesUnit =
  /^(?:sshd?(?:[@-].*)?|dropbear(?:@.*)?|user@.*|(?:serial-|console-|container-)?getty@.*|console-getty|display-manager|emergency|rescue|run-[a-z]\d+(?:-[a-z]\d+)?|tailscaled|cockpit.*|code-server|openvscode-server|vscode-server|ttyd|mosh-server|tmux|screen|nixos-rebuild-switch-to-configuration)\.service$/;

/** The service from which a host is switched without a person, by the field that journald adds (systemd.journal-fields(7)). */
const switcherOf = (unit: string | undefined): string | null =>
  unit === undefined || !unit.endsWith('.service') || isOwnUnit(unit) || peoplesUnit.test(unit)
    ? null
    : unit;

const switchOf = (read: unknown): JournalRecord | null => {
  const said = switchEntry.safeParse(read);
  const toplevel = said.success ? switchLine.exec(said.data.MESSAGE)?.[1] : undefined;
  if (!said.success || toplevel === undefined) return null;
  const by = switcherOf(said.data._SYSTEMD_UNIT);
  return {
    kind: 'switched',
    at: millisecondsOf(said.data.__REALTIME_TIMESTAMP),
    toplevel,
    ...(by === null ? {} : { by }),
  };
};

const millisecondsOf = (timestamp: string): number => Math.floor(Number(timestamp) / 1_000);

const entry = z.looseObject({
  __REALTIME_TIMESTAMP: timestamp,
  MESSAGE_ID: z.string(),
  _PID: field,
  UNIT: field,
  USER_UNIT: field,
  COREDUMP_UNIT: field,
  COREDUMP_USER_UNIT: field,
  COREDUMP_EXE: field,
  KERNEL_USEC: field,
  INITRD_USEC: field,
  USERSPACE_USEC: field,
});

type Entry = z.output<typeof entry>;

const milliseconds = (text: string | undefined): number =>
  text !== undefined && /^\d+$/.test(text) ? Math.round(Number(text) / 1_000) : 0;

const isKnownId = (id: string): id is keyof typeof journalIds => Object.hasOwn(journalIds, id);

const unitOf = (read: Entry): string =>
  read.COREDUMP_USER_UNIT ??
  read.COREDUMP_UNIT ??
  read.USER_UNIT ??
  read.UNIT ??
  read.COREDUMP_EXE ??
  'a process';

const recordOf = (read: Entry): JournalRecord | null => {
  if (!isKnownId(read.MESSAGE_ID)) return null;
  const kind = journalIds[read.MESSAGE_ID];
  const at = millisecondsOf(read.__REALTIME_TIMESTAMP);
  switch (kind) {
    case 'boot':
      // The manager of each user says that it is ready too: it has no kernel, and is not the first process.
      return read.KERNEL_USEC === undefined && read._PID !== '1'
        ? null
        : {
            kind,
            at,
            tookMs:
              milliseconds(read.KERNEL_USEC) +
              milliseconds(read.INITRD_USEC) +
              milliseconds(read.USERSPACE_USEC),
          };
    case 'sleep':
    case 'wake':
    case 'clock-changed':
      return { kind, at };
    case 'out-of-memory':
    case 'coredump':
    case 'failed':
    case 'restart': {
      const unit = unitOf(read);
      return isOwnUnit(unit) ? null : { kind, at, unit };
    }
  }
};

/** `journalctl --output=json`, an object a line; lines that are none are left out. */
export const parseJournal = (
  lines: readonly string[],
  begins: number,
  { isCut, isVolatile }: Pick<HostJournal, 'isCut' | 'isVolatile'>,
): HostJournal => ({
  begins,
  isVolatile,
  isCut,
  records: lines
    .flatMap((line) => {
      const value = readJson(line);
      const read = entry.safeParse(value);
      const record = read.success ? recordOf(read.data) : switchOf(value);
      return record === null ? [] : [record];
    })
    .toSorted((one, other) => one.at - other.at),
});
