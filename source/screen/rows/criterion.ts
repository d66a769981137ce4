import { showMoment } from '../../model/words/format-time.ts';

/** One host, input, unit or row of the board, as far as it decides about a criterion. */
export interface CriterionPart {
  readonly name: string;
  readonly state: 'met' | 'unmet' | 'open';
  /** What is known of it; empty where its sign says all. */
  readonly words: string;
}

/** What is behind a line of the success criteria, in short. */
export interface CriterionProof {
  /** `6 of 8 hosts`. */
  readonly short: string;
  /** The step or the run that found it; absent where it is read from what is there now. */
  readonly by?: string;
  /** When it was found, ms since the epoch; absent where it is of now. */
  readonly at?: number;
  /** In the order of the fleet. */
  readonly parts: readonly CriterionPart[];
}

/** A line of what makes a run of the runbook a success. */
export interface Criterion {
  /** Stable: a key of `--json`. */
  readonly id:
    | 'updated'
    | 'built'
    | 'deployed'
    | 'no-new-failure'
    | 'critical-running'
    | 'dashboards'
    | 'committed'
    | 'no-drift'
    | 'watched';
  readonly title: string;
  /** `met` has its evidence; `unmet` is known not to be so; `open`: not known yet; `not-set-up`: nothing can ever be known. */
  readonly state: 'met' | 'unmet' | 'open' | 'not-set-up';
  /** Set where it is unmet only because a step of the runbook was not done yet: nothing failed. */
  readonly isNotYet?: true;
  /** All of it as a sentence. */
  readonly evidence: string;
  readonly proof: CriterionProof;
}

const stateWords: Readonly<Record<Criterion['state'], string>> = {
  met: '',
  unmet: 'not met',
  open: 'open',
  'not-set-up': 'not set up',
};

/** `not met`; empty where it is met. */
export const criterionWords = ({ state, isNotYet }: Criterion): string =>
  isNotYet === true ? 'not yet' : stateWords[state];

/** `2026-` of a moment. */
const yearCells = 5;

/** `6 of 8 hosts; verify 11-30 09:55 UTC`: how much, by whom, when; with its year where it is kept for later. */
export const proofWords = ({ short, by, at }: CriterionProof, when: 'now' | 'kept'): string => {
  const moment =
    at === undefined ? '' : `${showMoment(at).slice(when === 'now' ? yearCells : 0)} UTC`;
  const found = [by ?? '', moment].filter((words) => words !== '').join(' ');
  return found === '' ? short : `${short}; ${found}`;
};

/** Parts of which the same is said. */
interface PartGroup {
  readonly names: readonly string[];
  readonly state: CriterionPart['state'];
  readonly words: string;
}

const order = ['unmet', 'open', 'met'] as const;

/** Parts of which the same is said together, trouble first. */
export const partGroups = ({ parts }: CriterionProof): readonly PartGroup[] => {
  const groups = new Map<string, PartGroup>();
  for (const { name, state, words } of parts) {
    const key = `${state} ${words}`;
    const known = groups.get(key);
    groups.set(key, { state, words, names: [...(known?.names ?? []), name] });
  }
  const all = [...groups.values()];
  return order.flatMap((state) => all.filter((group) => group.state === state));
};

/** `nas, samsung: no answer`. */
export const partGroupWords = ({ names, words }: PartGroup): string =>
  [names.filter((name) => name !== '').join(', '), words].filter((text) => text !== '').join(': ');
