import '../../../source/actions/table.ts';
import { expect, test } from 'vitest';
import {
  countsClock,
  countsLine,
  stagesLine,
  stateCounts,
  titleLine,
  viewsLine,
} from '../../../source/components/frame/header-lines.ts';
import { row } from '../../../source/model/board/board.ts';
import { lineWidth } from '../../../source/model/words/line.ts';
import { troubleCounts } from '../../../source/screen/rows/fleet.ts';
import type { Ui } from '../../../source/screen/ui.ts';
import { noStages, stageNames } from '../../../source/state/stage.ts';
import { type AppState, type HostState, initialState } from '../../../source/state/state.ts';
import {
  expectedOf,
  factsOf,
  fourHosts,
  hostOf,
  noon,
  runbookState,
  stateOf,
  systemPath,
} from '../../fixtures/states.ts';

test('what m leads to is named at every width, and a part is counted', () => {
  for (const stage of stageNames)
    for (let columns = 60; columns <= 130; columns += 1) {
      const begun = {
        kind: 'begun',
        hosts: ['p620'],
        left: ['razer'],
        of: 128,
        evidence: '',
        at: 0,
      } as const;
      const line = stagesLine(
        { stages: { ...noStages, [stage]: begun }, commitsFirst: false },
        stage,
        0,
        columns,
      );
      const text = line.map((part) => part.text).join('');
      expect(lineWidth(line), text).toBeLessThanOrEqual(columns);
      expect(text.trimEnd(), `${columns}`).toMatch(new RegExp(` m ${stage}( 1 of 128)?$`));
      expect(text, `${columns}`).toContain(`${stage} 1 of 128`);
    }
});

test('a folder with a line break in its name leaves the title one line', () => {
  const title = titleLine({ ...initialState, flakePath: '/root/new\nline' }, 0, 120);
  const text = title.map((part) => part.text).join('');
  expect(text).toContain('/root/new?line');
  expect(text).not.toContain('\n');
});

test('an open request whose commit HEAD does not have is named beside the branch', () => {
  const url = 'https://github.com/ada/fleet/pull/7';
  const app = stateOf(fourHosts, {
    waitingRequests: [{ url, revision: 'b'.repeat(40), into: 'main' }],
  });
  const text = titleLine(app, 0, 120)
    .map((part) => part.text)
    .join('');
  expect(text).toContain('request #7 open');
});

const manyChanges = () => {
  const { lock } = runbookState;
  if (lock.kind !== 'read') throw new Error('the fixture has a lock');
  const changes = Array.from({ length: 12 }, () => lock.changes).flat();
  return stateOf(fourHosts, { lock: { ...lock, changes } });
};

const shown = (screen: Ui['screen'], columns: number): string => {
  const line = viewsLine(manyChanges(), screen, columns);
  expect(lineWidth(line)).toBeLessThanOrEqual(columns);
  return line.map((part) => part.text).join('');
};

test('at eighty columns no title of a view is cut, whatever is counted', () => {
  const text = shown({ kind: 'view', view: 'check' }, 80);
  expect(text).toMatch(/2 Lock \d\d .*8 Check/);
});

test('beside the long name of a host the numbers of the views are enough', () => {
  const host = 'a-host-with-a-long-name';
  expect(shown({ kind: 'host', host, tab: 'generations' }, 80)).toMatch(/1 2 3 .* 8 .*long-name/);
  expect(shown({ kind: 'view', view: 'lock' }, 60)).toContain('2 Lock');
});

test('the name of a host after the views is never cut', () => {
  for (let columns = 60; columns <= 120; columns += 1) {
    const line = viewsLine(manyChanges(), { kind: 'host', host: 'nas', tab: 'facts' }, columns);
    expect(lineWidth(line), String(columns)).toBeLessThanOrEqual(columns);
  }
});

