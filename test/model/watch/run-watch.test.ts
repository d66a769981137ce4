import { expect, test } from 'vitest';
import {
  fleetVerdict,
  type HostReport,
  isWatchOver,
  pendingWords,
  phaseOf,
  type RunWatch,
  reportLines,
  reportMarkdown,
  runWatchHeadline,
  untilWords,
} from '../../../source/model/watch/run-watch.ts';

const hour = 3_600_000;
const changedAt = Date.UTC(2026, 10, 28, 16);
const end = changedAt + 24 * hour;

const report = (host: string, change: Partial<HostReport> = {}): HostReport => ({
  host,
  at: end,
  verdict: 'as-before',
  lines: [],
  isFinal: true,
  ...change,
});

const watchOf = (change: Partial<RunWatch> = {}): RunWatch => ({
  run: '20261128-160000-4f2a9c',
  hosts: [
    { host: 'p620', changedAt },
    { host: 'razer', changedAt },
  ],
  reports: [],
  signOffs: [],
  ...change,
});

test.each<readonly [string, RunWatch, number, string]>([
  ['before the end it runs', watchOf(), end - 1, 'running'],
  ['after the end it is due', watchOf(), end, 'due'],
  [
    'a report that was made before the end is not that of 24 hours',
    watchOf({
      reports: [report('p620', { at: end - hour, isFinal: false }), report('razer')],
    }),
    end,
    'due',
  ],
  [
    'with the report of each host it is reported',
    watchOf({ reports: [report('p620'), report('razer')] }),
    end,
    'reported',
  ],
  [
    'by the clock of the server it may be over although ours says it is not',
    watchOf({ reports: [report('p620'), report('razer')] }),
    changedAt + hour,
    'reported',
  ],
  [
    'a host that did not answer after the end has a report without its journal',
    watchOf({ reports: [report('p620', { isFinal: false }), report('razer')] }),
    end,
    'reported',
  ],
])('%s', (_, watch, now, kind) => {
  expect(phaseOf(watch, now).kind).toBe(kind);
});

test('the verdict of the fleet is the worst of its hosts, and nobody asked is unknown', () => {
  expect(fleetVerdict(watchOf({ reports: [report('p620')] }))).toBe('unknown');
  expect(
    fleetVerdict(watchOf({ reports: [report('p620'), report('razer', { verdict: 'better' })] })),
  ).toBe('as-before');
  expect(
    fleetVerdict(watchOf({ reports: [report('p620'), report('razer', { verdict: 'worse' })] })),
  ).toBe('worse');
});

test('the report says of each host what changed, and who signed it', () => {
  const watch = watchOf({
    reports: [
      report('p620'),
      report('razer', { verdict: 'worse', lines: ['CPU is above', 'x.service crashed 3 times'] }),
    ],
    signOffs: [
      { host: 'p620', at: end, by: 'ada', trouble: [] },
      { host: 'razer', at: end, by: 'ada', trouble: [{ area: 'desktop', text: 'no | sound' }] },
    ],
  });
  expect(reportLines(watch, end).map(({ text }) => text)).toEqual([
    'Watch of the run 20261128-160000-4f2a9c',
    '2 hosts: 1 worse, 1 as before; the 24 hours ended 2026-11-29 16:00 UTC',
    'changed 2026-11-28 16:00 UTC',
    'p620: as before',
    'razer: worse',
    'CPU is above',
    'x.service crashed 3 times',
    'Signed by a person (desktop, applications, network)',
    'p620: desktop, applications, network work: ada, 2026-11-29 16:00 UTC',
    'razer: desktop: no | sound: ada, 2026-11-29 16:00 UTC',
  ]);
  const markdown = reportMarkdown(watch, end);
  // A cell of the table holds no bare line between cells.
  expect(markdown).toContain('desktop: no \\| sound');
  expect(markdown.split('\n').at(-1)).toMatch(
    /^\| razer \| worse \| CPU is above; x\.service crashed 3 times \| /,
  );
});

