import { causeLines } from '../../model/causes/test-causes.ts';
import type { RunResult } from '../../state/run.ts';
import type { Program } from './open.ts';

/**
 * Why a run failed, told at its end, so that nobody has to scroll: each cause once with its hosts,
 * and for failed hosts without a cause their last lines in the step that failed.
 */
export const failureTails = (
  program: Pick<Program, 'state' | 'lastLines'>,
  result: RunResult,
): readonly string[] => {
  const { causes } = program.state();
  const explained = new Set(causes.flatMap(({ hosts }) => hosts));
  const tails = Object.entries(result.hosts).flatMap(([host, { status }]) => {
    const lines = program.lastLines(host);
    if (status !== 'failed' || lines.length === 0 || explained.has(host)) return [];
    return [`last lines of ${host}:`, ...lines.map((line) => `    ${line}`)];
  });
  return [...causes.flatMap((cause) => ['', ...causeLines(cause)]), ...tails];
};
