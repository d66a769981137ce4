import type { AppState, HostState } from '../../state/state.ts';
import type { Confirmation } from '../overlay.ts';
import { plain, quiet, warning } from '../toned.ts';
import { ask, no } from './confirmation.ts';

/** Another machine that answered for a host, by its id. */
export interface OtherMachine {
  readonly expected: string;
  readonly found: string;
}

/** The machine that answers for a host in place of the known one; null where none does. */
export const otherMachineOf = (host: HostState | undefined): OtherMachine | null => {
  if (host?.probe.kind !== 'failed') return null;
  const { failure } = host.probe;
  return failure.code === 'identity-mismatch' && failure.fact === 'machine id'
    ? { expected: failure.expected, found: failure.found }
    : null;
};

/** Asks, with the host's name to type, before another machine counts as this host. */
export const confirmMachine = (name: string, app: AppState, at: number): Confirmation | null => {
  const other = otherMachineOf(app.hosts[name]);
  if (other === null) return null;
  return ask({
    title: `Accept another machine as ${name}`,
    body: [
      warning(`known machine id  ${other.expected}`),
      warning(`answers now       ${other.found}`),
      plain(
        `Accept it only if ${name} was replaced or installed again. Otherwise its address leads to another host: check DNS, DHCP and nixup.toml.`,
      ),
      plain(
        'From then on nixup uses this machine under that name; the next deploy to it records that.',
      ),
      quiet(
        `Nothing is changed on it. Compare: ssh ${app.hosts[name]?.entry.address ?? name} cat /etc/machine-id`,
      ),
    ],
    commands: [],
    choices: [
      no,
      {
        label: `Accept this machine as ${name}`,
        wish: { kind: 'accept-machine', host: name, machineId: other.found },
        guarded: true,
      },
    ],
    required: { kind: 'name', names: [name], count: null },
    at,
  });
};
