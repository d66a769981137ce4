import { describe, expect, test } from 'vitest';
import { confirmPush } from '../../../source/screen/dialogs/confirm-commit.ts';
import { menuLetters } from '../../../source/screen/dialogs/menu-letters.ts';
import { inField, type Overlay } from '../../../source/screen/overlay.ts';
import { noStages, type StageName, type Stages, stageNames } from '../../../source/state/stage.ts';
import type { AppState } from '../../../source/state/state.ts';
import { initialState } from '../../../source/state/state.ts';
import { noon, runbookState } from '../../fixtures/states.ts';
import { createFixture } from '../../support/fake-context.ts';

const overlayOf = (fixture: ReturnType<typeof createFixture>) => fixture.context.state().ui.overlay;

test('a deploy of one host asks first, with the focus on No', async () => {
  const fixture = createFixture();
  fixture.press('d');
  await fixture.settle();
  expect(overlayOf(fixture)).toMatchObject({ kind: 'confirm', title: 'Deploy to p620', focus: 0 });
  fixture.pass(600);
  fixture.press('enter');
  expect(fixture.calls).toEqual([]);
  expect(overlayOf(fixture)).toBeNull();
});

test('the deed is done when it is chosen by arrow and Enter', async () => {
  const fixture = createFixture();
  fixture.press('d');
  await fixture.settle();
  fixture.pass(600);
  fixture.press('right', 'enter');
  await fixture.settle();
  expect(fixture.calls).toEqual(['deploy.run "p620"']);
});

test('all means what the filter of the fleet shows, and says so', async () => {
  const fixture = createFixture();
  fixture.press('/', 'r', 'a', 'z', 'e', 'r', 'enter', 'T');
  expect(fixture.calls).toEqual(['build.test ["razer"]']);
  expect(fixture.toast()).toBe('only the hosts that the filter of the fleet shows (razer)');
});

const filtered = (filter: string, app: AppState = runbookState) => {
  const fixture = createFixture(app);
  fixture.context.ui({ type: 'showed', screen: { kind: 'view', view: 'fleet' } });
  fixture.press('/', ...filter, 'enter');
  return fixture;
};

/** Every step before this one is done. */
const nextIs = (stage: StageName, more: Partial<Stages> = {}): AppState => ({
  ...runbookState,
  stages: {
    ...noStages,
    ...Object.fromEntries(
      stageNames
        .slice(0, stageNames.indexOf(stage))
        .map((name) => [name, { kind: 'passed', evidence: 'seen', at: noon }]),
    ),
    ...more,
  },
});

const bodyOf = (fixture: ReturnType<typeof createFixture>): string => {
  const overlay = overlayOf(fixture);
  if (overlay?.kind === 'confirm') return overlay.body.map(({ text }) => text).join('\n');
  return overlay?.kind === 'menu' ? overlay.note.map(({ text }) => text).join('\n') : '';
};

/** Some hosts passed the step before the filter was set. */
const partly = (stage: StageName, left: readonly string[] = ['p510', 'samsung']): AppState =>
  nextIs(stage, {
    [stage]: {
      kind: 'begun',
      hosts: ['p620'],
      left,
      of: left.length + 1,
      evidence: 'seen',
      at: noon,
    },
  });

