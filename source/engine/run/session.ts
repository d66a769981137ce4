import type { Failure } from '../../model/failure.ts';
import type { Proposal } from '../../model/forge/proposal.ts';
import type { HostWork } from '../../model/host/host.ts';
import type { SetbackKind } from '../../model/host/setback.ts';
import type { RevertReason } from '../../model/host/supervision.ts';
import { memoByObject } from '../../model/memo.ts';
import { derivationName } from '../../model/nix/derivation-name.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { Result } from '../../model/result.ts';
import { redact } from '../../parsers/redact.ts';
import type { Clock } from '../../services/world/world.ts';
import type { AppEvent, RunEvent } from '../../state/events.ts';
import type { Goal, HostOutcome, RunResult } from '../../state/run.ts';
import type { StageName, StageState } from '../../state/stage.ts';
import { createStepTeller } from '../../state/told/step-lines.ts';
import type { EngineContext } from './context.ts';
import { redactEvent } from './emitter.ts';

/** An announced change of the world, by its name in the journal. */
interface Deed {
  readonly host: string | null;
  readonly deed: string;
  readonly from?: StorePath | null;
  readonly to?: StorePath | null;
}

/** One run while it lasts: everything that it tells goes to the journal and to the store. */
export interface RunSession {
  readonly id: string;
  readonly goal: Goal;
  readonly signal: AbortSignal;
  /** In the order of the fleet, whichever host was done first. */
  readonly outcomes: Map<string, HostOutcome>;
  /** Hosts under whose name another machine answered. */
  readonly mistaken: Set<string>;
  /** Why hosts went back, by their own records. */
  readonly reverts: Map<string, RevertReason>;
  /** What the failures of the run say about the systems of hosts; null: nothing. */
  readonly trials: Map<string, SetbackKind | null>;
  say(event: RunEvent): void;
  stage(name: StageName, state: StageState): void;
  work(host: string, work: HostWork): void;
  outcome(host: string, outcome: HostOutcome): void;
  /** The outcomes as a result has them. */
  results(): RunResult['hosts'];
  /** Tells the log of the fleet of an event that did not come through `say`. */
  tellStep(event: RunEvent): void;
  /** A line of a log, and of the builder that said it. */
  log(host: string | null, line: string, derivation?: StorePath | null): void;
  /**
   * Writes to the disk what is about to be changed, changes it, and writes how that ended. A change
   * that cannot be written first is not made.
   */
  perform<Value>(
    deed: Deed,
    act: () => Promise<Result<Value, Failure>>,
    evidence: (value: Value) => string,
  ): Promise<Result<Value, Failure>>;
  /** The first failure of the disk that no change waited for; its end may be missing in the history. */
  unwritten: Failure | null;
  /** Its result could not be written. */
  isEndLost: boolean;
  /** Nothing is said of the run any more: what it left behind may still come to an end. */
  close(): void;
  /** Set by the goals; part of the result. */
  commit: string | null;
  /** The pull request that the run made, edited, merged or closed. */
  pullRequest: Proposal | null;
  build: RunResult['build'];
}

/**
 * Lines of logs are handed on together so often, ms, and those of so many logs at a time: each is an
 * event of its own, and a key must not wait for a thousand of them.
 */
const linesEveryMs = 50;
const logsAtOnce = 100;

const addTo = <Key>(all: Map<Key, string[]>, key: Key, line: string): void => {
  const lines = all.get(key);
  if (lines === undefined) all.set(key, [line]);
  else lines.push(line);
};

interface LogBatch {
  add(host: string | null, line: string, derivation: StorePath | null): void;
  /** Hands on at once what waits. */
  flush(): void;
}

/** Each write of the journal is flushed to the disk: lines go there together. */
const createLogBatch = (clock: Clock, hand: (event: RunEvent) => void): LogBatch => {
  const said = new Map<string | null, string[]>();
  const saidByBuilders = new Map<StorePath, string[]>();
  let stopTimer: (() => void) | undefined;
  /** Those that wait longest come first. */
  const handOn = (mostLogs: number): void => {
    const turn = [...said.keys()].slice(0, mostLogs);
    for (const host of turn) {
      const lines = said.get(host) ?? [];
      said.delete(host);
      hand({ type: 'logged', host, lines });
    }
    if (saidByBuilders.size === 0) return;
    const logs = [...saidByBuilders].map(([derivation, lines]) => ({ derivation, lines }));
    saidByBuilders.clear();
    hand({ type: 'builder-logged', logs });
  };
  const handOnSoon = (): void => {
    stopTimer ??= clock.after(linesEveryMs, () => {
      stopTimer = undefined;
      handOn(logsAtOnce);
      if (said.size > 0) handOnSoon();
    });
  };
  return {
    flush: () => {
      stopTimer?.();
      stopTimer = undefined;
      handOn(said.size);
    },
    add: (host, text, derivation) => {
      // Builders of a host speak at the same time; `nix build -L` marks their lines so, too.
      const mark = derivation === null ? '' : `${derivationName(derivation)}> `;
      // Lines are counted, in memory and on the disk.
      for (const line of text.split('\n')) {
        addTo(said, host, mark === '' ? line : mark + line);
        if (derivation !== null) addTo(saidByBuilders, derivation, line);
      }
      handOnSoon();
    },
  };
};

