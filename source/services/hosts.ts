import type { HostPreview } from '../model/deploy/preview.ts';
import type { Failure } from '../model/failure.ts';
import type { Generation, HostEntry, HostFacts } from '../model/host/host.ts';
import type { FileChanges } from '../model/host/other-system.ts';
import type { CheckOrder } from '../model/host/own-checks.ts';
import type { Supervision, SupervisionDecision } from '../model/host/supervision.ts';
import type { UnitOwner } from '../model/host/unit-details.ts';
import type { StorePath } from '../model/nix/store-path.ts';
import type { Result } from '../model/result.ts';
import type { HostCounters } from '../model/watch/counters.ts';
import type { HostJournal } from '../model/watch/journal.ts';
import type { TimeSpan } from '../model/watch/windows.ts';
import { askChecks, type FailedCheck } from './checks/ask.ts';
import type { CheckTools } from './checks/asker.ts';
import { type Activated, type ActivateOptions, createActivate } from './deploy/activate.ts';
import { type BootOnce, createBootOnce } from './deploy/boot-once.ts';
import { type Copied, type CopyOptions, createCopy } from './deploy/copy.ts';
import { createDecide } from './deploy/decision.ts';
import { createPersist, type Persisted, type PersistOptions } from './deploy/persist.ts';
import { createPreview, type PreviewOptions } from './deploy/preview.ts';
import { createRollback, type RollbackOptions, type RolledBack } from './deploy/rollback.ts';
import { type Cleaned, createClean } from './host/clean.ts';
import { type Contact, type ContactOptions, createContact } from './host/contact.ts';
import { createProbe, type LastFacts, type ProbeOptions } from './host/probe.ts';
import { createRestartServices } from './host/restart-services.ts';
import { createCompareFiles } from './host/system-files.ts';
import { createUnitQuestions, type UnitQuestions } from './host/units.ts';
import type { LoginPatience } from './ssh/login-watch.ts';
import { createMovedHosts, createRunByWays, type MovedHosts } from './ssh/moved-hosts.ts';
import { createPasswords, type Passwords } from './ssh/password.ts';
import { createSshRoutes, type SshRoutes } from './ssh/routes.ts';
import type { RunOnHost } from './ssh/run.ts';
import { createHostJournal } from './watch/journal.ts';
import { createCounters } from './watch/sampling.ts';
import { createSysstat, type FileAges, type SysstatAnswer } from './watch/sysstat.ts';
import type { World } from './world/world.ts';

type HostAnswer<Value> = Promise<Result<Value, Failure>>;

/** Everything that nixup does on other machines. Nothing is installed there. */
export interface Hosts {
  readonly run: RunOnHost;
  /** Asks a host everything in one round trip; also what its systemd and boot loader say now. */
  probe(entry: HostEntry, options?: ProbeOptions): HostAnswer<HostFacts>;
  copy(entry: HostEntry, path: StorePath, options?: CopyOptions): HostAnswer<Copied>;
  activate(entry: HostEntry, options: ActivateOptions): HostAnswer<Activated>;
  /** What an activation would do to the host; nothing changes. Exact where the system is on the host. */
  preview(entry: HostEntry, path: StorePath, options: PreviewOptions): HostAnswer<HostPreview>;
  /** Passwords for becoming root, where a host asks for one. */
  readonly passwords: Passwords;
  /** Removes generations that were shown; never what runs, boots or is known good. */
  clean(entry: HostEntry, generations: readonly Generation[]): HostAnswer<Cleaned>;
  /** The way of a restart: a boot of the new system for once, and back. */
  readonly bootOnce: BootOnce;
  contact(entry: HostEntry, expected: StorePath, options?: ContactOptions): HostAnswer<Contact>;
  setProfileAndBoot(
    entry: HostEntry,
    path: StorePath,
    options?: PersistOptions,
  ): HostAnswer<Persisted>;
  rollback(entry: HostEntry, options: RollbackOptions): HostAnswer<RolledBack>;
  /** Tells the supervisor of an activation what is decided; the first decision stands. */
  decide(
    entry: HostEntry,
    id: string,
    decision: SupervisionDecision,
    signal?: AbortSignal,
  ): HostAnswer<Supervision | null>;
  /** One unit: what systemd, its files and the journal say of it. */
  readonly units: UnitQuestions;
  /** Restarts units of the system, or of a user's manager; whether they run is asked afterwards. */
  restartServices(
    entry: HostEntry,
    units: readonly string[],
    owner?: UnitOwner | null,
  ): HostAnswer<readonly string[]>;
  /** Which files of /etc differ between two systems of a host; null where it has only one of them. */
  compareFiles(entry: HostEntry, from: StorePath, to: StorePath): HostAnswer<FileChanges | null>;
  /** What systemd noted in its journal in a span of time. */
  journal(entry: HostEntry, span: TimeSpan, signal?: AbortSignal): HostAnswer<HostJournal>;
  /** What the kernel of the host has counted by now. */
  counters(entry: HostEntry, signal?: AbortSignal): HostAnswer<HostCounters>;
  /** What sysstat keeps on the host of its last days. */
  sysstat(entry: HostEntry, ages?: FileAges, signal?: AbortSignal): HostAnswer<SysstatAnswer>;
  /** Which of these checks of the host's own fail, or could not be asked. */
  ownChecks(
    entry: HostEntry,
    checks: readonly CheckOrder[],
    by: Pick<CheckTools, 'query'> & { readonly flake: string },
  ): Promise<readonly FailedCheck[]>;
  /** Hosts that a deploy is meant to move to another address or host key. */
  readonly moved: MovedHosts;
  /** By which machines ssh reaches each host. */
  readonly routes: SshRoutes;
}

