import type { Command } from '../command.ts';
import type { Failure } from '../failure.ts';
import { counted, hostList } from '../words/sentences.ts';

/** What opening a pull request does besides the commit, known before. */
export interface RequestPlan {
  /** The branch that it is merged into, and that is taken back here. */
  readonly into: string;
  /** Every command that changes something, with words in capitals for what is not known before the commit. */
  readonly commands: readonly Command[];
  /** Commits of the branch that were not pushed: the request brings them too, as `abc Its subject`. */
  readonly carried: readonly string[];
  /** Hosts that do not run what was tested. */
  readonly undeployed: readonly string[];
  /** What keeps it from being opened, as far as that is known; absent where nothing is known. */
  readonly problem?: RequestProblem;
}

/**
 * Why a pull request is not opened. `sure`: until somebody changes something; `by-hand`: a person opens it by a link;
 * `unsure`: the forge did not say what is open there, and may do so later.
 */
export interface RequestProblem {
  readonly kind: 'sure' | 'by-hand' | 'unsure';
  readonly failure: Failure;
  /** What happened, and what to do, as sentences. */
  readonly why: string;
}

const problemWords = ({ kind, why }: RequestProblem): string => {
  switch (kind) {
    case 'sure':
      return `No pull request will be opened, and the branch is pushed alone. ${why}`;
    case 'by-hand':
      return `The branch is pushed, and the pull request is opened by hand. ${why}`;
    case 'unsure':
      return `It is not sure that the pull request can be opened. ${why}`;
  }
};

/** What a person should know before such a request is opened; none where nothing is special. */
export const requestWarnings = ({
  into,
  carried,
  undeployed,
  problem,
}: RequestPlan): readonly string[] => [
  ...(problem === undefined ? [] : [problemWords(problem)]),
  ...(carried.length === 0
    ? []
    : [
        `${counted(carried.length, 'commit')} of ${into} ${carried.length === 1 ? 'is' : 'are'} not pushed, and ${carried.length === 1 ? 'comes' : 'come'} with the request:`,
        ...carried.map((line) => `  ${line}`),
      ]),
  ...(undeployed.length === 0
    ? []
    : [
        `${hostList(undeployed)} ${undeployed.length === 1 ? 'does' : 'do'} not run what was tested. Afterwards ${into} is back at the lock before, and a deploy from there has the old lock. To deploy first: nixup deploy`,
      ]),
];
