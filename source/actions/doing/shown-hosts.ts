import { counted } from '../../model/words/sentences.ts';
import { narrowedWords, shownOf } from '../../screen/rows/shown-hosts.ts';
import type { ActionContext } from '../action.ts';
import { tell } from './tell.ts';

/** Why a step is not done: the filter hides each of its hosts. */
export const noneShownWords = (filter: string, hosts: number): string =>
  `the filter of the fleet (${filter}) shows none of its ${counted(hosts, 'host')}; Esc in the fleet shows all again`;

/**
 * What `T`, `D`, `V`, `w` and `m` do for all hosts: they act on those that the filter of the fleet
 * shows, and say so where it hides some. Where it shows none of them, nothing is done.
 */
export const forShown = (
  context: ActionContext,
  step: string,
  hosts: readonly string[],
  perform: (hosts: readonly string[], narrowed: string | null) => void,
): void => {
  const { hosts: shown, narrowed } = shownOf(context.state(), hosts);
  if (narrowed === null) perform(shown, null);
  else if (shown.length === 0)
    tell(context, `${step}: ${noneShownWords(narrowed, hosts.length)}`, 'warn');
  else {
    tell(context, narrowedWords(narrowed));
    perform(shown, narrowed);
  }
};
