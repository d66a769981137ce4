import { type CheckRow, isAnswered } from '../../model/board/board.ts';
import { counted } from '../../model/words/sentences.ts';
import type { StageState } from '../stage.ts';
import type { AppState } from '../state.ts';

/**
 * Red rows that make every later step impossible or wrong. The others (a host
 * asleep, a firing alert, an open task) are for the person to weigh.
 */
const blocking: ReadonlySet<string> = new Set([
  'git.repository',
  'git.conflicts',
  'lock.file',
  'nix.version',
  'nix.hosts',
  'config.file',
]);

export const stops = ({ id }: CheckRow): boolean => blocking.has(id);

export const redRows = (rows: readonly CheckRow[]): readonly CheckRow[] =>
  rows.filter(({ state }) => state === 'red');

/** What is wrong, in one line. */
export const describeRows = (rows: readonly CheckRow[]): string =>
  rows.map(({ label, evidence }) => `${label}: ${evidence}`).join('; ');

/** The step check by the rows of a board whose questions are answered. Pure. */
export const judgeBoard = (rows: readonly CheckRow[], at: number): StageState => {
  const red = redRows(rows);
  const stopping = red.filter(stops);
  if (stopping.length > 0) return { kind: 'failed', reason: describeRows(stopping), at };
  return red.length > 0
    ? {
        kind: 'partly',
        ending: 'partly',
        evidence: `${counted(rows.length, 'check')}, ${red.length} failed that ${red.length === 1 ? 'stops' : 'stop'} nothing: ${red.map(({ label }) => label).join(', ')}`,
        at,
      }
    : { kind: 'passed', evidence: `${counted(rows.length, 'check')}, none failed`, at };
};

/**
 * The state with the step check as its board says now: a step is not ticked while a row of its
 * evidence says otherwise, whatever answered that row again. A step that was not done, runs, or was
 * closed by a person stays. Pure.
 */
export const withCheckByBoard = (app: AppState, at: number): AppState => {
  const { check } = app.stages;
  const isJudged = check.kind === 'passed' || check.kind === 'partly' || check.kind === 'failed';
  if (!isJudged || app.board.length === 0 || !isAnswered(app.board)) return app;
  return { ...app, stages: { ...app.stages, check: judgeBoard(app.board, at) } };
};
