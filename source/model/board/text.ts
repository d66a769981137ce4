import { fitText, widthOf, wrapText } from '../words/line.ts';
import { counted } from '../words/sentences.ts';
import { type CheckRow, type CheckState, checkGroups, countStates, inGroups } from './board.ts';

const words: Readonly<Record<CheckState, string>> = {
  green: '✓',
  red: '✗',
  warning: '!',
  'not-set-up': '·',
  checking: '…',
};

const asciiWords: Readonly<Record<CheckState, string>> = {
  green: 'ok',
  red: 'XX',
  warning: '! ',
  'not-set-up': '- ',
  checking: '..',
};

const titles: Readonly<Record<CheckRow['group'], string>> = {
  git: 'Git',
  lock: 'Lock',
  tasks: 'Tasks',
  nix: 'Nix',
  monitoring: 'Monitoring',
  config: 'Config',
  hosts: 'Hosts',
};

/** The last line: how many rows are of which state. */
const boardSummary = (rows: readonly CheckRow[]): string => {
  const counts = countStates(rows);
  const parts = [
    counts.red > 0 ? `${counts.red} failed` : '',
    counts.warning > 0 ? counted(counts.warning, 'warning') : '',
    `${counts.green} passed`,
    counts['not-set-up'] > 0 ? `${counts['not-set-up']} not set up` : '',
    counts.checking > 0 ? `${counts.checking} running` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
};

/** The board as plain text, one block for each group, at most so many cells wide. */
export const boardText = (
  rows: readonly CheckRow[],
  width = 100,
  options: { readonly ascii?: boolean } = {},
): string => {
  const glyphs = options.ascii === true ? asciiWords : words;
  const ellipsis = options.ascii === true ? '...' : '…';
  const markWidth = options.ascii === true ? 2 : 1;
  const labelWidth = Math.min(24, Math.max(0, ...rows.map(({ label }) => widthOf(label))));
  const start = 2 + markWidth + 1 + labelWidth + 2;
  const room = Math.max(20, width - start);
  const indent = ' '.repeat(start);
  const lines: string[] = [];
  const sorted = inGroups(rows);
  for (const group of checkGroups) {
    const own = sorted.filter((one) => one.group === group);
    if (own.length === 0) continue;
    lines.push(`${lines.length === 0 ? '' : '\n'}${titles[group]}`);
    for (const one of own) {
      const needsWords = one.state === 'not-set-up' ? `not set up: ${one.evidence}` : one.evidence;
      const [first = '', ...more] = wrapText(needsWords, room);
      lines.push(
        `  ${fitText(glyphs[one.state], markWidth)} ${fitText(one.label, labelWidth, ellipsis)}  ${first}`.trimEnd(),
      );
      lines.push(...more.map((line) => indent + line));
      if (one.remedy === null || one.state === 'green') continue;
      if (one.remedy.text !== '')
        lines.push(...wrapText(one.remedy.text, room).map((line) => indent + line));
      // A command is never broken: it is there to be copied.
      if (one.remedy.command != null) lines.push(`${indent}$ ${one.remedy.command}`);
    }
  }
  return `${lines.join('\n')}\n\n${boardSummary(rows)}\n`;
};

/** The answer of `nixup check --json`. */
export const boardJson = (
  rows: readonly CheckRow[],
): {
  readonly version: 1;
  readonly rows: readonly CheckRow[];
  readonly summary: Readonly<Record<CheckState, number>>;
} => ({ version: 1, rows: inGroups(rows), summary: countStates(rows) });
