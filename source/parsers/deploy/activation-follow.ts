import type { ActivationEnding } from '../../model/deploy/activation-status.ts';
import type { PhaseClock } from '../../model/host/supervision.ts';
import { readSupervisionPhase } from './supervision.ts';

/** The last line that the follower prints. Shapes: `services/activation-script.ts`. */
export const readEnding = (line: string): ActivationEnding | null => {
  const exit = /^x (\d+)$/.exec(line)?.[1];
  if (exit !== undefined) return { kind: 'exited', exitCode: Number(exit) };
  const killed = /^k (\S*) ?(.*)$/.exec(line);
  if (killed !== null)
    return killed[1] === 'timeout'
      ? { kind: 'timed-out' }
      : { kind: 'killed', how: killed.slice(1).join(' ').trim() };
  if (line === 'b') return { kind: 'killed', how: 'the host was rebooted' };
  return line === 'g'
    ? { kind: 'killed', how: 'it is gone from the host, perhaps by a reboot' }
    : null;
};

/** `PHASE SINCE UNTIL NOW`, seconds of uptime; until 0 is no limit. */
export const readPhase = (text: string): PhaseClock => {
  const [, since = 0, until = 0, now = 0] = text.split(' ').map(Number);
  return {
    phase: readSupervisionPhase(text),
    elapsedMs: Math.max(0, now - since) * 1000,
    limitMs: until === 0 ? null : Math.max(0, until - since) * 1000,
  };
};
