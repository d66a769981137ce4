import type { StorePath } from '../../model/nix/store-path.ts';
import type { ActionContext } from '../action.ts';

/** The log of a builder: the lines that were received, and those that are not in memory from the log that Nix keeps once it ended. */
export const openBuilderLog = (
  context: ActionContext,
  derivation: StorePath,
  isAtWork = false,
): void => {
  context.ui({ type: 'log-opened', host: derivation });
  const known = context.state().app.builderLogs[derivation];
  if (known !== undefined && (known.dropped === 0 || known.isPaged === true || isAtWork)) return;
  const engine = context.engine();
  if (engine === undefined) return;
  context.start(async () => {
    await engine.build.readLog(derivation);
  });
};
