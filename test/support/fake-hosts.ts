import type { EngineContext } from '../../source/engine/run/context.ts';
import type { HostPreview } from '../../source/model/deploy/preview.ts';
import type { Failure } from '../../source/model/failure.ts';
import type { Route } from '../../source/model/host/carriers.ts';
import type { HostEntry, HostFacts } from '../../source/model/host/host.ts';
import type { Supervision } from '../../source/model/host/supervision.ts';
import type { UnitFacts } from '../../source/model/host/unit-details.ts';
import type { StorePath } from '../../source/model/nix/store-path.ts';
import { failed, success } from '../../source/model/result.ts';
import type { FailedCheck } from '../../source/services/checks/ask.ts';

export const oldPath = (host: string): StorePath => `/nix/store/old-nixos-system-${host}`;
export const newPath = (host: string): StorePath => `/nix/store/new-nixos-system-${host}`;

/** One simulated host: what it runs, and how it misbehaves. */
export interface FakeHost {
  current: StorePath;
  profile: StorePath;
  failedUnits: readonly string[];
  offline: boolean;
  machineId: string;
  lockHeld: boolean;
  valid: Set<StorePath>;
  /** Exit status of the next activation, and whether it switched all the same. */
  activation: { readonly exitCode: number; readonly switches: boolean };
  breaksUnit: string | null;
  /** A unit that fails whenever a boot starts the old system. */
  failsInOld: string | null;
  /** What the next boot starts, once; null starts the default. */
  once: StorePath | null;
  /** What the host's own record says of the activation. */
  supervision: Supervision | null;
  /** What `hosts.preview` says; null fails. */
  preview: HostPreview | null;
  /** Restarts so far, and what one brings up. */
  boots: number;
  comesUp: 'new' | 'old' | 'silent';
  /** Looks that its sshd refuses, being stopped. */
  refusals: number;
  /** Looks at its new system that are lost on the way. */
  lostLooks: number;
  /** How often its initrd answers after a restart before somebody unlocks the disk. */
  locked: number;
  /** What sudo wants; null where nobody has to give one. */
  password: string | null;
  /** What its own health scripts find wrong. */
  failingChecks: readonly FailedCheck[];
  /** A health script that the next activation makes fail. */
  breaksCheck: string | null;
}

export const newFakeHost = (name: string): FakeHost => ({
  current: oldPath(name),
  profile: oldPath(name),
  failedUnits: [],
  offline: false,
  machineId: `machine-${name}`,
  lockHeld: false,
  valid: new Set([oldPath(name)]),
  activation: { exitCode: 0, switches: true },
  breaksUnit: null,
  failsInOld: null,
  once: null,
  supervision: {
    phase: 'confirming',
    decision: null,
    result: null,
    areNamesBroken: false,
    wasStartedAgain: false,
  },
  preview: null,
  boots: 0,
  comesUp: 'new',
  locked: 0,
  refusals: 0,
  lostLooks: 0,
  password: null,
  failingChecks: [],
  breaksCheck: null,
});

const factsOf = (name: string, host: FakeHost, at: number): HostFacts => ({
  at,
  latencyMs: 3,
  hostName: name,
  machineId: host.machineId,
  bootId: `boot-${host.boots}`,
  uptimeSeconds: 100,
  clockSkewMs: 0,
  current: host.current,
  booted: host.boots > 0 ? host.current : oldPath(name),
  profile: host.profile,
  generations: [
    {
      number: 1,
      path: oldPath(name),
      at: 0,
      nixosVersion: null,
      revision: null,
      kernel: null,
    },
    ...(host.profile === newPath(name)
      ? [
          {
            number: 2,
            path: newPath(name),
            at,
            nixosVersion: null,
            revision: null,
            kernel: null,
          },
        ]
      : []),
  ],
  bootDefault: { kind: 'resolved', loader: 'systemd-boot', toplevel: host.profile },
  nixosVersion: '26.05',
  revision: null,
  kernel: '6.18.1',
  rebootNeeded: false,
  failedUnits: host.failedUnits,
  activeUnits: ['sshd.service'],
  load: [0, 0, 0],
  space: [],
  elevation: host.password === null ? 'root' : null,
  nixVersion: '2.34.0',
  copyTrusted: true,
  activationLock: host.lockHeld ? { holder: null } : null,
  automaticUpgrades: [],
});

