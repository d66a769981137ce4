import { expect, test, vi } from 'vitest';
import { createJournal } from '../../../source/engine/run/journal.ts';
import { failed } from '../../../source/model/result.ts';
import { interruptionOf } from '../../../source/state/reducer/replay.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const line = (event: object): string => `${JSON.stringify(event)}\n`;

test('a run whose last line was torn by a power cut can still be closed', async () => {
  const start = { type: 'run-started', run: 'r', goal: 'run', hosts: [], tree: null, lock: null };
  const deed = { type: 'intended', host: 'p510', deed: 'activate', from: null, to: null };
  const torn = line({ ...deed, deed: 'persist', at: 3 }).slice(0, 40);
  const path = '/state/flakes/x/runs/r/journal.jsonl';
  const { world } = await fakeFleet([], {
    files: { [path]: line({ ...start, at: 1 }) + line({ ...deed, at: 2 }) + torn },
  });
  const journal = createJournal(world, '/state/flakes/x');
  expect(interruptionOf('r', await journal.read('r'))).toBeDefined();

  const end = { type: 'result', run: 'r', ok: false, exitCode: 1, hosts: {} } as const;
  const written = [4, 5].map((at) =>
    journal.write('r', { ...end, commit: null, build: null, summary: 'left', at }),
  );
  await Promise.all(written);
  const events = await journal.read('r');
  expect(events.map(({ at }) => at)).toEqual([1, 2, 4, 5]);
  expect(interruptionOf('r', events)).toBeUndefined();
});

test('a line that a full disk tore takes none of the next ones with it', async () => {
  const { world } = await fakeFleet([], {});
  const { files } = world;
  let isFull = false;
  const journal = createJournal(
    {
      ...world,
      files: {
        ...files,
        append: async (path, text) => {
          if (!isFull) return await files.append(path, text);
          await files.append(path, text.slice(0, 20));
          return failed({ code: 'file-failed', operation: 'append to', path, detail: 'no room' });
        },
      },
    },
    '/state/flakes/x',
  );
  const start = { type: 'run-started', run: 'r', goal: 'run', hosts: [] } as const;
  const write = (at: number) => journal.write('r', { ...start, tree: null, lock: null, at });
  expect((await write(1)).ok).toBe(true);
  isFull = true;
  expect((await write(2)).ok).toBe(false);
  isFull = false;
  expect((await write(3)).ok).toBe(true);
  expect((await journal.read('r')).map(({ at }) => at)).toEqual([1, 3]);
});

test('lines that are said while the disk is busy reach it in one piece, each in its log and in order', async () => {
  const { world } = await fakeFleet([], {});
  const appended: string[] = [];
  const journal = createJournal(
    {
      ...world,
      files: {
        ...world.files,
        append: async (path, text) => {
          appended.push(`${path.split('/').at(-1) ?? ''}: ${text}`);
          return await world.files.append(path, text);
        },
      },
    },
    '/state/flakes/x',
  );
  const log = (host: string, line: string) =>
    journal.write('r', { type: 'logged', host, lines: [line], at: 1 });
  await Promise.all([log('p620', 'a'), log('p510', 'b'), log('p620', 'c'), log('p510', 'd')]);
  await log('p620', 'e');
  expect(appended.map((text) => text.replaceAll('1970-01-01 00:00:00 ', ''))).toEqual([
    'all-lines.txt: p620 | a\np510 | b\np620 | c\np510 | d\n',
    'p620.log: a\nc\n',
    'p510.log: b\nd\n',
    'all-lines.txt: p620 | e\n',
    'p620.log: e\n',
  ]);
});

test('what a change announces stands on the disk after the lines that were told before it', async () => {
  const { world } = await fakeFleet([], {});
  const appended: string[] = [];
  const journal = createJournal(
    {
      ...world,
      files: {
        ...world.files,
        append: async (path, text, until) => {
          appended.push(`${path.split('/').at(-1) ?? ''} ${until ?? 'on-disk'}`);
          return await world.files.append(path, text, until);
        },
      },
    },
    '/state/flakes/x',
  );
  const logged = journal.write('r', { type: 'logged', host: 'p620', lines: ['a'], at: 1 });
  const deed = { type: 'intended', host: 'p620', deed: 'activate', from: null, to: null } as const;
  const announced = await journal.write('r', { ...deed, at: 2 });
  expect(announced.ok).toBe(true);
  expect(appended).toEqual(['all-lines.txt written', 'p620.log written', 'journal.jsonl on-disk']);
  expect((await logged).ok).toBe(true);
});

test('events that are told while another is written reach the disk together, in order and after what came before', async () => {
  const { world } = await fakeFleet([], {});
  const appended: string[] = [];
  const journal = createJournal(
    {
      ...world,
      files: {
        ...world.files,
        append: async (path, text, until) => {
          const lines = text.trimEnd().split('\n');
          appended.push(`${path.split('/').at(-1) ?? ''} ${lines.length} ${until ?? 'on-disk'}`);
          return await world.files.append(path, text, until);
        },
      },
    },
    '/state/flakes/x',
  );
  const deed = { type: 'intended', host: 'p620', deed: 'activate', from: null, to: null } as const;
  const tell = (at: number) => journal.write('r', { ...deed, at });
  const first = tell(1);
  await Promise.resolve();
  const events = [tell(2), tell(3)];
  const logged = journal.write('r', { type: 'logged', host: 'p620', lines: ['a'], at: 4 });
  const announced = tell(5);
  const answers = await Promise.all([first, ...events, logged, announced]);
  expect(answers.every(({ ok }) => ok)).toBe(true);
  expect(appended.slice(-2)).toEqual(['p620.log 1 written', 'journal.jsonl 1 on-disk']);
  expect(appended.filter((line) => line.startsWith('journal')).length).toBeLessThan(4);
  expect((await journal.read('r')).map(({ at }) => at)).toEqual([1, 2, 3, 5]);
});

