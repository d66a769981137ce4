import { describe, expect, test } from 'vitest';
import { actionTable } from '../../source/actions/table.ts';
import { success } from '../../source/model/result.ts';
import type { World } from '../../source/services/world/world.ts';
import { type WatchedHost, type WatchedWorld, watchWorld } from '../support/asked.ts';
import { cutNewestDeploy, runLine } from '../support/documents.ts';
import { type Keys, openKeys } from '../support/keys.ts';
import { stillWorld } from '../support/play.ts';

interface Watched {
  readonly keys: Keys;
  readonly world: WatchedWorld;
  /** From now on the host has this machine id. */
  answerAs(host: string, machineId: string): void;
}

/** The demo under keys, in a world that notes what it is asked to change. */
const openWatched = async (): Promise<Watched> => {
  let keys: Keys | undefined;
  const hostOf = (name: string): WatchedHost => {
    const facts = keys?.app().hosts[name]?.facts;
    return { profile: facts?.profile ?? null, knownGood: facts?.knownGood ?? 'none' };
  };
  const still = stillWorld();
  let other: { readonly known: string; readonly machineId: string } | undefined;
  const exec: World['exec'] = async (command, options) => {
    const answer = await still.exec(command, options);
    if (!answer.ok || other === undefined) return answer;
    const stdout = answer.value.stdout.replaceAll(other.known, other.machineId);
    return success({ ...answer.value, stdout });
  };
  const world = watchWorld({ ...still, exec }, hostOf);
  keys = await openKeys({}, world);
  const { app } = keys;
  return {
    keys,
    world,
    answerAs: (host, machineId) => {
      other = { known: app().hosts[host]?.facts?.machineId ?? 'unknown', machineId };
    },
  };
};

/** An entry of a boot loader has no name before the system is a generation. */
const entryName = /<the entry that starts [^>]*>/;

