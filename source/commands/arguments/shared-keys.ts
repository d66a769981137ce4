import { type KeyProblem, keyProblems } from '../../model/config/key-conflicts.ts';
import type { Config } from '../../model/config/settings.ts';

/** Keys of `[keys]` that two actions share. The table of actions is loaded only where somebody has keys of their own. */
export const findSharedKeys = async (keys: Config['keys']): Promise<readonly KeyProblem[]> => {
  if (Object.keys(keys).length === 0) return [];
  const { actionTable } = await import('../../actions/table.ts');
  return keyProblems(keys, actionTable).filter(({ kind }) => kind === 'shared');
};
