import { padText, widthOf } from '../../model/words/line.ts';
import type { AppState, HostState } from '../../state/state.ts';
import type { Confirmation } from '../overlay.ts';
import { plain, quiet, warning } from '../toned.ts';
import { ask, no } from './confirmation.ts';

/** Another machine that answered for a host, by its id. */
interface OtherMachine {
  /** Its machine id. */
  readonly found: string;
  /** The host of this fleet that it is; null where it is none of them. */
  readonly isHost: string | null;
  /** The lines that show how both differ. */
  readonly difference: readonly [string, string];
}

/** The machine that answers for a host in place of the known one; null where none does. */
export const otherMachineOf = (host: HostState | undefined): OtherMachine | null => {
  if (host?.probe.kind !== 'failed') return null;
  const { failure } = host.probe;
  if (failure.code !== 'identity-mismatch') return null;
  const { fact, expected, found, other } = failure;
  const machineId = fact === 'machine id' ? found : failure.machineId;
  if (machineId === undefined) return null;
  const named = fact === 'machine id' ? [expected, found] : [expected, `${found}, id ${machineId}`];
  return {
    found: machineId,
    isHost: other ?? null,
    difference: [
      `known ${fact}  ${named[0] ?? ''}`,
      `${padText('answers now', widthOf(`known ${fact}`))}  ${named[1] ?? ''}`,
    ],
  };
};

/** Asks, with the host's name to type, before another machine counts as this host. */
export const confirmMachine = (name: string, app: AppState, at: number): Confirmation | null => {
  const other = otherMachineOf(app.hosts[name]);
  if (other === null) return null;
  return ask({
    title: `Accept another machine as ${name}`,
    body: [
      ...other.difference.map((line) => warning(line)),
      ...(other.isHost === null
        ? []
        : [warning(`This is ${other.isHost}, another host of this fleet.`)]),
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
