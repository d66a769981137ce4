import type { Failure } from '../failure.ts';
import { explain } from './explain.ts';

/**
 * Why commits were not counted or read. The address of a forge's question is long, and says no more than its host;
 * what git was asked stands before it.
 */
export const whyUncounted = (failure: Failure): string => {
  if (failure.code === 'http-failed' && URL.canParse(failure.url))
    return `${new URL(failure.url).host}: ${failure.detail}`;
  return failure.code === 'git-refused' ? `git: ${failure.detail}` : explain(failure).what;
};
