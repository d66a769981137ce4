import type { RunResult } from '../../state/run.ts';
import { tellsLines } from '../arguments/rows.ts';
import { findSubcommand } from '../arguments/subcommands.ts';
import { type AnswerError, refusalDocument } from './refusal.ts';
import type { RunFacts } from './run-facts.ts';

/** The result of a run that was refused before it began. */
export const refusedRun = (summary: string, exitCode: number): RunResult => ({
  ok: false,
  exitCode,
  hosts: {},
  commit: null,
  build: null,
  summary,
});

/** The last line of a run with `--json`. */
export const resultLine = (result: RunResult, { run, inputs }: RunFacts, at: number): object => ({
  type: 'result',
  at,
  run,
  ok: result.ok,
  exitCode: result.exitCode,
  summary: result.summary,
  reason: result.ok ? null : result.summary,
  inputs,
  hosts: result.hosts,
  commit: result.commit,
  pullRequest: result.pullRequest ?? null,
  ...((result.alarms ?? []).length === 0 ? {} : { alarms: result.alarms }),
  ...(result.unpushed === undefined ? {} : { unpushed: result.unpushed }),
  ...(result.build === null ? {} : { build: result.build }),
  ...(result.active === undefined ? {} : { active: result.active }),
});

/**
 * What `--json` prints where a command line came to no work: the result of a run, or a document in
 * place of an answer, as its subcommand prints them.
 */
export const refusedAnswer = (
  argv: readonly string[],
  exitCode: number,
  refusal: AnswerError,
  at: number,
): object => {
  const row = findSubcommand(argv.find((word) => !word.startsWith('-')) ?? '');
  const flags = argv.map((word) => word.replace(/^--/, ''));
  return row !== undefined && tellsLines(row, flags)
    ? resultLine(refusedRun(refusal.what, exitCode), { run: null, inputs: [] }, at)
    : refusalDocument(exitCode, [refusal]);
};
