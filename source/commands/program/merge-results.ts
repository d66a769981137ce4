import type { HostOutcome, RunResult } from '../../state/run.ts';
import { worstStatus } from '../arguments/exit-status.ts';

const severity = ({ status }: HostOutcome): number => {
  switch (status) {
    case 'failed':
      return 6;
    case 'rolledBack':
      return 5;
    case 'unhealthy':
      return 4;
    case 'canceled':
      return 3;
    case 'pending':
      return 2;
    case 'skipped':
    case 'succeeded':
    case 'unchanged':
      return 1;
  }
};

const mergeOutcome = (before: HostOutcome, after: HostOutcome): HostOutcome => {
  const worse = severity(after) > severity(before) ? after : before;
  const oldCode = after.oldCode ?? before.oldCode;
  const unasked = after.unasked ?? before.unasked;
  return {
    status: worse.status,
    from: before.from ?? after.from,
    to: before.to ?? after.to,
    generation: before.generation ?? after.generation,
    reason: worse.reason,
    ...(oldCode === undefined ? {} : { oldCode }),
    ...(unasked === undefined ? {} : { unasked }),
  };
};

/**
 * Two parts of one run as one result: the worse outcome of a host counts, and the later summary.
 */
export const mergeResults = (before: RunResult, after: RunResult): RunResult => {
  const hosts: Record<string, HostOutcome> = { ...before.hosts };
  for (const [name, outcome] of Object.entries(after.hosts)) {
    const known = hosts[name];
    hosts[name] = known === undefined ? outcome : mergeOutcome(known, outcome);
  }
  const next = after.next ?? before.next;
  const pullRequest = after.pullRequest ?? before.pullRequest;
  const exitCode = worstStatus([before.exitCode, after.exitCode]);
  return {
    ok: exitCode === 0,
    exitCode,
    hosts,
    commit: after.commit ?? before.commit,
    build: after.build ?? before.build,
    summary: after.ok && !before.ok ? before.summary : after.summary,
    ...(next === undefined ? {} : { next }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
  };
};
