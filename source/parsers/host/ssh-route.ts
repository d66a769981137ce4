import { hostInAddress } from '../../model/host/address.ts';
import { keyedValue } from '../keyed-lines.ts';

/** Where ssh goes for a destination, and by which machines. */
export interface SshRoute {
  readonly hostName: string;
  /** Destinations without user and port, the nearest first; empty where it goes there at once. */
  readonly jumps: readonly string[];
  /** A program or another ssh makes the connection. */
  readonly isThroughProgram: boolean;
}

/** Reads what `ssh -G` prints: lines of a keyword in lower case and its value (ssh(1), ssh_config(5) ProxyJump, ProxyCommand). */
export const readSshRoute = (text: string): SshRoute | null => {
  const hostName = keyedValue(text, 'hostname');
  if (hostName === null || hostName === '') return null;
  const jumps = keyedValue(text, 'proxyjump');
  const isSet = (value: string | null): value is string => value !== null && value !== 'none';
  return {
    hostName,
    jumps: isSet(jumps) ? jumps.split(',').map(hostInAddress) : [],
    isThroughProgram: isSet(jumps) || isSet(keyedValue(text, 'proxycommand')),
  };
};