// Over 60 lines: what can be asked of hosts is made here, each part from those before it.
export const createHosts = (
  world: World,
  options: {
    readonly sshOptions?: readonly string[];
    /** For logins that wait for a person; absent where nobody is there. */
    readonly patience?: LoginPatience;
  } = {},
): Hosts => {
  const settings = {
    sshOptions: options.sshOptions ?? [],
    socketFolder: world.folders.runtime,
    ...(options.patience === undefined ? {} : { patience: options.patience }),
  };
  const passwords = createPasswords(world, settings);
  const routes = createSshRoutes(world, settings);
  const unlocked = {
    ...settings,
    passwordOf: passwords.of,
    // Where nobody listens, nothing is hidden.
    ...(options.patience === undefined ? {} : { hidesWords: routes.isThroughProgram }),
  };
  const moved = createMovedHosts(world, unlocked);
  const run = createRunByWays(world, moved);
  const probed = new Map<string, HostFacts>();
  const lastFacts: LastFacts = (host) => probed.get(host) ?? null;
  const keep = (entry: HostEntry, facts: HostFacts | null): void => {
    if (facts !== null) probed.set(entry.name, facts);
  };
  const probe = createProbe(world, run, lastFacts);
  const activate = createActivate(world, run, lastFacts);
  const reach = createContact(world, run, lastFacts, moved.expectedMachine);
  const contact: Hosts['contact'] = async (entry, expected, contactOptions) => {
    const reached = await reach(entry, expected, contactOptions);
    keep(entry, reached.ok ? reached.value.facts : null);
    return reached;
  };
  const makePersistent = createPersist(world, run, lastFacts);
  const setProfileAndBoot: Hosts['setProfileAndBoot'] = async (entry, path, persistOptions) => {
    const persisted = await makePersistent(entry, path, persistOptions);
    keep(entry, persisted.ok ? persisted.value.facts : null);
    return persisted;
  };
  return {
    run,
    probe: async (entry, probeOptions) => {
      const facts = await probe(entry, probeOptions);
      keep(entry, facts.ok ? facts.value : null);
      return facts;
    },
    copy: createCopy(world, run, unlocked, lastFacts),
    activate,
    preview: createPreview(run),
    bootOnce: createBootOnce(run),
    clean: createClean(run),
    passwords,
    contact,
    setProfileAndBoot,
    rollback: createRollback(run, activate, contact, setProfileAndBoot),
    decide: createDecide(world, run),
    units: createUnitQuestions(run),
    restartServices: createRestartServices(run),
    compareFiles: createCompareFiles(run),
    journal: createHostJournal(run),
    sysstat: createSysstat(run),
    counters: createCounters(run),
    ownChecks: (entry, checks, { flake, query }) =>
      askChecks({ world, run, query }, checks, { entry, flake }),
    moved,
    routes,
  };
};
