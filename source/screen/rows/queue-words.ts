import { isOver } from '../../model/host/host.ts';
import { memoLast } from '../../model/memo.ts';
import { type FleetHost, isRemembered } from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';

/** `razer`, `razer and 2 more` */
const named = ([first = '', ...more]: readonly string[]): string =>
  more.length === 0 ? first : `${first} and ${more.length} more`;

/** What queued hosts wait for: those of a later wave, and the others. */
interface Turn {
  readonly later: string;
  readonly now: string;
  /** Hosts that are not begun although it is their turn; null where there are no waves. */
  readonly wave: ReadonlySet<string> | null;
}

const laterWords = (hosts: AppState['hosts'], rollout: AppState['rollout']): string => {
  if (rollout === null) return '';
  if (rollout.state === 'soaking') return `waits while wave ${rollout.wave} is watched`;
  const open = rollout.hosts.filter((name) => {
    const work = hosts[name]?.work;
    return work !== undefined && !isOver(work);
  });
  return open.length === 0 ? `waits for wave ${rollout.wave}` : `waits for ${named(open)}`;
};

const turnOf = memoLast(
  (hosts: AppState['hosts'], rollout: AppState['rollout'], goal: string | null): Turn => {
    const running = Object.values(hosts).flatMap(({ entry, work }) =>
      work.kind === 'running' || work.kind === 'rollingBack' ? [entry.name] : [],
    );
    const [only = '', ...others] = running;
    const now =
      goal === 'test'
        ? 'waits to be evaluated'
        : running.length === 0
          ? 'waits for its turn'
          : others.length === 0
            ? `waits for ${only}`
            : `waits for one of ${running.length} hosts`;
    return {
      later: laterWords(hosts, rollout),
      now,
      wave: rollout === null ? null : new Set(rollout.hosts),
    };
  },
);

/** What a queued host waits for, in the words of its row; empty for any other host. */
export const queueWords = (
  { hosts, rollout, run, isPaused }: Pick<AppState, 'hosts' | 'rollout' | 'run' | 'isPaused'>,
  host: FleetHost,
): string => {
  if (isRemembered(host) || host.work.kind !== 'queued') return '';
  if (isPaused) return 'waits: paused';
  const { later, now, wave } = turnOf(hosts, rollout, run.kind === 'active' ? run.goal : null);
  return wave === null || wave.has(host.entry.name) ? now : later;
};
