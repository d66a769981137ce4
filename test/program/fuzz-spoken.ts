import { createChance } from '../support/chance.ts';
import { createTurns, type Turn, terminals, usualKeys } from './fuzz-turns.ts';
import { openProgram, type ScreenProgram } from './screen-program.ts';

/** What was done with a screen that is said in lines. */
export interface SpokenReport {
  readonly keys: number;
  /** Keys that were pressed alone, each of which was answered. */
  readonly answered: number;
  readonly lines: number;
  readonly left: number;
  readonly milliseconds: number;
}

/** A limit only ends what hangs, ms: a shared machine may be slow. */
const patienceMs = 150_000;

/** A key that came in the same read as a paste is part of that: the question is put again, ms. */
const againMs = 1_000;

/** Marks of pastes are all that a terminal is told beside the lines. */
const pasteModes = ['\u001b[?2004h', '\u001b[?2004l'];

/** Boxes, bars, arrows and charts. */
const drawn = /[\u2190-\u21ff\u2500-\u25ff\u2600-\u27bf\u2800-\u28ff]/u;

/** ^z gives the terminal back for a moment, and that echoes what is typed meanwhile: no line of nixup. */
const suspend = '\u001a';

const control = /(?!\n)\p{Cc}/u;

/** The program, and all that it has said since it was started. */
interface Speaking {
  readonly program: ScreenProgram;
  readonly said: () => string;
  /** Resolves as soon as what was said after so many characters fits; rejects when it ends, or says it never. */
  readonly until: (fits: RegExp, from: number, what: string) => Promise<void>;
}

const startSpeaking = (
  folder: string,
  env: Readonly<Record<string, string>>,
  size: readonly [number, number],
): Speaking => {
  const program = openProgram({
    folder,
    env,
    words: ['demo', '--screen-reader'],
    columns: size[0],
    rows: size[1],
  });
  let text = '';
  const listeners = new Set<() => void>();
  program.pty.onData((data) => {
    text += data;
    for (const listen of [...listeners]) listen();
  });
  return {
    program,
    said: () => text,
    until: (fits, from, what) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(limit);
          listeners.delete(look);
        };
        const look = (): void => {
          if (!fits.test(text.slice(from))) return;
          stop();
          resolve();
        };
        const limit = setTimeout(() => {
          stop();
          reject(new Error(`${what} was not answered; it said last:\n${text.slice(-2_000)}`));
        }, patienceMs);
        listeners.add(look);
        void program.ended.then(() => {
          stop();
          reject(new Error('it ended'));
        });
        look();
      }),
  };
};

/** What was copied goes to the terminal's clipboard by this (OSC 52, xterm's ctlseqs); it draws nothing. */
const clipboard = /\p{Cc}\]52;c;[A-Za-z0-9+/=]*\p{Cc}/gu;

/** What is wrong with lines that were said; nothing where they are right. */
const faultsOfLines = (said: string): readonly string[] =>
  pasteModes
    .reduce((text, mode) => text.replaceAll(mode, ''), said)
    .replaceAll(clipboard, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .flatMap((line) => [
      ...(control.test(line) ? [`a control character: ${JSON.stringify(line)}`] : []),
      ...(drawn.test(line) ? [`a sign that is drawn: ${line}`] : []),
      // What a person typed is said as it was typed.
      ...(/ {3,}/.test(line.trimStart()) && !line.startsWith('search ')
        ? [`a column made of blanks: ${line}`]
        : []),
    ]);

/**
 * The same as `fuzz` where the screen is said in lines: the program ends by a key only, says nothing but lines, and answers each
 * key that is pressed alone.
 */
export const fuzzSpoken = async (
  seed: number,
  keys: number,
  folder: string,
): Promise<SpokenReport> => {
  const started = Date.now();
  const chance = createChance(seed);
  const one = <Item>(from: readonly Item[]): Item | undefined =>
    from[Math.floor(chance() * from.length)];
  const counts = { keys: 0, answered: 0, lines: 0, left: 0 };
  const steps: string[] = [];
  let size: readonly [number, number] = [100, 30];
  const nextTurn = createTurns(chance, () => size);
  let environment: Readonly<Record<string, string>> = {};
  const start = async (): Promise<Speaking> => {
    environment = one(terminals) ?? {};
    steps.push(`started with ${JSON.stringify(environment)}`);
    const opened = startSpeaking(folder, environment, size);
    await opened.until(/1 of 10/, 0, 'the start');
    return opened;
  };
  let speaking = await start();
  let checked = 0;
  const perform = ({ reads, keys: pressed, size: wanted }: Turn): void => {
    steps.push(JSON.stringify(wanted ?? reads.map((read) => read.slice(0, 200))));
    counts.keys += pressed;
    if (wanted !== undefined && wanted[1] !== size[1]) {
      size = wanted;
      speaking.program.resize(...size);
    }
    for (const read of reads) speaking.program.write(read.replaceAll(suspend, ''));
  };
  /** All that was pressed is heard when the whole screen is said after it. */
  const sayAll = async (): Promise<void> => {
    const from = speaking.said().length;
    const ask = (): void => speaking.program.write('\u000c');
    const again = setInterval(ask, againMs);
    ask();
    try {
      await speaking.until(/nixup demo/, from, 'the whole screen');
    } finally {
      clearInterval(again);
    }
  };
  const pressAlone = async (): Promise<void> => {
    const key = one(usualKeys) ?? 'j';
    steps.push(`alone: ${JSON.stringify(key)}`);
    const from = speaking.said().length;
    speaking.program.write(key);
    counts.keys += 1;
    await speaking.until(/\n/, from, `the key ${JSON.stringify(key)}`);
    counts.answered += 1;
  };
  const check = (): void => {
    const said = speaking.said();
    const end = said.lastIndexOf('\n') + 1;
    const fresh = said.slice(checked, end);
    checked = Math.max(checked, end);
    counts.lines += fresh.split('\n').length - 1;
    const faults = faultsOfLines(fresh);
    if (faults.length > 0) throw new Error(faults.slice(0, 5).join('\n'));
  };
  try {
    while (counts.keys < keys) {
      try {
        for (let turn = 0; turn < 5 && !speaking.program.hasEnded(); turn += 1) perform(nextTurn());
        await sayAll();
        for (let key = 0; key < 3; key += 1) await pressAlone();
        check();
      } catch (error) {
        if (!speaking.program.hasEnded()) throw error;
        const { exitCode, signal } = await speaking.program.ended;
        if ((exitCode !== 0 && exitCode !== 130) || (signal ?? 0) !== 0)
          throw new Error(`it ended with ${exitCode}, signal ${signal}`);
        check();
        counts.left += 1;
        checked = 0;
        speaking = await start();
      }
    }
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    throw new Error(
      `seed ${seed}, said in lines, after ${counts.keys} keys, ${size.join('x')}, ${JSON.stringify(environment)}:\n${told}\nthe last steps:\n${steps.slice(-14).join('\n')}`,
    );
  } finally {
    await speaking.program.close();
  }
  return { ...counts, milliseconds: Date.now() - started };
};
