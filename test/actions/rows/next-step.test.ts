import { describe, expect, test } from 'vitest';
import { startRun } from '../../../source/actions/doing/start-run.ts';
import { tell } from '../../../source/actions/doing/tell.ts';
import { messageLines } from '../../../source/screen/reducer/message-lines.ts';
import type { RunResult } from '../../../source/state/run.ts';
import { noStages, type StageName, stageNames } from '../../../source/state/stage.ts';
import { type AppState, initialState } from '../../../source/state/state.ts';
import { noon, runbookState } from '../../fixtures/states.ts';
import { createFixture, type Fixture } from '../../support/fake-context.ts';

/** Every step before this one is done. */
const nextIs = (stage: StageName): AppState => ({
  ...runbookState,
  stages: {
    ...noStages,
    ...Object.fromEntries(
      stageNames
        .slice(0, stageNames.indexOf(stage))
        .map((name) => [name, { kind: 'passed', evidence: 'seen', at: noon }]),
    ),
  },
});

const result: RunResult = {
  ok: true,
  exitCode: 0,
  hosts: {},
  commit: null,
  build: null,
  summary: 'Every question has its answer',
};

/** What the rows of messages say, and time passes as the clock of the screen does. */
const shown = ({ context }: Fixture): string => {
  context.ui({ type: 'ticked', at: context.now() });
  const { app, ui } = context.state();
  return messageLines(app, ui)
    .flatMap((line) => line.map(({ text }) => text))
    .join('\n');
};

/** A run that was started before, and ends when it is told to. */
const runBefore = (fixture: Fixture): (() => Promise<void>) => {
  const { promise, resolve } = Promise.withResolvers<RunResult>();
  startRun(fixture.context, () => promise);
  return async () => {
    resolve(result);
    await fixture.settle();
  };
};

describe('what m announced stays until it is answered', () => {
  test('the end of an earlier run does not take it away, and is told afterwards', async () => {
    const fixture = createFixture(nextIs('test'));
    const end = runBefore(fixture);
    fixture.press('m');
    expect(shown(fixture)).toContain('m again builds and tests every host');
    await end();
    expect(shown(fixture)).toContain('m again builds and tests every host');
    fixture.press('m');
    expect(fixture.calls.join()).toContain('build.test');
    fixture.pass(100);
    expect(shown(fixture)).toContain('Every question has its answer');
  });

  test('what waits is told when nobody answered it, one message after the other', () => {
    const fixture = createFixture(nextIs('test'));
    fixture.press('m');
    tell(fixture.context, 'first', 'good');
    tell(fixture.context, 'second', 'good');
    expect(shown(fixture)).toContain('m again builds and tests every host');
    fixture.pass(16_000);
    expect(shown(fixture)).toContain('first');
    fixture.pass(5_000);
    expect(shown(fixture)).toContain('second');
    fixture.press('m');
    expect(fixture.calls).toEqual([]);
    expect(shown(fixture)).toContain('m again builds and tests every host');
  });

  test('the answer to another key takes its place, and m announces again', () => {
    const fixture = createFixture(nextIs('test'));
    fixture.press('m', 'x');
    expect(shown(fixture)).not.toContain('m again');
    fixture.press('m');
    expect(fixture.calls).toEqual([]);
    expect(shown(fixture)).toContain('m again builds and tests every host');
  });

  test('a run that ended elsewhere does not hide what m does next', () => {
    const fixture = createFixture(nextIs('test'));
    fixture.press('m');
    fixture.pass(1_000);
    const at = fixture.context.now();
    fixture.hear({ type: 'result', run: 'other', ...result, at });
    expect(shown(fixture)).toContain('m again builds and tests every host');
    fixture.press('m');
    expect(fixture.calls.join()).toContain('build.test');
  });

  test('the press of somebody who still reads it does it, though the clock is a little further', () => {
    const fixture = createFixture(nextIs('test'));
    fixture.press('m');
    fixture.pass(15_400);
    fixture.press('m');
    expect(fixture.calls.join()).toContain('build.test');
  });
});

test('a test that waits for the hosts is told as not done when they cannot be read', () => {
  const fixture = createFixture({ ...initialState, fleet: { kind: 'listing' } });
  fixture.press('T');
  expect(fixture.toast()).toBe('every host is tested as soon as the hosts are read');
  fixture.hear({
    type: 'fleet-unlisted',
    failure: { code: 'canceled', what: 'the evaluation' },
    at: fixture.context.now(),
  });
  expect(fixture.toast()).toBe(
    'test all: not done, because the hosts could not be read. R reads them again',
  );
});

test('a dialog that had no room is told as not asked', () => {
  const fixture = createFixture(nextIs('commit'));
  fixture.context.ui({ type: 'ticked', at: noon });
  fixture.context.ui({ type: 'resized', columns: 30, rows: 8 });
  fixture.context.ui({
    type: 'opened',
    overlay: {
      kind: 'menu',
      title: 'What is left',
      note: [],
      items: [],
      cursor: null,
      careful: false,
      openedAt: noon,
    },
  });
  fixture.context.ui({ type: 'resized', columns: 80, rows: 24 });
  expect(shown(fixture)).toContain(
    'What is left: not asked, because the window was too small. Press the key again.',
  );
});

test.each<[readonly string[], string]>([
  [['razer'], 'm again compares the health of the other host: razer'],
  [['p510', 'razer'], 'm again compares the health of the other 2: p510, razer'],
])('what is left of a step is named, one host or more: %j', (left, words) => {
  const state = nextIs('verify');
  const verify = { kind: 'begun', hosts: ['p620'], left, of: 4, evidence: '', at: noon } as const;
  const fixture = createFixture({ ...state, stages: { ...state.stages, verify } });
  fixture.press('m');
  expect(shown(fixture).replaceAll(/\s+/g, ' ')).toContain(words);
});
