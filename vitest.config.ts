import { defineConfig } from 'vitest/config';

/** Faults, clocks and builds that take many minutes: `npm run test:lab-long`. */
const longLabTests = [
  'activation-back',
  'activation-trouble',
  'builders',
  'builds',
  'direction',
  'exit-statuses',
  'faults',
  'foreign',
  'health',
  'later',
  'lock-nix',
  'moved',
  'obstacles',
  'pause',
  'servers',
  'ssh-reasons',
  'stranded',
  'survives',
  'sysstat',
  'this-machine',
  'three-nights',
  'two-workstations',
  'units',
  'waits',
  'watch-deploy',
  'watch-journal',
  'waves',
].map((name) => `test/lab/${name}.test.ts`);

/**
 * Tests that leave nothing behind for others in their process: they share the modules that they load, which takes
 * most of their time.
 */
const sharedTests = [
  'actions',
  'components',
  'model',
  'parsers',
  'screen',
  'scripts',
  'state',
  'views',
].map((name) => `test/${name}/**`);

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    // Vitest leaves one core free for its own watch mode: on two cores that is one worker.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/lab/**', 'test/program/**', 'test/nix/**', ...sharedTests],
          // A shared machine may be slow; a limit only ends what hangs.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'unit-shared',
          include: sharedTests.map((folder) => `${folder}/*.test.{ts,tsx}`),
          isolate: false,
          unstubEnvs: true,
          unstubGlobals: true,
          restoreMocks: true,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The built program in a pseudo-terminal; most of the time it waits for the demo's pace.
        test: {
          name: 'program',
          include: ['test/program/**/*.test.ts'],
          testTimeout: 180_000,
          maxWorkers: 3,
        },
      },
      {
        // nixup's own flake, evaluated and built by the Nix of this machine.
        test: {
          name: 'nix',
          include: ['test/nix/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The built program against real hosts: one file after the other, they share the hosts.
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          // "1" runs their long form, any other word the short one.
          exclude: process.env['NIXUP_LAB_LONG'] === undefined ? longLabTests : [],
          maxWorkers: 1,
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
