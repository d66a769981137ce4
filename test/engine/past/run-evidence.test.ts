import { expect, test } from 'vitest';
import { readRunEvidence } from '../../../source/engine/past/run-evidence.ts';
import { createJournal } from '../../../source/engine/run/journal.ts';
import { success } from '../../../source/model/result.ts';
import type { Files } from '../../../source/services/world/world.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const folder = '/state/flakes/x';
const at = Date.parse('2026-11-29T12:00:00Z');

const command = {
  line: 'ssh -T -- p620 true',
  does: 'ask for units',
  host: 'p620',
  startedAt: at,
  tookMs: 12,
  ending: 'done',
};

test('a past run has the commands that it ran, and the end of each log with its times', async () => {
  const { world } = await fakeFleet([], {});
  const journal = createJournal(world, folder);
  journal.keepCommand('r', command);
  journal.keepCommand('r', { ...command, ending: 'exit 1' });
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`);
  void journal.write('r', { type: 'logged', host: 'p620', lines, at });
  void journal.write('r', { type: 'logged', host: null, lines: ['all'], at });
  await journal.settled();
  const evidence = await readRunEvidence(world, `${folder}/runs/r`);
  expect(evidence.commands.map(({ ending }) => ending)).toEqual(['done', 'exit 1']);
  expect(evidence.files.map((file) => file.split('/').at(-1))).toEqual([
    'all-lines.txt',
    'fleet.log',
    'p620.log',
  ]);
  const [fleet, p620] = evidence.logs;
  expect(fleet).toMatchObject({ host: null, lines: [{ at, text: 'all' }], isCut: false });
  expect(fleet?.path).toMatch(/^\/.*\.log$/);
  expect(p620).toMatchObject({ host: 'p620', isCut: true });
  expect(p620?.lines).toHaveLength(200);
  expect(p620?.lines.at(-1)).toEqual({ at, text: 'line 499' });
});

test('a past run tells what it did step by step, from its beginning to its end', async () => {
  const { world } = await fakeFleet([], {});
  const journal = createJournal(world, folder);
  const say = (host: string | null, text: string): void =>
    void journal.write('r', { type: 'logged', host, lines: [text], isStep: true, at });
  say(null, 'test began: p620');
  say('p620', 'building …');
  const lines = Array.from({ length: 20_000 }, () => 'x'.repeat(80));
  void journal.write('r', { type: 'logged', host: 'p620', lines, at });
  say('p620', 'built in 3 s');
  await journal.settled();
  const text = await world.files.read(`${folder}/runs/r/all-lines.txt`);
  const bytes = Buffer.byteLength(text.ok ? (text.value ?? '') : '');
  const stamps: Files['stamps'] = async (paths) =>
    success(paths.map((path) => ({ path, bytes, changedAt: at, kind: 'file' })));
  const sized = { ...world, files: { ...world.files, stamps } };
  const { steps } = await readRunEvidence(sized, `${folder}/runs/r`);
  expect(steps.map(({ host, text }) => [host, text])).toEqual([
    [null, 'test began: p620'],
    ['p620', 'building …'],
    ['p620', 'built in 3 s'],
  ]);
});

test('a step in the middle of a long run is told, and output that looks as a step is none', async () => {
  const { world } = await fakeFleet([], {});
  const journal = createJournal(world, folder);
  const log = (host: string | null, lines: readonly string[], isStep?: true): void =>
    void journal.write('r', {
      type: 'logged',
      host,
      lines: [...lines],
      at,
      ...(isStep === undefined ? {} : { isStep }),
    });
  const noise = Array.from({ length: 15_000 }, () => 'x'.repeat(80));
  log(null, ['deploy began'], true);
  log('nas', noise);
  log('nas', ['== test ended: every host is ROLLED BACK']);
  log('nas', ['failed: no space'], true);
  log('nixup', ['failed too'], true);
  log('nas', ['rolled back to g7'], true);
  log('nas', noise);
  log(null, ['deploy ended'], true);
  await journal.settled();
  const { steps } = await readRunEvidence(world, `${folder}/runs/r`);
  expect(steps.map(({ host, text, level }) => [host, text, level])).toEqual([
    [null, 'deploy began', 'all'],
    ['nas', 'failed: no space', 'error'],
    ['nixup', 'failed too', 'error'],
    ['nas', 'rolled back to g7', 'warning'],
    [null, 'deploy ended', 'all'],
  ]);
});

test('a host with the name of the own log of nixup has a log of its own', async () => {
  const { world } = await fakeFleet([], {});
  const journal = createJournal(world, folder);
  void journal.write('r', { type: 'logged', host: 'fleet', lines: ['of the host'], at });
  void journal.write('r', { type: 'logged', host: null, lines: ['of nixup'], at });
  await journal.settled();
  const { logs } = await readRunEvidence(world, `${folder}/runs/r`);
  expect(logs.map(({ host, lines }) => [host, lines.map(({ text }) => text)])).toEqual([
    ['fleet', ['of the host']],
    [null, ['of nixup']],
  ]);
});

test('a file of commands that is damaged tells those that can be read', async () => {
  const { world } = await fakeFleet([], {});
  const whole = JSON.stringify(command);
  await world.files.append(
    `${folder}/runs/r/commands.jsonl`,
    `${whole}\n{"line":1}\nnothing\n${whole.slice(0, 9)}`,
  );
  const { commands } = await readRunEvidence(world, `${folder}/runs/r`);
  expect(commands).toEqual([command]);
});

test('a run of which nothing is here has no commands and no logs', async () => {
  const { world } = await fakeFleet([], {});
  expect(await readRunEvidence(world, `${folder}/runs/gone`)).toEqual({
    commands: [],
    commandsLeft: 0,
    steps: [],
    logs: [],
    logsLeft: 0,
    files: [],
  });
});

test('what of a long run is not read is counted', async () => {
  const { world } = await fakeFleet([], {});
  const journal = createJournal(world, folder);
  for (let index = 0; index < 502; index += 1)
    journal.keepCommand('r', { ...command, startedAt: index });
  for (let index = 0; index < 41; index += 1)
    void journal.write('r', { type: 'logged', host: `host${index}`, lines: ['a'], at });
  await journal.settled();
  const evidence = await readRunEvidence(world, `${folder}/runs/r`);
  expect([evidence.commands.length, evidence.commandsLeft]).toEqual([500, 2]);
  expect(evidence.commands[0]?.startedAt).toBe(2);
  expect([evidence.logs.length, evidence.logsLeft]).toEqual([40, 1]);
});
