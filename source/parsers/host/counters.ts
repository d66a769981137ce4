import type { HostCounters } from '../../model/watch/counters.ts';
import { KeyedValues, keyedLines } from '../keyed-lines.ts';
import { otherNetwork, wholeDisk } from './devices.ts';

const numbersOf = (line: string): readonly number[] => line.trim().split(/\s+/).map(Number);

/** /proc/stat: user nice system idle iowait irq softirq steal (proc_stat(5)); guests stand in user already. */
const ticksOf = (lines: readonly string[]) => {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, soft = 0, steal = 0] =
    numbersOf((lines.find((line) => line.startsWith('cpu ')) ?? '').slice(4));
  const busy = user + nice + system + irq + soft;
  return {
    busy,
    total: busy + idle + iowait + steal,
    cpus: lines.filter((line) => /^cpu\d/.test(line)).length,
  };
};

const memoryOf = (lines: readonly string[]): number | null => {
  const value = (key: string): number | null => {
    const found = new RegExp(`^${key}:\\s+(\\d+)`).exec(
      lines.find((line) => line.startsWith(`${key}:`)) ?? '',
    )?.[1];
    return found === undefined ? null : Number(found);
  };
  const [all, available] = [value('MemTotal'), value('MemAvailable')];
  return all === null || available === null || all <= 0 ? null : 1 - available / all;
};

/**
 * What `services/watch/sampling.ts` printed of /proc: null where it is no such answer. A sector of /proc/diskstats
 * has 512 bytes whatever the disk (Documentation/admin-guide/iostats.rst of Linux).
 */
export const readCounters = (output: string): HostCounters | null => {
  const values = new KeyedValues(keyedLines(output));
  const uptime = Number(values.one('uptime')?.split(' ')[0]);
  const ticks = ticksOf(values.all('stat'));
  if (!Number.isFinite(uptime) || ticks.total <= 0) return null;
  const load = Number(values.one('loadavg')?.split(' ')[0]);
  const faults = /^pgmajfault (\d+)/m.exec(values.all('vmstat').join('\n'))?.[1];
  const waited = (kind: string): number | undefined => {
    const total = /^some .*total=(\d+)/m.exec(values.all(`pressure-${kind}`).join('\n'))?.[1];
    return total === undefined ? undefined : Number(total);
  };
  const pressures = { cpu: waited('cpu'), memory: waited('memory'), io: waited('io') };
  return {
    bootId: values.one('boot-id')?.trim() || null,
    uptimeMs: Math.round(uptime * 1_000),
    ...ticks,
    load: Number.isFinite(load) ? load : null,
    memory: memoryOf(values.all('meminfo')),
    majorFaults: faults === undefined ? null : Number(faults),
    disks: new Map(
      values.all('diskstats').flatMap((line) => {
        const [, , name = '', , , read, , , , written, , , busy] = line.trim().split(/\s+/);
        return wholeDisk.test(name) && busy !== undefined
          ? [[name, [Number(read) * 512, Number(written) * 512, Number(busy)]] as const]
          : [];
      }),
    ),
    networks: new Map(
      values.all('network').flatMap((line) => {
        const [, name = '', rest = ''] = /^\s*([^:\s]+):\s*(.*)$/.exec(line) ?? [];
        const numbers = numbersOf(rest);
        const [inwards, , badIn = 0] = numbers;
        const [out, badOut = 0] = [numbers[8], numbers[10]];
        return name === '' || otherNetwork.test(name) || inwards === undefined || out === undefined
          ? []
          : [[name, [inwards, out, badIn + badOut]] as const];
      }),
    ),
    waited: Object.fromEntries(
      Object.entries(pressures).filter(([, total]) => total !== undefined),
    ),
  };
};
