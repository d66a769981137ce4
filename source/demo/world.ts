import { createHash } from 'node:crypto';
import { nixBase32 } from '../parsers/nix/nix-base32.ts';
import { stateFolder } from '../services/world/state-folder.ts';
import type { World } from '../services/world/world.ts';
import { earlierBuilds } from './data/build-jobs.ts';
import {
  commonText,
  configText,
  flakeText,
  hostText,
  largeConfigText,
  readmeText,
} from './data/flake-data.ts';
import { type DemoHost, demoFleet } from './data/fleet-data.ts';
import { demoHistory } from './data/history.ts';
import { secretsUrl } from './data/input-data.ts';
import { committedVersion } from './data/input-source.ts';
import { createDemoLocks, type DemoLocks } from './data/lock-data.ts';
import { createDemoSystems } from './data/system-data.ts';
import { createClone, createInputRemotes } from './git/clone.ts';
import { createDemoGit } from './git/git.ts';
import { createRanges } from './git/ranges.ts';
import { createRepository, type DemoRepository } from './git/repository.ts';
import { createDemoCopy, createDemoHosts } from './machine/hosts.ts';
import { deployedAt, type MachineStart } from './machine/machine.ts';
import { createMachines } from './machine/machines.ts';
import { createMachineScripts } from './machine/scripts.ts';
import { createDemoBuild } from './nix/build.ts';
import { createDemoNix } from './nix/nix.ts';
import { createLocalStore, demoNixStore } from './nix/store.ts';
import { createDemoClock } from './process/clock.ts';
import { createDemoFiles } from './process/files.ts';
import { revisionFor } from './process/hash.ts';
import { createDemoExec, type DemoProgram } from './process/process.ts';
import { createDemoWeb } from './web/web.ts';

export interface DemoOptions {
  /** How fast time runs; `Infinity` turns the clock off: time passes only by sleeping. 1 when absent. */
  readonly speed?: number | undefined;
  /** When the demo starts, ms since the epoch; all its dates are relative to it. Now when absent. */
  readonly now?: number | undefined;
  /** A fleet of so many hosts. */
  readonly hosts?: number | undefined;
}

/** The input whose newest revision breaks a build. */
export const guiltyInput = 'musnix';

const home = '/home/ada';
const flake = `${home}/fleet`;
const processId = 4_211;

/** What nixup finds around it, beside the host's name. */
const surroundings = {
  folders: {
    state: `${home}/.local/state/nixup`,
    cache: `${home}/.cache/nixup`,
    home,
    runtime: '/run/user/1000/nixup',
  },
  environment: { HOME: home, USER: 'ada', GRAFANA_TOKEN: 'demo' },
  workingFolder: flake,
  processId,
  processors: 1,
  userName: 'ada',
  isProcessAlive: (other: number) => other === processId,
  isDemo: true,
} satisfies Partial<World>;

const dayMs = 86_400_000;

const tasks = [
  {
    number: 41,
    title: 'nzbget on p510 cannot mount its folder',
    labels: [{ name: 'priority:low' }],
    url: 'https://git.example.org/ada/fleet/issues/41',
  },
  {
    number: 44,
    title: 'move the router to the new release',
    labels: [{ name: 'priority:medium' }],
    url: 'https://git.example.org/ada/fleet/issues/44',
  },
];

/** Programs that only answer a question. */
const smallPrograms: readonly (readonly [string, DemoProgram])[] = [
  [
    'df',
    (call) => {
      call.print(
        'Filesystem     1024-blocks      Used Available Capacity Mounted on\n/dev/nvme0n1p2   482344960 231525580 250819380      48% /nix\n',
      );
      return 0;
    },
  ],
  [
    'gh',
    async (call) => {
      await call.sleep(300);
      call.print(JSON.stringify(tasks));
      return 0;
    },
  ],
  ['nix-instantiate', async (call) => call.sleep(120).then(() => 0)],
];

/** The files of the flake, its lock aside, each made when it is first read. */
const flakeTexts = (
  start: number,
  fleet: readonly DemoHost[],
  locks: DemoLocks,
  isLarge: boolean,
): ReadonlyMap<string, () => string> =>
  new Map<string, () => string>([
    ['flake.nix', () => flakeText(locks.sources, fleet)],
    ['nixup.toml', () => (isLarge ? largeConfigText : configText(start))],
    ['README.md', () => readmeText],
    ['modules/common.nix', () => commonText],
    ...fleet
      .slice(0, 20)
      .map((host): [string, () => string] => [`hosts/${host.name}.nix`, () => hostText(host)]),
  ]);

const cloneFolder = `${home}/.cache/nix/gitv3/${nixBase32(createHash('sha256').update(secretsUrl).digest())}`;