test('the header says until when, then what was found, and nothing once each host is signed', () => {
  expect(pendingWords([watchOf()], changedAt)?.text).toBe('watch until 2026-11-29 16:00 UTC');
  expect(pendingWords([watchOf()], changedAt, true)?.text).toBe('watch until 16:00');
  expect(pendingWords([watchOf(), watchOf()], changedAt)?.text).toBe(
    'watch until 2026-11-29 16:00 UTC, and 1 more watch',
  );
  expect(pendingWords([watchOf(), watchOf(), watchOf()], changedAt)?.text).toBe(
    'watch until 2026-11-29 16:00 UTC, and 2 more watches',
  );
  expect(pendingWords([watchOf()], end)?.text).toBe('watch is over, not reported: p620, razer');
  const reports = [report('p620'), report('razer', { verdict: 'worse' })];
  expect(pendingWords([watchOf({ reports })], end)?.text).toBe(
    'watch: worse, to sign: p620, razer',
  );
  const signOffs = ['p620', 'razer'].map((host) => ({ host, at: end, by: 'ada', trouble: [] }));
  expect(pendingWords([watchOf({ reports, signOffs })], end)).toBeNull();
});

test('a host that its run took back stands in the report, and has no line to sign', () => {
  const watch: RunWatch = {
    run: '20261123-090000-aaaaaa',
    hosts: [{ host: 'p620', changedAt: 0 }],
    wentBack: [{ host: 'nas', changedAt: 60_000 }],
    reports: [],
    signOffs: [],
  };
  const lines = reportLines(watch, 0).map(({ text }) => text);
  expect(lines).toContain('nas: rolled back 1970-01-01 00:01 UTC, so it is not watched');
  expect(lines).not.toContain('nas: not signed');
  expect(reportMarkdown(watch, 0)).toMatch(/^\| nas \| rolled back .* not watched \|/m);
});

test('after the 24 hours an early sign is not told as too early', () => {
  const early = { verdict: 'early' } as const;
  const watch = watchOf({
    reports: [report('p620', early), report('razer', { ...early, at: end - hour, isFinal: false })],
  });
  expect(runWatchHeadline(watch, end + hour)).toMatch(
    /^2 hosts: 1 with too few days before to compare with, 1 too early for a verdict; the 24 hours ended /,
  );
});

test('a host that was taken back is not named among those that are watched', () => {
  const watched = new Map([
    ['nas', { changedAt }],
    ['p620', { changedAt }],
  ]);
  const one = (host: string) => ({ host, changedAt });
  const told = { hosts: [one('p620')], wentBack: [one('nas')] };
  expect(untilWords(watched, told, changedAt + hour)).toBe(
    'the watch of p620 ends 2026-11-29 16:00 UTC',
  );
  expect(untilWords(watched, { ...told, hosts: [one('nas')] }, changedAt + hour)).toMatch(
    'the watch of nas, p620 ends',
  );
});

test('times that are near are told once, and those that are far apart of each host', () => {
  const open = { isFinal: false, at: changedAt + hour };
  const near = watchOf({
    hosts: [
      { host: 'p620', changedAt },
      { host: 'razer', changedAt: changedAt + 600_000 },
    ],
    reports: [report('p620', open), report('razer', open)],
  });
  expect(reportLines(near, changedAt + hour).map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      'changed 2026-11-28 16:00 to 16:10 UTC; as of 2026-11-28 17:00 UTC',
      'p620: as before',
      'razer: as before',
    ]),
  );
  const far = watchOf({
    hosts: [
      { host: 'p620', changedAt },
      { host: 'razer', changedAt: changedAt + 20 * hour },
    ],
    reports: [report('p620'), report('razer', { ...open, at: end })],
  });
  expect(reportLines(far, end).map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      'as of 2026-11-29 16:00 UTC',
      'p620: as before; changed 2026-11-28 16:00 UTC',
      'razer: as before; changed 2026-11-29 12:00 UTC',
    ]),
  );
});

test.each<[string, number, number | null, boolean]>([
  ['both clocks say more than a day', 25 * hour, 25 * hour, true],
  ['the host does not tell', 25 * hour, null, true],
  ['the clock of this machine jumped two days ahead', 50 * hour, 2 * hour, false],
  ['the profile was set in the hour before the change was proven', 24 * hour, 23.5 * hour, true],
  ['the clock of this machine says less', 20 * hour, 25 * hour, false],
])('a watch is over by all clocks: %s', (_, since, runsForMs, isOver) => {
  expect(isWatchOver({ changedAt, window: null }, changedAt + since, runsForMs)).toBe(isOver);
});

test('by the clock of the server where it was asked', () => {
  const window = { from: changedAt, to: changedAt + 3 * hour };
  expect(isWatchOver({ changedAt, window }, changedAt + 50 * hour, null)).toBe(false);
});
