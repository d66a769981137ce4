import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { globalFlags, type SubcommandRow } from '../../../source/commands/arguments/rows.ts';
import { findSubcommand, subcommands } from '../../../source/commands/arguments/subcommands.ts';
import type { World } from '../../../source/services/world/world.ts';
import { documentFaults, documentsIn } from '../../support/document-faults.ts';
import { type Answered, cutNewestDeploy, runLine } from '../../support/documents.ts';
import { eventSamples } from '../../support/event-samples.ts';
import { play as playScene } from '../../support/fake-program.ts';
import { holdLock, sampledRun, writeLocks, writeSampledRun } from '../../support/key-plays.ts';
import { keyScenes } from '../../support/key-scenes.ts';
import { stillWorld } from '../../support/play.ts';
import { createKeysSeen } from '../../support/schema-keys.ts';

const rows: readonly SubcommandRow[] = subcommands;

/**
 * One session of the demo, in its order: command line and exit status. Together the lines have every subcommand, and
 * every flag that its row names.
 */
const session: readonly (readonly [line: string, status: number])[] = [
  ['status razer @nothing', 2],
  ['status --on @server --jobs 2 --plain', 0],
  ['check', 4],
  ['check --criteria', 5],
  ['update', 0],
  ['update --exclude stylix', 0],
  ['diff', 0],
  ['diff --facts', 0],
  ['diff nothing', 2],
  ['impact', 0],
  ['impact nothing', 2],
  ['test razer --trace --cores 2 --build-on local --report report.md --junit tests.xml', 0],
  ['test --fresh --validate quick --accept-flake-config', 1],
  ['test --bisect --hold', 0],
  ['packages --built-only', 0],
  ['deploy razer --mode dry-activate', 0],
  ['deploy razer --mode dry-activate --yes', 0],
  ['deploy razer --expect-address razer.lan --expect-machine 0123456789abcdef0123456789abcdef', 3],
  ['deploy razer --expect-host-key nonsense --yes', 2],
  ['deploy --canary razer --yes --confirm p510 --reboot', 1],
  ['deploy razer --waves --yes', 0],
  ['services', 0],
  ['services razer --unit sshd --level warning --search sshd', 0],
  ['services razer --unit sshd --restart --yes', 0],
  ['services --restart --yes', 4],
  ['verify razer', 0],
  ['verify studio --accept', 0],
  ['watch', 4],
  ['watch --since 9', 2],
  ['watch --chart cpu --window 1h', 4],
  ['watch --calibrate', 0],
  ['watch razer --sign fine', 3],
  ['watch razer --sign fine --yes', 0],
  ['watch razer --sign desktop:silent', 0],
  ['commit --message nothing --leave-rest', 2],
  ['commit --edit --yes --with nixup.toml', 3],
  ['commit --leave-rest --pr --yes', 1],
  ['commit --push --yes --leave-rest', 0],
  ['commit --no-pr --yes --leave-rest', 0],
  ['rollback razer --generation 187 --yes', 0],
  ['rollback razer --reboot --lock --commit --push --yes', 0],
  ['hold musnix --release', 0],
  ['hold musnix --reason kernel --until 2026-12-24', 0],
  ['revert musnix', 0],
  ['revert musnix --keep', 1],
  ['clean --read-only', 3],
  ['clean --yes', 4],
  ['run --yes --inputs nixpkgs --no-deploy --no-commit --no-pr --build-on local --cores 2', 0],
  ['run --yes --with nixup.toml --leave-rest --push --accept-flake-config --on @laptop', 3],
  ['run --yes --pr --read-only --report report.md --junit tests.xml', 3],
  ['history', 0],
  ['history nothing', 2],
  ['history --host razer --since 30d --until today', 0],
  ['history --input musnix --package openssl', 0],
  ['history --since never', 2],
  ['history --known-good', 0],
  ['history 2 2', 0],
  ['history --restore 2', 0],
  ['history --restore nothing', 2],
  ['resume', 3],
  ['resume leave', 0],
  ['revert --undo', 0],
  ['revert --all', 0],
  ['config check', 0],
  ['config check --config other.toml', 2],
  ['timer --calendar daily --trust', 0],
  ['timer --read-only', 2],
  ['completions zsh', 0],
  ['completions tcsh', 2],
  ['demo', 0],
  ['deploy --wrong', 2],
  ['history --flake /nowhere', 2],
];

/** What a document cannot be told with, or that ends only when somebody ends it. */
const notInJson: ReadonlySet<string> = new Set([
  'markdown',
  'follow',
  'json',
  'ascii',
  'screen-reader',
  'help',
  'version',
]);

test('every subcommand and every flag of the table stands in the session', () => {
  const lines = session.map(([line]) => line.split(' '));
  const missing = rows.flatMap(({ name, flags }) => {
    const own = lines.filter(([command]) => command === name);
    if (own.length === 0) return [name];
    return flags
      .filter((flag) => !notInJson.has(flag.name))
      .filter((flag) => !own.some((words) => words.includes(`--${flag.name}`)))
      .map((flag) => `${name} --${flag.name}`);
  });
  const shared = globalFlags
    .filter(({ name }) => !notInJson.has(name))
    .filter(({ name }) => !lines.some((words) => words.includes(`--${name}`)))
    .map(({ name }) => `--${name}`);
  expect([...missing, ...shared]).toEqual([]);
});