describe('a filter of the fleet', () => {
  test.each([
    ['T', 'T', nextIs('test'), 'build.test ["razer","p510"]'],
    ['V', 'V', nextIs('verify'), 'health.verify ["razer","p510"]'],
    ['w', 'w', nextIs('watch'), 'health.watch ["razer","p510"]'],
    ['m', 'mm', nextIs('test'), 'build.test ["razer","p510"]'],
    ['m', 'mm', nextIs('verify'), 'health.verify ["razer","p510"]'],
    ['m', 'mm', nextIs('watch'), 'health.watch ["razer","p510"]'],
    ['m', 'mm', partly('test'), 'build.test ["p510"]'],
    ['m', 'mm', partly('verify'), 'health.verify ["p510"]'],
    ['m', 'mm', partly('watch'), 'health.watch ["p510"]'],
  ] as const)('narrows what %s does (%s)', async (_, keys, app, call) => {
    const fixture = filtered('razer,p510', app);
    fixture.press(...keys);
    await fixture.settle();
    expect(fixture.calls).toEqual([call]);
  });

  test.each([
    ['D', nextIs('deploy')],
    ['mm', nextIs('deploy')],
    ['mm', partly('deploy', ['razer', 'p510', 'samsung'])],
  ] as const)('narrows the deploy of %s, and its dialog says so', async (keys, app) => {
    const fixture = filtered('razer,p510', app);
    fixture.press(...keys);
    await fixture.settle();
    expect(overlayOf(fixture)).toMatchObject({ kind: 'confirm', title: 'Deploy to 2 hosts' });
    expect(bodyOf(fixture)).toContain(
      'only the hosts that the filter of the fleet shows (razer,p510)',
    );
  });

  test('that leaves nobody out is not told in the dialog', async () => {
    const fixture = filtered('a,p', nextIs('deploy'));
    fixture.press('D');
    await fixture.settle();
    expect(overlayOf(fixture)).toMatchObject({ kind: 'confirm', title: 'Deploy to 4 hosts' });
    expect(bodyOf(fixture)).not.toContain('filter');
  });

  test.each([
    'test',
    'deploy',
    'verify',
    'watch',
  ] as const)('is told with the %s that m announces', (stage) => {
    const fixture = filtered('razer,p510', nextIs(stage));
    fixture.press('m');
    expect(fixture.toast()).toContain(
      'only the hosts that the filter of the fleet shows (razer,p510)',
    );
  });

  test.each([
    ['T', 'test'],
    ['D', 'deploy'],
    ['V', 'verify'],
    ['w', 'watch'],
    ['mm', 'test'],
    ['mm', 'deploy'],
    ['mm', 'verify'],
    ['mm', 'watch'],
  ] as const)('that shows no host stops %s of the %s with a message', async (keys, stage) => {
    const fixture = filtered('nobody', nextIs(stage));
    fixture.press(...keys);
    await fixture.settle();
    expect(fixture.calls).toEqual([]);
    expect(overlayOf(fixture)).toBeNull();
    expect(fixture.toast()).toBe(
      `${stage}: the filter of the fleet (nobody) shows none of its 4 hosts; Esc in the fleet shows all again`,
    );
  });

  test.each([
    'test',
    'deploy',
    'verify',
  ] as const)('that shows no host which the %s has left offers to go on without them', (stage) => {
    const fixture = filtered('p620', partly(stage));
    fixture.press('m', 'm');
    expect(fixture.calls).toEqual([]);
    expect(overlayOf(fixture)).toMatchObject({ kind: 'menu', title: `${stage}: what next?` });
    expect(bodyOf(fixture)).toBe(
      'The filter of the fleet (p620) shows none of the hosts that are left: p510, samsung.',
    );
  });
});

test('what was typed ahead of a dialog confirms nothing', async () => {
  const fixture = createFixture();
  fixture.press('d');
  await fixture.settle();
  fixture.press('right', 'enter');
  fixture.pass(499);
  fixture.press('right', 'enter');
  expect(fixture.calls).toEqual([]);
  expect(overlayOf(fixture)).toMatchObject({ kind: 'confirm', focus: 0 });
});

test('a fleet needs its count typed', async () => {
  const fixture = createFixture();
  fixture.press('space', 'space', 'd');
  await fixture.settle();
  fixture.pass(600);
  fixture.press('right', 'enter');
  expect(fixture.toast()).toBe('type 2 first');
  fixture.press('2', 'enter');
  await fixture.settle();
  expect(fixture.calls).toEqual(['deploy.run "p620" "razer"']);
});

test('what is typed has the focus, and Enter does it once it fits: no button takes the focus', async () => {
  const fixture = createFixture();
  fixture.press('space', 'space', 'd');
  await fixture.settle();
  fixture.pass(600);
  expect(overlayOf(fixture)).toMatchObject({ focus: 0 });
  fixture.press('2');
  expect(overlayOf(fixture)).toMatchObject({ focus: inField, typed: '2' });
  // One key too many agrees to nothing, and is told.
  fixture.press('2', 'enter');
  expect(fixture.toast()).toContain('22 is not 2: nothing was done');
  fixture.press('backspace');
  expect(overlayOf(fixture)).toMatchObject({ focus: inField, typed: '2' });
  // An arrow leads from the field to No, which means no whatever was typed.
  fixture.press('right');
  expect(overlayOf(fixture)).toMatchObject({ focus: 0 });
  fixture.press('enter');
  expect(overlayOf(fixture)).toBeNull();
  expect(fixture.calls).toEqual([]);
});