test('no sign of a step stands alone where there is no room for its name', () => {
  const begun = {
    kind: 'begun',
    hosts: ['p620'],
    left: ['razer'],
    of: 128,
    evidence: '',
    at: 0,
  } as const;
  for (let columns = 80; columns <= 130; columns += 1) {
    const line = stagesLine(
      { stages: { ...noStages, test: begun }, commitsFirst: false },
      'test',
      0,
      columns,
    );
    const text = line.map((part) => part.text).join('');
    expect(text, `${columns}`).toMatch(/(?:○ watch|○○+ [2-8] more) /);
  }
});

test('while a step runs the key is that of the step after it, as it begins none now', () => {
  const textOf = (columns: number): string =>
    stagesLine(
      { stages: { ...noStages, test: { kind: 'running', since: 0 } }, commitsFirst: false },
      'test',
      0,
      columns,
    )
      .map(({ text }) => text)
      .join('')
      .trimEnd();
  expect(textOf(120)).toMatch(/then m deploy$/);
  expect(textOf(60)).toMatch(/m deploy$/);
  expect(textOf(120)).not.toContain('m test');
});

const barOf = (columns: number, open: readonly string[]): string =>
  stagesLine({ stages: noStages, commitsFirst: false }, 'deploy', 0, columns, [], null, open)
    .map(({ text }) => text)
    .join('')
    .trimEnd();

test('the reasons of open steps stand before the key where there is room, and leave it the room', () => {
  const open = ['check: open tasks', 'verify: not razer'];
  expect(barOf(130, open)).toMatch(/ watch +check: open tasks {2}verify: not razer {3}m deploy$/);
  expect(barOf(105, open)).toMatch(/ watch +check: open tasks {3}m deploy$/);
  expect(barOf(80, open)).toMatch(/ watch +m deploy$/);
});

const countsOf = (hosts: readonly HostState[], pending: AppState['pending'] = []): string =>
  stateCounts({ ...stateOf(hosts, { lock: { kind: 'absent' } }), pending }, noon, 400)
    .map(({ text }) => text)
    .join('');

const failedWork: HostState['work'] = {
  kind: 'failed',
  step: 'activate',
  reason: 'boom',
  remedy: '',
  at: noon,
};

test('each host is counted once, and what it is beside that stands with its count', () => {
  const behind = { expectation: expectedOf('nas', '4193', noon) };
  const rebooted = (name: string) => factsOf(name, { rebootNeeded: true });
  expect(countsOf([hostOf('nas', { work: failedWork, ...behind })])).toMatch(
    /^ 1 failed, not deployed$/,
  );
  expect(
    countsOf([
      hostOf('nas', { work: failedWork, ...behind }),
      hostOf('p510', { work: failedWork, expectation: expectedOf('p510', '3980', noon) }),
    ]),
  ).toBe(' 2 failed, 1 not deployed');
  const hosts = [
    hostOf('razer', {
      facts: rebooted('razer'),
      expectation: expectedOf('razer', '4193', noon),
    }),
    hostOf('vault', {
      facts: rebooted('vault'),
      expectation: expectedOf('vault', '3980', noon),
    }),
  ];
  expect(countsOf(hosts)).toContain(' 1 to deploy · 1 to reboot · 1 also to reboot');
});

test('a sleeping host for which a deploy waits says so in its count', () => {
  const [samsung] = fourHosts.filter(({ probe }) => probe.kind === 'failed');
  if (samsung === undefined) throw new Error('no host sleeps');
  const pending = [{ host: samsung.entry.name }] as unknown as AppState['pending'];
  expect(countsOf([samsung], pending)).toContain('1 asleep, deploy waits');
  expect(countsOf([samsung])).not.toContain('deploy waits');
});

test('the count beside the view of checks has the sign of what it counts', () => {
  const board = [row({ id: 'tasks', group: 'tasks', label: 'open tasks' }, 'red', '3')];
  const line = viewsLine({ ...stateOf([]), board }, { kind: 'view', view: 'fleet' }, 120);
  expect(line.map(({ text }) => text).join('')).toContain('8 Check ✗1');
});

