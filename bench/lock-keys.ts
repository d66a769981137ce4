import { lockText, nodeCount } from './large-lock.ts';
import { makeScratch, openLockScreen, reportTimes } from './lock-screen.ts';

/**
 * How fast the view of a lock answers keys where all of its 3,000 nodes moved,
 * folded and as one list: from the read of the key to the write of its frame,
 * on the processor, so that a busy machine says the same.
 */
const presses = 40;

const screen = openLockScreen(
  makeScratch(),
  { committed: lockText(() => false), now: lockText(() => true) },
  'input',
);
try {
  await screen.until('the lock', (output) => /inputs? changed|changed/.test(output));
  screen.press('2');
  await screen.until('the list of the lock', (output) => output.includes('input-0'));
  process.stdout.write(`view of a lock, all of ${nodeCount} nodes moved, 160x50\n`);
  reportTimes('down, folded', await screen.timesOf(presses, 'k', 'j'));
  screen.press('/');
  await screen.until('the prompt', (output) => output.includes('Enter keeps'));
  for (const letter of 'input') screen.press(letter);
  screen.press('\r');
  await screen.until('the filtered list', (output) => output.includes('filter: input'));
  reportTimes('down, one list', await screen.timesOf(presses, 'j'));
} finally {
  await screen.close();
}