/** A unit that runs, as systemd tells it. */
export const runningUnit: UnitFacts = {
  load: 'loaded',
  loadError: null,
  active: 'active',
  sub: 'running',
  result: 'success',
  restarts: 0,
  canStart: true,
  canStop: true,
  type: 'simple',
  triggeredBy: [],
  conditionMet: true,
  instances: [],
  nearest: null,
  owner: null,
};

export interface FakeHostsOptions {
  readonly of: (entry: HostEntry) => FakeHost;
  /** Notes what is done to a host: `copy p620`. */
  readonly deed: (name: string) => void;
  readonly now: () => number;
  readonly routes: readonly Route[];
}

/** The service of hosts over these objects. */
export const createFakeHosts = ({
  of,
  deed,
  now,
  routes,
}: FakeHostsOptions): EngineContext['hosts'] => {
  const expectedMachines = new Map<string, string>();
  const unreachable = (entry: HostEntry): Failure => ({
    code: 'host-unreachable',
    host: entry.name,
    detail: 'No route to host',
  });

  return {
    run: async () => failed({ code: 'canceled', what: 'not simulated' }),
    restartServices: async (entry, units) => {
      deed(`restart ${units.join(' ')} on ${entry.name}`);
      return success([]);
    },
    probe: async (entry) => {
      const host = of(entry);
      if (host.offline) return failed(unreachable(entry));
      if (host.refusals > 0) {
        host.refusals -= 1;
        const detail = 'ssh: connect to host port 22: Connection refused';
        return failed({ code: 'ssh-failed', host: entry.name, why: 'closed', detail });
      }
      if (host.current !== oldPath(entry.name) && host.lostLooks > 0) {
        host.lostLooks -= 1;
        return failed(unreachable(entry));
      }
      if (host.boots > 0 && host.locked > 0) {
        host.locked -= 1;
        return failed({ code: 'host-key-changed', host: entry.name, address: entry.address });
      }
      return success(factsOf(entry.name, host, now()));
    },
    copy: async (entry, path, options = {}) => {
      deed(`copy ${entry.name}`);
      of(entry).valid.add(path);
      options.onForesee?.();
      const impact = options.onForesee === undefined ? null : (of(entry).preview?.impact ?? null);
      return success({
        isNew: true,
        tookMs: 1,
        bootRoom: null,
        impact,
        lacksSpecialisation: false,
      });
    },
    activate: async (entry, options) => {
      deed(`${options.mode} ${entry.name}`);
      const host = of(entry);
      const { exitCode, switches } = host.activation;
      if (switches && options.mode === 'test') host.current = options.to;
      if (host.breaksUnit !== null) host.failedUnits = [...host.failedUnits, host.breaksUnit];
      if (host.breaksCheck !== null)
        host.failingChecks = [
          { check: host.breaksCheck, problem: `${host.breaksCheck} ended with 1` },
        ];
      if (exitCode !== 0 && exitCode !== 4)
        return failed({
          code: 'activation-failed',
          host: entry.name,
          exitCode,
          meaning: 'it failed',
          tail: [],
        });
      return success({
        exitCode,
        meaning: 'it was activated',
        kind: 'done',
        lines: [],
        impact: { stop: [], keep: [], reload: [], restart: [], start: [] },
        failedUnits: [],
      } as never);
    },
    preview: async (entry) =>
      of(entry).preview === null
        ? failed({ code: 'canceled', what: 'not simulated' })
        : success(of(entry).preview as HostPreview),
    clean: async (entry, generations) => {
      deed(`clean ${entry.name}`);
      return success({ removed: generations.map(({ number }) => number), refused: [] });
    },
    passwords: {
      of: () => null,
      give: async (entry, password) => {
        const host = of(entry);
        deed(`password ${entry.name}`);
        if (password !== host.password)
          return failed({
            code: 'elevation-refused',
            host: entry.name,
            detail: 'the password is wrong',
          });
        host.password = null;
        return success(undefined);
      },
    },
    bootOnce: {
      choose: async (entry, _old, to) => {
        deed(`boot-once ${entry.name}`);
        of(entry).once = to;
        return success({ profileBefore: 'system-1-link' });
      },
      restart: async (entry) => {
        deed(`restart ${entry.name}`);
        const host = of(entry);
        host.boots += 1;
        host.current = host.comesUp === 'new' ? (host.once ?? host.profile) : host.profile;
        host.once = null;
        if (host.comesUp === 'silent') host.offline = true;
        const fails = host.current === oldPath(entry.name) ? host.failsInOld : host.breaksUnit;
        host.failedUnits = fails === null ? [] : [fails];
        return success(undefined);
      },
      undo: async (entry) => {
        deed(`undo ${entry.name}`);
        return success(undefined);
      },
    },
    contact: async (entry) =>
      of(entry).offline
        ? failed(unreachable(entry))
        : success({
            current: of(entry).current,
            bootId: `boot-${of(entry).boots}`,
            machineId: of(entry).machineId,
            isExpected: true,
            facts: factsOf(entry.name, of(entry), now()),
            supervision: of(entry).supervision,
            trouble: null,
          }),
    setProfileAndBoot: async (entry, path) => {
      deed(`persist ${entry.name}`);
      of(entry).profile = path;
      return success({
        generation: 2,
        boot: { kind: 'resolved', loader: 'systemd-boot', toplevel: path },
        facts: factsOf(entry.name, of(entry), now()),
        supervision: of(entry).supervision,
      });
    },
    rollback: async (entry, options) => {
      deed(`rollback ${entry.name}`);
      const host = of(entry);
      host.current = options.to;
      host.profile = options.to;
      return success({
        generation: 1,
        boot: { kind: 'resolved', loader: 'systemd-boot', toplevel: options.to },
        facts: factsOf(entry.name, host, now()),
        supervision: null,
        activation: null,
      });
    },
    decide: async (entry, _id, decision) => {
      deed(`${decision} ${entry.name}`);
      const host = of(entry);
      if (decision === 'revert') host.current = oldPath(entry.name);
      return success(
        host.supervision === null
          ? null
          : {
              ...host.supervision,
              decision,
              result:
                decision === 'revert'
                  ? { kind: 'reverted', why: 'asked', exitCode: 0 }
                  : { kind: 'kept' },
            },
      );
    },
    counters: async () => failed({ code: 'canceled', what: 'not simulated' }),
    sysstat: async () => success({ kind: 'none', why: 'sysstat is not on the host' }),
    compareFiles: async () => success({ units: [], files: [], isCut: false }),
    units: {
      details: async (_entry, unit) =>
        success({
          unit,
          facts: runningUnit,
          status: [],
          since: null,
          journal: { kind: 'empty' },
          file: [],
          difference: null,
        }),
      facts: async () => success(runningUnit),
      journal: async () => success({ journal: { kind: 'empty' }, cursor: null }),
    },
    journal: async () => success({ begins: 0, isVolatile: false, isCut: false, records: [] }),
    ownChecks: async (entry) => {
      deed(`check ${entry.name}`);
      return of(entry).failingChecks;
    },
    moved: {
      expect: async () => success(undefined),
      ways: () => {
        throw new Error('not simulated');
      },
      found: () => undefined,
      moveOf: () => null,
      expectMachine: (host, machineId) => {
        expectedMachines.set(host, machineId);
        return success(undefined);
      },
      expectedMachine: (host) => expectedMachines.get(host) ?? null,
    },
    routes: {
      learn: async () => undefined,
      jumpsOf: async () => [],
      known: () => routes,
      isThroughProgram: async () => false,
    },
  };
};
