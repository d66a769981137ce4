import pLimit from 'p-limit';
import type { StorePath } from '../../model/nix/store-path.ts';
import { activities } from '../../parsers/nix/log-activities.ts';
import { type BuildJob, jobsOf } from '../data/build-jobs.ts';
import type { DemoSystems, Fetch } from '../data/system-data.ts';
import type { Call, DemoProgram } from '../process/process.ts';
import { builderLine, hasPhases, phaseLine, phases } from './build-lines.ts';
import { createNixLog, type NixLog } from './log.ts';
import type { DemoStore } from './store.ts';

/** What one process of Nix does at a time. */
const jobsAtOnce = 3;
const fetchesAtOnce = 6;

/** Milliseconds between two lines of a builder. */
const lineEveryMs = 140;

const cache = 'https://cache.nixos.org';
const bytesPerMs = 90_000;

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;

const red = (text: string): string => `\u001b[31;1m${text}\u001b[0m`;
const magenta = (text: string): string => `'\u001b[35;1m${text}\u001b[0m'`;

const indented = (lines: readonly string[]): string =>
  lines.map((line, index) => (index === 0 ? line : `       ${line}`)).join('\n');

const builderFailed = (job: BuildJob, log: readonly string[]): string =>
  indented([
    `${red('error:')} Cannot build ${magenta(job.derivation)}.`,
    'Reason: \u001b[31;1mbuilder failed with exit code 1\u001b[0m.',
    'Output paths:',
    `  ${job.output}`,
    `Last ${log.length} log lines:`,
    ...log.map((line) => `> ${line}`),
    'For full logs, run:',
    `  nix log ${job.derivation}`,
  ]);

const dependencyFailed = (job: BuildJob, count: number): string =>
  indented([
    `${red('error:')} Cannot build ${magenta(job.derivation)}.`,
    `Reason: \u001b[31;1m${count} ${count === 1 ? 'dependency' : 'dependencies'} failed\u001b[0m.`,
    'Output paths:',
    `  ${job.output}`,
  ]);

const announce = (
  log: Pick<NixLog, 'message'>,
  jobs: readonly BuildJob[],
  fetches: readonly Fetch[],
): void => {
  if (jobs.length > 0) {
    log.message(
      3,
      jobs.length === 1
        ? 'this derivation will be built:'
        : `these ${jobs.length} derivations will be built:`,
    );
    for (const { derivation } of jobs) log.message(3, `  ${derivation}`);
  }
  if (fetches.length > 0) {
    const bytes = fetches.reduce((sum, fetch) => sum + fetch.bytes, 0);
    log.message(
      3,
      `these ${fetches.length} paths will be fetched (${mebibytes(bytes / 3)} download, ${mebibytes(bytes)} unpacked):`,
    );
    for (const { path } of fetches) log.message(3, `  ${path}`);
  }
};

/** Sleeps until planned times, so that a busy machine does not make the whole take longer. */
const createPace = (call: Call): ((milliseconds: number) => Promise<void>) => {
  let due = call.now();
  return async (milliseconds) => {
    due += milliseconds;
    await call.sleep(Math.max(0, due - call.now()));
  };
};

const runBuilder = async (call: Call, log: NixLog, id: string, job: BuildJob): Promise<void> => {
  const pace = createPace(call);
  if (job.failsWith !== undefined) {
    for (const [index, line] of job.failsWith.entries()) {
      if (index === 0) log.phase(id, 'unpackPhase');
      if (line === 'patching sources') log.phase(id, 'patchPhase');
      log.line(id, line);
      await pace(job.tookMs / job.failsWith.length);
    }
    return;
  }
  if (!hasPhases(job.name)) {
    await pace(job.tookMs);
    return;
  }
  for (const [phase, share] of phases) {
    log.phase(id, phase);
    log.line(id, phaseLine(job.name, phase));
    const ms = job.tookMs * share;
    const lines = phase === 'buildPhase' ? Math.max(1, Math.round(ms / lineEveryMs)) : 1;
    for (let line = 1; line <= lines; line += 1) {
      await pace(ms / lines);
      if (phase === 'buildPhase') log.line(id, builderLine(job.name, line, lines));
    }
  }
};

/** Does work for a path once, whichever of several processes asks for it first. */
type Once = (
  log: NixLog,
  path: StorePath,
  subject: string,
  work: () => Promise<boolean>,
) => Promise<boolean>;

