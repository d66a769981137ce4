import '../../../source/actions/table.ts';
import { expect, test } from 'vitest';
import { stagesLine, titleLine, viewsLine } from '../../../source/components/frame/header-lines.ts';
import { lineWidth } from '../../../source/model/words/line.ts';
import type { Ui } from '../../../source/screen/ui.ts';
import { noStages, stageNames } from '../../../source/state/stage.ts';
import { initialState } from '../../../source/state/state.ts';
import { fourHosts, runbookState, stateOf } from '../../fixtures/states.ts';

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
  expect(lineWidth(line)).toBeLessThanOrEqual(columns + 1);
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
