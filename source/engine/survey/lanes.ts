import type { Clock } from '../../services/world/world.ts';

/** A work for one host, once it is its turn. */
interface Waiting {
  readonly host: string;
  /** Machines on the way that connections to other hosts share. */
  readonly shared: readonly string[];
  readonly isLast: boolean;
  readonly start: () => void;
}

interface Lanes {
  /** Does the work when there is room for it. */
  run<Value>(host: string, shared: readonly string[], work: () => Promise<Value>): Promise<Value>;
}

interface LaneOptions {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** Works that keep this machine busy at a time. */
  readonly width: number;
  /** No work begins while so many run, however slow they are. */
  readonly isStrict: boolean;
  /** These come first, as they are when there is room. */
  readonly first?: (() => ReadonlySet<string>) | undefined;
  /** Hosts that probably say nothing: the others come before them. */
  readonly isLast?: (host: string) => boolean;
}

/**
 * Works that have waited longer than others took cost this machine nothing, and make room. So many
 * may wait: each is a process.
 */
const mostPatient = 512;

/** Answers by which it is known how long one takes. */
const knownAfter = 8;
const remembered = 32;

/** Before that; and the bounds of the median, ms. */
const firstPatience = 200;
const leastPatience = 25;
const mostPatience = 1_000;

/**
 * What took longer than so many medians says nothing about the others. Who gave its place away counts up
 * to here: else a busy machine would look as quick as its quickest answers, and ever more would be begun.
 */
const mostMedians = 4;

/**
 * sshd refuses at random from the tenth connection on that is not logged in yet (sshd_config(5),
 * MaxStartups 10:30:100), and others use it too.
 */
const mostThroughOne = 8;

/** After this the machine on the way has let one in, or never will, ms. */
const letInAfter = 3_000;

const medianOf = (took: readonly number[]): number | null =>
  took.length < knownAfter
    ? null
    : (took.toSorted((one, other) => one - other)[Math.floor(took.length / 2)] ?? null);

/** How long a work keeps its place while nothing comes, by how long the last ones took. Pure. */
export const patienceAfter = (took: readonly number[]): number => {
  const middle = medianOf(took);
  return middle === null ? firstPatience : Math.min(mostPatience, Math.max(leastPatience, middle));
};

/** Calls once. */
const once = (call: () => void): (() => void) => {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    call();
  };
};

/**
 * Bounds how many hosts are asked at a time, so that slow ones never hold up fast ones: a work that
 * takes much longer than the others gives its place away, and goes on beside them.
 */
// Over 60 lines: what waits, what is busy and what is patient is counted here and nowhere else.
export const createLanes = ({ clock, width, isStrict, first, isLast }: LaneOptions): Lanes => {
  const waiting: Waiting[] = [];
  const through = new Map<string, number>();
  const took: number[] = [];
  let busy = 0;
  let patient = 0;

  const hasRoom = ({ shared }: Waiting): boolean =>
    shared.every((machine) => (through.get(machine) ?? 0) < mostThroughOne);

  const takeNext = (): Waiting | undefined => {
    const preferred = first?.();
    const wanted =
      preferred === undefined
        ? -1
        : waiting.findIndex((one) => preferred.has(one.host) && hasRoom(one));
    const ready = wanted === -1 ? waiting.findIndex((one) => !one.isLast && hasRoom(one)) : wanted;
    const index = ready === -1 ? waiting.findIndex(hasRoom) : ready;
    return index === -1 ? undefined : waiting.splice(index, 1)[0];
  };

  const fill = (): void => {
    while (busy < width && waiting.length > 0) {
      const next = takeNext();
      if (next === undefined) return;
      next.start();
    }
  };

  const count = (machines: readonly string[], change: number): void => {
    for (const machine of machines) through.set(machine, (through.get(machine) ?? 0) + change);
  };

  const begin = async <Value>(
    shared: readonly string[],
    work: () => Promise<Value>,
  ): Promise<Value> => {
    const since = clock.now();
    busy += 1;
    count(shared, 1);
    let isBusy = true;
    const leaveShared = once(() => count(shared, -1));
    let stopLooking = (): void => undefined;
    const look = (): void => {
      const waited = clock.now() - since;
      const left = patienceAfter(took) - waited;
      // What others take may be known soon.
      if (left > 0) stopLooking = clock.after(Math.min(left, leastPatience), look);
      else if (patient < mostPatient) {
        isBusy = false;
        busy -= 1;
        patient += 1;
        fill();
      } else stopLooking = clock.after(mostPatience, look);
    };
    if (!isStrict) stopLooking = clock.after(leastPatience, look);
    const stopLettingIn =
      shared.length === 0
        ? (): void => undefined
        : clock.after(letInAfter, () => {
            leaveShared();
            fill();
          });
    try {
      return await work();
    } finally {
      stopLooking();
      stopLettingIn();
      leaveShared();
      const lasted = clock.now() - since;
      if (isBusy || lasted <= mostMedians * (medianOf(took) ?? 0)) took.push(lasted);
      if (took.length > remembered) took.shift();
      if (isBusy) busy -= 1;
      else patient -= 1;
      fill();
    }
  };

  return {
    run: (host, shared, work) =>
      new Promise((resolve, reject) => {
        waiting.push({
          host,
          shared,
          isLast: isLast?.(host) ?? false,
          start: () => {
            begin(shared, work).then(resolve, reject);
          },
        });
        fill();
      }),
  };
};
