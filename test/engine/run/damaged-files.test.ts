import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProgressTeller } from '../../../source/commands/program/progress-lines.ts';
import { resultText } from '../../../source/commands/program/result-text.ts';
import { readLockIndex } from '../../../source/engine/lock/history.ts';
import { openRecords } from '../../../source/engine/records/records.ts';
import { openEstimates } from '../../../source/engine/run/estimates.ts';
import { readHistory } from '../../../source/engine/run/history.ts';
import { readJournal } from '../../../source/engine/run/journal-lines.ts';
import { showMoment } from '../../../source/model/words/format-time.ts';
import { interruptedMenu } from '../../../source/screen/dialogs/menu-interrupted.ts';
import { runPageText } from '../../../source/screen/host/run-page.ts';
import { createTrust } from '../../../source/services/config/trust.ts';
import type { RunEvent } from '../../../source/state/events.ts';
import { runStory } from '../../../source/state/past/run-story.ts';
import { summarizeRun } from '../../../source/state/reducer/replay.ts';
import { openWords } from '../../../source/state/run-words.ts';
import { fc, runs } from '../../support/chance.ts';
import { lostKeys } from '../../support/documents.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { strictWorld } from '../../support/strict-world.ts';

/** Files as nixup 0.1.0 (7c29d83) wrote them, of a whole runbook of the demo. */
const root = new URL('../../fixtures/records/state', import.meta.url).pathname;

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });

/** Where the fake fleet has its state. */
const captured: Readonly<Record<string, string>> = Object.fromEntries(
  filesBelow(root).map((path) => [
    join('/state/nixup', relative(root, path)),
    readFileSync(path, 'utf8'),
  ]),
);
const journals = Object.keys(captured).filter((path) => path.endsWith('journal.jsonl'));

describe('files of an earlier version', () => {
  test.each(journals)('%s is read whole', (path) => {
    const text = captured[path] ?? '';
    const { events, unread } = readJournal(text);
    expect(unread).toBe(0);
    expect(events).toHaveLength(text.trim().split('\n').length);
    expect(events.at(-1)?.type).toBe('result');
  });

  test('records are read whole, and nothing is said of them', async () => {
    const told: string[] = [];
    const world = strictWorld({ files: captured });
    const tell = (_: string, text: string): void => void told.push(text);
    const records = await openRecords(world, { own: '/state/nixup/flakes/fleet' }, tell);
    await openEstimates(world, tell);
    expect(told).toEqual([]);
    expect(records.lastDeploy('p620')).toBeDefined();
    expect(records.baseline('p620')).toBeDefined();
    expect(records.pending()).toHaveLength(1);
    expect(records.badRevisions().length).toBeGreaterThan(0);
    expect(records.machineId('p620')).toBeDefined();
  });
});

/**
 * Files of nixup 0.1.0 (b88eaf4), from all its tests: of each kind of record
 * and of each event the forms that it wrote.
 */
const forms = new URL('../../fixtures/records/forms/', import.meta.url);

describe('each form of a record and of an event that an earlier version wrote', () => {
  const written = readFileSync(new URL('journal.jsonl', forms), 'utf8').trimEnd().split('\n');

  test('every event is read, and says what it said', () => {
    const { events, unread } = readJournal(`${written.join('\n')}\n`);
    expect(unread).toBe(0);
    expect(lostKeys(JSON.parse(`[${written.join(',')}]`), events, '')).toEqual([]);
  });

  test('every record is read, says what it said, and nothing is said of it', async () => {
    const told: string[] = [];
    const own = '/state/nixup/flakes/fleet';
    const texts = new Map(
      readdirSync(forms)
        .filter((name) => name.endsWith('.json'))
        .map((name) => [name, readFileSync(new URL(name, forms), 'utf8')]),
    );
    const files = Object.fromEntries(
      [...texts].map(([name, text]) => [
        join(/durations|trusted/.test(name) ? '/state/nixup' : own, name),
        text,
      ]),
    );
    const world = strictWorld({ files });
    const tell = (_: string, text: string): void => void told.push(text);
    const records = await openRecords(world, { own }, tell);
    const estimates = await openEstimates(world, tell);
    expect(told).toEqual([]);
    const written = (name: string): readonly { readonly host: string; readonly tree?: string }[] =>
      JSON.parse(texts.get(name) ?? '[]');
    const lost = [
      ...lostKeys(written('setbacks.json'), records.setbacks(), 'setbacks'),
      ...lostKeys(written('withdrawn.json'), records.withdrawn(), 'withdrawn'),
      ...lostKeys(written('chosen.json'), records.chosen(), 'chosen'),
      ...lostKeys(written('pending.json'), records.pending(), 'pending'),
      ...lostKeys(written('owed-push.json'), records.owedPushes(), 'owed pushes'),
      ...lostKeys(written('bad-revisions.json'), records.badRevisions(), 'bad revisions'),
      ...lostKeys(written('dashboards.json')[0], records.dashboards(), 'dashboards'),
      ...written('evaluations.json').flatMap((one) =>
        lostKeys(one, records.evaluation(one.host, one.tree ?? null), 'evaluation'),
      ),
      ...written('deploys.json').flatMap((one) =>
        lostKeys(one, records.lastDeploy(one.host), 'deploy'),
      ),
      ...written('baselines.json').flatMap((one) =>
        lostKeys(one, records.baseline(one.host), 'baseline'),
      ),
      ...written('sicknesses.json').flatMap((one) =>
        lostKeys(one, records.sickness(one.host), 'sickness'),
      ),
    ];
    expect(lost).toEqual([]);
    expect(records.machineId('p620')).toBe('machine-p620');
    expect(estimates.of('home-manager-generation')).toBeDefined();
    const trust = createTrust(world);
    expect(await trust.isTrusted('/fleet/nixup.toml', 'a')).toBe(true);
    expect(await trust.isTrusted('/fleet/nixup.toml', 'b')).toBe(false);
  });
});

