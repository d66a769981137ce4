import { alarmTexts } from '../lock/alarm-texts.ts';
import type { LockChange } from '../lock/change.ts';
import { copiesSentence } from '../lock/copies.ts';
import { changeLine, commitsLine, datesLine } from '../lock/lock-change-line.ts';
import { showRevision } from '../words/format.ts';
import { withoutControls } from '../words/without-controls.ts';
import { chosenWords } from './chosen-revision.ts';
import { emptyReview, type LockReview } from './lock-review.ts';
import { kindNames, reviewRows, summaryLine } from './report.ts';

/** Text from a lock is foreign: nothing in it may become markup, a mention or a new cell. */
const escaped = (text: string): string =>
  withoutControls(text)
    .replace(/[\\`*_{}[\]()#+!|~]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@\u200b');

const alarmLines = (changes: readonly LockChange[]): readonly string[] => {
  const lines = changes.flatMap((change) =>
    change.alarms.map((alarm) => `- **${escaped(change.path)}**: ${alarm}, ${alarmTexts[alarm]}`),
  );
  return lines.length === 0 ? [] : ['### Alarms', '', ...lines, ''];
};

const cells = (row: readonly string[]): string => `| ${row.join(' | ')} |`;

const link = (change: LockChange): string => {
  const commits = commitsLine(change);
  if (change.compareUrl === null) return escaped(commits ?? '');
  return `[${escaped(commits ?? 'compare')}](<${change.compareUrl}>)`;
};

const breakingLines = ({ breaking }: LockReview): readonly string[] =>
  breaking.length === 0
    ? []
    : [
        '### What may break',
        '',
        ...breaking.map(
          ({ input, source, text, revision }) =>
            `- **${escaped(input)}** (${source}${revision === null ? '' : ` ${showRevision(revision)}`}): ${escaped(text)}`,
        ),
        '',
      ];

/** A pull request shows the newest ones, folded. */
const mostSubjects = 30;

const subjectLines = ({ subjects }: LockReview): readonly string[] =>
  Object.entries(subjects).flatMap(([path, listed]): readonly string[] => {
    if (listed.length === 0) return [];
    const shown = listed.slice(0, mostSubjects);
    const rest = listed.length - shown.length;
    return [
      '',
      `<details><summary>Commits of ${escaped(path)}</summary>`,
      '',
      ...shown.map(({ revision, subject }) => `- ${showRevision(revision)} ${escaped(subject)}`),
      ...(rest === 0 ? [] : [`- and ${rest} more`]),
      '',
      '</details>',
    ];
  });

const copiesLines = ({ copies }: LockReview): readonly string[] =>
  copies.length === 0
    ? []
    : [
        '',
        '### Copies in the lock',
        '',
        ...copies.map(
          (one) => `- ${escaped(copiesSentence(one))}: ${escaped(one.paths.join(', '))}`,
        ),
      ];

/**
 * The difference as Markdown, for pull requests: alarms, what may break, a
 * table, then commits and copies. No newline at the end.
 */
export const lockDifferenceMarkdown = (
  changes: readonly LockChange[],
  review: LockReview = emptyReview,
): string => {
  const head = ['## Lock changes', '', `${summaryLine(changes)}.`];
  if (changes.length === 0) return head.join('\n');
  const rows = reviewRows(changes).map(({ change, folded }) =>
    cells([
      escaped(change.path) + (folded === 0 ? '' : ` and ${folded} below`),
      kindNames[change.kind],
      escaped(
        change.chosen === undefined
          ? changeLine(change)
          : `${changeLine(change)}, ${chosenWords(change.chosen, change.chosen.tip)}`,
      ),
      escaped(datesLine(change) ?? ''),
      link(change),
      change.alsoMoves.map(escaped).join(', '),
    ]),
  );
  return [
    ...head,
    '',
    ...alarmLines(changes),
    ...breakingLines(review),
    cells(['Input', 'Kind', 'Change', 'Date', 'Commits', 'Also moves']),
    cells(['---', '---', '---', '---', '---', '---']),
    ...rows,
    ...subjectLines(review),
    ...copiesLines(review),
  ].join('\n');
};
