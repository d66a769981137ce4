import { showKey } from '../keys.ts';
import { type FuzzyMatch, fuzzyWords } from '../model/words/fuzzy.ts';
import type { LogLevel } from '../model/words/log-level.ts';
import { counted } from '../model/words/sentences.ts';
import { glyph } from '../screen/glyphs.ts';
import { keyName } from '../screen/key-names.ts';
import type { Overlay } from '../screen/overlay.ts';
import { listedLogs } from '../screen/rows/listed-logs.ts';
import type { ScreenState } from '../store.ts';
import { type Action, type Place, placeOf } from './action.ts';
import { wantedOn } from './footer.ts';
import { isHere } from './lookup.ts';

/** What can be chosen in help or palette: an action, or a host or input to go to. */
export type FoundTarget =
  | { readonly kind: 'action'; readonly row: Action }
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'input'; readonly input: string }
  /** A log, by its key. */
  | { readonly kind: 'log'; readonly log: string };

/** A row of help or palette. */
export interface FoundRow {
  /** The id of the action, or `host NAME`, `input NAME`, `log KEY`. */
  readonly id: string;
  readonly target: FoundTarget;
  readonly keys: string;
  readonly title: string;
  /** Letters of the title that were typed. */
  readonly places: readonly number[];
  readonly about: string;
  /** What the row says in full, where it is more. */
  readonly whole?: string;
  /** Why it cannot be done now; null where it can. */
  readonly reason: string | null;
}

/** A heading among the rows, which cannot be chosen. */
export interface FoundGroup {
  readonly heading: string;
  readonly rows: readonly FoundRow[];
}

const actionRow = (row: Action, state: ScreenState): FoundRow => ({
  id: row.id,
  target: { kind: 'action', row },
  // What has no key of its own is chosen in the palette.
  keys: row.keys.map(showKey).join(' ') || keyName('palette'),
  title: row.label,
  places: [],
  about: row.help,
  reason: row.disabled(state) ?? null,
});

const hostRows = ({ app }: ScreenState): readonly FoundRow[] =>
  app.hostNames.map((host) => ({
    id: `host ${host}`,
    target: { kind: 'host', host },
    keys: 'host',
    title: host,
    places: [],
    about: [
      app.hosts[host]?.entry.here === true ? 'this machine' : '',
      ...(app.hosts[host]?.entry.tags ?? []).map((tag) => `@${tag}`),
    ]
      .filter((word) => word !== '')
      .join(' '),
    reason: null,
  }));

const inputRows = ({ app: { lock } }: ScreenState): readonly FoundRow[] => {
  if (lock.kind !== 'read') return [];
  const changed = new Set(lock.changes.map(({ path }) => path));
  const names = new Set([...changed, ...lock.inputs.map(({ name }) => name)]);
  return [...names].map((input) => ({
    id: `input ${input}`,
    target: { kind: 'input', input },
    keys: 'input',
    title: input,
    places: [],
    about: changed.has(input) ? 'changed in the lock' : 'unchanged',
    reason: null,
  }));
};

const levelSigns: Readonly<Record<LogLevel, string>> = {
  all: ' ',
  warning: glyph.look,
  error: glyph.failed,
};

const levelWords: Readonly<Record<LogLevel, string>> = {
  all: '',
  warning: ' with warnings',
  error: ' with errors',
};

/** The logs that have a line, with what they hold; in their own list the number of lines stands before their names. */
const logRows = ({ app, ui }: ScreenState, isList: boolean): readonly FoundRow[] =>
  listedLogs(app, ui.now).map(({ key, name, lines, worst, age, last }) => ({
    id: `log ${key}`,
    target: { kind: 'log', log: key },
    keys: isList ? String(lines) : 'log',
    title: name,
    places: [],
    about: isList
      ? `${levelSigns[worst]} ${age.padEnd(7)} ${last}`
      : `${levelSigns[worst]} ${age.padEnd(7)} ${counted(lines, 'line').padStart(11)}  ${last}`,
    whole: `${counted(lines, 'line')}${levelWords[worst]}${age === '' ? '' : `, the last one ${age} ago`}. ${last}`,
    reason: null,
  }));

/** How good a place is: a beginning before a word, that before scattered letters, these before the sentence of help. */
interface Rank {
  readonly row: FoundRow;
  readonly tier: number;
  readonly score: number;
}

const tierOf = (typed: string, title: string): number => {
  const text = title.toLowerCase();
  if (text === typed) return 0;
  if (text.startsWith(typed)) return 1;
  if (text.includes(` ${typed}`) || text.includes(`-${typed}`)) return 2;
  return text.includes(typed) ? 3 : 4;
};

/** Fewer letters begin some word of nearly every sentence. */
const sentenceLetters = 3;

