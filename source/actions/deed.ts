import type { Engine } from '../engine/contract.ts';
import { endingOf } from '../model/outcome-words.ts';
import type { RunResult } from '../model/run.ts';
import type { ActionContext } from './action.ts';
import { tell } from './tell.ts';

/** The sentence of a run, and the key that takes an unhealthy host back. */
const withKeys = ({ summary, hosts }: RunResult): string =>
  Object.values(hosts).some(({ status }) => status === 'unhealthy')
    ? `${summary} · r goes back`
    : summary;

const toneOf = ({ exitCode }: RunResult): 'good' | 'warn' | 'bad' => {
  switch (endingOf(exitCode)) {
    case 'well':
      return 'good';
    case 'partly':
    case 'canceled':
      return 'warn';
    case 'unhealthy':
    case 'failed':
      return 'bad';
  }
};

/** Runs a deed of the engine and says how it ended. */
export const deed = (
  context: ActionContext,
  work: (engine: Engine) => Promise<RunResult>,
): void => {
  const engine = context.engine();
  if (engine === undefined) {
    tell(context, 'nixup is still starting; press the key again in a moment', 'warn');
    return;
  }
  context.start(async () => {
    const result = await work(engine);
    tell(context, withKeys(result), toneOf(result));
  });
};
