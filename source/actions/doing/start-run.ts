import type { Engine } from '../../engine/contract.ts';
import { showKey } from '../../keys.ts';
import { unpushedWords } from '../../state/left-over.ts';
import { endingOf, type RunResult } from '../../state/run.ts';
import { nextStage, type StageName } from '../../state/stage.ts';
import type { ActionContext } from '../action.ts';
import { inKeys } from './in-keys.ts';
import { tell } from './tell.ts';

/** The key of an action, as the person has set it. */
const keyOf = ({ table }: ActionContext, id: string): string | null => {
  const [key] = table.find((row) => row.id === id)?.keys ?? [];
  return key === undefined ? null : showKey(key);
};

/** A commit that the remote does not have yet is told at once, with the key that pushes. */
export const pushWords = (context: ActionContext): string | null => {
  const words = unpushedWords(context.state().app);
  const key = keyOf(context, 'push');
  return words === null || key === null ? words : `${words} (${key} pushes)`;
};

/**
 * The summary of a run, the key that rolls back an unhealthy host, and the next step, which is
 * always the one that the header shows.
 */
const withKeys = (
  context: ActionContext,
  { summary, hosts, ok, exitCode, next, commit }: RunResult,
): string => {
  const back = keyOf(context, 'rollback');
  const isSick = Object.values(hosts).some(({ status }) => status === 'unhealthy');
  const on = keyOf(context, 'move-on');
  const { app } = context.state();
  const { stages } = app;
  const stage = nextStage(app);
  const unpushed = ok && commit !== null ? pushWords(context) : null;
  const isFailed = (name: StageName): boolean => stages[name].kind === 'failed';
  return [
    inKeys(summary, context.state(), context.table),
    ...(unpushed === null ? [] : [` · ${unpushed}`]),
    ...(isSick && back !== null ? [` · ${back} offers the way back`] : []),
    ...(ok && next !== undefined && on !== null && stage !== undefined
      ? [`${summary.endsWith('.') ? '' : '.'} Next: ${stage} (${on})`]
      : !ok && exitCode === 1 && on !== null && stage !== undefined && isFailed(stage)
        ? [`${summary.endsWith('.') ? ' ' : ' · '}${on} shows what can be done`]
        : []),
  ].join('');
};

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

/** Runs a method of the engine and tells how it ended. */
export const startRun = (
  context: ActionContext,
  work: (engine: Engine) => Promise<RunResult>,
): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  context.start(async () => {
    const result = await work(engine);
    tell(context, withKeys(context, result), toneOf(result));
  });
};
