import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry, KnownExpectation } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { advised } from '../../model/words/advice.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/** A host that was built, or was built before for this very tree. */
interface TestedHost {
  readonly entry: HostEntry;
  readonly expectation: KnownExpectation;
}

export interface FailedHost {
  readonly host: string;
  readonly step: 'evaluate' | 'build';
  readonly failure: Failure;
}

interface WaitingHost {
  readonly host: string;
  readonly why: string;
}

/** How far the test of each host has come: told at once, and kept until the end. */
export interface HostTests {
  readonly tested: readonly TestedHost[];
  readonly failed: readonly FailedHost[];
  /** Not built, because the machine that builds it sleeps. */
  readonly waiting: readonly WaitingHost[];
  start(host: string, step: 'evaluate' | 'build'): void;
  fail(failed: FailedHost): void;
  wait(host: string, why: string): void;
  succeed(entry: HostEntry, expectation: KnownExpectation, tookMs: number): void;
}

const failHost = (context: EngineContext, session: RunSession, failed: FailedHost): void => {
  const { host, step, failure } = failed;
  const { what, next } = explain(failure);
  const at = context.world.clock.now();
  const canceled = failure.code === 'canceled';
  session.work(
    host,
    canceled
      ? { kind: 'canceled', step, at }
      : { kind: 'failed', step, reason: what, ...advised(next), at },
  );
  session.outcome(host, {
    status: canceled ? 'canceled' : 'failed',
    from: null,
    to: null,
    generation: null,
    reason: what,
  });
};

export const createHostTests = (
  context: EngineContext,
  session: RunSession,
  onFailed: ((failed: FailedHost) => void) | undefined,
): HostTests => {
  const { world } = context;
  const tested: TestedHost[] = [];
  const failures: FailedHost[] = [];
  const waiting: WaitingHost[] = [];
  const fail = (failed: FailedHost): void => {
    failures.push(failed);
    failHost(context, session, failed);
    onFailed?.(failed);
  };
  const wait = (host: string, why: string): void => {
    waiting.push({ host, why });
    session.work(host, { kind: 'pending', why });
    session.outcome(host, {
      status: 'pending',
      from: null,
      to: null,
      generation: null,
      reason: why,
    });
    const text = `${host} is not built: ${why}. Wake it, or build it here: nixup test ${host} --build-on local`;
    context.emitter.emit({ type: 'noticed', tone: 'warning', text });
  };
  const succeed = (entry: HostEntry, expectation: KnownExpectation, tookMs: number): void => {
    const { toplevel } = expectation;
    const current: StorePath | null = context.state().hosts[entry.name]?.facts?.current ?? null;
    session.work(entry.name, {
      kind: 'built',
      toplevel,
      tookMs,
      changed: current === null ? null : current !== toplevel,
    });
    tested.push({ entry, expectation });
  };
  const start = (host: string, step: 'evaluate' | 'build'): void =>
    session.work(host, {
      kind: 'running',
      step,
      done: null,
      expected: null,
      since: world.clock.now(),
    });

  return { tested, failed: failures, waiting, start, fail, wait, succeed };
};
