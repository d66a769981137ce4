import { expect, test } from 'vitest';
import { createLanes, patienceAfter } from '../../../source/engine/survey/lanes.ts';
import { after } from '../../../source/services/world/timer.ts';

const clock = { now: Date.now, after: after };

/** Works that end when they are told to. */
const works = () => {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    work: (host: string) => () =>
      new Promise<string>((resolve) => {
        begun.push(host);
        ends.set(host, () => resolve(host));
      }),
    end: (host: string) => ends.get(host)?.(),
  };
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('no more hosts are asked than a person allows, however slow they are', async () => {
  const { begun, work, end } = works();
  const lanes = createLanes({ clock, width: 2, isStrict: true });
  const all = ['a', 'b', 'c'].map((host) => lanes.run(host, [], work(host)));
  expect(begun).toEqual(['a', 'b']);
  end('b');
  await all[1];
  await settled();
  expect(begun).toEqual(['a', 'b', 'c']);
  end('a');
  end('c');
  await Promise.all(all);
});

test('hosts that say nothing do not hold up the others', async () => {
  const { begun, work, end } = works();
  const lanes = createLanes({ clock, width: 2, isStrict: false });
  const silent = ['a', 'b'].map((host) => lanes.run(host, [], work(host)));
  // Resolves although neither of the first two ever answered.
  expect(await lanes.run('c', [], async () => 'answered')).toBe('answered');
  expect(begun).toEqual(['a', 'b']);
  end('a');
  end('b');
  await Promise.all(silent);
});

test('through one jump host at most eight are asked at a time, and others meanwhile', async () => {
  const { begun, work, end } = works();
  const lanes = createLanes({ clock, width: 100, isStrict: false });
  const names = Array.from({ length: 10 }, (_, index) => `behind${index}`);
  const all = names.map((host) => lanes.run(host, ['bastion'], work(host)));
  const open = lanes.run('open', [], work('open'));
  expect(begun).toEqual([...names.slice(0, 8), 'open']);
  end('behind0');
  await all[0];
  await settled();
  expect(begun.at(-1)).toBe('behind8');
  for (const host of [...names, 'open']) end(host);
  await settled();
  for (const host of names) end(host);
  await Promise.all([...all, open]);
});

test('hosts that are looked at come first, as they are when there is room', async () => {
  const { begun, work, end } = works();
  let seen = new Set<string>();
  const lanes = createLanes({ clock, width: 1, isStrict: true, first: () => seen });
  const all = ['a', 'b', 'c'].map((host) => lanes.run(host, [], work(host)));
  seen = new Set(['c']);
  for (const host of ['a', 'c', 'b']) {
    end(host);
    await settled();
  }
  expect(begun).toEqual(['a', 'c', 'b']);
  await Promise.all(all);
});

test('hosts that were silent before come after the others, and are asked too', async () => {
  const { begun, work, end } = works();
  const isLast = (host: string): boolean => host === 'a' || host === 'b';
  const lanes = createLanes({ clock, width: 1, isStrict: true, isLast });
  const all = ['z', 'a', 'b', 'c'].map((host) => lanes.run(host, [], work(host)));
  for (const host of ['z', 'c', 'a', 'b']) {
    end(host);
    await settled();
  }
  expect(begun).toEqual(['z', 'c', 'a', 'b']);
  await Promise.all(all);
});

test('patience follows how long answers took, within bounds', () => {
  expect(patienceAfter([])).toBe(200);
  expect(patienceAfter(Array.from({ length: 9 }, () => 2))).toBe(25);
  expect(patienceAfter(Array.from({ length: 9 }, () => 300))).toBe(300);
  expect(patienceAfter(Array.from({ length: 9 }, () => 9_000))).toBe(1_000);
});

/** A clock of its own: what is due runs when it is told how much later it is. */
const simulatedClock = () => {
  let now = 0;
  const due: { readonly at: number; readonly action: () => void }[] = [];
  return {
    now: () => now,
    after: (milliseconds: number, action: () => void) => {
      const one = { at: now + milliseconds, action };
      due.push(one);
      return () => {
        const index = due.indexOf(one);
        if (index !== -1) due.splice(index, 1);
      };
    },
    advance: async (milliseconds: number) => {
      const until = now + milliseconds;
      for (;;) {
        const next = due.toSorted((one, other) => one.at - other.at)[0];
        if (next === undefined || next.at > until) break;
        due.splice(due.indexOf(next), 1);
        now = next.at;
        next.action();
        await settled();
      }
      now = until;
    },
  };
};

test('where all answers become slower, no more than twice as many are under way', async () => {
  const simulated = simulatedClock();
  const lanes = createLanes({ clock: simulated, width: 8, isStrict: false });
  let underWay = 0;
  let most = 0;
  const all = Array.from({ length: 400 }, (_, index) =>
    lanes.run(`host${index}`, [], () => {
      underWay += 1;
      most = Math.max(most, underWay);
      // Each takes as long as others are under way: a machine without a processor to spare.
      return new Promise<void>((resolve) => {
        simulated.after(20 * underWay * (1 + (index % 5) / 10), () => {
          underWay -= 1;
          resolve();
        });
      });
    }),
  );
  await simulated.advance(3_600_000);
  await Promise.all(all);
  expect(most).toBeLessThanOrEqual(16);
});