/** As the confirmation named it, where the name was not known before. */
const asNamed = (asked: readonly string[], shown: readonly string[]): readonly string[] =>
  asked.map((line, index) => {
    const [before, after] = (shown[index] ?? '').split(entryName);
    return after !== undefined && before !== undefined && line.startsWith(before.replace(/'$/, ''))
      ? (shown[index] ?? line)
      : line;
  });

/** The commands of each host in their order: hosts are worked on side by side. */
const byHost = (lines: readonly string[]): Readonly<Record<string, readonly string[]>> => {
  const hosts: Record<string, string[]> = {};
  for (const line of lines) {
    const host = /^([a-z]\w*): /.exec(line)?.[1] ?? 'here';
    hosts[host] = [...(hosts[host] ?? []), line];
  }
  return hosts;
};

const typed = (words: string): readonly string[] => [...words];
const hostList = async ({ press }: Keys, host: string): Promise<void> =>
  await press('1', 'escape', '/', ...typed(host), 'enter');
const inputList = async ({ press }: Keys, input: string): Promise<void> =>
  await press('2', '/', ...typed(input), 'enter');

/** Updated and built; what breaks a build is put back. */
const tested = async (watched: Watched): Promise<void> => {
  const { keys } = watched;
  await keys.press('u');
  await inputList(keys, 'musnix');
  await keys.press('x', 'escape', 'm', 'm', 'T');
  expect(keys.app().stages.test.kind).toBe('passed');
};

/** Updated, and built: studio fails. */
const failedTest = async ({ keys }: Watched): Promise<void> => {
  await keys.press('u', 'm', 'm', 'T');
  expect(keys.app().stages.test.kind).toBe('failed');
};

const deployed = async (watched: Watched, host: string): Promise<void> => {
  await tested(watched);
  await hostList(watched.keys, host);
  await watched.keys.press('d');
  await watched.keys.choose(`Deploy ${host}`);
};

const committed = async (watched: Watched, host: string): Promise<void> => {
  await deployed(watched, host);
  await watched.keys.press('c');
  await watched.keys.choose('Commit');
};

interface Row {
  /** Actions of the key table that it stands for. */
  readonly actions: readonly string[];
  readonly what: string;
  before(watched: Watched): Promise<void>;
  /** Leads to the dialog; absent where the key does it at once. */
  ask?(keys: Keys): Promise<void>;
  act(keys: Keys): Promise<void>;
  /** What is asked for where no dialog lists it: patterns, in order. Absent: what was listed. */
  readonly asks?: readonly RegExp[];
  /** What each of the commands is, of which no dialog lists any: one at least. */
  readonly onlyAsks?: RegExp;
  /** Files of the checkout that are written. */
  readonly writes?: readonly string[];
  /** How many commands the dialog lists at least. */
  readonly lists?: number;
}

const lock = '/home/ada/fleet/flake.lock';
const config = '/home/ada/fleet/nixup.toml';
const builds = /^nix build .* --out-link \S+\/roots\/\S+ -- /;

const rows: readonly Row[] = [
  {
    actions: ['deploy'],
    what: 'a deploy',
    before: tested,
    ask: async (keys) => {
      await hostList(keys, 'razer');
      await keys.press('d');
    },
    act: (keys) => keys.choose('Deploy razer'),
    lists: 5,
  },
  {
    actions: ['deploy'],
    what: 'a deploy to this machine, which copies nothing',
    before: tested,
    ask: async (keys) => {
      await hostList(keys, 'p620');
      await keys.press('d');
    },
    act: (keys) => keys.choose('Deploy p620'),
    lists: 4,
  },
  {
    actions: ['deploy'],
    what: 'a deploy to a host that has the system already, which copies nothing',
    before: async (watched) => {
      await deployed(watched, 'razer');
      await watched.keys.press('r');
      await watched.keys.choose('razer to the system before');
      await watched.keys.choose('Roll back razer');
    },
    ask: (keys) => keys.press('d'),
    act: (keys) => keys.choose('Deploy razer'),
    lists: 4,
  },
  {
    actions: ['deploy-all'],
    what: 'a deploy to all that are shown',
    before: tested,
    ask: async (keys) => {
      await hostList(keys, 'p');
      await keys.press('D');
    },
    act: (keys) => keys.choose('Deploy 3 hosts'),
    lists: 14,
  },
  {
    actions: ['deploy'],
    what: 'a deploy with a restart',
    before: tested,
    ask: async (keys) => {
      await hostList(keys, 'razer');
      await keys.press('d');
      await keys.choose('deploy and reboot');
    },
    act: (keys) => keys.choose('Deploy razer'),
    lists: 7,
  },
  {
    actions: ['rollback'],
    what: 'a rollback',
    before: (watched) => deployed(watched, 'razer'),
    ask: async (keys) => {
      await keys.press('r');
      await keys.choose('razer to the system before');
    },
    act: (keys) => keys.choose('Roll back razer'),
    lists: 3,
  },
  {
    actions: ['rollback'],
    what: 'a rollback of a host, the lock and the commit, with a push',
    before: async (watched) => {
      await committed(watched, 'razer');
      await watched.keys.press('p');
      await watched.keys.choose('Push');
    },
    ask: async (keys) => {
      await keys.press('r');
      await keys.choose('what was committed');
    },
    act: (keys) => keys.choose('and push'),
    writes: [lock],
    lists: 5,
  },
  {
    actions: ['rollback'],
    what: 'a rollback of a host and the commit, without the push',
    before: (watched) => committed(watched, 'razer'),
    ask: async (keys) => {
      await keys.press('r');
      await keys.choose('what was committed');
    },
    act: (keys) => keys.choose('Roll back razer, the commit'),
    writes: [lock],
    lists: 4,
  },
  {
    actions: ['rollback'],
    what: 'the lock back to the committed one',
    before: tested,
    ask: async (keys) => {
      await keys.press('r');
      await keys.choose('the lock to the committed one');
    },
    act: (keys) => keys.choose('Put back'),
    writes: [lock],
  },
  {
    actions: ['commit'],
    what: 'a commit',
    before: (watched) => deployed(watched, 'razer'),
    ask: (keys) => keys.press('c'),
    act: (keys) => keys.choose('Commit'),
    lists: 1,
  },
  {
    actions: ['push'],
    what: 'a push',
    before: (watched) => committed(watched, 'razer'),
    ask: (keys) => keys.press('p'),
    act: (keys) => keys.choose('Push'),
    lists: 1,
  },
  {
    actions: ['propose'],
    what: 'a pull request for a commit that exists',
    before: (watched) => committed(watched, 'razer'),
    ask: (keys) => keys.press('P'),
    act: (keys) => keys.choose('Open the pull request'),
    lists: 1,
  },
  {
    actions: ['accept'],
    what: 'accepting the health of a host',
    before: async () => undefined,
    ask: async (keys) => {
      await hostList(keys, 'p510');
      await keys.press('A');
    },
    act: (keys) => keys.choose('Accept p510'),
  },
  {
    actions: ['restart-services'],
    what: 'a restart of services that run old code',
    before: async () => undefined,
    ask: async (keys) => {
      await hostList(keys, 'vault');
      await keys.press('S');
    },
    act: (keys) => keys.choose('Restart on vault'),
    lists: 1,
  },
  {
    actions: ['accept-machine'],
    what: 'accepting another machine as a host',
    before: async (watched) => {
      await deployed(watched, 'razer');
      watched.answerAs('razer', 'f'.repeat(32));
      await watched.keys.press('R');
    },
    ask: (keys) => keys.perform('accept-machine'),
    act: (keys) => keys.choose('Accept this machine as razer'),
  },
  {
    actions: ['update'],
    what: 'an update over a changed lock',
    before: tested,
    ask: (keys) => keys.press('u'),
    act: (keys) => keys.choose('Update'),
    asks: [/^nix flake update .* --flake \/home\/ada\/fleet -- /],
  },
  {
    actions: ['revert', 'undo-lock'],
    what: 'putting an input back, keeping it after all, and undoing that',
    before: tested,
    act: async (keys) => {
      await inputList(keys, 'stylix');
      await keys.press('x', 'x', 'U');
    },
    asks: [],
    writes: [lock, lock, lock],
  },
  {
    actions: ['hold'],
    what: 'a hold',
    before: tested,
    act: async (keys) => {
      await inputList(keys, 'stylix');
      await keys.press('H');
      await keys.choose('no end date');
    },
    asks: [],
    writes: [lock, config],
  },
  {
    actions: ['choose-revision'],
    what: 'the choice of a revision, which is typed',
    before: async ({ keys }) => inputList(keys, 'home-manager'),
    act: (keys) => keys.press('.'),
    asks: [],
  },
  {
    actions: ['test'],
    what: 'a test',
    before: async ({ keys }) => keys.press('u'),
    act: async (keys) => {
      await hostList(keys, 'p510');
      await keys.press('t');
    },
    onlyAsks: builds,
  },
  {
    actions: ['test-all'],
    what: 'a test of all that are shown',
    before: async ({ keys }) => keys.press('u'),
    act: async (keys) => {
      await hostList(keys, 'p');
      await keys.press('T');
    },
    onlyAsks: builds,
  },
  {
    actions: ['test-fresh'],
    what: 'a test without caches',
    before: failedTest,
    act: (keys) => keys.perform('test-fresh'),
    onlyAsks: builds,
  },
  {
    actions: ['test-trace'],
    what: 'a test with the trace of errors',
    before: failedTest,
    act: (keys) => keys.perform('test-trace'),
    onlyAsks: builds,
  },
  {
    actions: ['bisect'],
    what: 'the search for the input that breaks a host',
    before: failedTest,
    act: (keys) => keys.perform('bisect'),
    onlyAsks: builds,
  },
  {
    actions: ['hold-guilty'],
    what: 'a hold of the input that a bisection named',
    before: async (watched) => {
      await failedTest(watched);
      await watched.keys.perform('bisect');
    },
    act: (keys) => keys.perform('hold-guilty'),
    asks: [],
    writes: [lock, config],
  },
];

const written = (files: readonly string[]): readonly string[] => [...files].sort();

describe('by key, the commands that the dialog lists are asked for, in order, and nothing else', () => {
  test.each(rows.map((row) => [row.what, row] as const))('%s', async (_what, row) => {
    const watched = await openWatched();
    const { keys, world } = watched;
    await row.before(watched);
    await row.ask?.(keys);
    const overlay = keys.ui().overlay;
    const shown = overlay?.kind === 'confirm' ? overlay.commands : [];
    expect(shown.length).toBeGreaterThanOrEqual(row.lists ?? 0);
    world.takeAsked();
    world.takeWritten();
    await row.act(keys);
    const asked = world.takeAsked();
    if (row.asks === undefined && row.onlyAsks === undefined)
      expect(byHost(asNamed(asked, shown))).toEqual(byHost(shown));
    else expect(shown).toEqual([]);
    if (row.asks !== undefined)
      expect(asked).toEqual(row.asks.map((pattern) => expect.stringMatching(pattern)));
    if (row.onlyAsks !== undefined) {
      const { onlyAsks } = row;
      expect(asked.length, keys.toast()).toBeGreaterThan(0);
      expect(asked.filter((line) => !onlyAsks.test(line))).toEqual([]);
    }
    expect(written(world.takeWritten())).toEqual(written(row.writes ?? []));
  });
});

interface Line {
  readonly line: string;
  /** Lines before it. */
  readonly before?: readonly string[];
  /** How many commands are listed at least. */
  readonly lists: number;
  readonly writes?: readonly string[];
}

const update = ['update nixpkgs', 'test'];

const cutOff = [...update, 'deploy razer --yes', 'CUT OFF'];

/** Without a screen the commands are listed before they run, but with `--json`. */
const lines: readonly Line[] = [
  { line: 'deploy razer --yes', before: update, lists: 5 },
  { line: 'deploy razer --yes --mode boot', before: update, lists: 3 },
  { line: 'deploy razer --yes --mode test', before: update, lists: 2 },
  { line: 'deploy razer --yes --reboot --confirm razer', before: update, lists: 7 },
  { line: 'rollback studio --yes', lists: 3 },
  { line: 'rollback razer --yes --generation 186', lists: 3 },
  { line: 'rollback studio --yes --reboot --confirm studio', lists: 3 },
  {
    line: 'rollback razer p620 --lock --commit --push --yes',
    before: [...update, 'deploy razer p620 --yes', 'commit'],
    lists: 7,
    writes: [lock],
  },
  { line: 'clean razer --yes', lists: 2 },
  { line: 'commit', before: update, lists: 1 },
  { line: 'commit --push', before: update, lists: 2 },
  { line: 'commit --push', before: [...update, 'commit'], lists: 1 },
  { line: 'revert nixpkgs', before: ['update nixpkgs'], lists: 0, writes: [lock] },
  { line: 'revert --undo', before: ['update nixpkgs'], lists: 0, writes: [lock] },
  { line: 'hold stylix --reason x', lists: 0, writes: [config] },
  { line: 'verify p510 --accept', lists: 0 },
  { line: 'resume finish --yes', before: cutOff, lists: 0 },
  { line: 'resume rollback --yes', before: cutOff, lists: 3 },
];

/** The commands that were told, below their heading. */
const toldCommands = (messages: string): readonly string[] => {
  const [, told = ''] = messages.split(/^commands:$/m);
  return told
    .split('\n')
    .slice(1)
    .flatMap((line, index, all) =>
      all.slice(0, index + 1).every((one) => one.startsWith('  ')) ? [line.slice(2)] : [],
    );
};

describe('without a screen, the commands that are listed are asked for, in order, and nothing else', () => {
  test.each(
    lines.map((one) => [`${(one.before ?? []).length}: ${one.line}`, one] as const),
  )('%s', async (_what, { line, before = [], lists, writes = [] }) => {
    const world = watchWorld(stillWorld());
    for (const one of before)
      await (one === 'CUT OFF' ? cutNewestDeploy(world) : runLine(world, one));
    world.takeAsked();
    world.takeWritten();
    const ran = await runLine(world, line);
    const shown = toldCommands(ran.messages);
    expect(shown.length, ran.messages).toBeGreaterThanOrEqual(lists);
    const asked = world.takeAsked();
    expect(byHost(asNamed(asked, shown)), ran.messages).toEqual(byHost(shown));
    expect(written(world.takeWritten())).toEqual(written(writes));
  });
});

test('every action that is more than a look has its row', () => {
  const covered = new Set(rows.flatMap(({ actions }) => actions));
  const dangerous = actionTable.flatMap(({ id, danger }) => (danger === 'look' ? [] : [id]));
  expect(dangerous.filter((id) => !covered.has(id))).toEqual([]);
});
