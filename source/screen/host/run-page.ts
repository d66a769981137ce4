import { ownCommitUrl } from '../../model/forge/own-commit.ts';
import { showGeneration } from '../../model/host/generation.ts';
import { shortSystem } from '../../model/host/system-version.ts';
import type { InputMove } from '../../model/past/input-moves.ts';
import { showDuration, showMoment, showTime } from '../../model/words/format-time.ts';
import { padText, type Tone, widthOf } from '../../model/words/line.ts';
import { outcomeIn } from '../../state/outcome.ts';
import { lockedMove, moveAlarms } from '../../state/past/compare-words.ts';
import type { RunStory } from '../../state/past/run-story.ts';
import {
  endingOf,
  type HostOutcome,
  type HostOutcomeStatus,
  type RunSummary,
} from '../../state/run.ts';
import { cutWords, openWords, startLostWords, unreadWords } from '../../state/run-words.ts';
import type { AppState } from '../../state/state.ts';
import { endingSign, glyph } from '../glyphs.ts';
import type { TonedText } from '../overlay.ts';
import { stepSign, stepWords } from '../texts/steps.ts';
import { plain, quiet } from '../toned.ts';
import { outcomeSign } from './past-sections.ts';

/** A row of a table: a sign, and cells of which the last one wraps below itself. */
interface TableRow {
  readonly sign: string;
  readonly tone: Tone;
  readonly cells: readonly string[];
}

const gap = '  ';

/** Rows in columns below their titles; every column but the last is as wide as its widest cell. */
const table = (titles: readonly string[], rows: readonly TableRow[]): readonly TonedText[] => {
  if (rows.length === 0) return [];
  const widths = titles.map((title, column) =>
    Math.max(widthOf(title), ...rows.map(({ cells }) => widthOf(cells[column] ?? ''))),
  );
  const rowText = (sign: string, cells: readonly string[]): string =>
    `${sign} ${cells
      .map((cell, column) =>
        column === titles.length - 1 ? cell : padText(cell, widths[column] ?? 0),
      )
      .join(gap)}`.trimEnd();
  const hang = widths.slice(0, -1).reduce((sum, width) => sum + width + gap.length, 2);
  return [
    plain(''),
    quiet(rowText(' ', titles)),
    ...rows.map(({ sign, tone, cells }) => ({ text: rowText(sign, cells), tone, hang })),
  ];
};

const durationOf = (tookMs: number | null): string => (tookMs === null ? '' : showDuration(tookMs));

const stepRows = ({ steps }: RunStory): readonly TableRow[] =>
  steps.map(({ stage, at, tookMs, state }) => {
    const isCutOff = state.kind === 'running';
    return {
      sign: isCutOff ? glyph.look : stepSign(state, false),
      tone: state.kind === 'failed' ? 'bad' : isCutOff ? 'warn' : 'plain',
      cells: [
        stage,
        showTime(at),
        durationOf(tookMs),
        isCutOff ? 'no end of it is known' : stepWords(state, at),
      ],
    };
  });

const outcomeTone = (status: HostOutcomeStatus): Tone => {
  switch (status) {
    case 'succeeded':
    case 'unchanged':
      return 'plain';
    case 'unhealthy':
    case 'failed':
    case 'rolledBack':
      return 'bad';
    case 'pending':
    case 'skipped':
    case 'canceled':
      return 'muted';
  }
};

const systemWords = (host: string, { from, to }: HostOutcome): string => {
  if (to === null) return from === null ? '' : shortSystem(from, host);
  return from === null || from === to
    ? shortSystem(to, host)
    : `${shortSystem(from, host)} ${glyph.arrow} ${shortSystem(to, host)}`;
};

const hostRows = (run: RunSummary, story: RunStory): readonly TableRow[] =>
  Object.entries(run.ending?.result.hosts ?? {}).map(([host, outcome]) => {
    const [sign] = outcomeSign(run, outcome);
    const generation = outcome.generation === null ? '' : `, ${showGeneration(outcome.generation)}`;
    return {
      sign,
      tone: outcomeTone(outcome.status),
      cells: [
        host,
        `${outcomeIn(run.goal, outcome)}${generation}`,
        durationOf(story.hosts[host]?.tookMs ?? null),
        [systemWords(host, outcome), outcome.reason ?? '']
          .filter((words) => words !== '')
          .join(' · '),
      ],
    };
  });

const inputRows = (inputs: readonly InputMove[]): readonly TableRow[] =>
  inputs.map((move) => {
    const alarms = moveAlarms(move);
    return {
      sign: alarms === '' ? ' ' : glyph.look,
      tone: alarms === '' ? 'plain' : 'warn',
      cells: [
        move.input,
        [lockedMove(move.from, move.to), alarms === '' ? '' : `alarm: ${alarms}`]
          .filter((words) => words !== '')
          .join(' · '),
      ],
    };
  });

const headTone = {
  well: 'plain',
  partly: 'warn',
  unhealthy: 'bad',
  canceled: 'muted',
  failed: 'bad',
} as const;

/** How it ended, with its sign; its time, who began it, and its commit. */
const headLines = (run: RunSummary, git: AppState['git']): readonly TonedText[] => {
  const { ending } = run;
  const kind = ending === null ? null : endingOf(ending.result.exitCode);
  const commit = ending?.result.commit ?? null;
  const page = commit === null ? null : ownCommitUrl(git, commit);
  return [
    kind === null
      ? plain(openWords(run))
      : {
          text: `${endingSign[kind].sign} ${ending?.result.summary ?? ''}`,
          tone: headTone[kind],
          hang: 2,
        },
    quiet(
      [
        `${showMoment(run.startedAt)} UTC`,
        ending === null
          ? 'no end of it is known'
          : `took ${showDuration(ending.at - run.startedAt)}`,
        ...(run.by === undefined ? [] : [`by ${run.by}`]),
        `run ${run.id}`,
      ].join(' · '),
    ),
    ...(run.isStartLost === undefined ? [] : [plain(startLostWords)]),
    ...(run.unread === undefined ? [] : [plain(unreadWords(run.unread))]),
    ...(run.isCut === undefined ? [] : [plain(cutWords)]),
    ...(commit === null
      ? []
      : [{ ...plain(`commit ${commit}`), ...(page === null ? {} : { link: page }) }]),
  ];
};

/** A story of which nothing is read yet. */
const noStory: RunStory = { steps: [], hosts: {} };

const inputTable = ({ inputs = [] }: RunSummary): readonly TonedText[] =>
  table(
    ['INPUT', `FROM ${glyph.arrow} TO, ${inputs.length} since the run before`],
    inputRows(inputs),
  );

/** What is known of a run without its journal: its hosts and its inputs. */
export const runTables = (run: RunSummary): readonly TonedText[] => [
  ...table(
    ['HOST', 'RESULT', 'SYSTEM, REASON'],
    // How long a host took stands in the journal alone.
    hostRows(run, noStory).map((row) => ({ ...row, cells: row.cells.toSpliced(2, 1) })),
  ),
  ...inputTable(run),
];

/** A run of the past as the page of a CI has it: how it ended, its steps with their times, hosts, inputs. */
export const runPageText = (
  run: RunSummary,
  story: RunStory = noStory,
  git: AppState['git'] = null,
): readonly TonedText[] => [
  ...headLines(run, git),
  ...table(['STEP', 'BEGAN', 'TOOK', 'RESULT'], stepRows(story)),
  ...table(['HOST', 'RESULT', 'TOOK', 'SYSTEM, REASON'], hostRows(run, story)),
  ...inputTable(run),
];
