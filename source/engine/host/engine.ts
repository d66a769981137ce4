import { type Command, type CommandEnd, showCommand } from '../../model/command.ts';
import { configTags, hostsWith } from '../../model/config/host-tags.ts';
import type { Failure } from '../../model/failure.ts';
import { shellCommand } from '../../model/host/shell-command.ts';
import type { JournalLevel, UnitLog } from '../../model/host/unit-journal.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result } from '../../model/result.ts';
import type { ExpectedMove } from '../../services/ssh/moved-hosts.ts';
import { takeLeftMarksBack } from '../health/marks.ts';
import type { EngineTools } from '../run/tools.ts';
import {
  type ComparePackagesOptions,
  compareGeneration,
  comparePackagesOf,
} from '../survey/packages.ts';
import { type SurveyScope, surveyFleet } from '../survey/survey.ts';
import { askUnit, followUnit, type TellLines, type UnitAnswer } from './unit.ts';
import { type AskSecret, unlockHosts } from './unlock.ts';

/** What can be asked of the hosts, and what is agreed about them before they are changed. */
export interface HostsEngine {
  /** Lists the hosts, then probes and evaluates them; resolves when all is known. */
  survey(wanted: SurveyScope): Promise<void>;
  /** Tags that the configuration gives to hosts. */
  tags(): readonly string[];
  /** Hosts to which the configuration gives one of these tags, `@server` or `server`. */
  withTags(tags: readonly string[]): readonly string[];
  /** Asks for the password of sudo where hosts want one; answers those that stay locked. */
  unlock(hosts: readonly string[], ask: AskSecret): Promise<readonly string[]>;
  /** The next deploy is meant to change where this host answers, or its host key: both ways are tried. */
  expectMove(host: string, move: ExpectedMove): Promise<Result<void, Failure>>;
  /** The machine with this id is meant by this host from now on; before the hosts are asked. */
  expectMachine(host: string, machineId: string): Result<void, Failure>;
  /** Compares what hosts run with what they would run, package by package; answers come as events. */
  comparePackages(hosts: readonly string[], options: ComparePackagesOptions): Promise<void>;
  /** What differs in packages between what the host runs and one of its generations, as lines. */
  compareGeneration(host: string, path: StorePath): Promise<readonly string[]>;
  /**
   * A shell on the host, or one command there, run by whoever has a terminal; it is listed with the commands that ran.
   * Null where the flake has no such host.
   */
  shell(
    host: string,
    line: string,
    run: (command: Command) => Promise<CommandEnd>,
  ): Promise<CommandEnd | null>;
  /** Status, journal and unit file of a unit. */
  unit(host: string, unit: string, level?: JournalLevel): Promise<UnitAnswer>;
  /** Follows the journal of a unit until `signal` says so; its lines join the state, and `tell` hears them. */
  followUnit(wish: UnitLog, signal: AbortSignal, tell?: TellLines): Promise<void>;
}

export const createHostsEngine = (
  { context, entries }: EngineTools,
  /** Marks that were tried to be taken back since this start. */
  triedMarks: Set<string> = new Set(),
): HostsEngine => ({
  survey: async (wanted) => {
    await context().records.reload();
    // A server that is slow keeps nobody waiting for what hosts answer.
    await Promise.all([surveyFleet(context(), wanted), takeLeftMarksBack(context(), triedMarks)]);
  },
  tags: () => configTags(context().config),
  withTags: (tags) => hostsWith(context().config, tags),
  unlock: (hosts, ask) => unlockHosts(context(), hosts, ask),
  expectMove: async (host, move) => {
    const entry = context().state().hosts[host]?.entry;
    return entry === undefined
      ? failed({ code: 'host-unknown', name: host, nearest: null })
      : context().hosts.moved.expect(entry, move);
  },
  expectMachine: (host, machineId) => context().hosts.moved.expectMachine(host, machineId),
  comparePackages: (hosts, options) => comparePackagesOf(context(), entries(hosts), options),
  compareGeneration: (host, path) => compareGeneration(context(), host, path),
  shell: async (host, line, run) => {
    const [entry] = entries([host]);
    if (entry === undefined) return null;
    const { clock } = context().world;
    const command = shellCommand(entry, line);
    const startedAt = clock.now();
    const end = await run(command);
    const tookMs = clock.now() - startedAt;
    const record = { line: showCommand(command), does: null, host, startedAt, tookMs };
    context().emitter.emit({ type: 'command-ran', command: { ...record, ending: end.text } });
    return end;
  },
  unit: async (host, unit, level = 'all') => {
    const [entry] = entries([host]);
    return entry === undefined
      ? { lines: [`${host} is not in the flake`], details: null }
      : await askUnit(context(), entry, unit, level);
  },
  followUnit: async (wish, signal, tell) => {
    const [entry] = entries([wish.host]);
    if (entry !== undefined) await followUnit(context(), entry, wish, signal, tell);
  },
});
