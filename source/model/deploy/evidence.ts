import type { Failure } from '../failure.ts';
import type { BootDefault, HostEntry } from '../host/host.ts';
import type { StorePath } from '../nix/store-path.ts';

/** What observation says of a claim. `unverifiable` is said, and never counts as proven. */
type Verdict =
  | { readonly kind: 'proven' }
  | { readonly kind: 'unverifiable'; readonly reason: string }
  | { readonly kind: 'refuted'; readonly reason: string };

const refuted = (reason: string): Verdict => ({ kind: 'refuted', reason });

/** *activated*: what runs is the expected path, asked over a fresh connection. */
export const judgeActivated = (expected: StorePath, current: StorePath | null): Verdict => {
  if (current === null)
    return { kind: 'unverifiable', reason: 'the host does not say which system it runs' };
  return current === expected ? { kind: 'proven' } : refuted(`the host runs ${current}`);
};

/** *persistent*: profile and default boot entry are the path too. */
export const judgePersistent = (
  expected: StorePath,
  observed: { readonly profile: StorePath | null; readonly bootDefault: BootDefault },
): Verdict => {
  if (observed.profile !== expected)
    return refuted(`the profile is ${observed.profile ?? 'not readable'}`);
  const { bootDefault } = observed;
  if (bootDefault.kind === 'unverifiable')
    return { kind: 'unverifiable', reason: bootDefault.reason };
  return bootDefault.toplevel === expected
    ? { kind: 'proven' }
    : refuted(`the default boot entry starts ${bootDefault.toplevel}`);
};

interface KnownIdentity {
  readonly hostName: string | null;
  readonly machineId: string | null;
}

/**
 * The machine id that a host is known by: the one that somebody accepted, where that machine
 * answers; else the one that was remembered.
 */
export const knownMachine = (
  remembered: string | null,
  named: string | null,
  found: string | null,
): string | null => (named !== null && named === found ? named : (remembered ?? named));

/** What is known of another host of the fleet. */
export interface OtherHost {
  readonly name: string;
  readonly hostName: string | null;
  /** The machine id that it is remembered by. */
  readonly machineId: string | null;
}

/** hostname(5), proc(5): what the kernel says of a machine that has no name is none. */
const isNamed = (name: string | null): name is string =>
  name !== null && !['', '(none)', 'localhost'].includes(name.split('.')[0] ?? '');

/**
 * Whether the machine that answered is the one that is meant. Facts that are unknown on one side
 * are not compared. Without this check a stale address would lead to another machine.
 */
export const judgeIdentity = (
  entry: Pick<HostEntry, 'name'>,
  known: KnownIdentity,
  found: KnownIdentity,
): Extract<Failure, { readonly code: 'identity-mismatch' }> | null => {
  const mismatch = (fact: 'host name' | 'machine id', expected: string, other: string) =>
    ({ code: 'identity-mismatch', host: entry.name, fact, expected, found: other }) as const;
  if (isNamed(known.hostName) && isNamed(found.hostName)) {
    // Each of the two names may have its domain or not.
    if (known.hostName.split('.')[0] !== found.hostName.split('.')[0])
      return mismatch('host name', known.hostName, found.hostName);
  }
  if (known.machineId !== null && found.machineId !== null && known.machineId !== found.machineId)
    return mismatch('machine id', known.machineId, found.machineId);
  return null;
};

const isSameName = (one: string | null, other: string | null): boolean =>
  isNamed(one) && isNamed(other) && one.split('.')[0] === other.split('.')[0];

/**
 * Whether the machine that answered is another host of the fleet: the one that is remembered under
 * its machine id, or the one whose name it has. A host without a name, or one that was never
 * deployed, has nothing of its own that would tell. Two entries of one name are meant for one
 * machine. Null where the machine is known as this host, or nothing speaks against it.
 */
export const judgeOtherHost = (
  { name, hostName }: Pick<HostEntry, 'name' | 'hostName'>,
  known: string | null,
  found: KnownIdentity,
  others: readonly OtherHost[],
): Extract<Failure, { readonly code: 'identity-mismatch' }> | null => {
  const { machineId } = found;
  if (machineId !== null && known === machineId) return null;
  const strangers = others.filter(
    (other) => other.name !== name && !isSameName(hostName, other.hostName),
  );
  const sameId = strangers.find((other) => machineId !== null && other.machineId === machineId);
  const base = { code: 'identity-mismatch', host: name } as const;
  if (machineId !== null && sameId !== undefined)
    return {
      ...base,
      fact: 'machine id',
      expected: known ?? 'one of its own',
      found: machineId,
      other: sameId.name,
    };
  if (!isNamed(found.hostName) || isSameName(found.hostName, hostName ?? name)) return null;
  const sameName = strangers.find((other) =>
    isSameName(found.hostName, isNamed(other.hostName) ? other.hostName : other.name),
  );
  return sameName === undefined
    ? null
    : {
        ...base,
        fact: 'host name',
        expected: isNamed(hostName) ? hostName : `none, or ${name}`,
        found: found.hostName,
        other: sameName.name,
        ...(machineId === null ? {} : { machineId }),
      };
};

/** Other hosts that are remembered by the machine id that this host is remembered by. */
export const sharersOf = (
  { name, hostName }: Pick<HostEntry, 'name' | 'hostName'>,
  machineId: string | null,
  others: readonly OtherHost[],
): readonly string[] =>
  machineId === null
    ? []
    : others
        .filter(
          (other) =>
            other.name !== name &&
            other.machineId === machineId &&
            !isSameName(hostName, other.hostName),
        )
        .map((other) => other.name);
