import { alarmTexts } from '../lock/alarm-texts.ts';
import type { LockChange } from '../lock/change.ts';
import { type CommitSubject, showCommitCount } from '../lock/commit-count.ts';
import { copiesSentence } from '../lock/copies.ts';
import { changeLine, commitsLine, datesLine, daysLine } from '../lock/lock-change-line.ts';
import { ownOf } from '../own-of.ts';
import { showRevision } from '../words/format.ts';
import { counted } from '../words/sentences.ts';
import { withoutControls } from '../words/without-controls.ts';
import { wrapWords } from '../words/wrap-words.ts';
import { chosenWords } from './chosen-revision.ts';
import { emptyReview, type LockReview } from './lock-review.ts';
import { type ChangeRow, kindNames, reviewRows, summaryLine } from './report.ts';

const indent = '      ';

/** Subjects of one input that a terminal shows. */
const mostSubjects = 10;

const rowLines = (
  { change, folded }: ChangeRow,
  pathWidth: number,
  width: number,
): readonly string[] => {
  const mark = change.alarms.length > 0 ? '!' : ' ';
  const facts = [datesLine(change), daysLine(change), commitsLine(change)].filter(
    (fact) => fact !== null,
  );
  return [
    ` ${mark} ${change.path.padEnd(pathWidth)}  ${kindNames[change.kind].padEnd(13)}  ${changeLine(change)}`,
    ...change.alarms.map((alarm) => `${indent}${alarm}: ${alarmTexts[alarm]}`),
    ...(change.chosen === undefined
      ? []
      : [`${indent}${chosenWords(change.chosen, change.chosen.tip)}`]),
    ...(facts.length === 0 ? [] : [`${indent}${facts.join('   ')}`]),
    ...(change.compareUrl === null ? [] : [`${indent}${change.compareUrl}`]),
    ...(folded === 0 ? [] : [`${indent}and ${counted(folded, 'input')} below it`]),
    ...(change.alsoMoves.length === 0
      ? []
      : wrapWords(`also moves ${change.alsoMoves.join(', ')}`, {
          first: indent,
          rest: `${indent}  `,
          width,
        })),
  ];
};

const subjectLines = (
  { commits }: LockChange,
  subjects: readonly CommitSubject[],
): readonly string[] => {
  const shown = subjects.slice(0, mostSubjects);
  const more = Math.max(subjects.length, commits?.count ?? 0) - shown.length;
  return [
    ...shown.map(({ revision, subject }) => `${showRevision(revision)} ${subject}`),
    ...(shown.length === 0 || more <= 0
      ? []
      : [`and ${showCommitCount({ count: more, exact: commits?.exact !== false })} more`]),
  ].map((line) => `${indent}  ${line}`);
};

/** The difference for a reader of plain text: a summary, then alarms first. No newline at the end. */
export const lockDifferenceText = (
  changes: readonly LockChange[],
  width = 100,
  { breaking, copies, subjects }: LockReview = emptyReview,
): string => {
  const rows = reviewRows(changes);
  const longest = Math.max(0, ...rows.map(({ change }) => change.path.length));
  const pathWidth = Math.min(longest, 40);
  return [
    summaryLine(changes),
    ...(rows.length === 0 ? [] : ['']),
    ...rows.flatMap((row) => [
      ...rowLines(row, pathWidth, width),
      ...subjectLines(row.change, ownOf(subjects, row.change.path) ?? []),
    ]),
    ...(breaking.length === 0 ? [] : ['', 'what may break']),
    ...breaking.map(({ input, source, text }) => `   ${input} (${source}): ${text}`),
    ...(copies.length === 0 ? [] : ['', 'copies in the lock']),
    ...copies.map((one) => `   ${copiesSentence(one)}`),
  ]
    .map(withoutControls)
    .join('\n');
};
