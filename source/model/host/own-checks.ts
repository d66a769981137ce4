import type { HostEntry } from './host.ts';

/** Whether the host has checks of its own, which its units do not show. */
export const hasOwnChecks = ({ health }: Pick<HostEntry, 'health'>): boolean => health.length > 0;
