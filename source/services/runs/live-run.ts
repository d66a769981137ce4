import { join } from 'node:path';
import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { readJson } from '../../parsers/json.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import type { World } from '../world/world.ts';

/*
 * What two nixups tell each other about a run: files in the folder of the run, which belongs to its user alone. Whoever
 * looks at the run leaves a file in `requests/`: `watch-…` as long as it looks, `ask-…` for each thing that the run
 * shall do. The run takes requests away as it reads them, and the folder once its lock is given back: what came too late
 * goes with it.
 */

/** What somebody may ask of a run of another process. */
export type RunRequest = 'cancel' | 'pause' | 'continue';

const requestSchema = z.object({
  ask: z.enum(['cancel', 'pause', 'continue']),
  by: z
    .string()
    .max(300)
    .transform((text) => cleanLine(text)),
});

export type AskedOfRun = z.infer<typeof requestSchema>;

/** How often a run looks for requests, ms. */
const lookEveryMs = 250;

/** Progress of builds is written so often, ms, and only while somebody watches. */
const progressEveryMs = 500;

const requestsIn = (runFolder: string): string => join(runFolder, 'requests');

/** It is written anew once it is so many times as long as what it says now. */
const mostOfOld = 8;

/**
 * The progress of hosts while somebody watches, an event a line: at its beginning the last of each host, then each one
 * that is new. A file that is shorter than before was written anew.
 */
export const progressFileOf = (runFolder: string): string => join(runFolder, 'progress.jsonl');

type LiveWorld = Pick<World, 'files' | 'clock' | 'randomId' | 'userName' | 'hostName'>;

const leave = async (
  { files, randomId }: LiveWorld,
  runFolder: string,
  kind: 'ask' | 'watch',
  content: object,
): Promise<Result<string, Failure>> => {
  const folder = requestsIn(runFolder);
  const made = await files.makeFolder(folder);
  if (!made.ok) return made;
  const path = join(folder, `${kind}-${randomId()}.json`);
  const created = await files.create(path, `${JSON.stringify(content)}\n`);
  return created.ok ? success(path) : created;
};

/** Takes away what those who watched or asked left with a run, and what it told them. */
export const clearLiveRun = async (
  { files }: Pick<World, 'files'>,
  runFolder: string,
): Promise<void> => {
  for (const path of [requestsIn(runFolder), progressFileOf(runFolder)])
    if (await files.exists(path)) await files.remove(path);
};

/**
 * Asks something of the run of another nixup; it reads that within a moment, unless it ends before. `isActive`: whether
 * it has its lock.
 */
export const askRun = async (
  world: LiveWorld,
  runFolder: string,
  ask: RunRequest,
  isActive: () => Promise<boolean>,
): Promise<Result<void, Failure>> => {
  const left = await leave(world, runFolder, 'ask', {
    ask,
    by: `${world.userName}@${world.hostName}`,
  });
  if (!left.ok) return left;
  // After the file is there: a run takes the files away after it gave its lock back, so that none stays.
  if (await isActive()) return success(undefined);
  await clearLiveRun(world, runFolder);
  return failed({
    code: 'gate-closed',
    host: null,
    reason: 'the run has ended, and nothing more can be asked of it',
    ...advised(advise('See how it ended with', 'nixup history')),
  });
};

/** Says that somebody watches the run; answers how to take that back. */
export const watchRun = async (
  world: LiveWorld,
  runFolder: string,
): Promise<() => Promise<void>> => {
  const left = await leave(world, runFolder, 'watch', {});
  return async () => {
    if (left.ok) await world.files.remove(left.value);
  };
};

/** The side of the run itself. */
interface LiveRun {
  /** Keeps the progress of a host for those who watch: JSON of an event. */
  progress(host: string | null, event: object): void;
  /** Reads the requests that are there, and no more after them. */
  stop(): Promise<void>;
  /** Takes the files away: after the lock of the run is given back. */
  clear(): Promise<void>;
}

// Over 60 lines: looking for requests and writing progress share one clock.
/** Follows what others ask of a run, and tells them its progress, until it is closed. */
export const openLiveRun = (
  world: LiveWorld,
  runFolder: string,
  onRequest: (asked: AskedOfRun) => void,
): LiveRun => {
  const { files, clock } = world;
  const last = new Map<string | null, object>();
  const fresh = new Set<string | null>();
  const file = progressFileOf(runFolder);
  let written = { whole: 0, all: 0 };
  let isOver = false;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> = Promise.resolve();

  const read = async (name: string): Promise<void> => {
    const path = join(requestsIn(runFolder), name);
    const text = await files.read(path, { refuseLink: true });
    await files.remove(path);
    const asked = requestSchema.safeParse(text.ok ? readJson(text.value ?? '') : null);
    if (asked.success && !isOver) onRequest(asked.data);
  };

  const look = async (): Promise<void> => {
    const listed = await files.list(requestsIn(runFolder));
    const names = listed.ok ? listed.value : [];
    const isWatched = names.some((name) => name.startsWith('watch-'));
    for (const name of names.filter((one) => one.startsWith('ask-'))) await read(name);
    if (!isWatched) {
      written = { whole: 0, all: 0 };
      return;
    }
    const isWritten = written.whole > 0 && fresh.size === 0;
    if (last.size === 0 || isWritten) return;
    if (clock.now() - writtenAt < progressEveryMs) return;
    writtenAt = clock.now();
    await writeProgress();
  };

  const linesOf = (hosts: Iterable<string | null>): string =>
    [...hosts].map((host) => `${JSON.stringify(last.get(host))}\n`).join('');

  const writeProgress = async (): Promise<void> => {
    const isWhole = written.all >= written.whole * mostOfOld;
    const text = linesOf(isWhole ? last.keys() : fresh);
    fresh.clear();
    const done = isWhole
      ? await files.write(file, text)
      : await files.append(file, text, 'written');
    if (!done.ok) written = { whole: 0, all: 0 };
    else if (isWhole) written = { whole: text.length, all: text.length };
    else written = { ...written, all: written.all + text.length };
  };

  let stop: () => void = () => undefined;
  const next = (): void => {
    stop = clock.after(lookEveryMs, () => {
      looking = look().then(() => {
        if (!isOver) next();
      });
    });
  };
  next();

  return {
    progress: (host, event) => {
      last.set(host, event);
      fresh.add(host);
    },
    stop: async () => {
      stop();
      await looking;
      stop();
      if (!isOver) await look();
      isOver = true;
    },
    clear: () => clearLiveRun(world, runFolder),
  };
};
