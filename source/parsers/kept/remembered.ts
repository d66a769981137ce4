import { type CheckRow, type CheckState, checkGroups } from '../../model/board/board.ts';
import type { HostPosition, HostRole, Policy } from '../../model/host/host.ts';
import type { Headline } from '../../model/lock/facts.ts';
import {
  mostHosts,
  type RememberedBoard,
  type RememberedFleet,
  type RememberedLock,
} from '../../model/remembered/fleet.ts';
import {
  onlyNamed,
  type RememberedAnswer,
  type RememberedHost,
  type RememberedStanding,
} from '../../model/remembered/host.ts';
import type { Advice } from '../../model/words/advice.ts';
import { counted } from '../../model/words/sentences.ts';
import { type Fields, isFields, readJson } from '../json.ts';

/**
 * The last facts of a flake, as they lie on the disk. Checked by hand: they are read before the
 * first frame, and the reader of schemas takes longer to load than that may take.
 */

/** Of another shape: a newer nixup may write another number. */
const version = 1;

/** No text of a record is longer; a row shows less of it. */
const longestText = 300;

/** Rows of the board that are kept, trouble first. */
const mostRows = 500;

/** Clocks are corrected by so much without anybody's notice, ms. */
const clockSlackMs = 60_000;

/** Whose record it must be, and what time it is. */
interface RecordReader {
  readonly flake: string;
  /** The name of this machine: times of another one are by another clock. */
  readonly machine: string;
  readonly now: number;
}

/**
 * - `read`: `doubt` says what of it was left out; null where nothing was
 * - `aside`: nothing of it is used; `why` says so of the file
 */
type ReadRecord =
  | { readonly kind: 'read'; readonly fleet: RememberedFleet; readonly doubt: string | null }
  | { readonly kind: 'aside'; readonly why: string };

/** Names that every JavaScript object has, such as `constructor`, are no host. */
const isHostName = (value: unknown): value is string =>
  typeof value === 'string' &&
  value !== '' &&
  value.length <= longestText &&
  !(value in Object.prototype);

const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value.slice(0, longestText) : null;

const textsOf = (value: unknown): readonly string[] | null =>
  Array.isArray(value) && value.length <= 100 && value.every((one) => typeof one === 'string')
    ? value.map((one) => one.slice(0, longestText))
    : null;

const countOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;

/** A moment that has been; null for one that is none or still to come. */
const pastOf = (value: unknown, now: number): number | null =>
  typeof value === 'number' && value >= 0 && value <= now + clockSlackMs ? value : null;

const policies: Readonly<Record<Policy, true>> = { auto: true, ask: true, protected: true };

const isPolicy = (value: unknown): value is Policy =>
  typeof value === 'string' && Object.hasOwn(policies, value);

const roles: Readonly<Record<HostRole['kind'], true>> = {
  deployable: true,
  'build-only': true,
  'left-out': true,
  refused: true,
};

const isRole = (value: unknown): value is HostRole['kind'] =>
  typeof value === 'string' && Object.hasOwn(roles, value);

/** Positions without anything to them. */
type PlainPosition = Exclude<HostPosition['kind'], 'stale' | 'unreachable'>;

const plainPositions: Readonly<Record<PlainPosition, true>> = {
  unknown: true,
  current: true,
  ahead: true,
  diverged: true,
  drifted: true,
  backward: true,
  rebootNeeded: true,
  notPersistent: true,
};

const isPlainPosition = (value: unknown): value is PlainPosition =>
  typeof value === 'string' && Object.hasOwn(plainPositions, value);

const positionFrom = (value: unknown): HostPosition | null => {
  if (!isFields(value)) return null;
  const { kind, commitsBehind, why } = value;
  if (isPlainPosition(kind)) return { kind };
  if (kind === 'stale')
    return commitsBehind === null || countOf(commitsBehind) !== null
      ? { kind, commitsBehind: countOf(commitsBehind) }
      : null;
  const reason = textOf(why);
  return kind === 'unreachable' && reason !== null ? { kind, why: reason } : null;
};

const nullableText = (value: unknown): value is string | null =>
  value === null || typeof value === 'string';

const generationFrom = (value: unknown): RememberedAnswer['generation'] | undefined => {
  if (value === null) return null;
  if (!isFields(value)) return undefined;
  const [number, at] = [countOf(value['number']), value['at']];
  return number !== null && typeof at === 'number' && Number.isFinite(at)
    ? { number, at }
    : undefined;
};

/** Undefined where it does not fit; null where there is none. */
const answerFrom = (value: unknown, now: number): RememberedAnswer | null | undefined => {
  if (value === null) return null;
  if (!isFields(value)) return undefined;
  const { revision, nixosVersion, kernel } = value;
  const at = pastOf(value['at'], now);
  const generation = generationFrom(value['generation']);
  const [failed, down] = [textsOf(value['failed']), textsOf(value['down'])];
  const critical = countOf(value['critical']);
  if (at === null || generation === undefined || failed === null || down === null) return undefined;
  if (critical === null || !nullableText(revision) || !nullableText(nixosVersion)) return undefined;
  if (!nullableText(kernel)) return undefined;
  return {
    at,
    generation,
    revision: textOf(revision),
    nixosVersion: textOf(nixosVersion),
    kernel: textOf(kernel),
    failed,
    down,
    critical,
  };
};

const standingFrom = (value: unknown, now: number): RememberedStanding | null | undefined => {
  if (value === null) return null;
  if (!isFields(value)) return undefined;
  const at = pastOf(value['at'], now);
  const position = positionFrom(value['position']);
  const changes = textOf(value['changes']);
  const { waits } = value;
  if (at === null || position === null || changes === null || !nullableText(waits))
    return undefined;
  return { at, position, changes, waits: textOf(waits) };
};

