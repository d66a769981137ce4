import type { Command } from '../command.ts';
import type { HostEntry } from './host.ts';

/**
 * A login on a host, or one command there, on the person's terminal (ssh(1), -t). The settings are the person's own; a
 * connection of nixup is not shared, as that may be closed while somebody works. On this machine: their own shell.
 */
export const shellCommand = (
  { name, address, here }: Pick<HostEntry, 'name' | 'address' | 'here'>,
  line: string,
): Command => {
  const isCommand = line.trim() !== '';
  if (here)
    return {
      file: 'sh',
      args: ['-c', isCommand ? line : `exec "\${SHELL:-sh}"`],
      host: name,
    };
  const own = ['-o', 'ControlPath=none'];
  // One that the configuration names for logins would take its place.
  const words = isCommand ? ['-o', 'RemoteCommand=none', '--', address, line] : ['--', address];
  return { file: 'ssh', args: ['-t', ...own, ...words], host: name };
};
