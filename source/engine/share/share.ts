import { join } from 'node:path';
import { success } from '../../model/result.ts';
import {
  commitRuns,
  fetchRuns,
  localRuns,
  moveRuns,
  pushRuns,
  readFile,
  readFiles,
  remoteOf,
  runsRef,
  sharedFiles,
  type TreeFiles,
  writeFile,
  writeFiles,
} from '../../services/shared/run-ref.ts';
import { readLockTexts } from '../past/lock-texts.ts';
import type { EngineContext } from '../run/context.ts';
import { readJournal } from '../run/journal-lines.ts';
import { holdsOfOthers, noteHolds } from './holds.ts';
import { sharedJournal } from './shared-lines.ts';
import { mergeRecords, readSharedRecords, type SharedRecords } from './shared-records.ts';

/** Somebody else may push between a fetch and a push, so often. */
const attempts = 6;

/** A journal of a thousand hosts has less. */
const mostBytes = 4_000_000;

const recordsFile = 'records.json';

/** `runs/2026-11/ID.jsonl`: a folder for each month keeps trees small. */
const runFile = (id: string, end = 'jsonl'): string =>
  `runs/${id.slice(0, 4)}-${id.slice(4, 6)}/${id}.${end}`;

const runOfFile = (path: string): string | null =>
  /^runs\/\d{4}-\d{2}\/(\d{8}-\d{6}-[A-Za-z0-9]{1,16})\.jsonl$/.exec(path)?.[1] ?? null;

/** `shared`: all stands in the repository, and on its remote; `told`: what a person should know instead. */
type Shared = { readonly kind: 'shared' } | { readonly kind: 'told'; readonly text: string };

const recordsHere = ({ records }: EngineContext): SharedRecords => ({
  deploys: records.lastDeploys(),
  badRevisions: records.badRevisions(),
  setbacks: records.setbacks(),
  withdrawn: records.withdrawn(),
  over: records.over(),
  held: records.held(),
  reports: records.reports(),
  signOffs: records.signOffs(),
});

/** A run of this user as it is shared, with the fingerprint of its lock. */
interface OwnRun {
  readonly id: string;
  readonly text: string;
  readonly lock: string | null;
}

const lockOfRun = (
  events: Awaited<ReturnType<EngineContext['journal']['read']>>,
): string | null => {
  const moved = events.findLast((event) => event.type === 'inputs-moved');
  if (moved?.type === 'inputs-moved') return moved.lock;
  const start = events.find((event) => event.type === 'run-started');
  return start?.type === 'run-started' ? start.lock : null;
};

const hasBeginning = (text: string): boolean =>
  readJournal(text).events.some(({ type }) => type === 'run-started');

/** Runs of this user that the ref does not have, as it is to have them: path to blob. */
const ownRuns = async (context: EngineContext, known: TreeFiles): Promise<TreeFiles> => {
  const { world, flake, journal, config } = context;
  const runs: OwnRun[] = [];
  for (const id of (await journal.runs()).slice(-config.history.keepRuns)) {
    if (known.has(runFile(id)) || runOfFile(runFile(id)) === null) continue;
    const events = await journal.read(id);
    const text = sharedJournal(events);
    if (text !== null && text.length <= mostBytes) runs.push({ id, text, lock: lockOfRun(events) });
  }
  const named = runs.flatMap(({ lock }) => (lock === null ? [] : [lock]));
  const locks = await readLockTexts(context, [...new Set(named)]);
  const files = runs.flatMap(({ id, text, lock }) => {
    const lockText = lock === null ? undefined : locks.get(lock);
    return [
      [runFile(id), text] as const,
      ...(lockText === undefined ? [] : [[runFile(id, 'lock'), lockText] as const]),
    ];
  });
  const distinct = [...new Set(files.map(([, text]) => text))];
  const written = await writeFiles(world, flake, distinct);
  const blobs = new Map(written?.map((blob, index) => [distinct[index], blob]));
  return new Map(
    files.flatMap(([path, text]) => {
      const blob = blobs.get(text);
      return blob === undefined ? [] : [[path, blob] as const];
    }),
  );
};