const hostFrom = (value: unknown, now: number): RememberedHost | null => {
  if (!isFields(value)) return null;
  const { name, here, policy, role } = value;
  const address = textOf(value['address']);
  const tags = textsOf(value['tags']);
  const answer = answerFrom(value['answer'], now);
  const standing = standingFrom(value['standing'], now);
  if (!isHostName(name) || address === null || tags === null || typeof here !== 'boolean')
    return null;
  if (!isPolicy(policy) || !isRole(role) || answer === undefined || standing === undefined)
    return null;
  return { known: 'remembered', name, address, here, tags, policy, role, answer, standing };
};

const headlineFrom = (value: unknown): Headline | null => {
  if (!isFields(value)) return null;
  const { name, branch, lastModified } = value;
  if (typeof name !== 'string' || !nullableText(branch)) return null;
  return {
    name: name.slice(0, longestText),
    branch: textOf(branch),
    lastModified:
      typeof lastModified === 'number' && Number.isFinite(lastModified) ? lastModified : null,
  };
};

const lockFrom = (value: unknown, now: number): RememberedLock | null => {
  if (!isFields(value)) return null;
  const at = pastOf(value['at'], now);
  const [changed, alarms] = [countOf(value['changed']), countOf(value['alarms'])];
  return at === null || changed === null || alarms === null
    ? null
    : { at, changed, alarms, headline: headlineFrom(value['headline']) };
};

/** A row that is being asked is not kept. */
const answered: Readonly<Record<Exclude<CheckState, 'checking'>, true>> = {
  green: true,
  red: true,
  warning: true,
  'not-set-up': true,
};

const isAnsweredState = (value: unknown): value is keyof typeof answered =>
  typeof value === 'string' && Object.hasOwn(answered, value);

const remedyFrom = (value: unknown): Advice | null => {
  const text = isFields(value) ? textOf(value['text']) : null;
  return text === null || !isFields(value) ? null : { text, command: textOf(value['command']) };
};

const rowFrom = (value: unknown): CheckRow | null => {
  if (!isFields(value)) return null;
  const [id, label, evidence] = [value['id'], value['label'], value['evidence']].map(textOf);
  const group = checkGroups.find((one) => one === value['group']);
  const { state } = value;
  if (id == null || label == null || evidence == null || group === undefined) return null;
  if (!isAnsweredState(state)) return null;
  return { id, group, label, state, evidence, remedy: remedyFrom(value['remedy']), detail: [] };
};

const boardFrom = (value: unknown, now: number): RememberedBoard | null => {
  if (!isFields(value) || !Array.isArray(value['rows'])) return null;
  const at = pastOf(value['at'], now);
  const rows = value['rows'].slice(0, mostRows).flatMap((one: unknown) => rowFrom(one) ?? []);
  return at === null ? null : { at, rows };
};

const fleetFrom = (fields: Fields, { flake, now }: RecordReader, listedAt: number): ReadRecord => {
  const { head } = fields;
  const listed: readonly unknown[] = Array.isArray(fields['hosts']) ? fields['hosts'] : [];
  const kept = listed.slice(0, mostHosts);
  const names = new Set<string>();
  const hosts = kept
    .flatMap((one) => hostFrom(one, now) ?? [])
    .filter(({ name }) => !names.has(name) && names.add(name));
  const lost = kept.length - hosts.length;
  return {
    kind: 'read',
    fleet: {
      flake,
      head: textOf(head),
      listedAt,
      hosts,
      lock: lockFrom(fields['lock'], now),
      board: boardFrom(fields['board'], now),
    },
    doubt:
      lost === 0
        ? null
        : `${lost} of ${counted(kept.length, 'host')} cannot be read or ${lost === 1 ? 'is' : 'are'} from a time that is still to come`,
  };
};

/** The record, or why nothing of it is used. Never throws, whatever the text is. Pure. */
export const readRemembered = (text: string, reader: RecordReader): ReadRecord => {
  const aside = (why: string): ReadRecord => ({ kind: 'aside', why });
  const json = readJson(text);
  if (!isFields(json)) return aside(text.trim() === '' ? 'it is empty' : 'it is damaged');
  if (json['version'] !== version) return aside('it was written by another version of nixup');
  if (json['flake'] !== reader.flake) return aside('it is of another flake');
  if (json['machine'] !== reader.machine) return aside('it was written on another machine');
  const { listedAt } = json;
  if (typeof listedAt !== 'number' || listedAt < 0 || !Array.isArray(json['hosts']))
    return aside('it is damaged');
  const past = pastOf(listedAt, reader.now);
  return past === null
    ? aside('it is from a time that is still to come by the clock of this machine')
    : fleetFrom(json, reader, past);
};

/** Hosts of which Nix has told the names and nothing else, as JSON; null where the text is none. */
export const readNames = (text: string, flake: string, at: number): RememberedFleet | null => {
  const names = readJson(text);
  if (!Array.isArray(names)) return null;
  const hosts = names.filter(isHostName).slice(0, mostHosts).map(onlyNamed);
  return { flake, head: null, listedAt: at, hosts, lock: null, board: null };
};

const short = (row: CheckRow): CheckRow => ({
  ...row,
  evidence: row.evidence.slice(0, longestText),
  detail: [],
});

/** The text of a record. */
export const writeRemembered = (fleet: RememberedFleet, machine: string): string =>
  `${JSON.stringify({
    version,
    machine,
    ...fleet,
    hosts: fleet.hosts.slice(0, mostHosts),
    board: fleet.board && { ...fleet.board, rows: fleet.board.rows.slice(0, mostRows).map(short) },
  })}\n`;
