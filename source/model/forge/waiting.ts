import { showCommand } from '../command.ts';
import { showCommit } from '../words/format.ts';

/** A pull request of nixup's own that is open, and whose commit HEAD does not have. */
export interface WaitingRequest {
  readonly url: string;
  readonly revision: string;
  /** The branch that it is merged into. */
  readonly into: string;
}

/** `#7`, as forges call it; the whole address where it does not end with a number. */
export const requestNumber = (url: string): string => {
  const number = /\/(\d+)\/?$/.exec(url)?.[1];
  return number === undefined ? url : `#${number}`;
};

/**
 * The commands that bring the tested lock of a request onto hosts before the request is merged. Where
 * hosts are deployed from a commit, a system may carry the revision: then it is tested again first.
 */
export const deployWay = (revision: string, testsAgain = false): string =>
  [
    showCommand({ file: 'git', args: ['switch', '--detach', showCommit(revision)] }),
    ...(testsAgain ? ['nixup test'] : []),
    'nixup deploy',
  ].join(' && ');

/** Where the newest lock is, while HEAD does not have it. */
export const waitingCommit = ({ url, revision }: WaitingRequest): string =>
  `the commit ${showCommit(revision)} is in the open request ${url}, and not in HEAD`;

/** Said before a deploy from HEAD, which has an older lock than the request. */
export const deployWaiting = (waiting: WaitingRequest): string =>
  `Another lock waits: ${waitingCommit(waiting)}. To deploy that commit: ${deployWay(waiting.revision)}`;
