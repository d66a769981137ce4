import type { HostEntry } from '../host/host.ts';
import { counted, hostList, subjectLine } from '../words/sentences.ts';

/** Why a test of all leaves a host out; null where it does not. */
const whyLeftOut = ({ role }: HostEntry): string | null =>
  role.kind === 'left-out' || role.kind === 'refused' ? role.reason : null;

/** Hosts that a test of all leaves out, a line each with the reason. */
export const leftOutLines = (entries: readonly HostEntry[]): readonly string[] =>
  entries.flatMap((entry) => {
    const reason = whyLeftOut(entry);
    return reason === null ? [] : [subjectLine(entry.name, `not tested: ${reason}`)];
  });

/** Which hosts a test of all left out, for its summary: `2 hosts left out: live, weird name`. */
export const leftOutOfTest = (entries: readonly HostEntry[]): string | null => {
  const names = entries.flatMap((entry) => (whyLeftOut(entry) === null ? [] : [entry.name]));
  return names.length === 0
    ? null
    : `${counted(names.length, 'host')} left out: ${hostList(names)}`;
};
