import { counted } from '../../model/words/sentences.ts';
import { keyName } from '../../screen/key-names.ts';
import { lookedAt, narrowedWords, shownOf } from '../../screen/rows/shown-hosts.ts';
import type { ActionContext } from '../action.ts';
import { tell } from './tell.ts';

/** Why a step is not done: the filter hides each of its hosts. */
export const noneShownWords = (filter: string, hosts: number): string =>
  `the filter of the fleet (${filter}) shows none of its ${counted(hosts, 'host')}; ${keyName('back')} in the fleet shows all again`;

/**
 * What `T`, `D` and `m` do for all hosts: they act on those that the filter of the fleet
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

/** What `V` and `w` do: they look at the marked hosts, or at those that the view shows, and say which where it hides some. */
export const forLooked = (
  context: ActionContext,
  step: string,
  all: readonly string[],
  perform: (hosts: readonly string[]) => void,
): void => {
  const { hosts, hidden } = lookedAt(context.state(), all);
  if (hidden === null) perform(hosts);
  else if (hosts.length === 0)
    tell(
      context,
      `${step}: ${
        hidden.by === 'fleet'
          ? noneShownWords(hidden.filter, all.length)
          : `the filter of Health (${hidden.filter}) shows none of its ${counted(all.length, 'host')}; ${keyName('back')} shows all again`
      }`,
      'warn',
    );
  else {
    tell(
      context,
      hidden.by === 'fleet'
        ? narrowedWords(hidden.filter)
        : `only the hosts that the filter of Health shows (${hidden.filter})`,
    );
    perform(hosts);
  }
};
