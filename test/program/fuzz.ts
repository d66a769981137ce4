import { createChance } from '../support/chance.ts';
import { createTurns, type Turn, terminals } from './fuzz-turns.ts';
import { openProgram, type Repainted, type ScreenProgram } from './screen-program.ts';

/** What was done, and what it was found to do. */
export interface FuzzReport {
  readonly seed: number;
  readonly keys: number;
  readonly pastes: number;
  readonly answers: number;
  readonly resizes: number;
  readonly clicks: number;
  /** Terminals: other locales, colours, themes. */
  readonly terminals: number;
  /** Screens that were compared with a whole new frame of the same moment. */
  readonly compared: number;
  /** Starts after one of the keys left the program in order. */
  readonly left: number;
  readonly milliseconds: number;
}

const differences = (one: readonly string[], other: readonly string[]): readonly string[] =>
  one.flatMap((row, index) =>
    row === other[index] ? [] : [`row ${index}:\n  ${row}\n  ${other[index] ?? ''}`],
  );

const plain = (row: string): string => row.replaceAll(/<[^<>]*>/g, '');

const faultsOfOne = ({
  before,
  after,
  wrappedBefore,
  wrappedAfter,
}: Repainted): readonly string[] =>
  [
    ['a cell is stale', differences(before, after)] as const,
    ['a line is longer than the window', differences(wrappedBefore, before)] as const,
    ['a line is longer than the window', differences(wrappedAfter, after)] as const,
  ].flatMap(([what, rows]) =>
    rows.length === 0 ? [] : [`${what}:\n${rows.map(plain).join('\n')}`],
  );

/** What is wrong with a screen; nothing where it is right. */
export const faultsOf = (frames: readonly Repainted[]): readonly string[] =>
  frames.flatMap(faultsOfOne);

/**
 * Presses keys at random, pastes, clicks, answers and resizes until so many keys were
 * pressed, in one terminal after the other. What is shown is compared with a whole new frame after every few of them. Rejects with seed and steps when the program ends in any other way than by
 * a key that leaves it, shows a stale cell, or draws beyond its window.
 */
export const fuzz = async (seed: number, keys: number, folder: string): Promise<FuzzReport> => {
  const started = Date.now();
  const chance = createChance(seed);
  const counts = {
    keys: 0,
    pastes: 0,
    answers: 0,
    resizes: 0,
    clicks: 0,
    terminals: 0,
    compared: 0,
    left: 0,
  };
  const steps: string[] = [];
  let size: readonly [number, number] = [100, 30];
  /**
   * Rows of the windows since the last comparison. By its rows a frame tells for which window it was drawn: one that
   * comes late must not be taken for that of a later window as high as its own.
   */
  let rowsSince = new Set([size[1]]);
  const nextTurn = createTurns(chance, () => size);
  let environment: Readonly<Record<string, string>> = {};
  let untilKeys = 0;
  const start = async (): Promise<ScreenProgram> => {
    environment = terminals[Math.floor(chance() * terminals.length)] ?? {};
    untilKeys = counts.keys + 500 + Math.floor(chance() * 2_500);
    counts.terminals += 1;
    steps.push(`started with ${JSON.stringify(environment)}`);
    const opened = openProgram({ folder, columns: size[0], rows: size[1], env: environment });
    await opened.until((text) => /1 Fleet|Too small/.test(text), 'the screen');
    return opened;
  };
  let program = await start();
  const perform = ({ kind, reads, keys: pressed, size: wanted }: Turn): void => {
    steps.push(JSON.stringify(wanted ?? reads.map((read) => read.slice(0, 200))));
    counts.keys += pressed;
    if (kind === 'paste') counts.pastes += 1;
    if (kind === 'answer') counts.answers += 1;
    if (kind === 'mouse') counts.clicks += 1;
    if (wanted !== undefined) {
      counts.resizes += 1;
      const [columns, wantedRows] = wanted;
      let rows = wantedRows;
      while (rowsSince.has(rows)) rows += 1;
      rowsSince.add(rows);
      size = [columns, rows];
      program.resize(...size);
    }
    for (const read of reads) program.write(read);
  };
  const compare = async (): Promise<readonly string[]> => {
    counts.compared += 1;
    const faults = faultsOf(await program.repaint());
    rowsSince = new Set([size[1]]);
    return faults;
  };
  try {
    while (counts.keys < keys) {
      try {
        for (let turn = 0; turn < 5 && !program.hasEnded(); turn += 1) perform(nextTurn());
        const faults = await compare();
        if (faults.length > 0) throw new Error(faults.join('\n'));
        if (counts.keys >= untilKeys && counts.keys < keys) {
          await program.close();
          program = await start();
        }
      } catch (error) {
        if (!program.hasEnded()) throw error;
        const { exitCode, signal } = await program.ended;
        if ((exitCode !== 0 && exitCode !== 130) || (signal ?? 0) !== 0)
          throw new Error(`it ended with ${exitCode}, signal ${signal}:\n${program.text()}`);
        counts.left += 1;
        program = await start();
      }
    }
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    throw new Error(
      `seed ${seed}, after ${counts.keys} keys, ${size.join('x')}, ${JSON.stringify(environment)}:\n${told}\nthe last steps:\n${steps.slice(-14).join('\n')}`,
    );
  } finally {
    await program.close();
  }
  return { seed, ...counts, milliseconds: Date.now() - started };
};
