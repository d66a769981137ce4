import { type Command, showCommand } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import { redact } from '../../parsers/redact.ts';
import type { CommandRecord } from '../../state/events.ts';

const endingOf = (result: Result<unknown, Failure>): string => {
  if (result.ok) return 'done';
  const { failure } = result;
  return failure.code === 'command-failed' ? `exit ${failure.exitCode}` : failure.code;
};

/** A command that ran, for the list behind `@`; secrets never reach it. */
export const recordCommand = (
  command: Command,
  startedAt: number,
  tookMs: number,
  result: Result<unknown, Failure>,
  does: string | undefined,
): CommandRecord => ({
  does: does ?? null,
  line: redact(showCommand(command)),
  host: command.host ?? null,
  startedAt,
  tookMs,
  ending: endingOf(result),
});