test('what stands with a count leaves before a count of the fleet does', () => {
  const nas = hostOf('nas', { work: failedWork, expectation: expectedOf('nas', '4193', noon) });
  const razer = hostOf('razer', { expectation: expectedOf('razer', '4193', noon) });
  const shownIn = (columns: number): string =>
    stateCounts(stateOf([nas, razer], { lock: { kind: 'absent' } }), noon, columns)
      .map(({ text }) => text)
      .join('');
  expect(shownIn(40)).toBe(' 1 failed, not deployed · 1 to deploy');
  expect(shownIn(30)).toBe(' 1 failed · 1 to deploy');
});

test('the header tells that a watch is over, though nothing shown is of an earlier start', () => {
  const changedAt = noon - 30 * 3_600_000;
  const app: AppState = {
    ...stateOf([hostOf('p620')], { lock: { kind: 'absent' } }),
    watches: [
      {
        run: '20261128-160000-4f2a9c',
        hosts: [{ host: 'p620', changedAt }],
        reports: [],
        signOffs: [],
      },
    ],
  };
  const shown = stateCounts(app, countsClock(app, noon), 200)
    .map(({ text }) => text)
    .join('');
  expect(shown).toContain('watch is over, not reported: p620');
});

test('a host to deploy that a person rolled back is counted as that', () => {
  const behind = (name: string, isBack: boolean): HostState =>
    hostOf(name, {
      facts: factsOf(name, { current: systemPath(name, 'old') }),
      expectation: expectedOf(name, 'new', noon),
      work: isBack
        ? {
            kind: 'succeeded',
            deed: 'rollback',
            from: systemPath(name, 'new'),
            to: systemPath(name, 'old'),
            generation: 99,
            at: noon,
          }
        : { kind: 'idle' },
    });
  const words = (...back: readonly string[]): string =>
    stateCounts(stateOf(['p510', 'nas'].map((name) => behind(name, back.includes(name)))), noon, 80)
      .map(({ text }) => text)
      .join('');
  expect(words()).toContain(' · 2 to deploy · ');
  expect(words('p510')).toContain(' · 2 to deploy, 1 rolled back · ');
  expect(words('p510', 'nas')).toContain(' · 2 to deploy, rolled back · ');
});

test('an alarm that was looked at is told in one word where its place has no room', () => {
  const counts = { ...troubleCounts({}), failed: 1, working: 5, current: 3 };
  const lock = { changed: 9, alarms: 1, isReviewed: true };
  const also = { failedLeft: 0, takenBack: 0, reboot: 1, pending: 0 };
  const told = (columns: number): string =>
    countsLine(counts, lock, 0, columns, null, null, also)
      .map(({ text }) => text)
      .join('');
  expect(told(80)).toContain('1 alarm in the lock');
  expect(told(50)).toBe(' 1 failed · 5 working · 1 also to reboot · 1 alarm');
  expect(told(41)).toBe(' 1 failed · 5 working · 1 also to reboot');
});

test('a watch that goes on stays beside what runs, in fewer words or for a count that matters less', () => {
  const counts = {
    ...troubleCounts({}),
    failed: 1,
    working: 2,
    behind: 5,
    'reboot needed': 1,
    current: 3,
  };
  const lock = { changed: 0, alarms: 0, isReviewed: false };
  const watch = { text: 'watch until 16:00', tone: 'plain' } as const;
  const told = (columns: number): string => {
    const line = countsLine(counts, lock, 0, columns, null, watch);
    expect(lineWidth(line)).toBeLessThanOrEqual(columns + 1);
    return line.map(({ text }) => text).join('');
  };
  const work = ' 1 failed · 2 working · 5 to deploy';
  expect(told(69)).toBe(`${work} · 1 to reboot · watch until 16:00`);
  expect(told(62)).toBe(`${work} · 1 to reboot · watch runs`);
  expect(told(54)).toBe(`${work} · watch runs`);
  // Trouble and what is to be done stay.
  expect(told(45)).toBe(work);
});
