import { activationOrigin, type HostActivation } from '../../model/host/last-activations.ts';
import type { RunSummary } from '../run.ts';

/** How an activation by nixup ended: the host has its system by a deploy, by a way back, or not at all. */
interface ActivationEnd {
  /** What was wanted was done: a deploy that was taken back was not. */
  readonly isDone: boolean;
  /** The host was taken back to an earlier system by it. */
  readonly isBack: boolean;
}

interface KnownRuns {
  readonly history: readonly RunSummary[];
  /** All that the host keeps. */
  readonly activations?: readonly HostActivation[] | undefined;
}

/** The host keeps a way back as done as well, so the run says whether it was one; where no run is known, what the host keeps of the same run. */
export const activationEnd = (
  one: HostActivation,
  host: string,
  { history, activations = [] }: KnownRuns,
): ActivationEnd => {
  const run = history.find(({ id }) => id === one.run);
  const isKeptAsDone = one.result === 'committed' || one.result === 'kept';
  if (run?.goal === 'rollback') return { isDone: isKeptAsDone, isBack: isKeptAsDone };
  const status = run?.ending?.result.hosts[host]?.status;
  const wentBack =
    isKeptAsDone &&
    (status === undefined
      ? activations.some((other) => other.run === one.run && other.to === one.from)
      : status === 'rolledBack');
  return { isDone: isKeptAsDone && !wentBack, isBack: wentBack };
};

/** `deployed 2 h ago by anna@desk from lock 1a2b3c4d`; `rolled back …` of a way back. */
export const activationWords = (
  one: HostActivation,
  host: string,
  known: KnownRuns,
  now: number,
): string => {
  const { isDone, isBack } = activationEnd(one, host, known);
  const done = isBack ? 'rolled back' : 'deployed';
  const what = isDone || isBack ? done : `a deploy ended with "${one.result}"`;
  return `${what} ${activationOrigin(one, now)}`;
};