test('a field that is empty again gives the focus back to No', async () => {
  const fixture = createFixture();
  fixture.press('space', 'space', 'd');
  await fixture.settle();
  fixture.pass(600);
  fixture.press('2', 'backspace');
  expect(overlayOf(fixture)).toMatchObject({ focus: 0, typed: '' });
});

test('a protected host needs its name typed, and a wrong one does nothing', async () => {
  const fixture = createFixture();
  fixture.press('j', 'j', 'd');
  await fixture.settle();
  fixture.pass(600);
  fixture.press('p', '5', '1', 'right', 'enter');
  expect(fixture.calls).toEqual([]);
  fixture.press('0', 'enter');
  await fixture.settle();
  expect(fixture.calls).toEqual(['deploy.run "p510"']);
});

test('a confirmation keeps its targets when the cursor would be elsewhere', async () => {
  const fixture = createFixture();
  fixture.press('d');
  await fixture.settle();
  fixture.context.ui({ type: 'resized', columns: 120, rows: 40 });
  fixture.pass(600);
  fixture.press('down', 'right', 'enter');
  await fixture.settle();
  expect(fixture.calls).toEqual(['deploy.run "p620"']);
});

test('a letter that a question has no use for says which keys take a choice', () => {
  const fixture = createFixture();
  fixture.context.ui({ type: 'opened', overlay: confirmPush(fixture.context.state().app, noon) });
  fixture.pass(600);
  fixture.press('y');
  expect(overlayOf(fixture)?.kind).toBe('confirm');
  expect(fixture.toast()).toBe('y takes nothing here: left and right choose, Enter takes');
});

test('m shows the next step, and does it when pressed again there', async () => {
  const fixture = createFixture();
  fixture.press('m');
  expect(fixture.context.state().ui.screen).toEqual({ kind: 'view', view: 'check' });
  expect(fixture.calls).toEqual([]);
  fixture.press('m');
  await fixture.settle();
  expect(fixture.calls).toEqual(['check']);
});

test('another key between takes the readiness of m away', () => {
  const fixture = createFixture();
  fixture.press('m', '1', 'm', '2', '3', 'm');
  expect(fixture.calls).toEqual([]);
});

test('a key that is not available says why and does nothing', () => {
  const fixture = createFixture({ ...runbookState, readOnly: true });
  fixture.press('t');
  expect(fixture.toast()).toBe('test: nixup was started with --read-only');
  expect(fixture.calls).toEqual([]);
});

test('while a run is active the next one is refused', () => {
  const fixture = createFixture({
    ...runbookState,
    run: { kind: 'active', id: 'a', goal: 'update', hosts: [], since: 0 },
  });
  fixture.press('T');
  expect(fixture.toast()).toBe('test all: an update is running; ^c cancels it');
});

test('all hosts are tested when they are known, though T came before', async () => {
  const entries = Object.values(runbookState.hosts).map(({ entry }) => entry);
  const fixture = createFixture({ ...initialState, fleet: { kind: 'listing' } });
  fixture.press('T', 'T');
  expect(fixture.toast()).toBe('every host is tested as soon as the hosts are read');
  fixture.hear({ type: 'fleet-listed', hosts: entries, at: 0 });
  fixture.hear({ type: 'fleet-listed', hosts: entries, at: 1 });
  await fixture.settle();
  expect(fixture.calls).toEqual(['build.test ["p620","razer","p510","samsung"]']);
});

test('hosts that cannot be read are not tested, whatever was wished before', async () => {
  const fixture = createFixture({ ...initialState, fleet: { kind: 'listing' } });
  fixture.press('T');
  const failure = { code: 'program-missing', program: 'nix' } as const;
  fixture.hear({ type: 'fleet-unlisted', failure, at: 0 });
  fixture.hear({ type: 'fleet-listed', hosts: [], at: 1 });
  await fixture.settle();
  expect(fixture.calls).toEqual([]);
  const late = createFixture({ ...initialState, fleet: { kind: 'failed', failure } });
  late.press('T');
  expect(late.toast()).toBe('test all: the hosts could not be read; R tries again');
});

