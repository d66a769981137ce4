import type { LockChange } from './lock.ts';
import { alarmTexts } from './lock-alarm-texts.ts';
import { changeLine, commitsLine, datesLine } from './lock-change-line.ts';
import { withoutControls } from './lock-describe.ts';
import { kindNames, reviewRows, summaryLine } from './lock-summary.ts';

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

/** The difference as Markdown, for pull requests: alarms, then a table. No newline at the end. */
export const lockDifferenceMarkdown = (changes: readonly LockChange[]): string => {
  const head = ['## Lock changes', '', `${summaryLine(changes)}.`];
  if (changes.length === 0) return head.join('\n');
  const rows = reviewRows(changes).map(({ change, folded }) =>
    cells([
      escaped(change.path) + (folded === 0 ? '' : ` and ${folded} below`),
      kindNames[change.kind],
      escaped(changeLine(change)),
      escaped(datesLine(change) ?? ''),
      link(change),
      change.alsoMoves.map(escaped).join(', '),
    ]),
  );
  return [
    ...head,
    '',
    ...alarmLines(changes),
    cells(['Input', 'Kind', 'Change', 'Date', 'Commits', 'Also moves']),
    cells(['---', '---', '---', '---', '---', '---']),
    ...rows,
  ].join('\n');
};
