import type { CheckRow, CheckState } from '../../model/board/board.ts';
import { runningGeneration, runningKernel, showGeneration } from '../../model/host/generation.ts';
import { showAge } from '../../model/words/format-time.ts';
import type { HostState } from '../../state/state.ts';
import { keyName } from '../key-names.ts';
import type { TonedText } from '../overlay.ts';
import { plain, quiet } from '../toned.ts';
import { checkGroupWords } from './empty-views.ts';

/** The answer of a check as a word. */
export const checkWords: Readonly<Record<CheckState, string>> = {
  green: 'passed',
  red: 'failed',
  warning: 'warning',
  'not-set-up': 'not set up',
  checking: 'running',
};

/** When the youngest answer of the board was given, ms since the epoch; null before the first. */
export const lastAnswerAt = (rows: readonly CheckRow[]): number | null => {
  const times = rows.flatMap(({ askedAt }) => (askedAt === undefined ? [] : [askedAt]));
  return times.length === 0 ? null : Math.max(...times);
};

const hostWords = ({ facts, probe }: HostState): string | null => {
  if (facts === null || probe.kind !== 'answered') return null;
  const generation = runningGeneration(facts);
  const kernel = runningKernel(facts);
  return [
    ...(generation === undefined ? [] : [`runs ${showGeneration(generation.number)}`]),
    ...(facts.nixosVersion === null ? [] : [`NixOS ${facts.nixosVersion}`]),
    ...(kernel === null ? [] : [`kernel ${kernel}`]),
    ...(facts.failedUnits.length === 0 ? [] : [`failed: ${facts.failedUnits.join(', ')}`]),
  ].join(' · ');
};

const answeredWords = ({ state, askedAt }: CheckRow, now: number): string => {
  if (state === 'checking') return 'Being checked now.';
  return askedAt === undefined
    ? `Not checked yet; ${keyName('check')} runs all checks.`
    : `${checkWords[state].replace(/^./, (first) => first.toUpperCase())}, checked ${showAge(Math.max(0, now - askedAt))} ago; ${keyName('check')} checks again.`;
};

/** A row of the check board in full: its evidence, what mends it, its details, when it was asked, and of what it is one. */
export const checkText = (
  row: CheckRow,
  host: HostState | undefined,
  now: number,
): readonly TonedText[] => {
  const facts = row.group === 'hosts' && host !== undefined ? hostWords(host) : null;
  return [
    plain(row.evidence),
    ...(row.remedy === null
      ? []
      : [
          plain(''),
          ...(row.remedy.text === '' ? [] : [plain(row.remedy.text)]),
          ...(row.remedy.command == null
            ? []
            : [{ text: `  ${row.remedy.command}`, tone: 'accent' as const }]),
        ]),
    ...(row.detail.length === 0 ? [] : [plain(''), ...row.detail.map(quiet)]),
    plain(''),
    ...(facts === null ? [] : [plain(facts)]),
    quiet(answeredWords(row, now)),
    quiet(`One of the checks of ${row.group}: ${checkGroupWords[row.group]}.`),
  ];
};

/**
 * What the pane below the board says of a row: what mends it, what else is known, and when it was asked.
 * The evidence itself only where the row has no room for all of it.
 */
export const checkDetails = (
  row: CheckRow,
  { isCut, host }: { readonly isCut: boolean; readonly host: HostState | undefined },
  now: number,
): readonly TonedText[] => {
  const facts = row.group === 'hosts' && host !== undefined ? hostWords(host) : null;
  return [
    ...(isCut ? [plain(row.evidence)] : []),
    ...(row.remedy === null || row.remedy.text === '' ? [] : [plain(row.remedy.text)]),
    ...(row.remedy?.command == null
      ? []
      : [{ text: `$ ${row.remedy.command}`, tone: 'accent' as const }]),
    quiet(answeredWords(row, now)),
    ...(facts === null ? [] : [plain(facts)]),
    ...row.detail.map(quiet),
  ];
};