test('lines that a slow disk does not take are bounded in memory, and the log says where some are missing', async () => {
  const { world } = await fakeFleet([], {});
  const { promise: isFree, resolve: free } = Promise.withResolvers<void>();
  const written: string[] = [];
  const journal = createJournal(
    {
      ...world,
      files: {
        ...world.files,
        append: async (path, text, until) => {
          await isFree;
          written.push(text);
          return await world.files.append(path, text, until);
        },
      },
    },
    '/state/flakes/x',
  );
  const line = 'x'.repeat(1_000_000);
  const all = Array.from({ length: 40 }, (_, at) =>
    journal.write('r', { type: 'logged', host: 'p620', lines: [line], at }),
  );
  free();
  await journal.settled();
  await Promise.all(all);
  const text = written.join('');
  expect(text.length).toBeLessThan(20_000_000);
  expect(text).toMatch(/\(\d+ lines missing here/);
});

test('the files of a log are those of every run since the start, with all that was said so far', async () => {
  const { world } = await fakeFleet([], {});
  const journal = createJournal(world, '/state/flakes/x');
  for (const run of ['r1', 'r2'])
    void journal.write(run, { type: 'logged', host: 'p620', lines: [run], at: 1 });
  void journal.write('r2', { type: 'logged', host: null, lines: ['fleet'], at: 1 });
  const files = await journal.logFiles('p620');
  expect(files.map((path) => path.split('/').slice(-2).join('/'))).toEqual([
    'r1/p620.log',
    'r2/p620.log',
  ]);
  const texts = await Promise.all(files.map((path) => world.files.read(path)));
  expect(texts).toEqual(
    ['r1', 'r2'].map((run) => ({ ok: true, value: `1970-01-01 00:00:00 ${run}\n` })),
  );
  expect(await journal.logFiles('p510')).toEqual([]);
});

test('a log that is long does not wait for the time of the others', async () => {
  const { world } = await fakeFleet([], {});
  const written: string[] = [];
  const never = { ...world.clock, after: () => () => undefined };
  const append: typeof world.files.append = async (path, text, until) => {
    written.push(path.split('/').at(-1) ?? '');
    return await world.files.append(path, text, until);
  };
  const files = { ...world.files, append };
  const journal = createJournal({ ...world, clock: never, files }, '/state/flakes/x');
  const lines = Array.from({ length: 1_000 }, () => 'x'.repeat(30));
  for (let host = 0; host < 9; host += 1)
    void journal.write('r', { type: 'logged', host: `host${host}`, lines, at: 1 });
  await vi.waitFor(() => expect(written).toEqual(['all-lines.txt']));
});

test('the room for the end of a run is there as long as it lasts, and that of a run that was killed goes', async () => {
  const { world } = await fakeFleet([], {
    files: { '/state/runs/20260101-1/room': 'left', '/state/runs/20260101-1/journal.jsonl': '' },
  });
  const roomOf = (run: string) => world.files.exists(`/state/runs/${run}/room`);
  const journal = createJournal(world, '/state');
  await journal.keepRoom('20260102-1', 2);
  expect([await roomOf('20260101-1'), await roomOf('20260102-1')]).toEqual([false, true]);
  await journal.dropRoom();
  expect(await roomOf('20260102-1')).toBe(false);
});

test('a full disk takes the lines of logs and new changes, and neither ends of changes nor that of the run', async () => {
  const { world } = await fakeFleet([], {});
  const { files } = world;
  let isFull = false;
  const journal = createJournal(
    {
      ...world,
      files: {
        ...files,
        append: async (path, text, until) =>
          isFull && (await files.exists('/state/runs/r/room'))
            ? failed({
                code: 'file-failed',
                operation: 'append to',
                path,
                detail: 'no room',
                isDiskFull: true,
              })
            : await files.append(path, text, until),
      },
    },
    '/state',
  );
  const deed = { host: 'p620', deed: 'activate' } as const;
  const intended = { type: 'intended', ...deed, from: null, to: null } as const;
  await journal.keepRoom('r', 1);
  expect((await journal.write('r', { ...intended, at: 1 })).ok).toBe(true);
  isFull = true;
  expect((await journal.write('r', { ...intended, host: 'p510', at: 2 })).ok).toBe(false);
  const logged = journal.write('r', { type: 'logged', host: 'p620', lines: ['a'], at: 2 });
  await journal.settled();
  expect((await logged).ok).toBe(false);
  const achieved = { type: 'achieved', ...deed, evidence: 'it runs' } as const;
  expect((await journal.write('r', { ...achieved, at: 3 })).ok).toBe(true);
  const end = { type: 'result', run: 'r', ok: true, exitCode: 0, hosts: {} } as const;
  const result = { ...end, commit: null, build: null, summary: 'Done.', at: 4 } as const;
  expect((await journal.write('r', result)).ok).toBe(true);
  expect((await journal.read('r')).map(({ type }) => type)).toEqual([
    'intended',
    'achieved',
    'result',
  ]);
});
