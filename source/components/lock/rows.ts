import { chosenWords } from '../../model/inputs/chosen-revision.ts';
import { isStale } from '../../model/inputs/staleness.ts';
import { standingInRow } from '../../model/inputs/standing.ts';
import { alarmShort } from '../../model/lock/alarm-texts.ts';
import type { ChosenRevision, LockChange } from '../../model/lock/change.ts';
import { changeLine, datesLine, sourceNow } from '../../model/lock/lock-change-line.ts';
import { linkOfChange } from '../../model/lock/pages.ts';
import { shortPath } from '../../model/lock/paths.ts';
import { ownOf } from '../../model/own-of.ts';
import { linkTo } from '../../model/words/addresses.ts';
import { showRevision } from '../../model/words/format.ts';
import { showAge, showDate } from '../../model/words/format-time.ts';
import {
  cut,
  fitRight,
  fitText,
  type Line,
  muted,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { keyName } from '../../screen/key-names.ts';
import { firstUnchanged, type LockRow, type NestedChanges } from '../../screen/rows/lock.ts';
import { lockColumns, sourceLines } from '../../screen/texts/lock-columns.ts';
import {
  breakingOf,
  countOf,
  showCommits,
  standingWords,
} from '../../screen/texts/lock-details.ts';
import type { AppState } from '../../state/state.ts';
import type { ListRow } from '../base/list-rows.tsx';

const standTitles = (columns: number): string => {
  const { what, date, moved, commits } = lockColumns(columns);
  const age = moved + commits;
  return `${fitText('STATE', what)}${fitRight(date === 0 ? '' : 'DATE', date)}${fitRight('AGE', age)}`;
};

/** What the columns are, of changes or, where nothing changed, of inputs. */
export const lockTitles = (first: LockRow | undefined, columns: number): Line => {
  const { name, what, date, moved, commits } = lockColumns(columns);
  if (first?.kind !== 'change')
    return [muted(`    ${fitText('INPUT', name)} ${standTitles(columns)}`)];
  return [
    muted(`    ${fitText('INPUT', name)} ${fitText('CHANGE', what)}`),
    muted(fitRight(date === 0 ? '' : 'DATE', date)),
    muted(fitRight(moved === 0 ? '' : 'MOVED', moved)),
    muted(fitRight('COMMITS', commits)),
  ];
};

/** `2026-11-15 → 2026-11-24`; where that has no room without the years, or the new date alone. */
const dateWords = (change: LockChange, cells: number): string => {
  const whole = datesLine(change) ?? '';
  if (widthOf(whole) < cells) return whole;
  const [old = '', now = ''] = whole.split(` ${glyph.arrow} `);
  if (old.slice(0, 4) === now.slice(0, 4)) return `${old.slice(5)} ${glyph.arrow} ${now.slice(5)}`;
  return `${glyph.arrow} ${now}`;
};

/** `9 d`, as ages are; nothing where it is the same day, or a date is not known. */
const movedWords = ({ days, kind }: LockChange): string =>
  days === null || days === 0 || kind === 'follows' ? '' : `${days} d`;

const nestedWords = ({ count, isOpen }: NestedChanges): string =>
  count === 0 ? '' : ` ${isOpen ? glyph.unfolded : glyph.folded} ${count} nested`;

/** From and to of two revisions. */
const revisionCells = 17;

/** The same, without its word where the revisions need the room. */
const nestedFitting = (nested: NestedChanges, what: number): string => {
  const words = nestedWords(nested);
  return words.length + revisionCells > what ? words.replace(' nested', '') : words;
};

/** The row of a change is the only one that its input has: it says of a pin that it is one. */
const isPinnedNow = ({ original }: LockChange): boolean => original?.new?.['rev'] !== undefined;

/**
 * Where there is no room for both sources, the new one is what a person has to see, whatever else is
 * to be said of the input.
 */
const withSource = (now: string, all: string, also: string, room: number): string => {
  const short = `now ${now.replace(/^[\w+]+:(?:\/\/)?/, '')}`;
  const shorter = [`now ${now}`, short];
  const forms = [
    all,
    ...(also === '' ? [] : shorter.map((words) => `${words}, ${also}`)),
    ...shorter,
  ];
  return forms.find((words) => widthOf(words) <= room) ?? short;
};

/** Why a re-pointed input is to be looked at, above the row that has both its sources. */
const repointedWords = ({ alarms }: LockChange, also: string, room: number): string => {
  const names = alarms.map((alarm) => alarmShort[alarm]);
  const said = also === '' ? '' : `, ${also}`;
  const forms = [
    ...(names.length === 0 ? [] : [`re-pointed: ${names.join(', ')}${said}`]),
    ...names
      .slice(0, 1)
      .flatMap((name) => [
        `re-pointed: ${name}${said}`,
        `${name}${said}`,
        `re-pointed: ${name}`,
        name,
      ]),
    `re-pointed${said}`,
  ];
  return forms.find((words) => widthOf(words) <= room) ?? names[0] ?? 're-pointed';
};

/** The kind of a change and what it is about; `also` is what else is known of its input. */
const fittingWords = (change: LockChange, also: string, room: number): string => {
  const isSaid = also !== '' && also !== 'pinned';
  const said = isSaid ? also : `${change.kind}${also === '' ? '' : `, ${also}`}`;
  const words = change.kind === 'updated' && also === '' ? '' : `${said}: `;
  const all = `${words}${changeLine(change)}`;
  const now = sourceNow(change);
  return now === null ? all : withSource(now, all, also, room);
};

/**
 * That it was chosen, and what its branch has, is always shown; the revisions are in the details
 * too.
 */
const fittingChoice = (
  change: LockChange,
  chosen: ChosenRevision,
  newer: string | null,
  room: number,
): string => {
  const words = chosenWords(chosen, newer);
  const now = sourceNow(change);
  if (now !== null) return withSource(now, `${changeLine(change)}, ${words}`, words, room);
  const all = [
    `${changeLine(change)}, ${words}`,
    words,
    ...(newer === null ? [] : [`chosen, ${chosen.branch ?? 'branch'} has ${showRevision(newer)}`]),
  ];
  return all.find((one) => widthOf(one) <= room) ?? `chosen: ${chosen.wish}`;
};

/** How many of its commits or release notes may break something, as far as they were read. */
const breakingWords = (count: number): string =>
  count === 0 ? '' : ` ${glyph.look} ${count} breaking`;

/** The sign of a row that has no room for these words is the key that lists them: an alarm has another one. */
const breakingSign = (): string => {
  const key = keyName('breaking');
  return widthOf(key) === 1 ? key : glyph.look;
};

/** What changed, without the columns of numbers. */
const changeHead = (
  app: AppState,
  { change, nested, isBelow }: Extract<LockRow, { kind: 'change' }>,
  columns: number,
  hasSources = false,
): Line => {
  const { name, what } = lockColumns(columns);
  const breaking = breakingWords(breakingOf(app, change).length);
  const more = nestedFitting(nested, what);
  const shown = isBelow
    ? `  ${shortPath(change.path.slice(change.path.indexOf('/')), name - 2)}`
    : shortPath(change.path, name);
  const standing = isBelow ? undefined : ownOf(app.standings, change.path);
  const isBad = standing?.kind === 'failed-before' || standing?.kind === 'unfetched';
  const room = what - more.length;
  const chosen = isBelow ? undefined : change.chosen;
  const words =
    chosen !== undefined
      ? fittingChoice(
          change,
          chosen,
          standing?.kind === 'chosen' ? standing.newer : chosen.tip,
          room - breaking.length,
        )
      : (hasSources ? repointedWords : fittingWords)(
          change,
          isBad ? standingInRow(standing) : isPinnedNow(change) ? 'pinned' : '',
          room - breaking.length,
        );
  const alarm = change.alarms.length > 0 || isBad;
  const hasRoom = widthOf(words) + breaking.length <= room;
  return [
    span(`${alarm ? glyph.look : breaking !== '' && !hasRoom ? breakingSign() : ' '} `, 'warn'),
    linkTo(isBelow ? span(shown) : strong(shown), linkOfChange(change)),
    span(' '.repeat(Math.max(0, name - widthOf(shown)) + 1)),
    ...(hasRoom
      ? [
          span(words, alarm ? 'warn' : 'plain'),
          span(fitText(breaking, room - widthOf(words)), 'warn'),
        ]
      : [span(fitText(words, room), alarm ? 'warn' : 'plain')]),
    span(more, 'accent'),
  ];
};

const changeRow = (
  app: AppState,
  row: Extract<LockRow, { kind: 'change' }>,
  columns: number,
): Line => {
  const { date, moved, commits } = lockColumns(columns);
  const { change } = row;
  return [
    ...changeHead(app, row, columns, sourceLines(change, columns).length > 0),
    ...(date === 0 ? [] : [muted(fitRight(dateWords(change, date), date))]),
    ...(moved === 0 ? [] : [muted(fitRight(movedWords(change), moved))]),
    span(fitRight(showCommits(countOf(app, change)), commits)),
    span('  '),
  ];
};

/** Below the row of a re-pointed input: where it came from, and where it comes from now. */
const sourceRows = ({ change }: Extract<LockRow, { kind: 'change' }>, columns: number) =>
  sourceLines(change, columns).map(
    (text): ListRow => ({ id: null, isContinued: true, line: [span(`    ${text}`, 'warn')] }),
  );

type InputRow = Extract<LockRow, { kind: 'input' }>;

/** As many as fit, the first of them always: a long hold without its reason, or without its end too. */
const wordsThatFit = (words: readonly string[], cells: number): string => {
  for (let shown = words.length; shown > 1; shown -= 1) {
    const text = words.slice(0, shown).join(', ');
    if (widthOf(text) <= cells) return text;
  }
  const [first = ''] = words;
  const shorter = [first, first.replace(/: .*$/, ''), first.replace(/(?:: | until ).*$/, '')];
  return shorter.find((text) => widthOf(text) <= cells) ?? first;
};

const modifiedAt = ({ lastModified }: InputRow['input']): number | null =>
  lastModified === null ? null : lastModified * 1_000;

/** Where an input stands, without the columns of dates. */
const inputHead = (
  app: AppState,
  { input, nested }: InputRow,
  columns: number,
  now: number,
): Line => {
  const { name, what: cells } = lockColumns(columns);
  const standing = ownOf(app.standings, input.name);
  const isPutBack = app.putBack.includes(input.name);
  const stale = isStale(input, now, standing);
  const more = nestedWords(nested);
  const room = cells - more.length;
  const what =
    input.follows !== null
      ? `follows ${input.follows}`
      : // Where it stands comes first: a narrow row is cut at its end.
        wordsThatFit(
          [
            ...standingWords(input, standing, isPutBack),
            ...(stale ? ['stale'] : []),
            input.type,
            ...(input.branch === null ? [] : [`branch ${input.branch}`]),
          ],
          room,
        );
  return [
    muted(`${glyph.absent} `),
    linkTo(muted(cut(input.name, name)), input.link),
    muted(`${' '.repeat(Math.max(0, name - widthOf(input.name)))} ${fitText(what, room)}`),
    span(more, 'accent'),
  ];
};

const inputRow = (app: AppState, row: InputRow, columns: number, now: number): Line => {
  const { date, moved, commits } = lockColumns(columns);
  const { input } = row;
  const at = modifiedAt(input);
  const age = at === null ? '' : showAge(now - at);
  const tone = isStale(input, now, ownOf(app.standings, input.name)) ? 'warn' : 'muted';
  return [
    ...inputHead(app, row, columns, now),
    ...(date === 0 ? [] : [muted(fitRight(at === null ? '' : showDate(at), date))]),
    span(fitRight(age, moved + commits), tone),
    span('  '),
  ];
};

/** A row in parts that say what they are, for who cannot look up to the title of a column. */
export const lockRowParts = (
  app: AppState,
  row: LockRow,
  columns: number,
  now: number,
): { readonly head: Line; readonly numbers: readonly string[] } => {
  const named = (name: string, words: string): readonly string[] =>
    words === '' ? [] : [`${name}${words}`];
  if (row.kind === 'change')
    return {
      head: changeHead(app, row, columns),
      numbers: [
        ...named('', datesLine(row.change) ?? ''),
        ...named('moved ', movedWords(row.change)),
        ...named('commits ', showCommits(countOf(app, row.change))),
      ],
    };
  const at = modifiedAt(row.input);
  return {
    head: inputHead(app, row, columns, now),
    numbers: at === null ? [] : [`of ${showDate(at)}`, `${showAge(now - at)} old`],
  };
};

/** What the columns are of the inputs that stayed as they were. */
const unchangedTitle = (columns: number): ListRow => ({
  id: null,
  line: [muted(`  ${fitText('unchanged', lockColumns(columns).name)} ${standTitles(columns)}`)],
});

/** Lines are made where they are seen: a lock has thousands of rows. */
export const lockListRows = (
  app: AppState,
  rows: readonly LockRow[],
  columns: number,
  now: number,
): readonly ListRow[] => {
  const firstInput = firstUnchanged(rows, app.putBack);
  return rows.flatMap((row, place): readonly ListRow[] => {
    const own: ListRow = {
      id: row.id,
      line: () =>
        row.kind === 'change' ? changeRow(app, row, columns) : inputRow(app, row, columns, now),
    };
    if (row.kind === 'change') return [own, ...sourceRows(row, columns)];
    return place === firstInput && place > 0 ? [unchangedTitle(columns), own] : [own];
  });
};