const placesOf = memoByObject(
  (hostNames: readonly string[]) => new Map(hostNames.map((name, index) => [name, index])),
);

/** Outcomes that are told in the order of the fleet, in whatever order they came. */
const createOutcomes = (hostNames: () => readonly string[]) => {
  const outcomes = new Map<string, HostOutcome>();
  let isInOrder = true;
  return {
    set: (host: string, outcome: HostOutcome): void => {
      if (!outcomes.has(host)) isInOrder = false;
      outcomes.set(host, outcome);
    },
    /** Put in order when somebody looks: a fleet of a thousand hosts is not sorted for each of them. */
    all: (): Map<string, HostOutcome> => {
      if (isInOrder) return outcomes;
      const names = hostNames();
      const places = placesOf(names);
      const placeOf = (name: string): number => places.get(name) ?? names.length;
      const sorted = [...outcomes].toSorted(([one], [other]) => placeOf(one) - placeOf(other));
      outcomes.clear();
      for (const [name, one] of sorted) outcomes.set(name, one);
      isInOrder = true;
      return outcomes;
    },
  };
};

/** Tells the log of the fleet what a step is about. */
const createSteps = (clock: Clock, hand: (event: RunEvent) => void) => {
  const stepOf = createStepTeller();
  return (event: RunEvent): void => {
    const step = stepOf(event, clock.now());
    if (step === null) return;
    hand({ type: 'logged', host: step.host, lines: [redact(step.text)], isStep: true });
  };
};

/** Hears which writes fail that nobody waits for. */
const createWriteWatch = (lose: (failure: Failure, isEnd: boolean) => void) => {
  // Many lines of a log wait for one write: it is watched once.
  const watched = new WeakSet<Promise<unknown>>();
  return (writing: Promise<Result<void, Failure>>, isEnd: boolean): void => {
    if (watched.has(writing) && !isEnd) return;
    watched.add(writing);
    void writing.then((written) => {
      if (!written.ok) lose(written.failure, isEnd);
    });
  };
};

// Whole: a run has one way to the journal and one to the store, and everything that it says takes both.
export const createRunSession = (
  context: EngineContext,
  id: string,
  goal: Goal,
  signal: AbortSignal,
  onProgress: (event: AppEvent & { readonly type: 'progress' }) => void = () => undefined,
): RunSession => {
  const { emitter, journal, world } = context;

  const write = (event: RunEvent): Promise<Result<void, Failure>> =>
    journal.write(id, { ...redactEvent(event), at: world.clock.now() });

  const watchWrite = createWriteWatch((failure, isEnd) => {
    session.unwritten ??= failure;
    session.isEndLost ||= isEnd;
  });

  const tellStep = createSteps(world.clock, (event) => handOne(event));
  let isClosed = false;
  const hand = (event: RunEvent): void => {
    if (isClosed) return;
    handOne(event);
    tellStep(event);
  };
  const handOne = (event: RunEvent): void => {
    // Only announcements must be on the disk before the next step; a disk
    // that fails later is told by the next announcement.
    if (event.type !== 'progress' && event.type !== 'builder-logged')
      watchWrite(write(event), event.type === 'result');
    if (event.type === 'progress') onProgress({ ...event, at: world.clock.now() });
    if (event.type === 'logged' || event.type === 'builder-logged' || event.type === 'progress')
      emitter.emitSoon(event);
    else emitter.emit(event);
  };

  const log = createLogBatch(world.clock, hand);

  const say = (event: RunEvent): void => {
    // Lines that were told before a change are written before it.
    if (event.type !== 'progress') log.flush();
    hand(event);
  };

  const outcomes = createOutcomes(() => context.state().hostNames);
  const session: RunSession = {
    id,
    goal,
    signal,
    get outcomes() {
      return outcomes.all();
    },
    mistaken: new Set(),
    reverts: new Map(),
    trials: new Map(),
    unwritten: null,
    isEndLost: false,
    close: () => {
      log.flush();
      isClosed = true;
    },
    commit: null,
    pullRequest: null,
    build: null,
    say,
    stage: (stage, state) => say({ type: 'stage-changed', stage, state }),
    work: (host, work) => say({ type: 'host-worked', host, work }),
    results: () => Object.fromEntries(outcomes.all()),
    outcome: outcomes.set,
    tellStep,
    log: (host, line, derivation = null) => log.add(host, redact(line), derivation),
    perform: async (deed, act, evidence) => {
      log.flush();
      const { host } = deed;
      const announced: RunEvent = {
        type: 'intended',
        host,
        deed: deed.deed,
        from: deed.from ?? null,
        to: deed.to ?? null,
      };
      const written = await write(announced);
      if (!written.ok) return written;
      emitter.emit(announced);
      const done = await act();
      log.flush();
      const ending: RunEvent = done.ok
        ? { type: 'achieved', host, deed: deed.deed, evidence: evidence(done.value) }
        : { type: 'missed', host, deed: deed.deed, failure: done.failure };
      const noted = await write(ending);
      if (!noted.ok) session.unwritten ??= noted.failure;
      emitter.emit(ending);
      return done;
    },
  };
  return session;
};