/** The checkout of the flake: its files as they lie there, and the history of them. */
const createCheckout = (
  start: number,
  texts: ReadonlyMap<string, () => string>,
  locks: DemoLocks,
  records: () => string,
) => {
  const lockAt = (update: number): string => locks.write(locks.versionsAt(update));
  const files = createDemoFiles(
    new Map([
      ...[...texts].map(([path, text]): [string, () => string] => [`${flake}/${path}`, text]),
      [`${flake}/flake.lock`, () => lockAt(committedVersion)],
      [`${flake}/.git/HEAD`, () => 'ref: refs/heads/main\n'],
      [`${flake}/.git/index`, () => 'DIRC'],
      [`${cloneFolder}/HEAD`, () => 'ref: refs/heads/main\n'],
      [`${stateFolder(surroundings, flake)}/deploys.json`, records],
      [`${surroundings.folders.state}/durations.json`, () => JSON.stringify(earlierBuilds)],
    ]),
  );
  const repository = createRepository({
    root: flake,
    files,
    history: demoHistory.map(({ subject, daysAgo, update }) => ({
      subject,
      at: Math.floor((start - daysAgo * dayMs) / 1000),
      tree: () =>
        new Map([
          ...[...texts].map(([path, text]): [string, string] => [path, text()]),
          ['flake.lock', lockAt(update)],
        ]),
    })),
  });
  return { files, repository };
};

/** What nixup deployed last to hosts that somebody else took back since then. */
const deployRecords = (
  fleet: readonly DemoHost[],
  { systemAt, updates }: Pick<MachineStart, 'systemAt' | 'updates'>,
): string =>
  JSON.stringify(
    fleet.flatMap((host) => {
      const { name, wentBackFrom: update, generation } = host;
      if (update === undefined) return [];
      const at = deployedAt(updates[update]?.at ?? 0, update);
      return [
        {
          host: name,
          toplevel: systemAt(host, update).toplevel,
          from: systemAt(host, host.update).toplevel,
          fromGeneration: generation,
          generation: generation + 1,
          at,
          run: '20261114-210407-3f9a21',
        },
      ];
    }),
  );

/** When each update of the lock was committed. */
const updatesOf = (repository: DemoRepository): MachineStart['updates'] => {
  const head = repository.resolve('HEAD');
  const commits = head === undefined ? [] : repository.ancestors(head);
  return Array.from({ length: committedVersion + 1 }, (_, update) => {
    const index = demoHistory.findIndex(
      (commit) => commit.update === update && commit.subject.startsWith('chore(flake)'),
    );
    const commit = commits.at(-1 - index);
    return { at: (commit?.at ?? 0) * 1000, revision: commit?.revision ?? '' };
  });
};

/**
 * A World with an embedded fleet. Nothing is installed, contacted or written:
 * the programs that nixup runs are answered from memory, in their own formats,
 * and what they change is changed there.
 */
// Over 60 lines: the parts of the demo are made here, each from those before it.
export const createDemoWorld = (options: DemoOptions = {}): World => {
  const start = options.now ?? Date.now();
  const clock = createDemoClock(options.speed ?? 1, start);
  const fleet = demoFleet(options.hosts);
  const locks = createDemoLocks(start);
  const systems = createDemoSystems(start, locks);
  const store = createLocalStore(locks, systems);

  const { files, repository } = createCheckout(
    start,
    flakeTexts(start, fleet, locks, options.hosts !== undefined),
    locks,
    () => deployRecords(fleet, { systemAt, updates }),
  );
  const revision = async (): Promise<string | null> => {
    const head = repository.resolve('HEAD');
    const working = repository.hashOf(await repository.workingTree());
    return head?.tree === working ? head.revision : null;
  };

  const here = fleet[0]?.name ?? 'localhost';
  const systemAt: MachineStart['systemAt'] = (of, update) =>
    systems.systemOf(of, locks.versionsAt(update));
  const updates = updatesOf(repository);
  const machines = createMachines({
    now: start,
    fleet,
    systemAt,
    updates,
    localStore: { host: here, store },
  });
  const hosts = createDemoHosts({
    machineAt: machines.at,
    here,
    runScript: createMachineScripts({ systems, clock, revision }),
  });
  const ranges = createRanges(start, locks);
  const { git, cp } = createDemoGit({
    repository,
    now: clock.now,
    clone: createClone(cloneFolder, ranges),
    inputRemote: createInputRemotes(start),
  });
  const nix = createDemoNix({
    flake,
    fleet,
    files,
    locks,
    systems,
    store,
    build: createDemoBuild(store, systems),
    copy: createDemoCopy(systems, machines.at),
  });

  let ids = 0;
  return {
    exec: createDemoExec(
      clock,
      new Map([
        ['git', git],
        ['cp', cp],
        ['nix', nix],
        ['nix-store', demoNixStore(store)],
        ['ssh', hosts.ssh],
        ['sh', hosts.sh],
        ...smallPrograms,
      ]),
    ),
    files,
    http: createDemoWeb({ clock, ranges, machines: machines.deployed }),
    clock,
    ...surroundings,
    hostName: here,
    randomId: () => {
      ids += 1;
      return revisionFor(`id ${ids}`).slice(0, 16);
    },
  };
};