test('the history of journals of before, a deploy that was cut off among them, tells what it told', async () => {
  const text = (name: string): string =>
    readFileSync(new URL(`../../fixtures/records/cut-off/${name}`, import.meta.url), 'utf8');
  const cutOff = '/state/nixup/flakes/fleet/runs/20261124-090033-c9856e/journal.jsonl';
  const files = Object.fromEntries(journals.map((path) => [path, captured[path] ?? '']));
  const fleet = await fakeFleet([], { files: { ...files, [cutOff]: text('journal.jsonl') } });
  const told = JSON.parse(text('history.json'));
  expect(lostKeys(told, await readHistory(fleet.context), '')).toEqual([]);
});

const start = { type: 'run-started', run: 'r', goal: 'deploy', hosts: [], tree: null, lock: null };
const lineOf = (event: object): string => `${JSON.stringify({ at: 1, ...event })}\n`;

describe('a line of a journal that is no event', () => {
  test.each([
    ['no host', { type: 'host-worked', host: 5 }],
    ['no work', { type: 'host-worked', host: 'p620' }],
    ['a work of a newer nixup', { type: 'host-worked', host: 'p620', work: { kind: 'dreams' } }],
    ['half of a work', { type: 'host-worked', host: 'p620', work: { kind: 'failed' } }],
    [
      'a failure of a newer nixup',
      { type: 'missed', host: null, deed: 'x', failure: { code: 'y' } },
    ],
    [
      'half of a failure',
      { type: 'missed', host: null, deed: 'x', failure: { code: 'copy-failed' } },
    ],
    ['a moment that no date has', { type: 'pause-changed', isPaused: true, at: 1e300 }],
    [
      'a host with the name of a method',
      { type: 'host-worked', host: 'constructor', work: { kind: 'idle' } },
    ],
    ['an event of a newer nixup', { type: 'dreamt' }],
    ['no object', 5],
    ['a prototype', JSON.parse('{"type":"result","__proto__":{"hosts":5}}')],
  ])('%s is left out, and counted', (_what, event) => {
    const line = typeof event === 'object' ? lineOf(event) : `${JSON.stringify(event)}\n`;
    const { events, unread } = readJournal(lineOf(start) + line + lineOf(start));
    expect(events).toHaveLength(2);
    expect(unread).toBe(1);
  });

  test('the torn end of the last line is what a dying process leaves, and no damage', () => {
    expect(readJournal(`${lineOf(start)}{"type":"resu`)).toMatchObject({ unread: 0 });
  });

  test('is said, with the run that may miss something', async () => {
    const path = '/state/nixup/flakes/fleet/runs/r/journal.jsonl';
    const fleet = await fakeFleet([], {
      files: {
        [path]: `${lineOf(start)}x\n${lineOf({ type: 'intended', host: null, deed: 'a', from: null, to: null })}`,
      },
    });
    const { runs, interrupted } = await readHistory(fleet.context);
    expect(runs).toMatchObject([{ id: 'r', unread: 1, open: 'interrupted' }]);
    expect(interrupted).toMatchObject({ unread: 1 });
    // The resumption tells it: a warning beside it would say the same twice.
    expect(JSON.stringify(fleet.events)).not.toContain('cannot be read');
  });
});

test('a damaged index of the lock is not told as a lock that nobody changed', async () => {
  const path = '/state/nixup/flakes/fleet/locks/index.jsonl';
  const fleet = await fakeFleet([], { files: { [path]: 'x\n' } });
  expect(await readLockIndex(fleet.context)).toEqual({
    actions: [],
    damage: `1 line of ${path} cannot be read`,
  });
});

