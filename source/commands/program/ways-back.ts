import { quoteWords } from '../../model/command.ts';
import type { RunResult } from '../../state/run.ts';

/** For each unhealthy host the command that rolls it back, ready to be copied. */
export const waysBack = (result: RunResult): readonly string[] =>
  Object.entries(result.hosts).flatMap(([host, { status }]) =>
    status === 'unhealthy'
      ? [
          `${host} is unhealthy. Back to the system it ran before: ${quoteWords(['nixup', 'rollback', host])}`,
        ]
      : [],
  );
