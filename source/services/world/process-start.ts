import { readFileSync } from 'node:fs';

/** USER_HZ, the unit of times in /proc; 100 on every architecture that NixOS supports. */
const ticksPerSecond = 100;

/**
 * When a process started, ms since the epoch, from /proc/PID/stat (field 22,
 * proc_pid_stat(5)) and `btime` of /proc/stat, both exact to a second or so.
 * Undefined where there is no /proc or no such process.
 */
export const readProcessStart = (processId: number): number | undefined => {
  try {
    const line = readFileSync(`/proc/${processId}/stat`, 'latin1');
    // The second field is a name in brackets that may hold spaces and brackets.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[19]);
    const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1];
    const start = (Number(boot) + ticks / ticksPerSecond) * 1000;
    return Number.isFinite(start) ? start : undefined;
  } catch {
    return undefined;
  }
};