const keys = createKeysSeen();

/** Answers of a command line, whose keys count as printed. */
const play = async (world: World, line: string): Promise<Answered> => {
  const answered = await runLine(world, `${line} --json`);
  for (const [name, answer] of documentsIn(line, answered.answers)) keys.saw([name], answer);
  return answered;
};

test('whatever a command line says, its JSON fits the schemas and its status is that of the table', async () => {
  const world = stillWorld();
  const faults: string[] = [];
  for (const [line, status] of session) {
    const answered = await play(world, line);
    if (answered.status !== status)
      faults.push(`${line}: ${answered.status} and not ${status}: ${answered.messages}`);
    faults.push(
      ...documentFaults(`${line} --json`, answered.answers).map((one) => `${line}: ${one}`),
    );
  }
  expect(faults).toEqual([]);
});

test('a run that was cut off is told by schemas, and so is its end', async () => {
  const world = stillWorld();
  const faults: string[] = [];
  for (const line of ['update nixpkgs', 'test razer', 'deploy razer --yes'])
    await play(world, line);
  await cutNewestDeploy(world);
  for (const line of ['history', 'status', 'resume', 'resume finish --yes'])
    faults.push(...documentFaults(line, (await play(world, line)).answers));
  const { answers } = await play(world, 'history');
  const id = JSON.stringify(answers).match(/"id":"([^"]+)"/)?.[1] ?? '';
  faults.push(...documentFaults('history', (await play(world, `history ${id}`)).answers));
  expect(faults).toEqual([]);
});

test.each([
  [
    'a key that no schema names',
    'timer',
    [{ version: 1, calendar: '', files: [], commands: [], more: 1 }],
  ],
  ['a key that is missing', 'completions', [{ version: 1, shell: 'zsh' }]],
  ['a run without its result', 'update', [{ type: 'pause-changed', at: 1, isPaused: true }]],
  ['lines of another subcommand', 'update', [{ type: 'watch-report', at: 1 }, { type: 'result' }]],
  ['two documents', 'status', [{}, {}]],
])('%s is a fault', (_what, line, answers) => {
  expect(documentFaults(line, answers)).not.toEqual([]);
});

test('the table says of each subcommand what --json prints', () => {
  expect(findSubcommand('run')?.json).toEqual({ kind: 'lines' });
  expect(findSubcommand('services')?.json).toEqual({ kind: 'document', linesWith: ['restart'] });
});

test('what the demo does not come to is told by schemas too', async () => {
  const world: World = { ...stillWorld(), isProcessAlive: () => true };
  const faults: string[] = [];
  const told = async (line: string): Promise<Answered> => {
    const answered = await play(world, line);
    faults.push(
      ...documentFaults(`${line} --json`, answered.answers).map((one) => `${line}: ${one}`),
    );
    return answered;
  };
  await told('update musnix');
  await told('test');
  await told('deploy samsung --yes');
  await told('update nixpkgs');
  await told('test razer');
  await told('deploy razer --yes');
  await told('rollback samsung --yes');
  await told('update fleet-modules');
  await told('history --input fleet-modules/status-page');
  await told('history --input nixpkgs');
  await told('history --known-good');
  const { answers } = await told('history');
  const ids = [...JSON.stringify(answers).matchAll(/"id":"([^"]+)","goal":"deploy"/g)];
  await told(`history ${ids.map(([, id]) => id).join(' ')}`);
  await writeSampledRun(world);
  const sampled = await told(`history ${sampledRun}`);
  expect(sampled.answers).toMatchObject([{ events: eventSamples }]);
  await told('history');
  for (const where of ['here', 'elsewhere', 'unreadable'] as const) {
    await holdLock(world, where);
    await told('status');
    await told('update');
  }
  await writeLocks(world);
  await told('diff old.lock new.lock');
  for (const [line, scene] of keyScenes) {
    const { lines } = await playScene(`${line} --json`, scene);
    for (const [name, answer] of documentsIn(line, lines)) keys.saw([name], answer);
    faults.push(...documentFaults(line, lines).map((one) => `${line}: ${one}`));
  }
  expect(faults).toEqual([]);
});

/** Keys that need forges or repositories to be printed, and the test that has them. */
const printedElsewhere: readonly (readonly [keys: RegExp, file: string])[] = [
  [/^diff\.(breaking|subjects)\[\]/, 'commands/reports/answer-diff.test.ts'],
  [/^diff\.changes\[\]\.chosen\b/, 'program/inputs.test.ts'],
];

test('every key of the schemas is printed by a command', () => {
  const unseen = keys.unseen();
  expect(unseen.filter((key) => !printedElsewhere.some(([one]) => one.test(key)))).toEqual([]);
  for (const [, file] of printedElsewhere)
    expect(existsSync(new URL(`../../${file}`, import.meta.url)), file).toBe(true);
  // A reason that is no longer needed goes.
  expect(printedElsewhere.filter(([one]) => !unseen.some((key) => one.test(key)))).toEqual([]);
});