const createOnce = (store: DemoStore): Once => {
  /** Paths that any process builds or fetches now: another process waits for them. */
  const running = new Map<StorePath, Promise<void>>();
  return async (log, path, subject, work) => {
    for (;;) {
      if (store.isValid(path)) return true;
      const other = running.get(path);
      if (other === undefined) break;
      const id = log.start(activities.buildWaiting.type, `waiting for lock on '${path}'`, [
        subject,
        path,
      ]);
      await other;
      log.stop(id);
    }
    const worked = work();
    running.set(
      path,
      worked.then(
        () => undefined,
        () => undefined,
      ),
    );
    try {
      const done = await worked;
      if (done) store.add(path);
      return done;
    } finally {
      running.delete(path);
    }
  };
};

/** Counts what one process of Nix has done, and says it after each change. */
interface ProgressCount {
  readonly add: (what: 'built' | 'building' | 'failed' | 'fetched', count: number) => void;
  readonly stop: () => void;
}

const createTally = (log: NixLog, jobs: number, fetches: number): ProgressCount => {
  const builds = log.start(activities.builds.type, '');
  const copies = log.start(activities.copyPaths.type, '');
  const tally = { built: 0, building: 0, failed: 0, fetched: 0 };
  const say = (): void => {
    log.progress(builds, tally.built, jobs, tally.building, tally.failed);
    log.progress(copies, tally.fetched, fetches);
  };
  say();
  return {
    add: (what, count) => {
      tally[what] += count;
      say();
    },
    stop: () => {
      log.stop(builds);
      log.stop(copies);
    },
  };
};

const fetchPath = async (call: Call, log: NixLog, { path, bytes }: Fetch): Promise<boolean> => {
  const id = log.start(activities.copyPath.type, `copying path '${path}' from '${cache}'`, [
    path,
    cache,
    'local',
  ]);
  const steps = Math.max(1, Math.ceil(bytes / bytesPerMs / 200));
  const pace = createPace(call);
  for (let step = 1; step <= steps; step += 1) {
    await pace(bytes / bytesPerMs / steps);
    log.progress(id, Math.round((bytes * step) / steps), bytes);
  }
  log.stop(id);
  return true;
};

const buildJob = async (
  call: Call,
  log: NixLog,
  tally: ProgressCount,
  job: BuildJob,
): Promise<boolean> => {
  const id = log.start(activities.build.type, `building '${job.derivation}'`, [
    job.derivation,
    '',
    1,
    1,
  ]);
  tally.add('building', 1);
  await runBuilder(call, log, id, job);
  tally.add('building', -1);
  if (job.failsWith !== undefined) {
    tally.add('failed', 1);
    log.message(0, builderFailed(job, job.failsWith.slice(-10)));
  }
  log.stop(id);
  return job.failsWith === undefined;
};

/** `nix build DERIVATION^*` of a system, streamed over time in Nix's own format. */
export const createDemoBuild = (store: DemoStore, systems: DemoSystems): DemoProgram => {
  const once = createOnce(store);
  return async (call) => {
    const wanted = (call.args.at(-1) ?? '').replace(/\^\*$/, '');
    const system = systems.find(wanted);
    await call.sleep(250);
    if (system === undefined) {
      call.say(`error: path '${wanted}' is not valid`);
      return 1;
    }
    // What a system needs is not looked at where the system itself is there.
    const isThere = store.isValid(system.toplevel);
    const jobs = isThere ? [] : jobsOf(system).filter(({ output }) => !store.isValid(output));
    const fetches = isThere
      ? []
      : systems.fetchesOf(system).filter(({ path }) => !store.isValid(path));
    if (call.args.includes('--dry-run')) {
      announce({ message: (_level, text) => call.say(text) }, jobs, fetches);
      return 0;
    }
    const log = createNixLog(call);
    announce(log, jobs, fetches);
    const tally = createTally(log, jobs.length, fetches.length);
    const fetchLimit = pLimit(fetchesAtOnce);
    const buildLimit = pLimit(jobsAtOnce);
    const begun = new Map<StorePath, Promise<boolean>>();
    const fetched = Promise.all(
      fetches.map((one) =>
        fetchLimit(async () => {
          await once(log, one.path, one.path, () => fetchPath(call, log, one));
          tally.add('fetched', 1);
        }),
      ),
    );
    for (const job of jobs) {
      const needed = job.after.flatMap((derivation) => begun.get(derivation) ?? []);
      const work = async (): Promise<boolean> => {
        const ready = await Promise.all(needed);
        const missing = ready.filter((isThere) => !isThere).length;
        if (missing > 0) {
          tally.add('failed', 1);
          if (job.output === system.toplevel) log.message(0, dependencyFailed(job, missing));
          return false;
        }
        const done = await buildLimit(() =>
          once(log, job.output, job.derivation, () => buildJob(call, log, tally, job)),
        );
        if (done) tally.add('built', 1);
        return done;
      };
      begun.set(job.derivation, work());
    }
    const [, ...ended] = await Promise.all([fetched, ...begun.values()]);
    tally.stop();
    return ended.every(Boolean) ? 0 : 1;
  };
};
