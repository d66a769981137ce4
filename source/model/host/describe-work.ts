import { showStorePath } from '../words/format.ts';
import { showDuration } from '../words/format-time.ts';
import { type ActivationWaits, waitsWords } from './activation-waits.ts';
import { nameGeneration } from './generation.ts';
import type { DeployStep, HostWork } from './host.ts';

const doing: Readonly<Record<DeployStep, string>> = {
  evaluate: 'evaluating',
  build: 'building',
  identity: 'proving that it is the right machine',
  preflight: 'checking space and locks',
  copy: 'copying',
  preview: 'asking what would change',
  activate: 'activating',
  restart: 'restarting',
  contact: 'proving contact over a new connection',
  health: 'comparing health',
  persist: 'setting profile and boot entry',
  verify: 'verifying',
  rollback: 'rolling back',
};

const generationWords = (generation: number | null): string =>
  generation === null ? '' : `${nameGeneration(generation)}, `;

/**
 * How a built system compares with what the host runs; of a host that was never reached that is not
 * known.
 */
const builtWords = (changed: boolean | null): string => {
  if (changed === null) return '; what it runs is not known';
  return changed ? ', differs from what it runs' : ', runs it already';
};

interface WorkWords {
  /** Null where there is nothing to say. */
  readonly words: string | null;
  readonly remedy: string | null;
}

const say = (words: string | null, remedy: string | null = null): WorkWords => ({ words, remedy });

/** What an activation that takes long waits for. */
const waitsOf = ({ waits }: { readonly waits?: ActivationWaits }, now: number): string => {
  const words = waits === undefined ? null : waitsWords(waits, now);
  return words === null ? '' : `, waits for ${words}`;
};

/** What nixup does with a host, in words, for text output; `now` in ms since the epoch. */
export const describeWork = (work: HostWork, now: number): WorkWords => {
  switch (work.kind) {
    case 'idle':
    case 'queued':
      return say(null);
    case 'running':
      return say(`${doing[work.step]}${waitsOf(work, now)} …`);
    case 'built':
      return say(
        `built${work.tookMs > 0 ? ` in ${showDuration(work.tookMs)}` : ''}${builtWords(work.changed)}`,
      );
    case 'waiting':
      return say(`waits: ${work.why}`);
    case 'pending':
      return say(`pending: ${work.why}`);
    case 'rollingBack':
      return say(`rolling back to ${showStorePath(work.to)}${waitsOf(work, now)} …`);
    case 'succeeded':
      return say(
        `${work.deed === 'rollback' ? 'rolled back' : 'done'}: ${generationWords(work.generation)}${showStorePath(work.to)}`,
      );
    case 'unchanged':
      return say('unchanged: runs what the flake says');
    case 'unhealthy':
      return say(`unhealthy: ${work.problems.join('; ')}`);
    case 'failed':
      return say(`failed: ${work.reason}`, work.remedy);
    case 'rolledBack':
      return say(`rolled back to ${showStorePath(work.to)}: ${work.reason}`);
    case 'canceled':
      return say('canceled');
    case 'skipped':
      return say(`skipped: ${work.reason}`);
  }
};
