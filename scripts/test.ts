import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  type Counts,
  countReport,
  countsAfterAgain,
  filesToRunAgain,
  noCounts,
  outcomeLines,
  withFailure,
} from './test-counts.ts';

/**
 * `npm test`: builds, then runs every test there is: units, the built program
 * in a pseudo-terminal, the flake where there is a Nix, and, where it can run,
 * the lab. Words are handed to vitest as filters. What failed is named once more at the end.
 * Files of the lab that failed are run a second time. `--counts FILE` writes `PASSED FAILED` there;
 * `--no-lab` leaves the lab out.
 */
const root = path.join(import.meta.dirname, '..');

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const runNode = (args: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...args], { cwd: root, stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });

const runProject = async (
  project: string,
  options: readonly string[],
  filters: readonly string[],
): Promise<Counts> => {
  say(`\n== ${project.replace('*', '')} tests`);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-test-'));
  const file = path.join(folder, 'report.json');
  try {
    const exitCode = await runNode([
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      project,
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...options,
      ...filters,
    ]);
    const counts = countReport(JSON.parse(await readFile(file, 'utf8')), root);
    if (exitCode === 0 || counts.failures.length > 0) return counts;
    return withFailure(
      `the ${project} tests ended with ${exitCode}, without a failed test`,
      counts,
    );
  } catch {
    return withFailure(`the ${project} tests gave no report`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** One file after the other: they share the hosts. */
const labOptions = ['--no-file-parallelism'];

/**
 * The lab's machines are real and share two cores with everything else, so a file that failed is
 * run once more on a lab in its first state. The outcome says so.
 */
const runLab = async (filters: readonly string[]): Promise<Counts> => {
  const { labObstacle, status, takeDown } = await import('../test/lab/lab.ts');
  const obstacle = await labObstacle();
  if (obstacle !== undefined) {
    say(`\n== lab tests are skipped: ${obstacle}`);
    return noCounts;
  }
  const wasUp = (await status()).some((machine) => machine.process !== undefined);
  // While vitest runs, ^c reaches it as well; the lab is taken down after it.
  let isStopped = false;
  const stay = (): void => {
    isStopped = true;
  };
  process.on('SIGINT', stay);
  try {
    const first = await runProject('lab', labOptions, filters);
    const files = filesToRunAgain(first);
    if (files.length === 0 || isStopped) return first;
    say(`\n== run once more, alone: ${files.join(' ')}`);
    if (!wasUp) await takeDown(say);
    return countsAfterAgain(first, files, await runProject('lab', labOptions, files));
  } finally {
    if (!wasUp) await takeDown(say);
    process.off('SIGINT', stay);
  }
};

/** What tests need, where this machine may be given it. Where that fails, each of them says what it misses. */
const installTools = async (): Promise<void> => {
  const { canInstall, installMachinePackages } = await import('../test/lab/machine.ts');
  if (!canInstall()) return;
  try {
    await installMachinePackages(say);
  } catch (error) {
    say(`not everything could be installed: ${error instanceof Error ? error.message : error}`);
  }
};

/** nixup's own flake, by the Nix of this machine. */
const runNix = async (filters: readonly string[]): Promise<Counts> => {
  if (spawnSync('nix', ['--version']).status !== 0) {
    say('\n== tests of the flake are skipped: there is no nix');
    return noCounts;
  }
  return runProject('nix', [], filters);
};

const words = process.argv.slice(2);
const countsAt = words.indexOf('--counts');
const countsFile = countsAt === -1 ? undefined : words[countsAt + 1];
const filters = words.filter(
  (word, index) => !word.startsWith('--') && (countsAt === -1 || index !== countsAt + 1),
);

const results: Counts[] = [];
if ((await runNode([path.join(root, 'scripts/build.ts'), '--if-old'])) !== 0) {
  results.push(withFailure('the program could not be built'));
}
await installTools();
results.push(await runProject('unit*', [], filters));
results.push(await runProject('program', [], filters));
results.push(await runNix(filters));
if (!words.includes('--no-lab')) results.push(await runLab(filters));

const passed = results.reduce((sum, one) => sum + one.passed, 0);
const failed = results.reduce((sum, one) => sum + one.failures.length, 0);
if (countsFile !== undefined) await writeFile(countsFile, `${passed} ${failed}\n`);
// Once more at the end: whoever reads the last lines of a log sees what failed.
for (const line of results.flatMap(outcomeLines)) say(line);
say(`\nall tests: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
