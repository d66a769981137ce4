import { type BreakingChange, breakingChanges } from '../../model/inputs/breaking.ts';
import { chosenSentence } from '../../model/inputs/chosen-revision.ts';
import { rangeOf, whyNoRange } from '../../model/inputs/commits.ts';
import { kindNames } from '../../model/inputs/report.ts';
import { isStale } from '../../model/inputs/staleness.ts';
import {
  failedBeforeWords,
  type InputStanding,
  standingInRow,
  unmovedReason,
} from '../../model/inputs/standing.ts';
import type { RemoteTip } from '../../model/inputs/tips.ts';
import { alarmTexts } from '../../model/lock/alarm-texts.ts';
import { type LockChange, lockedSide } from '../../model/lock/change.ts';
import { type CommitCount, commitSources, showCommitCount } from '../../model/lock/commit-count.ts';
import { copiesSentence } from '../../model/lock/copies.ts';
import type { InputFact } from '../../model/lock/facts.ts';
import { changeLine, datesLine, sourceNow } from '../../model/lock/lock-change-line.ts';
import { releasePage } from '../../model/lock/pages.ts';
import { memoLast } from '../../model/memo.ts';
import { ownOf } from '../../model/own-of.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { linkRows, linkTo } from '../../model/words/addresses.ts';
import { minuteMs } from '../../model/words/durations.ts';
import { showCount, showRevision } from '../../model/words/format.ts';
import { showAge, showDate } from '../../model/words/format-time.ts';
import { fitText, type Line, muted, span, strong, wrapText } from '../../model/words/line.ts';
import { wholeRows } from '../../model/words/whole-words.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import type { AppState } from '../../state/state.ts';
import { glyph } from '../glyphs.ts';
import { keyName } from '../key-names.ts';

export const countOf = (app: AppState, change: LockChange): CommitCount | null =>
  ownOf(app.commits, change.path)?.count ?? change.commits ?? null;

export const showCommits = (count: CommitCount | null): string =>
  count === null ? '' : showCommitCount(count);

/** Cells of the label of a detail, with the blanks around it. */
const labelCells = 12;

/** An address as text, behind its label: told again behind each of its rows it would be most of what a key sends. */
const linkDetail = (address: string, columns: number, label = 'link'): readonly Line[] =>
  detail(label, address, columns).map((line) =>
    line.map(({ link: _, ...part }, at) =>
      at === 0 && part.text.trim() === label ? linkTo(part, address) : part,
    ),
  );

/** A label and what it is of: a revision or an address that has no room beside its label stands whole below it. */
const detail = (label: string, text: string, columns: number): readonly Line[] => {
  const head = muted(` ${fitText(label, labelCells - 2)} `);
  const rows = wholeRows(text, { cells: columns - 1, indent: labelCells });
  const below = (rows[0]?.indent ?? labelCells) < labelCells;
  const lines = rows.map(
    ({ indent, text: words }, index): Line => [
      index === 0 && !below ? head : span(' '.repeat(indent)),
      span(words),
    ],
  );
  return [...(below ? [[head]] : []), ...linkRows(text, lines)];
};

const breakingOfLock = memoLast(breakingChanges);

/** Possible breaking changes, from the whole lock: one repository at several paths is told once. */
export const breakingOfApp = (app: AppState): readonly BreakingChange[] =>
  app.lock.kind === 'read'
    ? breakingOfLock(app.lock.changes, app.commits, app.lock.inputs, app.releaseNotes)
    : [];

/** How many changed inputs have commits that nobody read yet; one range at several paths counts once. */
export const unreadInputs = ({ lock, commits }: Pick<AppState, 'lock' | 'commits'>): number => {
  if (lock.kind !== 'read') return 0;
  const ranges = new Map<string, boolean>();
  for (const change of lock.changes) {
    const range = rangeOf(change);
    if (range === null) continue;
    const name = `${range.old} ${range.new}`;
    const isRead = ownOf(commits, change.path)?.subjects != null;
    ranges.set(name, isRead || ranges.get(name) === true);
  }
  return [...ranges.values()].filter((isRead) => !isRead).length;
};

/** What may break in one changed input, as far as it was read. */
export const breakingOf = (app: AppState, change: LockChange): readonly BreakingChange[] =>
  breakingOfApp(app).filter(({ input }) => input === change.path);

