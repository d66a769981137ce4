import { noWatchWords, type SignOff } from '../../model/watch/run-watch.ts';
import { confirmSignEarly, signMenu, watchMenu } from '../../screen/dialogs/menu-watch.ts';
import type { Wish } from '../../screen/wish.ts';
import type { ActionContext } from '../action.ts';
import { tell } from './tell.ts';
import { tellToolFailure } from './tools.ts';

type SignWish = Extract<
  Wish,
  { readonly kind: 'plan-sign' | 'plan-sign-early' | 'sign' | 'sign-trouble' }
>;

const watchOf = (context: ActionContext, run: string) =>
  context.state().app.watches.find((watch) => watch.run === run);

/** The newest watch that is not closed, else the newest; undefined where no run deployed lately. */
export const openReport = (context: ActionContext, run: string | null = null): void => {
  const { watches } = context.state().app;
  const watch = run === null ? watches[0] : watchOf(context, run);
  if (watch === undefined) tell(context, `${noWatchWords}: there is no watch report`);
  else context.ui({ type: 'opened', overlay: watchMenu(watch, context.now()) });
};

const record = (
  context: ActionContext,
  run: string,
  host: string,
  trouble: SignOff['trouble'] | null,
): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  context.start(async () => {
    const isKept = await engine.health.signOff(run, host, trouble);
    const watch = watchOf(context, run);
    if (watch !== undefined)
      context.ui({ type: 'opened', overlay: watchMenu(watch, context.now(), `sign-${host}`) });
    if (!isKept) tell(context, `${host}: what you said could not be recorded`, 'warn');
  });
};

/** A person writes what is wrong with a host. */
const describe = async (
  context: ActionContext,
  { run, host, area }: Extract<SignWish, { readonly kind: 'sign-trouble' }>,
): Promise<void> => {
  const written = await context.terminal.editNote(`trouble-${host}-${area}.txt`, '', [
    `What is wrong with the ${area} of ${host} since the run ${run}?`,
    'For example: no sound after it wakes up; the browser closes at once.',
    'It stands in the report of the watch. Without a text nothing is signed.',
  ]);
  if (!tellToolFailure(context, written)) return;
  const text = (written.value ?? '').replaceAll(/\s*\n\s*/g, ' ');
  if (text === '') tell(context, `${host}: not signed, because nothing was written`, 'warn');
  else record(context, run, host, [{ area, text }]);
};

/** What a person says of a host after a run. */
export const performSignWish = (context: ActionContext, wish: SignWish): void => {
  switch (wish.kind) {
    case 'plan-sign': {
      const watch = watchOf(context, wish.run);
      if (watch !== undefined)
        context.ui({ type: 'opened', overlay: signMenu(watch, wish.host, context.now()) });
      return;
    }
    case 'plan-sign-early': {
      const watch = watchOf(context, wish.run);
      if (watch !== undefined)
        context.ui({
          type: 'opened',
          overlay: confirmSignEarly(watch, wish.host, context.now()),
        });
      return;
    }
    case 'sign':
      record(context, wish.run, wish.host, wish.trouble);
      return;
    case 'sign-trouble':
      context.start(() => describe(context, wish));
      return;
  }
};
