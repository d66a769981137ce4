import type { StorePath } from '../../model/nix/store-path.ts';
import type { ActionContext } from '../action.ts';

/** The log of a builder: the lines that were received, else the log that Nix keeps. */
export const openBuilderLog = (context: ActionContext, derivation: StorePath): void => {
  context.ui({ type: 'log-opened', host: derivation });
  if (context.state().app.builderLogs[derivation] !== undefined) return;
  const engine = context.engine();
  if (engine === undefined) return;
  context.start(async () => {
    await engine.build.readLog(derivation);
  });
};
