import type { CheckRow } from '../../model/board/board.ts';
import { ownCommitUrl } from '../../model/forge/own-commit.ts';
import { oldCodeWords } from '../../model/host/old-code.ts';
import type { HostPackages } from '../../model/packages/packages-state.ts';
import { fitLine, type Line, muted } from '../../model/words/line.ts';
import type { LogRing } from '../../model/words/log.ts';
import { runningRevision } from '../../state/hosts.ts';
import { nameOf, shownAnswer } from '../../state/remembered.ts';
import type { RunSummary } from '../../state/run.ts';
import type { AppState, HostState } from '../../state/state.ts';
import { changesSection } from './changes-section.ts';
import { answerLines, nameLine, troubleLines } from './details.ts';
import { checkSection, unitsSection, watchSection } from './health-sections.ts';
import {
  askedSection,
  diskSection,
  loadSection,
  portsSection,
  silentSection,
} from './machine-sections.ts';
import { fillSections, type Section } from './pane-sections.ts';
import { deployedSection, historySection } from './past-sections.ts';
import { progressLines } from './progress.ts';
import { under, wrapped } from './section-lines.ts';
import {
  bootSection,
  generationsSection,
  kernelSection,
  madeOfSection,
  runsSection,
  wantsSection,
} from './system-sections.ts';
import { warnSection } from './warn-section.ts';

export interface HostTold {
  readonly host: HostState;
  readonly packages: HostPackages | undefined;
  readonly history: readonly RunSummary[];
  readonly board: readonly CheckRow[];
  readonly git: AppState['git'];
  readonly now: number;
}

/** What it runs and would run, and how it came to that. */
const systemSections = (
  { host, packages, history, git, now }: HostTold,
  cells: number,
): readonly Section[] => {
  const { facts } = host;
  const oldCode = host.probe.kind === 'failed' ? null : oldCodeWords(facts?.oldCode);
  return [
    runsSection(host, now, cells),
    answerLines(shownAnswer(host), now),
    wantsSection(host, cells),
    changesSection(host, packages, cells),
    ...(facts === null
      ? []
      : [
          warnSection(host, facts, cells),
          deployedSection(host, facts, history, { cells, now }),
          bootSection(host),
          kernelSection(facts),
          generationsSection(facts, cells),
          ...(oldCode === null ? [] : [under('old code', wrapped(oldCode, cells))]),
          madeOfSection(facts, runningRevision(host), ownCommitUrl(git, runningRevision(host))),
        ]),
  ];
};

/** How it is. */
const stateSections = (
  { host, history, board, now }: HostTold,
  cells: number,
): readonly Section[] => {
  const { facts } = host;
  return facts === null
    ? [silentSection(host), historySection(host, history, cells)]
    : [
        unitsSection(host, cells),
        loadSection(facts),
        diskSection(facts, cells),
        historySection(host, history, cells),
        watchSection(host, cells, now),
        checkSection(board, host, cells),
        portsSection(facts, cells),
        askedSection(host, facts, { cells, now }),
      ];
};

/** Below each other, the state before how it came to it. */
const inOneColumn = (told: HostTold, cells: number): readonly Section[] => {
  const [runs = [], answer = [], wants = [], changes = [], ...more] = systemSections(told, cells);
  return [runs, answer, wants, changes, ...stateSections(told, cells), ...more];
};

/** Two columns need so many cells. */
export const twoColumns = 100;

/** Two columns, the second one from so many cells on. */
export const besideEachOther = (
  left: readonly Line[],
  right: readonly Line[],
  cells: number,
): readonly Line[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, index): Line => {
    const other = right[index];
    const line = left[index] ?? [];
    return other === undefined ? line : [...fitLine(line, cells), ...other];
  });

/** In one column or in two, by the window alone: what is said of a host, and a message, never turn one into the other. */
export const sectionLines = (
  told: HostTold,
  rows: number,
  columns: number,
  isInTwo: boolean,
): readonly Line[] => {
  if (!isInTwo) return fillSections(inOneColumn(told, columns), rows, columns);
  const half = Math.floor(columns / 2);
  return besideEachOther(
    fillSections(systemSections(told, half), rows, half - 1),
    fillSections(stateSections(told, columns - half), rows, columns - half),
    half,
  );
};

/** What is told of in the whole width: trouble, and what is built now. */
export const headLines = (host: HostState, columns: number, now: number): readonly Line[] => [
  nameLine(host.entry),
  ...troubleLines(host, columns),
  ...progressLines(host, columns, now),
];

export type Known = Pick<AppState, 'packages' | 'history' | 'board' | 'logs' | 'git'>;

export const toldOf = (host: HostState, known: Known, now: number): HostTold => ({
  host,
  packages: known.packages[nameOf(host)],
  history: known.history,
  board: known.board,
  git: known.git,
  now,
});

/** The last lines of its log, in the rows that are left. */
export const endOfLog = (log: LogRing | undefined, rows: number): readonly Line[] =>
  log === undefined || rows < 2
    ? []
    : under(
        'log',
        log.lines.slice(-rows).map((line): Line => [muted(line)]),
      );
