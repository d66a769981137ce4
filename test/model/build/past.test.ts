import { expect, test } from 'vitest';
import { endNixProcess } from '../../../source/model/build/build-ending.ts';
import { foldNixEvent } from '../../../source/model/build/fold.ts';
import { mergeProgress } from '../../../source/model/build/merge.ts';
import { createPast } from '../../../source/model/build/past.ts';
import { type NixProcessState, newNixProcess } from '../../../source/model/build/process.ts';
import { readNixLogLine } from '../../../source/parsers/nix/log.ts';
import { fc } from '../../support/chance.ts';
import { makeStream } from '../../support/nix-stream.ts';

const { lines } = makeStream(4_000);

/** A process that said this part of a log, and has ended. */
const ended = (from: number, length: number, isBuilt: boolean): NixProcessState => {
  const state = newNixProcess();
  lines.slice(from, from + length).forEach((line, index) => {
    const event = readNixLogLine(line);
    if (event !== null) foldNixEvent(state, event, from * 10 + index);
  });
  endNixProcess(state, isBuilt);
  return state;
};

test('processes that have ended count the same by themselves and together', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          from: fc.nat(3_500),
          length: fc.nat(900),
          isBuilt: fc.boolean(),
          isPast: fc.boolean(),
        }),
        { maxLength: 8 },
      ),
      (parts) => {
        const all = new Map<string, NixProcessState>();
        const left = new Map<string, NixProcessState>();
        const past = createPast();
        for (const [index, { from, length, isBuilt, isPast }] of parts.entries()) {
          const host = `host${index}`;
          const state = ended(from, length, isBuilt);
          all.set(host, state);
          if (isPast) past.add(host, state);
          else left.set(host, state);
        }
        const { ended: apart, ...expected } = mergeProgress(all).whole;
        const { ended: together, ...counted } = mergeProgress(left, past).whole;
        expect(counted).toEqual(expected);
        const failures = (list: typeof apart): readonly string[] =>
          (list ?? []).flatMap(({ fate, derivation }) => (fate === 'failed' ? [derivation] : []));
        expect(new Set(failures(together))).toEqual(new Set(failures(apart)));
      },
    ),
    { numRuns: 40 },
  );
});

test('a thousand hosts that need the same are counted over what they need, not over each of them', () => {
  const past = createPast();
  for (let host = 0; host < 1_000; host += 1) {
    const state = newNixProcess();
    for (let path = 0; path < 20; path += 1) state.derivations.set(`/shared-${path}.drv`, 'ended');
    state.derivations.set(`/host-${host}.drv`, 'ended');
    past.add(`host${host}`, state);
  }
  const kept = past.states.reduce((sum, { derivations }) => sum + derivations.size, 0);
  expect(kept).toBe(1_020);
  expect(past.owners.get('/shared-3.drv')).toHaveLength(10);
  expect(mergeProgress(new Map(), past).whole.builds).toMatchObject({ done: 1_020, failed: 0 });
});