test('a key of another view says what it does there', () => {
  const fixture = createFixture();
  fixture.press('x');
  expect(fixture.toast()).toBe('x does nothing here; in Lock: keep/revert');
});

test('an update over a changed lock asks; over a clean one it does not', async () => {
  const changed = createFixture();
  changed.press('u');
  expect(overlayOf(changed)).toMatchObject({ kind: 'confirm', title: 'Update all inputs' });
  const { lock } = runbookState;
  const clean = createFixture({
    ...runbookState,
    lock: lock.kind === 'read' ? { ...lock, changes: [] } : lock,
  });
  clean.press('u');
  await clean.settle();
  expect(clean.calls).toEqual(['lock.update "all"']);
});

test('x puts back the input under the cursor, alarms stand first', async () => {
  const fixture = createFixture();
  fixture.press('2', 'x');
  await fixture.settle();
  expect(fixture.calls).toEqual(['lock.revert ["agenix"]']);
});

test('in a window that is too small q leaves, and asks while something runs', () => {
  const idle = createFixture();
  idle.context.ui({ type: 'resized', columns: 50, rows: 10 });
  idle.press('q');
  expect(idle.left).toEqual([0]);
  const busy = createFixture({
    ...runbookState,
    run: { kind: 'active', id: 'a', goal: 'test', hosts: [], since: 0 },
  });
  busy.context.ui({ type: 'resized', columns: 50, rows: 10 });
  busy.press('q');
  expect(overlayOf(busy)).toMatchObject({ title: 'A test is running' });
  busy.pass(600);
  busy.press('escape');
  expect(overlayOf(busy)).toBeNull();
  busy.press('q', 'q');
  expect(busy.left).toEqual([]);
  busy.pass(600);
  busy.press('q');
  expect(busy.left).toEqual([130]);
});

test('a window larger than any is drawn as a large one', () => {
  const { context } = createFixture();
  context.ui({ type: 'resized', columns: 5_000, rows: 5_000 });
  expect(context.state().ui).toMatchObject({ columns: 1_000, rows: 300 });
});

test('a window that is too small ignores other keys, and ^c twice leaves', () => {
  const fixture = createFixture();
  fixture.context.ui({ type: 'resized', columns: 50, rows: 10 });
  fixture.press('d', 'T');
  expect(overlayOf(fixture)).toBeNull();
  expect(fixture.left).toEqual([]);
  fixture.press('^c', '^c');
  expect(fixture.left).toEqual([130]);
});

test('q leaves at once, and asks while something runs', () => {
  const idle = createFixture();
  idle.press('q');
  expect(idle.left).toEqual([0]);
  const busy = createFixture({
    ...runbookState,
    run: { kind: 'active', id: 'a', goal: 'test', hosts: [], since: 0 },
  });
  busy.press('q');
  expect(busy.left).toEqual([]);
  expect(overlayOf(busy)).toMatchObject({ kind: 'confirm', title: 'A test is running' });
});

test('^c cancels a run; the second one leaves', () => {
  const fixture = createFixture({
    ...runbookState,
    run: { kind: 'active', id: 'a', goal: 'test', hosts: [], since: 0 },
  });
  fixture.press('^c');
  expect(fixture.calls).toEqual(['runs.cancel']);
  expect(fixture.left).toEqual([]);
  fixture.press('^c');
  expect(fixture.left).toEqual([130]);
});

