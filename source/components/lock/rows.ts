import { chosenWords } from '../../model/inputs/chosen-revision.ts';
import { isStale } from '../../model/inputs/staleness.ts';
import { type InputStanding, standingInRow } from '../../model/inputs/standing.ts';
import type { ChosenRevision, LockChange } from '../../model/lock/change.ts';
import { changeLine, daysLine, sourceNow } from '../../model/lock/lock-change-line.ts';
import { shortPath } from '../../model/lock/paths.ts';
import { ownOf } from '../../model/own-of.ts';
import { showRevision } from '../../model/words/format.ts';
import { showAge } from '../../model/words/format-time.ts';
import {
  fitRight,
  fitText,
  type Line,
  muted,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import type { LockRow, NestedChanges } from '../../screen/rows/lock.ts';
import { countOf, showCommits, standingWords } from '../../screen/texts/lock-details.ts';
import type { AppState } from '../../state/state.ts';
import type { ListRow } from '../base/list-rows.tsx';

const nameColumn = (columns: number): number => Math.max(16, Math.min(28, Math.floor(columns / 4)));

/** Where the row of a change also says how many days it moved. */
const hasDays = (columns: number): boolean => columns >= 66;

const standTitles = (columns: number): string => {
  const name = nameColumn(columns);
  return `${fitText('STATE', columns - name - 25)}${fitRight('AGE', 19)}`;
};

/** What the columns are, of changes or, where nothing changed, of inputs. */
export const lockTitles = (first: LockRow | undefined, columns: number): Line => {
  const name = nameColumn(columns);
  if (first?.kind !== 'change')
    return [muted(`    ${fitText('INPUT', name)} ${standTitles(columns)}`)];
  const isWide = hasDays(columns);
  return [
    muted(
      `    ${fitText('INPUT', name)} ${fitText('CHANGE', columns - name - (isWide ? 26 : 16))}`,
    ),
    muted(isWide ? fitRight('MOVED', 10) : ''),
    muted(fitRight('COMMITS', 9)),
  ];
};

const nestedWords = ({ count, isOpen }: NestedChanges): string =>
  count === 0 ? '' : ` ${isOpen ? glyph.unfolded : glyph.folded} ${count} nested`;

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

const changeRow = (
  app: AppState,
  { change, nested, isBelow }: Extract<LockRow, { kind: 'change' }>,
  columns: number,
): Line => {
  const name = nameColumn(columns);
  const wide = hasDays(columns);
  const more = nestedWords(nested);
  const shown = isBelow
    ? `  ${shortPath(change.path.slice(change.path.indexOf('/')), name - 2)}`
    : shortPath(change.path, name);
  const standing = isBelow ? undefined : ownOf(app.standings, change.path);
  const isBad = standing?.kind === 'failed-before' || standing?.kind === 'unfetched';
  const room = columns - name - (wide ? 25 : 15) - more.length;
  const chosen = isBelow ? undefined : change.chosen;
  const words =
    chosen !== undefined
      ? fittingChoice(
          change,
          chosen,
          standing?.kind === 'chosen' ? standing.newer : chosen.tip,
          room,
        )
      : fittingWords(
          change,
          isBad ? standingInRow(standing) : isPinnedNow(change) ? 'pinned' : '',
          room,
        );
  const alarm = change.alarms.length > 0 || isBad;
  return [
    span(alarm ? `${glyph.look} ` : '  ', 'warn'),
    isBelow ? span(fitText(shown, name)) : strong(fitText(shown, name)),
    span(' '),
    span(fitText(words, room), alarm ? 'warn' : 'plain'),
    span(more, 'accent'),
    ...(wide ? [muted(fitRight(daysLine(change) ?? '', 10))] : []),
    span(fitRight(showCommits(countOf(app, change)), 8)),
    span('  '),
  ];
};

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

const inputRow = (
  { input, nested }: Extract<LockRow, { kind: 'input' }>,
  columns: number,
  now: number,
  standing: InputStanding | undefined,
  isPutBack: boolean,
): Line => {
  const name = nameColumn(columns);
  const stale = isStale(input, now, standing);
  const age =
    input.lastModified === null
      ? ''
      : `${stale ? 'stale, ' : ''}${showAge(now - input.lastModified * 1_000)} old`;
  const more = nestedWords(nested);
  const room = columns - name - 25 - more.length;
  const what =
    input.follows !== null
      ? `follows ${input.follows}`
      : // Where it stands comes first: a narrow row is cut at its end.
        wordsThatFit(
          [
            ...standingWords(input, standing, isPutBack),
            input.type,
            ...(input.branch === null ? [] : [`branch ${input.branch}`]),
          ],
          room,
        );
  return [
    muted(`${glyph.absent} ${fitText(input.name, name)} ${fitText(what, room)}`),
    span(more, 'accent'),
    span(fitRight(age, 19), stale ? 'warn' : 'muted'),
  ];
};

/** Lines are made where they are seen: a lock has thousands of rows. */
export const lockListRows = (
  app: AppState,
  rows: readonly LockRow[],
  columns: number,
  now: number,
): readonly ListRow[] => {
  const firstInput = rows.findIndex((row) => row.kind === 'input' && row.nested.count === 0);
  const listed = rows.map(
    (row): ListRow => ({
      id: row.id,
      line: () =>
        row.kind === 'change'
          ? changeRow(app, row, columns)
          : inputRow(
              row,
              columns,
              now,
              ownOf(app.standings, row.input.name),
              app.putBack.includes(row.input.name),
            ),
    }),
  );
  return firstInput > 0
    ? listed.toSpliced(firstInput, 0, {
        id: null,
        line: [muted(`  ${fitText('unchanged', nameColumn(columns))} ${standTitles(columns)}`)],
      })
    : listed;
};
