import { nearestName } from '../words/nearest.ts';

/**
 * What is needed to know of an action to check its keys: the model has no access to the key table.
 */
export interface KeyedAction {
  readonly id: string;
  readonly keys: readonly string[];
  /** Views in which it works; `everywhere` is all of them. */
  readonly where: readonly string[];
  /** The tabs of a host where it means something; absent: all. */
  readonly tabs?: readonly string[];
}

/** A place in `[keys]` that is wrong. */
export interface KeyProblem {
  /**
   * `shared`: two actions have the key, so it would do what nobody meant. The other kinds only do
   * nothing.
   */
  readonly kind: 'shared' | 'unknown';
  readonly path: readonly (string | number)[];
  readonly detail: string;
  readonly remedy: string;
}

const namedKeys: ReadonlySet<string> = new Set([
  'space',
  'enter',
  'escape',
  'tab',
  'shift-tab',
  'backspace',
  'delete',
  'up',
  'down',
  'left',
  'right',
  'pageup',
  'pagedown',
  'home',
  'end',
]);

/** Whether a terminal can send it: a character, a named key, or `^` and a letter. */
const isKey = (key: string): boolean =>
  namedKeys.has(key) || /^\^[a-z]$/.test(key) || (key !== ' ' && [...key].length === 1);

/** In the view of a host two actions meet where they share a tab. */
const shareTab = ({ tabs: one }: KeyedAction, { tabs: other }: KeyedAction): boolean =>
  one === undefined || other === undefined || one.some((tab) => other.includes(tab));

const meet = (one: KeyedAction, other: KeyedAction): boolean =>
  one.where.includes('everywhere') ||
  other.where.includes('everywhere') ||
  one.where.some(
    (place) => other.where.includes(place) && (place !== 'host' || shareTab(one, other)),
  );

/**
 * What is wrong with keys that a person gave to actions: an action or a key
 * that does not exist, and a key that two actions would share where both work.
 * Pure.
 */
export const keyProblems = (
  own: Readonly<Record<string, readonly string[]>>,
  actions: readonly KeyedAction[],
): readonly KeyProblem[] => {
  const ids = actions.map(({ id }) => id);
  const table = actions.map((action) => ({ ...action, keys: own[action.id] ?? action.keys }));
  const told = new Set<string>();
  return Object.entries(own).flatMap(([id, keys]): readonly KeyProblem[] => {
    const action = table.find((one) => one.id === id);
    if (action === undefined) {
      const nearest = nearestName(id, ids);
      return [
        {
          kind: 'unknown',
          path: ['keys', id],
          detail: `there is no action ${JSON.stringify(id)}`,
          remedy: nearest === null ? 'remove it' : `did you mean ${nearest}?`,
        },
      ];
    }
    return keys.flatMap((key, index): readonly KeyProblem[] => {
      const path = ['keys', id, index];
      if (!isKey(key))
        return [
          {
            kind: 'unknown',
            path,
            detail: `there is no key ${JSON.stringify(key)}`,
            remedy: `name a character, ^ and a letter, or one of: ${[...namedKeys].join(', ')}`,
          },
        ];
      const other = table.find(
        (one) => one.id !== id && one.keys.includes(key) && meet(one, action),
      );
      if (other === undefined) return [];
      const pair = [id, other.id].sort().join(' ');
      if (told.has(`${pair} ${key}`)) return [];
      told.add(`${pair} ${key}`);
      return [
        {
          kind: 'shared',
          path,
          detail: `the key ${JSON.stringify(key)} is given to ${id}, and it is the key of ${other.id}`,
          remedy: Object.hasOwn(own, other.id)
            ? 'give it to one action only'
            : `give ${id} another key, or ${other.id} one of its own: ${other.id} = ["KEY"]`,
        },
      ];
    });
  });
};