/** Without the oldest runs, where there are more than are kept. */
const bounded = (files: TreeFiles, keepRuns: number): TreeFiles => {
  const ids = [...files.keys()].flatMap((path) => runOfFile(path) ?? []).sort();
  const gone = new Set(ids.slice(0, -keepRuns).flatMap((id) => [runFile(id), runFile(id, 'lock')]));
  return new Map([...files].filter(([path]) => !gone.has(path)));
};

const sameFiles = (one: TreeFiles, other: TreeFiles): boolean =>
  one.size === other.size && [...one].every(([path, blob]) => other.get(path) === blob);

/** Writes runs of others among those of this user: from then on they are runs like any other. */
const takeOver = async (context: EngineContext, files: TreeFiles): Promise<void> => {
  const { world, flake, folder, journal, records } = context;
  const here = new Set(await journal.runs());
  // Older ones would be removed again at the end of the next run.
  const kept = bounded(files, context.config.history.keepRuns);
  const fresh = [...kept].flatMap(([path, blob]) => {
    const id = runOfFile(path);
    return id === null || here.has(id) ? [] : [{ id, blob }];
  });
  const texts = await readFiles(
    world,
    flake,
    fresh.map((run) => run.blob),
    mostBytes,
  );
  for (const { id, blob } of fresh) {
    const text = texts.get(blob);
    // A journal without a beginning is listed where it lies here; of others it is no journal of a run.
    if (text === undefined || !hasBeginning(text)) continue;
    await world.files.makeFolder(join(folder, 'runs', id));
    await world.files.write(join(folder, 'runs', id, 'journal.jsonl'), text);
  }
  const blob = files.get(recordsFile);
  const shared = readSharedRecords(blob === undefined ? null : await readFile(world, flake, blob));
  for (const deploy of shared.deploys)
    if ((records.lastDeploy(deploy.host)?.at ?? 0) < deploy.at) await records.keepDeploy(deploy);
  const own = recordsHere(context);
  const merged = mergeRecords([own, shared]);
  const news = <Item>(all: readonly Item[], known: readonly Item[]): readonly Item[] =>
    all.filter((item) => !known.includes(item));
  const over = news(merged.over, own.over);
  if (over.length > 0) await records.keepOver(over);
  const bad = news(merged.badRevisions, own.badRevisions);
  if (bad.length > 0) await records.keepBadRevisions(bad);
  for (const setback of news(merged.setbacks, own.setbacks)) await records.keepSetback(setback);
  const withdrawn = news(merged.withdrawn, own.withdrawn);
  if (withdrawn.length > 0) await records.keepWithdrawn(withdrawn);
  const held = news(merged.held, own.held);
  if (held.length > 0) await records.keepHeld(held);
  const reports = news(merged.reports, own.reports);
  if (reports.length > 0) await records.keepReports(reports);
  for (const signOff of news(merged.signOffs, own.signOffs)) await records.keepSignOff(signOff);
};

/** What the ref is to have: theirs, ours, and what is new here. */
const gather = async (
  context: EngineContext,
  [ours, theirs]: readonly [TreeFiles, TreeFiles],
): Promise<TreeFiles> => {
  const { world, flake, config } = context;
  const known = new Map([...ours, ...theirs]);
  const files = new Map([...known, ...(await ownRuns(context, known))]);
  const texts = await Promise.all(
    [ours, theirs].map(async (tree) => {
      const blob = tree.get(recordsFile);
      return blob === undefined ? null : await readFile(world, flake, blob);
    }),
  );
  const merged = mergeRecords([...texts.map(readSharedRecords), recordsHere(context)]);
  const blob = await writeFile(world, flake, JSON.stringify(merged));
  if (blob !== null) files.set(recordsFile, blob);
  return bounded(files, config.history.keepRuns);
};

