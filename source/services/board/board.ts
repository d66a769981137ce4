import type { CheckRow } from '../../model/board/board.ts';
import { compareWithFlake } from '../../model/config/against-flake.ts';
import { type Config, fleetChecks } from '../../model/config/settings.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import { needsTrust, ownChecksOf } from '../../model/host/own-checks.ts';
import type { LockFacts } from '../../model/lock/facts.ts';
import type { Result } from '../../model/result.ts';
import type { Git } from '../git/git.ts';
import type { Nix } from '../nix.ts';
import type { World } from '../world/world.ts';
import { botRows } from './bot-requests.ts';
import { configQuestions, configRows } from './config-rows.ts';
import { gitQuestions, gitRows } from './git-rows.ts';
import { flakeQuestion, hostQuestion, judgeHost } from './host-rows.ts';
import { lockCheckRows, lockQuestions } from './lock-rows.ts';
import { createMonitoring } from './monitoring.ts';
import { checkQuestion, monitoringQuestions, monitoringRows } from './monitoring-rows.ts';
import { nixQuestions, nixRows } from './nix-rows.ts';
import { failureRow } from './row.ts';
import { judgeTasks, openTasks, taskQuestion } from './tasks.ts';

/** What the board is made from. Lock and hosts were observed by the caller. */
interface BoardSources {
  readonly world: World;
  readonly flake: string;
  readonly git: Git;
  readonly nix: Pick<Nix, 'version' | 'settings'>;
  readonly config: Config;
  /** The name of the configuration file; null when there is none. */
  readonly configFile: string | null;
  /** Mistakes in the file, when it was not valid. */
  readonly configFailures?: readonly Failure[];
  /** Whether commands of the configuration may run. */
  readonly isTrusted: boolean;
  readonly lock: LockFacts;
  /** Whether a person has looked at what changed in the lock. */
  readonly isReviewed?: boolean;
  /** Why the flake's hosts could not be listed; null when they were. */
  readonly unlisted?: Failure | null;
  /** Names of all hosts that the flake lists. */
  readonly names: readonly string[];
  /** Hosts that have a row, each with the answer of its probe, which may still be running. */
  readonly hosts: readonly {
    readonly entry: HostEntry;
    readonly probe: Result<HostFacts, Failure> | Promise<Result<HostFacts, Failure>>;
  }[];
}

/** Whether the repository's own configuration has programs run. */
const hasCommands = ({ commands, hosts, checks, notify }: Config): boolean =>
  notify.command !== null ||
  Object.values(commands).some((command) => command !== null) ||
  Object.values(hosts).some((settings) => ownChecksOf(settings).some(needsTrust)) ||
  checks.some(({ order }) => needsTrust(order));

const configPart = (sources: BoardSources): readonly CheckRow[] => {
  const { config, configFile, lock, names, isTrusted } = sources;
  return configRows({
    file: configFile,
    failures: sources.configFailures ?? [],
    stale: compareWithFlake(config, {
      hosts: names.length === 0 ? null : names,
      inputs: lock.kind === 'read' ? lock.inputs.map(({ name }) => name) : null,
    }),
    areHostsKnown: (sources.unlisted ?? null) === null,
    hasCommands: hasCommands(config),
    isTrusted,
  });
};

/**
 * Asks all groups of the board at the same time. `onRows` gets the rows of each
 * as it answers; resolves with all of them. Hosts are not asked here.
 */
export const checkBoard = async (
  sources: BoardSources,
  onRows: (rows: readonly CheckRow[]) => void = () => undefined,
): Promise<readonly CheckRow[]> => {
  const { world, flake, git, nix, config, isTrusted, lock, hosts, unlisted = null } = sources;
  const monitoring = createMonitoring(world, config.monitoring);
  const parts: readonly (readonly CheckRow[] | Promise<readonly CheckRow[]>)[] = [
    gitRows(git),
    lockCheckRows(lock, world.clock.now(), sources.isReviewed),
    openTasks(world, { flake, command: config.commands.tasks, isTrusted }).then((answer) => [
      judgeTasks(answer),
    ]),
    botRows(world, git, config),
    // Rows of one group, told together.
    nixRows(world, nix, flake).then((rows) =>
      unlisted === null ? rows : [...rows, failureRow(flakeQuestion, unlisted)],
    ),
    monitoringRows(world, monitoring, { orders: fleetChecks(config), flake, isTrusted }).finally(
      monitoring.close,
    ),
    configPart(sources),
    ...hosts.map(async ({ entry, probe }) => [judgeHost(entry, await probe)]),
  ];
  const all = await Promise.all(
    parts.map(async (part) => {
      const rows = await part;
      onRows(rows);
      return rows;
    }),
  );
  return all.flat();
};

/** Every question that will be asked where all is well: the rows keep their places while answers come. */
export const openBoard = (
  config: Config,
  configFile: string | null,
  hosts: readonly HostEntry[],
): readonly CheckRow[] => {
  const { monitoring } = config;
  const { prometheus, targets, alerts, grafana, dataSources } = monitoringQuestions;
  const asked = [
    ...Object.values(gitQuestions),
    ...Object.values(lockQuestions),
    taskQuestion,
    ...Object.values(nixQuestions),
    ...(monitoring.prometheus === null ? [prometheus] : [prometheus, targets, alerts]),
    ...(monitoring.grafana === null ? [grafana] : [grafana, dataSources]),
    ...fleetChecks(config).map(checkQuestion),
    configQuestions.file,
    ...(configFile === null ? [] : [configQuestions.stale]),
    ...(hasCommands(config) ? [configQuestions.trust] : []),
    ...hosts.map(({ name }) => hostQuestion(name)),
  ];
  return asked.map((question) => ({
    ...question,
    state: 'checking',
    evidence: '',
    remedy: null,
    detail: [],
  }));
};
