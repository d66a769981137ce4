import type { HostEntry } from './host.ts';

/** Hosts that a test of all leaves out, a line each with the reason. */
export const leftOutLines = (entries: readonly HostEntry[]): readonly string[] =>
  entries.flatMap(({ name, role }) =>
    role.kind === 'left-out' || role.kind === 'refused'
      ? [`${name.padEnd(10)} not tested: ${role.reason}`]
      : [],
  );