/** As the lock has it; a date is one that a person reads as well. */
const rawValue = (name: string, value: unknown): string | undefined =>
  name === 'lastModified' && typeof value === 'number'
    ? `${value} (${showDate(value * 1_000)})`
    : JSON.stringify(value);

/** Attributes of both sides as the lock has them: those that differ as `-` and `+`. */
const rawLines = (change: LockChange, columns: number): readonly Line[] => {
  const sides = {
    original: change.original,
    locked: { old: lockedSide(change.old), new: lockedSide(change.new) },
  };
  const lines = Object.entries(sides).flatMap(([part, side]): readonly Line[] => {
    const old: Readonly<Record<string, unknown>> = side?.old ?? {};
    const now: Readonly<Record<string, unknown>> = side?.new ?? {};
    const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
    return names.flatMap((name): readonly Line[] => {
      const [before, after] = [rawValue(name, old[name]), rawValue(name, now[name])];
      const line = (sign: string, value: string, tone: 'bad' | 'good' | 'muted'): readonly Line[] =>
        wholeRows(withoutControls(`${sign}${part}.${name} ${value}`), {
          cells: columns - 1,
          indent: 1,
        }).map(({ indent, text }, at) => [
          span(`${' '.repeat(at === 0 ? 1 : indent)}${text}`, tone),
        ]);
      if (before === after) return line(' ', before ?? '', 'muted');
      return [
        ...(before === undefined ? [] : line('-', before, 'bad')),
        ...(after === undefined ? [] : line('+', after, 'good')),
      ];
    });
  });
  return [[muted(' raw')], ...lines];
};

const hostsDetail = (app: AppState, name: string, columns: number): readonly Line[] => {
  const reach = ownOf(app.inputHosts, name);
  switch (reach?.kind) {
    case undefined:
      return [];
    case 'asking':
      return detail('hosts', 'being evaluated with only this input moved', columns);
    case 'unknown':
      return detail('hosts', reach.why, columns);
    case 'known':
      return [
        ...detail(
          'hosts',
          reach.changed.length === 0 ? 'it changes none' : `changes ${reach.changed.join(', ')}`,
          columns,
        ),
        ...(reach.same.length === 0 || reach.changed.length === 0
          ? []
          : detail('', `not ${reach.same.join(', ')}`, columns)),
        ...reach.failed.flatMap(({ host, why }) => detail('', aboutHost(host, why), columns)),
      ];
  }
};

/** Why there is no count; undefined where one is being made, or nothing is to be counted. */
const notCounted = (change: LockChange): string | undefined =>
  change.kind === 'updated' && rangeOf(change) === null
    ? `not counted: ${whyNoRange(change)}`
    : undefined;

/** More of them are listed by the key for all. */
const mostBreaking = 12;

const breakingDetail = (app: AppState, change: LockChange, columns: number): readonly Line[] => {
  const found = breakingOf(app, change);
  const more = found.length - mostBreaking;
  return [
    ...found
      .slice(0, mostBreaking)
      .flatMap(({ text, source }) => detail('breaking', `${text} (${source})`, columns)),
    ...(more > 0
      ? detail('', `and ${showCount(more)} more, ${keyName('breaking')} lists them`, columns)
      : []),
  ];
};

/** The pages of a change: of its commits, and of the release. */
const pagesDetail = (app: AppState, change: LockChange, columns: number): readonly Line[] => {
  const releases = releasePage(change, ownOf(app.releaseNotes, change.path) ?? []);
  return [
    ...(change.compareUrl === null ? [] : linkDetail(change.compareUrl, columns)),
    ...(releases === null ? [] : linkDetail(releases, columns, 'releases')),
  ];
};