/** Everything that is shown of what was read back. */
const showAll = async (files: Readonly<Record<string, string>>): Promise<void> => {
  const fleet = await fakeFleet([], { files });
  const { context } = fleet;
  const { runs, interrupted } = await readHistory(context);
  for (const run of runs) {
    const teller = createProgressTeller();
    for (const event of await context.journal.read(run.id)) teller(event);
    showMoment(run.startedAt);
    runPageText(run, runStory(await context.journal.read(run.id)));
    if (run.ending === null) openWords(run);
    else resultText(run.ending.result);
  }
  if (interrupted !== null) interruptedMenu(interrupted, fleet.state(), 5);
  await readLockIndex(context);
  for (const name of ['p620', 'constructor', '__proto__']) {
    context.records.baseline(name);
    context.records.lastDeploy(name);
    context.estimates.of(name);
  }
  await createTrust(context.world).isTrusted('/fleet/nixup.toml', 'a');
};

/** What dying disks, editors and other programs make of a file. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), length: fc.nat(500) }),
  fc.record({
    kind: fc.constant('put' as const),
    at: fc.nat(),
    text: fc.string({ unit: 'binary', maxLength: 20 }),
  }),
  fc.record({
    kind: fc.constant('swap' as const),
    at: fc.nat(),
    value: fc.constantFrom('5', 'null', '[]', '{}', '"x"', 'true', '-1', '1e300', '{"kind":5}'),
  }),
);

const valueAt = /"[^"\n]*"|-?\d+|true|false|null/g;

const mutate = (
  text: string,
  change: typeof mutation extends fc.Arbitrary<infer One> ? One : never,
): string => {
  const at = text.length === 0 ? 0 : change.at % text.length;
  switch (change.kind) {
    case 'cut':
      return text.slice(0, at) + text.slice(at + change.length);
    case 'put':
      return text.slice(0, at) + change.text + text.slice(at);
    case 'swap': {
      valueAt.lastIndex = at;
      const found = valueAt.exec(text);
      return found === null
        ? text
        : text.slice(0, found.index) + change.value + text.slice(found.index + found[0].length);
    }
  }
};

test('no damage to any kind of file ends the program, nor makes a run that ended badly end well', async () => {
  const paths = Object.keys(captured).filter((path) => !path.endsWith('.lock'));
  const endings = (files: Readonly<Record<string, string>>, path: string): ReadonlySet<boolean> =>
    new Set(
      readJournal(files[path] ?? '').events.flatMap((event) =>
        event.type === 'result' ? [event.ok] : [],
      ),
    );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      async (path, changes) => {
        const text = changes.reduce(mutate, captured[path] ?? '');
        const files = { ...captured, [path]: text };
        await showAll(files);
        if (!journals.includes(path) || text.includes('"ok":true')) return;
        expect(endings(files, path).has(true)).toBe(false);
      },
    ),
    { numRuns: runs(150) },
  );
});

test('a lock of which the index is gone is not told as one that nobody changed', async () => {
  const folder = '/state/nixup/flakes/fleet/locks';
  const fleet = await fakeFleet([], { files: { [`${folder}/r.lock`]: '{}' } });
  expect(await readLockIndex(fleet.context)).toEqual({
    actions: [],
    damage: `${folder}/index.jsonl is missing`,
  });
});

test('a journal that is cut at any of its last 2,000 bytes is read up to there, and the cut is told', () => {
  const reasons = 'é → "quoted" \\ and a tab\t'.repeat(10);
  const written: readonly RunEvent[] = [
    { type: 'run-started', run: 'r', goal: 'deploy', hosts: ['p620'], tree: null, lock: null },
    ...Array.from(
      { length: 30 },
      (_, index): RunEvent => ({
        type: 'intended',
        host: 'p620',
        deed: `step ${index}`,
        from: null,
        to: null,
      }),
    ),
    {
      type: 'result',
      run: 'r',
      ok: false,
      exitCode: 1,
      hosts: {
        p620: { status: 'failed', from: null, to: null, generation: null, reason: reasons },
      },
      commit: null,
      build: null,
      summary: reasons,
    },
  ];
  const bytes = Buffer.from(
    written.map((event, index) => `${JSON.stringify({ ...event, at: index })}\n`).join(''),
  );
  const whole = readJournal(bytes.toString());
  expect(whole).toMatchObject({ unread: 0, isCut: false });
  for (let length = bytes.length - 2_000; length < bytes.length; length += 1) {
    const { events, unread, isCut } = readJournal(bytes.subarray(0, length).toString());
    expect(events).toEqual(whole.events.slice(0, events.length));
    const ends = bytes.subarray(0, length).toString().split('\n');
    // Cut just before the end of a line the event is whole.
    const isWhole = bytes[length - 1] === 10 || bytes[length] === 10;
    expect([length, isCut, unread]).toEqual([length, !isWhole, 0]);
    expect(events).toHaveLength(ends.length - (bytes[length] === 10 ? 0 : 1));
    const summary = summarizeRun('r', events);
    expect(summary?.ending === null).toBe(events.length < written.length);
  }
});
