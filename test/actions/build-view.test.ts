import { expect, test } from 'vitest';
import { noProgress } from '../../source/model/build/progress.ts';
import { nextSlots } from '../../source/model/build/slots.ts';
import { shareCauses } from '../../source/model/causes/test-causes.ts';
import type { NixCause } from '../../source/model/nix/cause.ts';
import { causeOf } from '../../source/parsers/nix/error.ts';
import { reduce } from '../../source/state/reducer/reducer.ts';
import type { AppState } from '../../source/state/state.ts';
import { fourHosts, noon, stateOf } from '../fixtures/states.ts';
import { createFixture, type Fixture } from '../support/fake-context.ts';

const derivation = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-widget-1.drv';

const failedWith = (cause: Partial<NixCause>, movedInputs: readonly string[] = []): AppState => ({
  ...stateOf(fourHosts),
  causes: shareCauses(
    ['p620', 'razer'].map((host) => ({
      host,
      step: 'build',
      cause: { ...causeOf(['error: it broke']), ...cause },
    })),
    { movedInputs, inputOfHash: () => null },
  ),
});

const open = (app: AppState): Fixture => {
  const fixture = createFixture(app);
  fixture.press('4', 'enter');
  return fixture;
};

const offered = (fixture: Fixture): readonly string[] => {
  const { overlay } = fixture.context.state().ui;
  return overlay?.kind === 'menu' ? overlay.items.map(({ label }) => label) : [];
};

const choose = (fixture: Fixture, label: string): void => {
  const at = offered(fixture).indexOf(label);
  expect(at, `${label} among ${offered(fixture).join(', ')}`).toBeGreaterThanOrEqual(0);
  fixture.press(...Array.from({ length: at }, () => 'down'), 'enter');
};

test('Enter on a failure shows why, with both hosts, and what can be done', () => {
  const fixture = open(
    failedWith({ class: 'builder-failed', derivation, tail: ['boom'] }, ['a', 'b']),
  );
  const { overlay } = fixture.context.state().ui;
  expect(overlay).toMatchObject({ kind: 'menu', title: 'p620, razer' });
  expect(offered(fixture)).toEqual(['read its log', 'bisect the inputs', 'test again']);
});

test.each([
  ['test again', {}],
  ['show the trace', { trace: true }],
])('%s tests the hosts of the failure', async (label, options) => {
  const fixture = open(failedWith({ class: 'unknown' }));
  choose(fixture, label);
  await fixture.settle();
  expect(fixture.calls).toEqual([`build.test ["p620","razer"] ${JSON.stringify(options)}`]);
  expect(fixture.context.state().ui.screen).toEqual({ kind: 'view', view: 'build' });
});

test('a hash mismatch is tested afresh', async () => {
  const fixture = open(failedWith({ class: 'hash-mismatch' }));
  choose(fixture, 'test again without caches');
  await fixture.settle();
  expect(fixture.calls).toEqual(['build.test ["p620","razer"] {"fresh":true}']);
});

test('bisect is one choice away, and revert and hold where only one input moved', async () => {
  const many = open(failedWith({ class: 'evaluation' }, ['a', 'b']));
  choose(many, 'bisect the inputs');
  await many.settle();
  expect(many.calls).toEqual(['build.bisect']);
  const one = open(failedWith({ class: 'evaluation' }, ['a']));
  expect(offered(one)).toContain('revert a');
  choose(one, 'hold a');
  await one.settle();
  expect(one.calls).toEqual([
    'lock.hold ["a"] {"reason":"breaks p620, razer: it broke (2026-11-23)","until":null}',
  ]);
});

test('the file is opened at the line of the failure', async () => {
  const position = { file: 'hosts/razer.nix', line: 7, column: 3 };
  const fixture = open(failedWith({ class: 'evaluation', position }));
  choose(fixture, 'open hosts/razer.nix:7:3');
  await fixture.settle();
  expect(fixture.calls).toEqual([
    `edit ${fixture.context.state().app.flakePath}/hosts/razer.nix at 7`,
  ]);
});