/** All that is known of one change: for the pane at the side or below. */
export const changeDetailLines = (
  app: AppState,
  change: LockChange,
  columns: number,
  at: number,
): readonly Line[] => {
  const now = sourceNow(change);
  const standing = ownOf(app.standings, change.path);
  const counted = countOf(app, change);
  const { subjects = null, problem } = ownOf(app.commits, change.path) ?? {};
  const why = counted === null ? (problem ?? notCounted(change)) : undefined;
  return [
    [strong(` ${change.path}`), muted(`   ${kindNames[change.kind]}`)],
    // First of all: a low window shows three rows.
    ...(now === null ? [] : detail('now', now, columns)),
    ...change.alarms.flatMap((alarm) =>
      wrapText(`${alarm}: ${alarmTexts[alarm]}`, columns - 5).map(
        (line, index): Line => [
          span(index === 0 ? ` ${glyph.look} ${line}` : `   ${line}`, 'warn'),
        ],
      ),
    ),
    ...(standing?.kind === 'failed-before'
      ? detail(
          'revision',
          `${failedBeforeWords(standing, at)}; ${keyName('hold')} holds the input`,
          columns,
        )
      : []),
    ...(standing?.kind === 'unfetched'
      ? [
          ...detail('state', unmovedReason(standing, at), columns),
          ...detail('remedy', standing.remedy, columns),
        ]
      : []),
    ...(change.chosen === undefined
      ? []
      : detail('revision', chosenSentence(change.path, change.chosen), columns)),
    ...detail('change', changeLine(change), columns),
    ...detail('dates', datesLine(change) ?? 'none in the lock', columns),
    ...(counted === null
      ? []
      : detail('commits', `${showCommits(counted)}, ${commitSources[counted.source]}`, columns)),
    ...(why === undefined ? [] : detail('commits', why, columns)),
    ...(change.alsoMoves.length === 0
      ? []
      : detail('also moves', change.alsoMoves.join(', '), columns)),
    ...hostsDetail(app, change.path.split('/', 1)[0] ?? change.path, columns),
    ...breakingDetail(app, change, columns),
    ...pagesDetail(app, change, columns),
    ...(subjects === null
      ? []
      : subjects
          .slice(0, 30)
          .map(
            (commit): Line => [muted(` ${showRevision(commit.revision)} `), span(commit.subject)],
          )),
    ...rawLines(change, columns),
  ];
};

/** Why an input was not updated, in a few words. */
export const standingWords = (
  input: InputFact,
  standing: InputStanding | undefined,
  isPutBack: boolean,
): readonly string[] => {
  const words = standingInRow(standing);
  // A hold says why the input is back, and for how long.
  if (isPutBack && standing?.kind !== 'held') return ['reverted by you'];
  if (words !== '') return [words];
  return input.pinned ? ['pinned'] : [];
};

/**
 * Perhaps nobody has updated it yet, or it was put back: then it is no failure that it is behind.
 */
const standsWords = (standing: InputStanding, now: number, tip: RemoteTip | undefined): string => {
  const words =
    standing.kind === 'behind'
      ? `newer available: ${showRevision(standing.revision)}`
      : unmovedReason(standing, now);
  const isOfRemote = standing.kind === 'behind' || standing.kind === 'newest';
  return tip !== undefined && isOfRemote && now - tip.at >= minuteMs
    ? `${words}, as of ${showAge(now - tip.at)} ago`
    : words;
};

/** All that is known of an input that was not updated. */
export const inputDetailLines = (
  app: AppState,
  input: InputFact,
  columns: number,
  now: number,
): readonly Line[] => {
  const { name, lastModified, revision } = input;
  const standing = ownOf(app.standings, name);
  const age = lastModified === null ? null : showAge(now - lastModified * 1_000);
  const copies = app.lock.kind === 'read' ? app.lock.copies : [];
  const own = copies.find(({ paths }) => paths.includes(name));
  return [
    [strong(` ${name}`), muted('   unchanged')],
    ...detail('source', input.source, columns),
    ...(input.follows === null
      ? []
      : detail('follows', input.follows === '' ? 'the flake itself' : input.follows, columns)),
    ...(revision === null ? [] : detail('revision', revision, columns)),
    ...(age === null
      ? []
      : detail(
          'age',
          `${showDate((lastModified ?? 0) * 1_000)}, ${age}${isStale(input, now, standing) ? ': stale' : ''}`,
          columns,
        )),
    ...(input.pinned ? detail('pinned', 'flake.nix names its revision', columns) : []),
    ...(app.putBack.includes(name) ? detail('state', 'reverted by you', columns) : []),
    ...(standing === undefined || standing.kind === 'pinned' || standing.kind === 'follows'
      ? []
      : detail('state', standsWords(standing, now, ownOf(app.tips, name)), columns)),
    ...(standing?.kind === 'unfetched' ? detail('remedy', standing.remedy, columns) : []),
    ...(own === undefined ? [] : detail('copies', copiesSentence(own), columns)),
    ...(input.link === null ? [] : linkDetail(input.link, columns)),
  ];
};
