import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { controlGroup, groupOfVisitors } from './control-groups.ts';
import { enterArguments } from './enter.ts';
import { hostNames, type MachineName } from './machines.ts';

/** What something cost the machines that took part in it. */
export interface Cost {
  /** Seconds of processor: of what was run on the workstation, and of all hosts together. */
  readonly workstationSeconds: number;
  readonly hostSeconds: number;
  /** Processes and threads that each machine started. */
  readonly started: Readonly<Record<MachineName, number>>;
}

export interface Meter {
  /** The control group in which work on the workstation has to run to be counted. */
  readonly group: string;
  /** Everything that was spent so far. */
  read(): Promise<Cost>;
  close(): void;
}

/** cgroups(7): the kernel counts the time of each group of the second version, also of processes that ended. */
const secondsOf = (group: string): number =>
  Number(/^usage_usec (\d+)$/m.exec(readFileSync(`${group}/cpu.stat`, 'utf8'))?.[1]) / 1e6;

/** Numbers of processes are given one after the other (pid_namespaces(7)). Asking starts no process. */
const lastProcessScript =
  'while read -r question; do read -r last </proc/sys/kernel/ns_last_pid; echo "$last"; done';

const countProcesses = (name: MachineName) => {
  const { file, args } = enterArguments(name, ['/bin/bash', '-c', lastProcessScript]);
  const counter = spawn(file, [...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: counter.stdout })[Symbol.asyncIterator]();
  return {
    name,
    last: async (): Promise<number> => {
      counter.stdin.write('\n');
      return Number((await lines.next()).value);
    },
    close: () => counter.stdin.end(),
  };
};

export const openMeter = async (): Promise<Meter> => {
  const group = await groupOfVisitors('workstation');
  const groups = await Promise.all(hostNames.map(controlGroup));
  const counters = (['workstation', ...hostNames] as const).map(countProcesses);
  return {
    group,
    read: async () => {
      const workstationSeconds = secondsOf(group);
      const hostSeconds = groups.reduce((sum, each) => sum + secondsOf(each), 0);
      const started = await Promise.all(
        counters.map(async ({ name, last }) => [name, await last()] as const),
      );
      return {
        workstationSeconds,
        hostSeconds,
        started: Object.fromEntries(started) as Record<MachineName, number>,
      };
    },
    close: () => {
      for (const { close } of counters) close();
    },
  };
};

/** What was spent between two readings. */
export const spentBetween = (before: Cost, after: Cost): Cost => ({
  workstationSeconds: after.workstationSeconds - before.workstationSeconds,
  hostSeconds: after.hostSeconds - before.hostSeconds,
  started: Object.fromEntries(
    Object.entries(after.started).map(([name, count]) => [
      name,
      count - before.started[name as MachineName],
    ]),
  ) as Record<MachineName, number>,
});
