import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openProgram, type ScreenProgram } from '../test/program/screen-program.ts';

/**
 * What the screen costs while somebody works with the demo at 120×40: bytes for a key, processor time of a whole run of
 * its hosts, memory after many keys.
 */
const goals = { bytesPerKey: 1_000, percent: 15, megabytes: 200 } as const;

const keysForMemory = 20_000;

const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-bench-screen-'));

const open = (): ScreenProgram => openProgram({ folder, columns: 120, rows: 40 });

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

let failed = 0;
const say = (what: string, value: number, unit: string, goal: number): void => {
  if (value > goal) failed += 1;
  process.stdout.write(
    `${what}: ${value.toFixed(1)} ${unit} (at most ${goal}${value > goal ? ', MISSED' : ''})\n`,
  );
};

/** Bytes that a key writes: nothing moves by itself while they are counted. */
const bytesOf = async (screen: ScreenProgram, key: string): Promise<number> => {
  let bytes = 0;
  const counting = screen.pty.onData((data) => {
    bytes += Buffer.byteLength(data);
  });
  screen.write(key);
  for (let before = -1; before !== bytes; ) {
    before = bytes;
    await wait(80);
  }
  counting.dispose();
  return bytes;
};

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** In each view down and up again, and back to where the next key begins. */
const countBytes = async (): Promise<void> => {
  const screen = open();
  await screen.until((text) => /to deploy|asleep/.test(text) && !/asking/.test(text), 'the hosts');
  screen.write('u');
  await screen.waitFor(/✓ update/);
  // Messages leave the last row, and counts of commits come one by one.
  await wait(20_000);
  const moves: number[] = [];
  const views: number[] = [];
  for (const view of ['1', '2', '3', '5', '7', '8']) {
    views.push(await bytesOf(screen, view));
    for (const key of 'jjjjjkkkjj') moves.push(await bytesOf(screen, key));
  }
  await screen.close();
  say('a key that moves the cursor', mean(moves), 'bytes', goals.bytesPerKey);
  process.stdout.write(
    `  of ${moves.length} the largest ${Math.max(...moves)}; a key that shows another view ${Math.round(mean(views))}\n`,
  );
};

/** Hundredths of a second of processor time since the start: utime and stime of proc_pid_stat(5). */
const ticks = ({ pty }: ScreenProgram): number => {
  const fields = readFileSync(`/proc/${pty.pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
};

/** Update, test and deploy of every host that can be deployed, from the first key to the last host. */
const measureRun = async (): Promise<void> => {
  const screen = open();
  await screen.until((text) => /to deploy|asleep/.test(text) && !/asking/.test(text), 'the hosts');
  const [began, before] = [Date.now(), ticks(screen)];
  screen.write('u');
  await screen.waitFor(/✓ update/);
  screen.write('1T');
  await screen.waitFor(/[✗✓◐] test(?![\s\S]* test \d+:\d\d)/);
  screen.write('D');
  // One of its hosts cannot be built: the others are deployed.
  await screen.waitFor('deploy the others');
  await wait(800);
  screen.write('\u001b[B\r');
  const asked = await screen.waitFor(/type (.+?) to do it/);
  const wanted = /type (.+?)(?: \(names and count\))? to do it/.exec(asked)?.[1] ?? '';
  // A dialog takes no key for its first half second.
  await wait(800);
  screen.write(`${wanted}`);
  await wait(200);
  screen.write('\r');
  await screen.waitFor(/deploy \d+:\d\d/);
  await screen.until((text) => !/deploy \d+:\d\d/.test(text), 'the end of the deploy');
  const took = Date.now() - began;
  const percent = ((ticks(screen) - before) * 10 * 100) / took;
  await screen.close();
  say(`a run of ten hosts, ${Math.round(took / 1_000)} s`, percent, '% of a core', goals.percent);
};

/** Resident memory, MiB (proc_pid_status(5), VmRSS). */
const megabytes = ({ pty }: ScreenProgram): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pty.pid}/status`, 'utf8'))?.[1]) / 1024;

const measureMemory = async (): Promise<void> => {
  const screen = open();
  await screen.until((text) => /to deploy|asleep/.test(text), 'the hosts');
  screen.write('u');
  await screen.waitFor(/✓ update/);
  const round =
    '1jjjkG2jj=\u001b[27ujkb\u001b[27u3jjG4jj5jjkw6jjG7jj\r\u001b[27u8jj?jj\u001b[27u@jj\u001b[27u:he\u001b[27u\u001b[27u';
  const count = round.replaceAll('\u001b[27u', 'x').length;
  for (let pressed = 0; pressed < keysForMemory; pressed += count * 20) {
    for (let turn = 0; turn < 20; turn += 1) screen.write(round);
    await screen.repaint();
  }
  const now = megabytes(screen);
  await screen.close();
  say(`memory after ${keysForMemory} keys`, now, 'MiB', goals.megabytes);
};

await countBytes();
await measureRun();
await measureMemory();
rmSync(folder, { recursive: true, force: true });
process.exit(failed === 0 ? 0 : 1);