const remoteWords = (remote: string, detail: string): string =>
  `Runs could not be shared by ${remote}: ${detail}. They stand in ${runsRef} here, and go there after the next run.`;

/** One attempt: takes over what is there, adds what is here, pushes. `again`: somebody else was quicker. */
const shareOnce = async (
  context: EngineContext,
  remote: string | null,
  fetched: string | null,
): Promise<Shared | 'again'> => {
  const { world, flake } = context;
  const local = await localRuns(world, flake);
  const trees = [
    await sharedFiles(world, flake, local),
    await sharedFiles(world, flake, fetched),
  ] as const;
  const files = await gather(context, trees);
  if (fetched !== null && sameFiles(files, trees[1])) {
    if (local !== fetched) await moveRuns(world, flake, fetched, local);
    await takeOver(context, files);
    return { kind: 'shared' };
  }
  if (local === null || !sameFiles(files, trees[0]) || (fetched !== null && fetched !== local)) {
    const parents = [...new Set([local, fetched])].filter((one) => one !== null);
    const made = await commitRuns(world, flake, files, parents, local);
    if (!made.ok) return 'again';
  }
  await takeOver(context, files);
  if (remote === null)
    return {
      kind: 'told',
      text: `Runs stand in ${runsRef} of this repository only: it has no remote. Others see what was deployed from the hosts.`,
    };
  const pushed = await pushRuns(world, flake, remote);
  switch (pushed.kind) {
    case 'pushed':
      return { kind: 'shared' };
    case 'behind':
      return 'again';
    case 'refused':
      return { kind: 'told', text: remoteWords(remote, pushed.detail) };
  }
};

/**
 * Brings `refs/nixup/runs` here and on the remote to the same content: what others wrote is taken over, what is
 * new here is added, and where somebody pushes at the same time it is done again.
 */
export const shareRuns = async (context: EngineContext): Promise<void> => {
  const { world, flake, emitter, config, state } = context;
  if (!config.history.share || world.isDemo) return;
  const tell = (text: string): void => emitter.emit({ type: 'noticed', tone: 'warning', text });
  const { git } = state();
  if (git === null) {
    tell(
      'Runs are not shared: the flake is in no git repository. See [history] share in nixup.toml.',
    );
    return;
  }
  await noteHolds(context);
  const remote = await remoteOf(world, flake, git.upstream);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const fetched = remote === null ? success(null) : await fetchRuns(world, flake, remote);
    const shared = await shareOnce(
      context,
      fetched.ok ? remote : null,
      fetched.ok ? fetched.value : null,
    );
    if (shared === 'again') continue;
    if (!fetched.ok && remote !== null) tell(remoteWords(remote, fetched.failure));
    else if (shared.kind === 'told') tell(shared.text);
    return;
  }
  tell(
    `Runs could not be shared: others pushed to ${runsRef} each time. They go there after the next run.`,
  );
};

/** Takes over what others shared, without writing anything for them. */
export const fetchSharedRuns = async (context: EngineContext): Promise<void> => {
  const { world, flake, emitter, config, state } = context;
  const { git } = state();
  if (!config.history.share || world.isDemo || git === null) return;
  const remote = await remoteOf(world, flake, git.upstream);
  const fetched = remote === null ? null : await fetchRuns(world, flake, remote);
  const commits = [await localRuns(world, flake), fetched?.ok === true ? fetched.value : null];
  for (const commit of commits) await takeOver(context, await sharedFiles(world, flake, commit));
  for (const text of holdsOfOthers(context))
    emitter.emit({ type: 'noticed', tone: 'warning', text });
  if (fetched?.ok === false && remote !== null)
    emitter.emit({
      type: 'noticed',
      tone: 'warning',
      text: `What others did was not read from ${remote}: ${fetched.failure}.`,
    });
};
