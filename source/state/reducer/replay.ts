import { isOver } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { InputMove } from '../../model/past/input-moves.ts';
import type { AppEvent, RunEvent } from '../events.ts';
import type { FilesToCome, InterruptedRun, OpenDeed, RunSummary } from '../run.ts';

type Journaled = AppEvent & RunEvent;

/** An input that moved again: from where it was first, with the alarms of both. */
const movedOn = (before: InputMove | undefined, move: InputMove): InputMove => {
  if (before === undefined) return move;
  const alarms = [...new Set([...(before.alarms ?? []), ...(move.alarms ?? [])])];
  return { ...move, from: before.from, ...(alarms.length === 0 ? {} : { alarms }) };
};

/** The lock at the end of a run, and what moved since the run before. An input that moved twice moved once. */
const lockOf = (
  atStart: string | null,
  events: readonly Journaled[],
): Pick<RunSummary, 'lock' | 'inputs'> => {
  let lock = atStart;
  const moves = new Map<string, InputMove>();
  for (const event of events)
    if (event.type === 'inputs-moved') {
      lock = event.lock;
      for (const move of event.inputs) moves.set(move.input, movedOn(moves.get(move.input), move));
    }
  const inputs = [...moves.values()].filter(({ from, to }) => from !== to);
  return { lock, ...(inputs.length === 0 ? {} : { inputs }) };
};

type Start = Extract<Journaled, { readonly type: 'run-started' }>;

/** When a run began, by its name `20261129-231502-4f2a9c`; null for another name. */
const momentInName = (id: string): number | null => {
  const read = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(id);
  if (read === null) return null;
  const at = Date.parse(
    id
      .replace(read[0], `${read.slice(1, 4).join('-')}T${read.slice(4, 7).join(':')}Z`)
      .slice(0, 20),
  );
  return Number.isNaN(at) ? null : at;
};

/** The hosts that the rest of a journal speaks of. */
const hostsNamed = (events: readonly Journaled[]): readonly string[] => [
  ...new Set(
    events.flatMap((event) => {
      switch (event.type) {
        case 'planned':
        case 'host-worked':
          return [event.host];
        case 'intended':
          return event.host === null ? [] : [event.host];
        case 'result':
          return Object.keys(event.hosts);
        default:
          return [];
      }
    }),
  ),
];

/**
 * How a run began. A disk that lost the first line of a journal did not undo the run: what it did is still there to be
 * listed, and to be resumed. Then its name says when, and its other lines which hosts.
 */
const startOf = (
  id: string,
  events: readonly Journaled[],
): { readonly start: Start; readonly isLost: boolean } => {
  const start = events.find((event) => event.type === 'run-started');
  if (start?.type === 'run-started') return { start, isLost: false };
  const isBack = events.some((event) => event.type === 'planned' && event.mode === 'rollback');
  return {
    isLost: true,
    start: {
      type: 'run-started',
      run: id,
      goal: isBack ? 'rollback' : 'run',
      hosts: hostsNamed(events),
      tree: null,
      lock: null,
      at: momentInName(id) ?? events[0]?.at ?? 0,
    },
  };
};

/** One line of history from a run's journal; `unread`: lines of it that are no event. */
export const summarizeRun = (id: string, events: readonly Journaled[], unread = 0): RunSummary => {
  const { start, isLost } = startOf(id, events);
  const begun = {
    id,
    goal: start.goal,
    startedAt: start.at,
    hosts: start.hosts,
    ...(isLost ? { isStartLost: true as const } : {}),
    ...(start.by === undefined ? {} : { by: start.by }),
    ...lockOf(start.lock, events),
  };
  const end = events.findLast((event) => event.type === 'result');
  if (end?.type !== 'result') {
    // A line that is lost may be the change.
    const without = isLost || unread > 0 ? 'unknown' : 'stopped';
    const open = interruptionOf(id, events) === undefined ? without : 'interrupted';
    return { ...begun, ending: null, open };
  }
  const { type: _type, at, run: _run, ...result } = end;
  return { ...begun, ending: { at, result } };
};

const openDeedsOf = (events: readonly Journaled[]): readonly OpenDeed[] => {
  const open = new Map<string, OpenDeed>();
  for (const event of events) {
    if (event.type === 'intended') {
      const { host, deed, from, to, at } = event;
      open.set(`${host ?? ''} ${deed}`, { host, deed, from, to, at });
    } else if (event.type === 'achieved' || event.type === 'missed') {
      open.delete(`${event.host ?? ''} ${event.deed}`);
    }
  }
  return [...open.values()];
};

const modes: readonly InterruptedRun['mode'][] = [
  'switch',
  'boot',
  'test',
  'dry-activate',
  'rollback',
];

/** A mode of a later version counts as `switch`. */
const readMode = (text: string): InterruptedRun['mode'] =>
  modes.find((mode) => mode === text) ?? 'switch';

