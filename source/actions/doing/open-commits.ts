import { commitsText } from '../../screen/texts/lock-lists.ts';
import type { ActionContext } from '../action.ts';
import { showText } from './show-text.ts';

/** The commits of a changed input: at once what is known, then every part as it is read. */
export const openCommits = (context: ActionContext, path: string): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  const title = `Commits of ${path}`;
  showText(context, title, commitsText(context.state().app, path, true));
  const redraw = (isReading: boolean): void => {
    const { app, ui } = context.state();
    if (ui.overlay?.kind !== 'text' || ui.overlay.title !== title) return;
    const lines = commitsText(app, path, isReading);
    context.ui({ type: 'opened', overlay: { ...ui.overlay, lines } });
  };
  context.start(async () => {
    await engine.inputs.loadCommits(path, () => redraw(true));
    redraw(false);
  });
};