test('the palette finds an action by its words and does it', async () => {
  const fixture = createFixture();
  fixture.press(
    ':',
    ...'test every'
      .replace(' ', '~')
      .split('')
      .map((one) => (one === '~' ? 'space' : one)),
    'enter',
  );
  await fixture.settle();
  expect(fixture.calls[0]).toMatch(/^build\.test \["p620"/);
});

test('help runs the row that is chosen', () => {
  const fixture = createFixture();
  fixture.press('?', ...'history'.split(''), 'enter');
  expect(fixture.context.state().ui.screen).toEqual({ kind: 'view', view: 'history' });
});

test('a commit can be edited before it is made', async () => {
  const fixture = createFixture();
  fixture.press('c');
  await fixture.settle();
  fixture.pass(600);
  fixture.press('right', 'right', 'enter');
  await fixture.settle();
  const edited = overlayOf(fixture);
  if (edited?.kind !== 'confirm') throw new Error('no confirmation');
  expect(edited.body[0]?.text).toBe('Your edited message:');
  expect(edited.choices[edited.focus]?.label).toBe('Commit');
  fixture.press('enter');
  expect(fixture.calls).toEqual([]);
  fixture.pass(600);
  fixture.press('enter');
  await fixture.settle();
  expect(fixture.calls[0]).toContain('chore(flake): update nixpkgs, edited');
});

test('copying takes what is under the cursor', () => {
  const fixture = createFixture();
  fixture.press('y', 'enter');
  expect(fixture.calls).toEqual(['copy p620']);
  expect(overlayOf(fixture)).toBeNull();
});

test('the rollback menu offers the hosts, everything in one action, a generation, the lock', () => {
  const fixture = createFixture();
  fixture.press('r');
  expect(overlayOf(fixture)).toMatchObject({
    kind: 'menu',
    items: [{ id: 'host' }, { id: 'everything' }, { id: 'generation' }, { id: 'lock' }],
  });
  fixture.press('enter');
  // Once for what the menu says, and once for the question.
  expect(fixture.calls).toEqual(['rollback.plan p620 recorded', 'rollback.plan p620 recorded']);
});

test('a message that an editor left as it was is not called edited', async () => {
  const fixture = createFixture();
  fixture.context.terminal.editText = async (text) => ({ ok: true, value: text });
  fixture.press('c');
  await fixture.settle();
  fixture.pass(600);
  fixture.press('right', 'right', 'enter');
  await fixture.settle();
  const shown = overlayOf(fixture);
  if (shown?.kind !== 'confirm') throw new Error('no confirmation');
  expect(shown.body[0]?.text).not.toContain('edited');
  expect(fixture.toast()).toBe('the message is as it was');
});

test('in a menu End, Home, g and G move, and a letter without a row is said to be none', () => {
  const fixture = createFixture();
  fixture.press('r');
  const cursor = (): string | null => {
    const overlay = overlayOf(fixture);
    return overlay?.kind === 'menu' ? overlay.cursor : null;
  };
  const menu = overlayOf(fixture);
  const ids = menu?.kind === 'menu' ? menu.items.map(({ id }) => id) : [];
  expect(ids.length).toBeGreaterThan(1);
  for (const [key, at] of [
    ['end', -1],
    ['home', 0],
    ['G', -1],
    ['g', 0],
  ] as const) {
    fixture.press(key);
    expect(cursor()).toBe(ids.at(at));
  }
  fixture.press('Z');
  expect(fixture.toast()).toBe('Z is no key of this menu: Enter takes the row, Esc closes');
});

test('a host that is not built opens its reason and the ways on, not the confirmation', () => {
  const fixture = createFixture();
  const engine = fixture.context.engine();
  if (engine === undefined) throw new Error('no engine');
  const planDeploy = engine.deploy.plan;
  engine.deploy.plan = (hosts, mode) => ({
    ...planDeploy(hosts, mode),
    leftOut: [{ host: 'razer', kind: 'refused', reason: 'was not built' }],
  });
  fixture.press('D');
  const overlay = overlayOf(fixture);
  if (overlay?.kind !== 'menu') throw new Error('no menu');
  expect(overlay.note.map(({ text }) => text)).toContain('razer: was not built');
  const others = overlay.items.find(({ id }) => id === 'others');
  expect(others?.wish).toEqual({
    kind: 'plan-deploy',
    hosts: ['p620', 'p510', 'samsung'],
  });
});

test('in the list of commands Enter shows a line whole, y copies that very line', async () => {
  const record = { does: null, host: null, tookMs: 1, ending: 'done' };
  const fixture = createFixture({
    ...runbookState,
    commands: [
      { ...record, line: 'git fetch --all', startedAt: 1 },
      { ...record, line: 'nix flake update', startedAt: 2 },
    ],
  });
  fixture.press('@', 'k', 'enter');
  expect(overlayOf(fixture)).toMatchObject({ kind: 'commands', unfolded: true });
  fixture.press('y');
  await fixture.settle();
  expect(fixture.calls).toEqual(['copy git fetch --all']);
  fixture.press('escape');
  expect(overlayOf(fixture)).toBeNull();
});

test('a wrong count does nothing, says so, and the dialog stays', async () => {
  const fixture = createFixture();
  fixture.press('space', 'space', 'd');
  await fixture.settle();
  fixture.pass(600);
  fixture.press('9', 'enter');
  expect(fixture.calls).toEqual([]);
  expect(overlayOf(fixture)).toMatchObject({ kind: 'confirm', typed: '9' });
  expect(fixture.context.state().ui.toast?.text).toMatch(/^9 is not 2: nothing was done/);
});

test('a confirmation scrolls by pages and to its ends, as far as it is wrapped', () => {
  const fixture = createFixture();
  const topOf = (): number => {
    const overlay = overlayOf(fixture);
    return overlay?.kind === 'confirm' ? overlay.top : -1;
  };
  fixture.context.ui({
    type: 'opened',
    overlay: {
      kind: 'confirm',
      title: 'Deploy',
      body: [],
      // Each is wrapped to five rows of the 74 that a window of 80 has.
      commands: Array.from({ length: 10 }, () => 'word '.repeat(70).trim()),
      choices: [{ label: 'No', wish: null, guarded: false }],
      focus: 0,
      required: { kind: 'nothing' },
      typed: '',
      top: 0,
      openedAt: fixture.context.now() - 1_000,
    },
  });
  // Folded, each has one row: all are in sight.
  fixture.press('pagedown');
  expect(topOf()).toBe(0);
  fixture.press('^o', 'pagedown');
  expect(topOf()).toBe(17);
  fixture.press('G');
  expect(topOf()).toBe(52 - 18);
  fixture.press('pageup');
  expect(topOf()).toBe(52 - 18 - 17);
  fixture.press('g');
  expect(topOf()).toBe(0);
  fixture.press('G', '^o');
  expect(topOf()).toBe(0);
});

test('a key that was pressed as a dialog opened does nothing and is told; Esc closes it at once', () => {
  const fixture = createFixture();
  fixture.press('u', 'enter');
  expect(overlayOf(fixture)).toMatchObject({ kind: 'confirm', title: 'Update all inputs' });
  expect(fixture.toast()).toBe(
    'Enter was pressed as "Update all inputs" opened, and did nothing: press it again',
  );
  expect(fixture.calls).toEqual([]);
  fixture.press('escape');
  expect(overlayOf(fixture)).toBeNull();
});

test('the letters of the menu that rolls back say what a row takes back', () => {
  const fixture = createFixture();
  fixture.press('r');
  const overlay = overlayOf(fixture);
  const items = overlay?.kind === 'menu' ? overlay.items : [];
  const letters = menuLetters(items);
  expect(items.map(({ id }) => [id, letters.get(id)])).toEqual([
    ['host', 'h'],
    ['everything', 'c'],
    ['generation', 'n'],
    ['lock', 'l'],
  ]);
});

test('^l draws the screen again, whatever is open', async () => {
  const fixture = createFixture();
  fixture.press('?', '^l');
  await fixture.settle();
  expect(fixture.calls).toEqual(['repaint']);
  expect(overlayOf(fixture)).toMatchObject({ kind: 'help', filter: '' });
});

test('a host that is left out is neither marked nor built, and the reason is said', () => {
  const { p620 } = runbookState.hosts;
  if (p620 === undefined) throw new Error('no p620');
  const role = { kind: 'left-out', reason: 'an installer image' } as const;
  const fixture = createFixture({
    ...runbookState,
    hosts: { ...runbookState.hosts, p620: { ...p620, entry: { ...p620.entry, role } } },
  });
  fixture.press('G');
  for (const key of ['space', 't', 'd'] as const) {
    fixture.press(key);
    expect(fixture.toast()).toContain('p620 is left out of tests and deploys: an installer image');
  }
  expect(fixture.context.state().ui.lists.fleet.marks).toEqual([]);
  expect(fixture.calls).toEqual([]);
});

test('A accepts the health of a host only after its dialog, whose focus is on No', async () => {
  const fixture = createFixture();
  fixture.press('A');
  expect(overlayOf(fixture)).toMatchObject({
    kind: 'confirm',
    title: 'Accept the health of p620',
    focus: 0,
  });
  fixture.pass(600);
  fixture.press('enter');
  expect(fixture.calls).toEqual([]);
  fixture.press('A');
  fixture.pass(600);
  fixture.press('right', 'enter');
  await fixture.settle();
  expect(fixture.calls).toEqual(['health.accept ["p620"]']);
});

test('zoom says so where the window has no room for details, and hides nothing for later', () => {
  const fixture = createFixture();
  const { ui } = fixture.context;
  ui({ type: 'resized', columns: 60, rows: 16 });
  fixture.press('z');
  expect(fixture.context.state().ui).toMatchObject({
    zoomed: false,
    toast: { text: 'zoom: the list has all of this window already' },
  });
  ui({ type: 'resized', columns: 120, rows: 40 });
  fixture.press('z');
  expect(fixture.context.state().ui.zoomed).toBe(true);
});

test.each([
  'commits',
  'commands',
] as const)('the key of help shows the keys of the %s, and Esc the list again', (kind) => {
  const fixture = createFixture();
  const overlay: Overlay =
    kind === 'commands'
      ? { kind, cursor: null, unfolded: true }
      : {
          kind,
          title: 'Commits of nixpkgs',
          path: 'nixpkgs',
          note: null,
          subjects: [],
          cursor: null,
          isOpen: false,
          messages: {},
          top: 0,
        };
  fixture.context.ui({ type: 'opened', overlay });
  fixture.press('?');
  const keys = overlayOf(fixture);
  expect(keys).toMatchObject({ kind: 'text', title: 'Keys here' });
  const lines = keys?.kind === 'text' ? keys.lines.map(({ text }) => text) : [];
  expect(lines).toContain(kind === 'commands' ? 'y copies' : 'y copies the hash');
  fixture.press('?', 'escape');
  expect(overlayOf(fixture)).toEqual(overlay);
});

test('another check says that it runs, and the cursor is free to go to the first failure', () => {
  const fixture = createFixture();
  fixture.context.ui({ type: 'pointed', list: 'check', id: 'git.repository' });
  fixture.press('C');
  expect(fixture.calls).toEqual(['check']);
  expect(fixture.toast()).toBe('running all checks');
  expect(fixture.context.state().ui.lists.check.cursor).toBeNull();
});

test('the question before a push has the subjects of its commits once git has told them', async () => {
  const { git } = runbookState;
  if (git === null) throw new Error('no git');
  const remote = { ahead: 1, upstream: 'origin/main', remoteUrl: 'git@forge.example:ada/fleet' };
  const fixture = createFixture({ ...runbookState, git: { ...git, ...remote } });
  fixture.press('p');
  expect(overlayOf(fixture)).toMatchObject({ kind: 'confirm', focus: 0 });
  await fixture.settle();
  expect(bodyOf(fixture)).toContain('  a1b2c3d Update nixpkgs');
});

test('the question before a push names the commit that the remote has after it', () => {
  const { git } = runbookState;
  if (git === null) throw new Error('no git');
  const app = { ...runbookState, git: { ...git, ahead: 1, head: 'a1b2c3d4'.repeat(5) } };
  const [first] = confirmPush(app, noon).body;
  expect(first?.text).toMatch(/^1 commit to .*, up to a1b2c3d4a1b2\.$/);
});

test('over a view the key of another view goes there, and any other says what it waits for', () => {
  const fixture = createFixture();
  const overlay: Overlay = { kind: 'text', title: 'What may break', lines: [], top: 0 };
  fixture.context.ui({ type: 'opened', overlay });
  fixture.press('m');
  expect(overlayOf(fixture)).toEqual(overlay);
  expect(fixture.context.state().ui.armed).toBeNull();
  expect(fixture.toast()).toBe('m is move on: Esc closes this first');
  fixture.press('4');
  expect(overlayOf(fixture)).toBeNull();
  expect(fixture.context.state().ui.screen).toEqual({ kind: 'view', view: 'build' });
});