/** Each word that was typed begins a word of what the row says: letters within words are in every other sentence. */
const inSentence = (typed: string, { id, keys, about }: FoundRow): boolean => {
  if (typed.length < sentenceLetters) return false;
  const words = `${id} ${keys} ${about}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return typed.split(/[^\p{L}\p{N}]+/u).every((word) => words.some((one) => one.startsWith(word)));
};

const rankOf = (typed: string, row: FoundRow): Rank | null => {
  const match: FuzzyMatch | null = fuzzyWords(typed, row.title);
  if (match !== null)
    return {
      row: { ...row, places: match.places },
      tier: tierOf(typed, row.title),
      score: match.score,
    };
  return inSentence(typed, row) ? { row, tier: 5, score: 0 } : null;
};

/** Rows that fit what was typed, the best first; what cannot be done now stands behind what can, and logs behind both, where they fit alike. */
const rankRows = (rows: readonly FoundRow[], filter: string): readonly FoundRow[] => {
  const typed = filter.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (typed === '') return rows;
  const weight = ({ row: { reason, target } }: Rank): number =>
    target.kind === 'log' ? 2 : reason === null ? 0 : 1;
  return rows
    .flatMap((row) => rankOf(typed, row) ?? [])
    .toSorted(
      (one, other) =>
        one.tier - other.tier || weight(one) - weight(other) || other.score - one.score,
    )
    .map(({ row }) => row);
};

/** All that the palette finds: actions of this screen, those that can be done now first, then hosts, inputs and logs. */
const paletteRows = (table: readonly Action[], state: ScreenState): readonly FoundRow[] => {
  const here = table.filter((row) => row.named && isHere(row, state.ui));
  const actions = here.map((row) => actionRow(row, state));
  return [
    ...actions.filter(({ reason }) => reason === null),
    ...actions.filter(({ reason }) => reason !== null),
    ...hostRows(state),
    ...inputRows(state),
    ...logRows(state, false),
  ];
};

const placeTitles: Readonly<Record<Place, string>> = {
  everywhere: 'Everywhere',
  fleet: 'Fleet',
  lock: 'Lock',
  packages: 'Packages',
  check: 'Check',
  build: 'Build',
  health: 'Health',
  log: 'Log',
  history: 'History',
  host: 'A host',
};

const isMovement = ({ named }: Action): boolean => !named;

/** The keys by where they work: those of this view, those that work everywhere, those that move, and other views. */
const helpGroups = (table: readonly Action[], state: ScreenState): readonly FoundGroup[] => {
  const place = placeOf(state.ui);
  const rowsOf = (rows: readonly Action[]): readonly FoundRow[] =>
    rows.map((row) => actionRow(row, state));
  const only = ({ where }: Action): boolean => !where.includes('everywhere');
  // What the last line of the screen shows is of this view too, though it works in others.
  const wanted = wantedOn(state.ui);
  const belongs = (row: Action): boolean =>
    only(row) ? row.where.includes(place) : wanted.includes(row.id);
  const own = table.filter(belongs);
  const here = [
    ...wanted.flatMap((id) => own.filter((row) => row.id === id)),
    ...own.filter(({ id }) => !wanted.includes(id)),
  ];
  const everywhere = table.filter((row) => !only(row) && !belongs(row));
  const groups: FoundGroup[] = [
    { heading: `Here: ${placeTitles[place]}`, rows: rowsOf(here) },
    { heading: 'Everywhere', rows: rowsOf(everywhere.filter((row) => !isMovement(row))) },
    { heading: 'Moving', rows: rowsOf(everywhere.filter(isMovement)) },
  ];
  const shown = new Set(here);
  for (const row of table) {
    if (!only(row) || shown.has(row)) continue;
    const heading = row.where.map((one) => placeTitles[one]).join(', ');
    const same = table.filter(
      (other) => only(other) && !shown.has(other) && other.where.join() === row.where.join(),
    );
    for (const one of same) shown.add(one);
    groups.push({ heading: `In ${heading}`, rows: rowsOf(same) });
  }
  return groups.filter(({ rows }) => rows.length > 0);
};

/** Which list is open, and what was typed. */
type FoundList =
  | Pick<Extract<Overlay, { kind: 'help' }>, 'kind' | 'filter'>
  | Pick<Extract<Overlay, { kind: 'palette' }>, 'kind' | 'only' | 'filter'>;

/** The rows of help, in their groups until something is typed, or those of the palette. */
export const foundGroups = (
  list: FoundList,
  table: readonly Action[],
  state: ScreenState,
): readonly FoundGroup[] => {
  if (list.kind === 'palette') {
    const all = list.only === 'logs' ? logRows(state, true) : paletteRows(table, state);
    return [{ heading: '', rows: rankRows(all, list.filter) }];
  }
  const groups = helpGroups(table, state);
  if (list.filter.trim() === '') return groups;
  return [
    {
      heading: '',
      rows: rankRows(
        groups.flatMap(({ rows }) => rows),
        list.filter,
      ),
    },
  ];
};

/** The rows alone, as the cursor goes through them. */
export const foundRows = (
  list: FoundList,
  table: readonly Action[],
  state: ScreenState,
): readonly FoundRow[] => foundGroups(list, table, state).flatMap(({ rows }) => rows);
