import { moveWords, type PackageMove } from '../../model/past/package-moves.ts';
import { showRevision, showStorePath } from '../../model/words/format.ts';
import { showDuration, showMoment } from '../../model/words/format-time.ts';
import { cut } from '../../model/words/line.ts';
import { outcomeWords } from '../../state/outcome.ts';
import type { RunsCompared } from '../../state/past/compare.ts';
import { inputMoveWords, listed } from '../../state/past/compare-words.ts';
import type { BroughtInput, FleetGood, HostPast, PastSystem } from '../../state/past/systems.ts';
import { endingOf, type RunLine, type RunSummary } from '../../state/run.ts';
import { goalWord, isByMany, openWords } from '../../state/run-words.ts';
import { alignRows } from '../arguments/text-table.ts';

/** What a journal without its beginning does not say: the hosts are those that its other lines name. */
const lostWithStart = ({ by, lock }: Pick<RunSummary, 'by' | 'lock'>): readonly string[] => [
  'goal',
  'hosts',
  ...(by === undefined ? ['by'] : []),
  ...(lock == null ? ['lock'] : []),
];

/** A run as JSON has it. */
export const runDocument = ({ ending, open, unread, isCut, isStartLost, ...run }: RunSummary) => ({
  ...run,
  state: ending === null ? (open ?? 'interrupted') : 'ended',
  unreadLines: unread ?? 0,
  isCut: isCut ?? false,
  isStartLost: isStartLost ?? false,
  ...(isStartLost === undefined ? {} : { unknown: lostWithStart(run) }),
  endedAt: ending?.at ?? null,
  result: ending?.result ?? null,
});

const openState = ({ open = 'interrupted' }: RunLine): string => {
  switch (open) {
    case 'active':
      return 'running';
    case 'stopped':
      return 'stopped';
    case 'interrupted':
      return 'cut off';
    case 'unknown':
      return 'unknown';
  }
};

/** Cells of a summary in the list: it may be as long as a page, and stands whole in the run itself. */
const summaryCells = 80;

/** The list of past runs, newest first; by whom each was, where not all were by the same person. */
export const runsTable = (runs: readonly RunLine[]): readonly string[] => {
  const isShared = isByMany(runs);
  return alignRows([
    ['RUN', 'STARTED (UTC)', 'GOAL', ...(isShared ? ['BY'] : []), 'TOOK', 'ENDED', 'SUMMARY'],
    ...runs.map((run) => [
      run.id,
      showMoment(run.startedAt),
      goalWord(run),
      ...(isShared ? [run.by ?? '-'] : []),
      run.ending === null ? '-' : showDuration(run.ending.at - run.startedAt),
      run.ending === null ? openState(run) : endingOf(run.ending.result.exitCode),
      cut(run.ending?.result.summary ?? openWords(run), summaryCells),
    ]),
  ]);
};

/** All runs, where nothing narrows them and none is active. */
export const listText = (runs: readonly RunLine[]): string =>
  [...runsTable(runs), '', 'One run in full: nixup history RUN'].join('\n');

/** The same as JSON. */
export const listDocument = (runs: readonly RunSummary[]) => ({
  version: 1,
  active: null,
  recorded: runs.length,
  runs: runs.map(runDocument),
});

/** Who, with which lock, and what had moved: the head of a run in full. */
export const runFacts = (run: RunSummary): readonly string[] => [
  ...(run.by === undefined ? [] : [`by ${run.by}`]),
  ...(run.lock == null ? [] : [`lock ${run.lock}`]),
  ...(run.inputs === undefined
    ? []
    : ['inputs since the run before:', ...listed(run.inputs.map(inputMoveWords))]),
];

/** What moved a package, in one run. */
export interface BroughtPackage {
  readonly run: RunSummary;
  readonly hosts: readonly string[];
  readonly change: PackageMove;
}

/** The outcome tells whether a host got it. */
const hostWords = (run: RunSummary, host: string): string => {
  const status = run.ending?.result.hosts[host]?.status;
  return status === undefined || status === 'succeeded'
    ? host
    : `${host} (${outcomeWords[status]})`;
};

export const broughtLines = (brought: readonly BroughtPackage[]): readonly string[] =>
  alignRows([
    ['RUN', 'STARTED (UTC)', 'GOAL', 'PACKAGE', 'HOSTS'],
    ...brought.map(({ run, hosts, change }) => [
      run.id,
      showMoment(run.startedAt),
      goalWord(run),
      `${change.name} ${moveWords(change)}`,
      hosts.map((host) => hostWords(run, host)).join(', '),
    ]),
  ]);

/** What moved an input, with the hosts that were deployed with it. */
export const inputLines = (brought: readonly BroughtInput[]): readonly string[] =>
  alignRows([
    ['RUN', 'STARTED (UTC)', 'GOAL', 'INPUT', 'DEPLOYED TO'],
    ...brought.map(({ run, move, hosts }) => [
      run.id,
      showMoment(run.startedAt),
      goalWord(run),
      inputMoveWords(move),
      hosts.length === 0 ? 'no host' : hosts.join(', '),
    ]),
  ]);

const systemCells = (past: PastSystem | null): readonly string[] =>
  past === null
    ? ['-', '-', '-']
    : [showStorePath(past.system), past.lock ?? 'unknown', `${past.run}`];

export const knownGoodText = (
  pasts: readonly HostPast[],
  fleet: FleetGood | null,
): readonly string[] =>
  pasts.length === 0
    ? ['No run has deployed to a host yet. The first one: nixup deploy']
    : [
        ...alignRows([
          ['HOST', 'SYSTEM SINCE ITS LAST RUN', 'LOCK', 'RUN'],
          ...pasts.map(({ host, now }) => [host, ...systemCells(now)]),
        ]),
        '',
        ...alignRows([
          ['HOST', 'LAST KNOWN GOOD', 'LOCK', 'RUN'],
          ...pasts.map(({ host, knownGood }) => [host, ...systemCells(knownGood)]),
        ]),
        '',
        fleet === null
          ? 'No lock was well on all of these hosts.'
          : `Last known good of the fleet: lock ${fleet.lock}, since the run ${fleet.run} (${showMoment(fleet.at)} UTC)${fleet.commit === null ? '' : `, commit ${showRevision(fleet.commit)}`}.`,
        ...(fleet === null ? [] : [`Its lock again: nixup history --restore ${fleet.run}`]),
      ];

export const comparedDocument = ({ older, newer, ...rest }: RunsCompared) => ({
  older: runDocument(older),
  newer: runDocument(newer),
  ...rest,
});
