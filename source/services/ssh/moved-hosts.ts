import { join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { isSafeAddress } from '../../model/host/address.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { World } from '../world/world.ts';
import { createRun, isLostContact, type RunOnHost } from './run.ts';
import type { SshSettings } from './ssh.ts';

/** What a deploy should change about how its host is reached. */
export interface ExpectedMove {
  /** The ssh destination after the activation; null where it stays. */
  readonly address: string | null;
  /** Its public host key after the activation, `ssh-ed25519 AAAA…`; null where it stays. */
  readonly hostKey: string | null;
}

/** One way to reach a host. */
interface Way {
  readonly entry: HostEntry;
  readonly settings: SshSettings;
  readonly isMoved: boolean;
}

/** Hosts that are expected to change address, host key or machine: they are tried at both addresses. */
export interface MovedHosts {
  expect(entry: HostEntry, move: ExpectedMove): Promise<Result<void, Failure>>;
  /** The ways to a host, the one that worked last first. */
  ways(entry: HostEntry): readonly [Way, ...Way[]];
  found(host: string, way: Way): void;
  /** The address at which the host answers now, when that is not the earlier one; else null. */
  moveOf(host: string): ExpectedMove | null;
  /** From now on the machine with this id counts as this host. */
  expectMachine(host: string, machineId: string): Result<void, Failure>;
  expectedMachine(host: string): string | null;
}

const publicKey = /^(?:ssh|ecdsa|sk)-[A-Za-z0-9@.-]+ [A-Za-z0-9+/]+={0,3}(?: .*)?$/;

// Over 60 lines: the methods of `MovedHosts`, a few lines each, over the same three maps.
export const createMovedHosts = (
  world: Pick<World, 'files'>,
  settings: SshSettings,
): MovedHosts => {
  const expected = new Map<
    string,
    { readonly move: ExpectedMove; readonly settings: SshSettings }
  >();
  const moved = new Set<string>();
  const machines = new Map<string, string>();
  return {
    expect: async ({ name, address }, move) => {
      if (move.address !== null && !isSafeAddress(move.address))
        return failed({ code: 'host-name-refused', name: move.address });
      if (move.hostKey === null) {
        expected.set(name, { move, settings });
        return success(undefined);
      }
      const key = move.hostKey.trim();
      if (!publicKey.test(key))
        return failed({
          code: 'gate-closed',
          host: name,
          reason: `the expected host key is no public key: ${JSON.stringify(key.slice(0, 40))}`,
          remedy: `Give the line of its file: --expect-host-key "$(ssh-keyscan -t ed25519 ${address} 2> /dev/null | cut -d" " -f2,3)", or of /etc/ssh/ssh_host_ed25519_key.pub`,
        });
      const alias = `nixup-expected-${name}`;
      const file = join(settings.socketFolder, alias);
      const made = await world.files.makeFolder(settings.socketFolder);
      if (!made.ok) return made;
      const written = await world.files.write(file, `${alias} ${key}\n`);
      if (!written.ok) return written;
      const options = ['-o', `UserKnownHostsFile=${file}`, '-o', `HostKeyAlias=${alias}`];
      expected.set(name, {
        move,
        settings: { ...settings, sshOptions: [...options, ...settings.sshOptions] },
      });
      return success(undefined);
    },
    ways: (entry) => {
      const usual: Way = { entry, settings, isMoved: false };
      const other = expected.get(entry.name);
      if (other === undefined) return [usual];
      const there: Way = {
        entry: { ...entry, address: other.move.address ?? entry.address },
        settings: other.settings,
        isMoved: true,
      };
      return moved.has(entry.name) ? [there, usual] : [usual, there];
    },
    found: (host, { isMoved }) => {
      if (isMoved) moved.add(host);
      else moved.delete(host);
    },
    expectMachine: (host, machineId) => {
      // machine-id(5)
      if (!/^[0-9a-f]{32}$/.test(machineId))
        return failed({
          code: 'gate-closed',
          host,
          reason: `this is no machine id: ${JSON.stringify(machineId.slice(0, 40))}`,
          remedy: `Give the 32 hexadecimal digits of /etc/machine-id of ${host}: --expect-machine ID`,
        });
      machines.set(host, machineId);
      return success(undefined);
    },
    expectedMachine: (host) => machines.get(host) ?? null,
    moveOf: (host) => (moved.has(host) ? (expected.get(host)?.move ?? null) : null),
  };
};

/** The host may be reached by the other way: it does not answer by this one, or another key does. */
const mayBeElsewhere = (failure: Failure): boolean =>
  isLostContact(failure) ||
  failure.code === 'host-key-changed' ||
  failure.code === 'host-key-unknown';

/** Runs scripts on hosts, also on those that change address or host key meanwhile. */
export const createRunByWays = (world: World, moved: MovedHosts): RunOnHost => {
  const runs = new Map<SshSettings, RunOnHost>();
  const runBy = (settings: SshSettings): RunOnHost => {
    const known = runs.get(settings) ?? createRun(world, settings);
    runs.set(settings, known);
    return known;
  };
  return async (entry, script, options) => {
    const [usual, ...others] = moved.ways(entry);
    const first = await runBy(usual.settings)(usual.entry, script, options);
    if (first.ok) {
      moved.found(entry.name, usual);
      return first;
    }
    if (!mayBeElsewhere(first.failure)) return first;
    for (const way of others) {
      const answer = await runBy(way.settings)(way.entry, script, options);
      if (!answer.ok && mayBeElsewhere(answer.failure)) continue;
      moved.found(entry.name, way);
      return answer;
    }
    return first;
  };
};