test('an insecure package can be allowed, and it is said what that means', async () => {
  const message = "Package 'openssl-1.1.1w' is marked as insecure, refusing to evaluate.";
  const refused = { package: 'openssl-1.1.1w', refusal: { reason: 'insecure' } } as const;
  const fixture = open(failedWith({ class: 'insecure-package', message, refused }));
  choose(fixture, 'copy what allows it');
  expect(fixture.calls).toEqual([
    'copy nixpkgs.config.permittedInsecurePackages = [ "openssl-1.1.1w" ];',
  ]);
});

test('while something runs only looking is offered', () => {
  const running: AppState = {
    ...failedWith({ class: 'builder-failed', derivation }),
    run: { kind: 'active', id: 'x', goal: 'test', hosts: [], since: noon },
  };
  const fixture = createFixture(running);
  fixture.press('4', 'G', 'enter');
  const { overlay } = fixture.context.state().ui;
  const items = overlay?.kind === 'menu' ? overlay.items : [];
  expect(items.map(({ label, refused }) => [label, refused !== null])).toEqual([
    ['read its log', false],
    ['test again', true],
  ]);
});

test('the log of a failed builder is asked of Nix where nobody heard it', async () => {
  const fixture = open(failedWith({ class: 'builder-failed', derivation }));
  choose(fixture, 'read its log');
  await fixture.settle();
  expect(fixture.calls).toEqual([`build.readLog ${derivation}`]);
  const { ui } = fixture.context.state();
  expect([ui.screen, ui.log.host]).toEqual([{ kind: 'view', view: 'log' }, derivation]);
  fixture.press('escape');
  expect(fixture.context.state().ui.screen).toEqual({ kind: 'view', view: 'build' });
});

const running = (): AppState => {
  const activity = {
    kind: 'build' as const,
    name: 'widget-1',
    derivation,
    phase: null,
    since: noon,
    machine: null,
    percent: null,
  };
  const [first, ...others] = fourHosts;
  if (first === undefined) throw new Error('no host');
  const app = stateOf([
    { ...first, progress: { ...noProgress, activities: [activity] } },
    ...others.map((host) => ({ ...host, progress: null })),
  ]);
  const shown = { ...app, slots: nextSlots([], { activities: [activity] }, noon) };
  return reduce(shown, {
    type: 'builder-logged',
    logs: [{ derivation, lines: ['one', 'two'] }],
    at: noon,
  });
};

test('the log of a running builder is its own, and $PAGER and $EDITOR read it whole', async () => {
  const fixture = createFixture(running());
  fixture.press('4', 'G', 'enter');
  expect(fixture.context.state().ui.log.host).toBe(derivation);
  fixture.press('|', 'e');
  await fixture.settle();
  expect(fixture.calls.filter((call) => !call.startsWith('build.readLog'))).toEqual([
    'pager widget-1.log 2 lines',
    'editor widget-1.log 2 lines',
  ]);
});

test('lines of builders that were heard long ago give way', () => {
  const app = Array.from({ length: 90 }, (_, index) => `/nix/store/${index}.drv`).reduce(
    (state, one) =>
      reduce(state, {
        type: 'builder-logged',
        logs: [{ derivation: one, lines: ['x'] }],
        at: noon,
      }),
    stateOf(fourHosts),
  );
  const kept = Object.keys(app.builderLogs);
  expect(kept).toHaveLength(60);
  expect(kept.at(-1)).toBe('/nix/store/89.drv');
});

test('an editor that is not there is said with what to set, and not that the file is mended', async () => {
  const app = failedWith({ positions: [], position: { file: 'a.nix', line: 3, column: 1 } });
  const fixture = createFixture(app, {
    ok: false,
    failure: {
      code: 'tool-failed',
      tool: 'editor',
      variable: 'EDITOR',
      words: 'doesnotexist',
      ending: { kind: 'missing' },
    },
  });
  fixture.press('4', 'enter');
  choose(fixture, 'open a.nix:3:1');
  await fixture.settle();
  expect(fixture.toast()).toBe(
    'The editor doesnotexist ($EDITOR) is not on PATH or cannot be run. Set another one and start nixup again: export EDITOR=nano',
  );
});
