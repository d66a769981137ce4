import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { keyName } from '../../screen/key-names.ts';
import type { ActionContext } from '../action.ts';
import { tell } from './tell.ts';

/** Says what an editor or a pager could not do; answers whether all went well. */
export const tellToolFailure = <Value>(
  context: ActionContext,
  done: Result<Value, Failure>,
): done is Extract<Result<Value, Failure>, { ok: true }> => {
  if (done.ok) return true;
  const { what, next } = explain(done.failure);
  tell(context, `${what} ${adviceLine(next)}`, 'bad');
  return false;
};

/** Opens a file of the flake that must be corrected, and tells the next step. */
export const openToMend = async (
  context: ActionContext,
  path: string,
  line: number | null,
): Promise<void> => {
  const edited = await context.terminal.editFile(path, line);
  if (tellToolFailure(context, edited))
    tell(context, `${keyName('test-all')} tests again when it is corrected`);
};
