import { describe, expect, test } from 'vitest';
import { createRunSession, type RunSession } from '../../../source/engine/run/session.ts';
import { superseding } from '../../../source/engine/run/supersede.ts';
import type { HostWork } from '../../../source/model/host/host.ts';
import { interruptionOf, summarizeRun } from '../../../source/state/reducer/replay.ts';
import type { HostOutcomeStatus } from '../../../source/state/run.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { entry } from '../../support/fake-program.ts';

const old = '/nix/store/0-old';
const wanted = '/nix/store/0-new';
const cutOff = '20261129-000000-aaaaaa';

/** A run of two hosts that was cut off in the middle of p620. */
const unfinished = async (hosts: readonly string[] = ['p620', 'razer']) => {
  const fleet = await fakeFleet([entry('p620'), entry('razer')]);
  const { context } = fleet;
  const { journal, emitter } = context;
  const start = { type: 'run-started', goal: 'run', tree: null, lock: null } as const;
  await journal.write(cutOff, { ...start, run: cutOff, hosts, at: 1 });
  for (const host of hosts)
    await journal.write(cutOff, {
      type: 'planned',
      host,
      mode: 'switch',
      from: old,
      fromGeneration: 1,
      to: wanted,
      at: 2,
    });
  const deed = { type: 'intended', host: hosts[0] ?? null, deed: 'activate' } as const;
  await journal.write(cutOff, { ...deed, from: old, to: wanted, at: 3 });
  const read = async () => await journal.read(cutOff);
  const summary = summarizeRun(cutOff, await read());
  const run = interruptionOf(cutOff, await read());
  emitter.emit({ type: 'fleet-listed', hosts: [entry('p620'), entry('razer')] });
  if (summary === undefined || run === undefined) throw new Error('nothing was cut off');
  emitter.emit({ type: 'history-listed', runs: [summary] }, { type: 'interruption-found', run });
  const later = async (body: (session: RunSession) => void) => {
    const session = createRunSession(
      context,
      '20261130-000000-bbbbbb',
      'run',
      new AbortController().signal,
    );
    return await superseding(context, async () => {
      body(session);
      return { summary: 'Done.' };
    })(session);
  };
  const decide = (session: RunSession, host: string, status: HostOutcomeStatus, work: HostWork) => {
    session.work(host, work);
    session.outcome(host, { status, from: old, to: wanted, generation: 2, reason: null });
  };
  const left = async () => interruptionOf(cutOff, await read());
  return { fleet, later, decide, left };
};

const deployed: HostWork = { kind: 'succeeded', from: old, to: wanted, generation: 2, at: 9 };

describe('an unfinished run', () => {
  test('is closed by a later run that decided all of its hosts, and that is said', async () => {
    const { fleet, later, decide, left } = await unfinished();
    const ending = await later((session) => {
      decide(session, 'p620', 'succeeded', deployed);
      decide(session, 'razer', 'unchanged', { kind: 'unchanged', toplevel: wanted, at: 9 });
    });
    expect(ending.summary).toBe(
      `Done. The unfinished run ${cutOff} is closed: this run came after it.`,
    );
    expect(await left()).toBeUndefined();
    expect(fleet.state().interrupted).toBeNull();
  });

  test('keeps only the hosts that no later run decided', async () => {
    const { fleet, later, decide, left } = await unfinished();
    const ending = await later((session) => decide(session, 'p620', 'succeeded', deployed));
    expect(ending.summary).toContain(`is left: razer. See: nixup resume`);
    expect(await left()).toMatchObject({
      targets: { razer: wanted },
      origins: { razer: old },
      openDeeds: [],
    });
    expect(fleet.state().interrupted?.targets).toEqual({ razer: wanted });
  });

  test('stays as it is after a run that only built, or that failed', async () => {
    const { later, decide, left } = await unfinished();
    const built: HostWork = { kind: 'built', toplevel: wanted, tookMs: 1, changed: true };
    const ending = await later((session) => {
      decide(session, 'p620', 'succeeded', built);
      decide(session, 'razer', 'failed', {
        kind: 'failed',
        step: 'copy',
        reason: 'x',
        remedy: 'x',
        at: 9,
      });
    });
    expect(ending).toEqual({ summary: 'Done.' });
    expect(Object.keys((await left())?.targets ?? {})).toEqual(['p620', 'razer']);
  });

  test('of the lock alone is closed by a later commit', async () => {
    const { later, left } = await unfinished([]);
    await later(() => undefined);
    expect(await left()).toBeDefined();
    await later((session) => {
      session.commit = 'c'.repeat(40);
    });
    expect(await left()).toBeUndefined();
  });
});
