import type { Failure } from '../failure.ts';
import { explain } from './explain.ts';

/** Why commits were not counted or read. The address of a forge's question is long, and says no more than its host. */
export const whyUncounted = (failure: Failure): string =>
  failure.code === 'http-failed' && URL.canParse(failure.url)
    ? `${new URL(failure.url).host}: ${failure.detail}`
    : explain(failure).what;