/** In the journal of an unfinished run: a later run decided this host. */
export const supersededDeed = 'superseded';

/** Written with a commit that is to be pushed, before there is anything to push. */
export const pushToCome = 'push after the commit';

/** Written with a rollback that takes back more than hosts, before the first host. */
export const filesToCome = ({ hosts, lock, commit, push, revision }: FilesToCome): string =>
  `after ${hosts.join(' ')} take back: ${[
    ...(lock ? ['lock'] : []),
    ...(commit ? ['commit'] : []),
    ...(push ? ['push'] : []),
    ...(revision === undefined ? [] : [revision]),
  ].join(' ')}`;

/** What such an announcement says; null for every other deed. */
const readFilesToCome = ({ host, deed }: Pick<OpenDeed, 'host' | 'deed'>): FilesToCome | null => {
  const read = host === null ? /^after (.*) take back: (.*)$/.exec(deed) : null;
  if (read === null) return null;
  const words = new Set((read[2] ?? '').split(' '));
  const revision = [...words].find((word) => /^[0-9a-f]{40,64}$/.test(word));
  return {
    hosts: (read[1] ?? '').split(' ').filter((name) => name !== ''),
    lock: words.has('lock'),
    commit: words.has('commit'),
    push: words.has('push'),
    ...(revision === undefined ? {} : { revision }),
  };
};

const isPush = ({ host, deed }: Pick<OpenDeed, 'host' | 'deed'>): boolean =>
  host === null && (deed === 'push' || deed === pushToCome);

const isCommit = ({
  host,
  deed,
}: {
  readonly host: string | null;
  readonly deed: string;
}): boolean => host === null && deed === 'commit';

/** What a run was to do, and how far it came. */
const readCourse = (events: readonly Journaled[]) => {
  const targets: Record<string, StorePath> = {};
  const origins: Record<string, StorePath> = {};
  const finished = new Set<string>();
  const restarts = new Set<string>();
  let announced = false;
  let commit: InterruptedRun['commit'];
  let mode: InterruptedRun['mode'] = 'switch';
  for (const event of events) {
    if (event.type === 'planned') {
      mode = readMode(event.mode);
      targets[event.host] = event.to;
      if (event.from !== null) origins[event.host] = event.from;
      if (event.restart === true) restarts.add(event.host);
    } else if (event.type === 'intended') {
      // By itself it changes nothing.
      if (readFilesToCome(event) !== null) continue;
      announced = true;
      if (isCommit(event) && event.from !== null && event.to !== null)
        commit = { from: event.from, tree: event.to };
    } else if (event.type === 'missed' && isCommit(event)) {
      commit = undefined;
    } else if (event.type === 'host-worked' && isOver(event.work)) {
      finished.add(event.host);
    }
  }
  return { targets, origins, finished, restarts, announced, commit, mode };
};

/**
 * What the journal of an unfinished run says: from where to where hosts were being taken, and which
 * announced changes have no end. Undefined when the run ended, or announced nothing that could have
 * changed the world.
 */
export const interruptionOf = (
  id: string,
  events: readonly Journaled[],
): InterruptedRun | undefined => {
  if (events.some((event) => event.type === 'result')) return undefined;
  const { start, isLost } = startOf(id, events);
  const { targets, origins, restarts, finished, announced, commit, mode } = readCourse(events);
  // A dry run changes nothing: it cannot be cut off in the middle of a change.
  if (!announced || mode === 'dry-activate') return undefined;
  const superseded = new Set(
    events.flatMap((event) =>
      event.type === 'achieved' && event.deed === supersededDeed && event.host !== null
        ? [event.host]
        : [],
    ),
  );
  for (const host of superseded) {
    delete targets[host];
    delete origins[host];
  }
  const open = openDeedsOf(events);
  const alsoBack = open.map(readFilesToCome).find((also) => also !== null);
  const pause = events.findLast((event) => event.type === 'pause-changed');
  return {
    id,
    goal: start.goal,
    startedAt: start.at,
    lastEventAt: events.at(-1)?.at ?? start.at,
    hosts: start.hosts,
    mode,
    targets,
    origins,
    restarts: [...restarts].filter((host) => !superseded.has(host)),
    lock: start.lock,
    ...(isLost ? { isStartLost: true as const } : {}),
    openDeeds: open.filter(
      (deed) =>
        deed.deed !== pushToCome &&
        readFilesToCome(deed) === null &&
        (deed.host === null || !superseded.has(deed.host)),
    ),
    ...(pause?.type === 'pause-changed' && pause.isPaused ? { paused: true as const } : {}),
    ...(open.some(isPush) ? { wantsPush: true as const } : {}),
    ...(commit === undefined ? {} : { commit }),
    ...(alsoBack === undefined ? {} : { alsoBack }),
    finishedHosts: [...finished],
  };
};
