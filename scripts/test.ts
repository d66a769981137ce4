import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/**
 * `npm test`: builds, then runs every test there is: units, the built program
 * in a pseudo-terminal, the flake where there is a Nix, and, where it can run,
 * the lab. Words are handed to vitest as filters. What failed is named once more at the end. `--counts FILE` writes
 * `PASSED FAILED` there;
 * `--no-lab` leaves the lab out.
 */
const root = path.join(import.meta.dirname, '..');

interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** One line for each failed test: its file, its title, the first line of why. */
  readonly failures: readonly string[];
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const nothing: Counts = { passed: 0, failed: 0, failures: [] };

const runNode = (args: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...args], { cwd: root, stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const firstLine = (text: string): string => stripVTControlCharacters(text).split('\n', 1)[0] ?? '';

/** A file that could not even be loaded has no failed test, yet it failed. */
const countReport = (report: Report): Counts => {
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = path.relative(root, name);
    const failed = assertionResults.filter((one) => one.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [`${file}: ${firstLine(message)}`] : [];
    return failed.map(
      (one) => `${file} > ${one.fullName}: ${firstLine(one.failureMessages[0] ?? '')}`,
    );
  });
  return { passed: report.numPassedTests, failed: failures.length, failures };
};

const oneFailure = (why: string, before: Counts = nothing): Counts => ({
  passed: before.passed,
  failed: before.failed + 1,
  failures: [...before.failures, why],
});

const runProject = async (
  project: string,
  options: readonly string[],
  filters: readonly string[],
): Promise<Counts> => {
  say(`\n== ${project} tests`);
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
    const counts = countReport(JSON.parse(await readFile(file, 'utf8')));
    if (exitCode === 0 || counts.failed > 0) return counts;
    return oneFailure(`the ${project} tests ended with ${exitCode}, without a failed test`, counts);
  } catch {
    return oneFailure(`the ${project} tests gave no report`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const runLab = async (filters: readonly string[]): Promise<Counts> => {
  const { labObstacle, status, takeDown } = await import('../test/lab/lab.ts');
  const obstacle = await labObstacle();
  if (obstacle !== undefined) {
    say(`\n== lab tests are skipped: ${obstacle}`);
    return nothing;
  }
  const wasUp = (await status()).some((machine) => machine.process !== undefined);
  // While vitest runs, ^c reaches it as well; the lab is taken down after it.
  const stay = (): void => undefined;
  process.on('SIGINT', stay);
  try {
    return await runProject('lab', ['--no-file-parallelism'], filters);
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
    return nothing;
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
  results.push(oneFailure('the program could not be built'));
}
await installTools();
results.push(await runProject('unit', [], filters));
results.push(await runProject('program', [], filters));
results.push(await runNix(filters));
if (!words.includes('--no-lab')) results.push(await runLab(filters));

const passed = results.reduce((sum, one) => sum + one.passed, 0);
const failed = results.reduce((sum, one) => sum + one.failed, 0);
if (countsFile !== undefined) await writeFile(countsFile, `${passed} ${failed}\n`);
// Once more at the end: whoever reads the last lines of a log sees what failed.
for (const failure of results.flatMap((one) => one.failures)) say(`failed: ${failure}`);
say(`\nall tests: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
