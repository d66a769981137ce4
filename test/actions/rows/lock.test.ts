import { expect, test } from 'vitest';
import { pressKey } from '../../../source/actions/press/press.ts';
import { actionTable, withKeys } from '../../../source/actions/table.ts';
import { inputCopies } from '../../../source/model/lock/copies.ts';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import { inputFacts } from '../../../source/model/lock/facts.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { unifiedRows } from '../../../source/screen/difference-rows.ts';
import type { DifferenceOverlay } from '../../../source/screen/overlay.ts';
import { changeInSight } from '../../../source/screen/reducer/overlay.ts';
import type { AppState } from '../../../source/state/state.ts';
import { runbookState } from '../../fixtures/states.ts';
import { createFixture } from '../../support/fake-context.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

const lockWith = (seed: string, branch: string) =>
  lockOf({
    a: github('o/a', seed, { inputs: { nixpkgs: github('NixOS/nixpkgs', seed) } }),
    nixpkgs: github('NixOS/nixpkgs', `n${seed}`, { ref: branch }),
    quiet: github('o/quiet', 'q'),
  });

const old = lockWith('1', 'nixos-25.11');
const now = lockWith('2', 'nixos-26.05');

const reviewState: AppState = {
  ...runbookState,
  lock: {
    kind: 'read',
    fingerprint: 'f',
    changes: diffLocks(old, now),
    inputs: inputFacts(now),
    copies: inputCopies(now),
    headline: null,
    oldText: writeFlakeLock(old),
    newText: writeFlakeLock(now),
  },
};

/** Rows: nixpkgs (another release, an alarm), a with one nested change, quiet. */
const inLock = (app: AppState = reviewState) => {
  const fixture = createFixture(app);
  fixture.press('2');
  return fixture;
};

const overlayOf = (fixture: ReturnType<typeof createFixture>) => fixture.context.state().ui.overlay;

test('o opens the comparison of the input, or the repository of one that stayed', async () => {
  const fixture = inLock();
  fixture.press('o', 'G', 'o');
  await fixture.settle();
  expect(fixture.calls).toEqual([
    expect.stringMatching(/^open https:\/\/github\.com\/NixOS\/nixpkgs\/compare\//),
    'open https://github.com/o/quiet',
  ]);
});

test('where no browser can be opened the link is copied, and that is said', async () => {
  const fixture = inLock();
  const terminal = {
    ...fixture.context.terminal,
    openLink: async () => 'there is no display here',
  };
  const { pressKey } = await import('../../../source/actions/press/press.ts');
  pressKey({ ...fixture.context, terminal }, 'o');
  await fixture.settle();
  expect(fixture.calls).toEqual([expect.stringMatching(/^copy https:/)]);
  expect(fixture.toast()).toContain('there is no display here; copied: https:');
});

test('x puts an input back, and keeps the update of one that was put back', async () => {
  const fixture = inLock({ ...reviewState, putBack: ['quiet'] });
  fixture.press('x', 'G', 'x');
  await fixture.settle();
  expect(fixture.calls).toEqual(['lock.revert ["nixpkgs"]', 'lock.revert ["quiet"] "updated"']);
});

test('l shows what is nested below an input, h folds it with the cursor on the input', () => {
  const fixture = inLock();
  fixture.press('j', 'l', 'j');
  expect(fixture.context.state().ui.lists.lock.cursor).toBe('a/nixpkgs');
  fixture.press('h');
  expect(fixture.context.state().ui.lists.lock.cursor).toBe('a');
  expect(fixture.context.state().ui.unfolded).toEqual([]);
});

test('b lists what may break, at once and again when the subjects were read', async () => {
  const fixture = inLock();
  fixture.press('b');
  const words = () => {
    const overlay = overlayOf(fixture);
    return overlay?.kind === 'text' ? overlay.lines.map(({ text }) => text) : [];
  };
  expect(words()).toContain(
    '  release: moves from nixos-25.11 to nixos-26.05; read its release notes',
  );
  expect(words()).toContain('Subjects of commits are being read…');
  await fixture.settle();
  expect(fixture.calls).toEqual(['inputs.loadAllCommits']);
  expect(words()).not.toContain('Subjects of commits are being read…');
});

/** Commits, the newest first; the oldest says that it breaks something. */
const tenThousand = Array.from({ length: 10_000 }, (_, index) => ({
  revision: String(10_000 - index).padStart(40, '0'),
  at: 1_764_000_000,
  subject: index === 9_999 ? 'api!: the first commit' : `commit ${10_000 - index}`,
}));

const withSubjects = (rest: string | null): AppState => ({
  ...reviewState,
  commits: {
    nixpkgs: {
      count: { count: 12_345, exact: true, source: 'compare' },
      subjects: tenThousand,
      rest,
    },
  },
});

test('Enter lists every commit of an input down to the oldest, and no message stays', async () => {
  const fixture = inLock(withSubjects(null));
  fixture.press('enter');
  await fixture.settle();
  expect(fixture.calls).toEqual(['inputs.loadCommits nixpkgs']);
  expect(fixture.toast()).toBe('');
  const overlay = overlayOf(fixture);
  if (overlay?.kind !== 'commits') throw new Error('no list of commits');
  expect(overlay.note?.text).toBe('10,000 commits; 1 may break something');
  expect(overlay.subjects.at(-1)?.subject).toBe('api!: the first commit');
  fixture.press('G');
  const end = overlayOf(fixture);
  expect(end?.kind === 'commits' ? end.cursor : '').toBe(tenThousand.at(-1)?.revision);
});

test('where not every subject could be read, the commits and the breaking changes say how many were', async () => {
  const partly = withSubjects('the forge allows no more requests');
  const words = 'the newest 10,000 of 12,345 subjects were read; the forge allows no more requests';
  const fixture = inLock(partly);
  fixture.press('enter');
  await fixture.settle();
  expect(overlayOf(fixture)).toMatchObject({
    note: { text: `${words}; 1 may break something`, tone: 'warn' },
  });
  fixture.press('escape', 'b');
  await fixture.settle();
  const overlay = overlayOf(fixture);
  const told = overlay?.kind === 'text' ? overlay.lines.map(({ text }) => text) : [];
  expect(told).toContain(`nixpkgs: ${words}`);
  expect(told).toContainEqual(expect.stringContaining('api!: the first commit'));
});

const typeWord = (fixture: ReturnType<typeof createFixture>, word: string): void =>
  fixture.press('/', ...word, 'enter');

test('/ searches the commits, n and N go on around its ends', async () => {
  const fixture = inLock(withSubjects(null));
  fixture.press('enter');
  await fixture.settle();
  const find = () => fixture.context.state().ui.find;
  typeWord(fixture, 'commit 77');
  expect(find()).toEqual({ text: 'commit 77', hit: 10_000 - 7_799 });
  fixture.press('n');
  expect(find().hit).toBe(10_000 - 7_798);
  fixture.press('N', 'N');
  expect(find().hit).toBe(10_000 - 77);
  const overlay = overlayOf(fixture);
  expect(overlay?.kind === 'commits' ? overlay.cursor : '').toBe('77'.padStart(40, '0'));
});

test('/ searches the raw difference in either layout, and n is the next change again after Esc', async () => {
  const fixture = inLock();
  fixture.press('=');
  await fixture.settle();
  const hitText = (): string => {
    const { overlay, find } = fixture.context.state().ui;
    if (overlay?.kind !== 'difference' || find.hit === null) return '';
    const row = unifiedRows(overlay.rows)[find.hit];
    return row?.kind === 'line' ? row.line.text : '';
  };
  typeWord(fixture, '26.05');
  expect(hitText()).toContain('nixos-26.05');
  fixture.press('tab');
  fixture.press('n');
  expect(fixture.context.state().ui.find.hit).not.toBeNull();
  fixture.press('escape', '=');
  await fixture.settle();
  expect(fixture.context.state().ui.find).toEqual({ text: '', hit: null });
});

test('K shows copies with the lines that would save them', () => {
  const fixture = inLock();
  fixture.press('K');
  expect(overlayOf(fixture)).toMatchObject({
    lines: [
      {},
      { text: '  at a/nixpkgs, nixpkgs' },
      { text: '  inputs.a.inputs.nixpkgs.follows = "nixpkgs";' },
    ],
  });
});

test('i asks which hosts the input changes, and not for one that stayed', async () => {
  const fixture = inLock();
  fixture.press('i', 'G', 'i');
  await fixture.settle();
  expect(fixture.calls).toEqual(['inputs.findHosts nixpkgs']);
  expect(fixture.toast()).toBe('hosts: this input did not move');
});

test('H holds with an end, and with a reason from the editor', async () => {
  const fixture = inLock();
  fixture.press('H', 'enter');
  await fixture.settle();
  expect(fixture.calls).toEqual([
    'lock.hold ["nixpkgs"] {"reason":"held by hand","until":"2026-11-30"}',
  ]);
  fixture.press('H', 'j', 'j', 'j', 'enter');
  await fixture.settle();
  expect(fixture.calls.at(-1)).toMatch(
    /^lock\.hold \["nixpkgs"\] \{"reason":"nixpkgs held since .*, edited"/,
  );
});

test('= begins with the change of the input under the cursor, or with what it moved below it', async () => {
  const fixture = inLock();
  const inSight = async (...keys: readonly string[]): Promise<string> => {
    fixture.press(...keys, '=');
    await fixture.settle();
    const overlay = overlayOf(fixture);
    const { input } = changeInSight(overlay as DifferenceOverlay);
    fixture.press('escape');
    return input;
  };
  expect(await inSight()).toBe('nixpkgs');
  expect(await inSight('j')).toBe('a');
  // What did not change has no lines: the difference begins at its first.
  expect(await inSight('G')).toBe('a');
});

test('= shows the raw difference in one column where it is narrow; Tab changes that, n goes on', async () => {
  const fixture = inLock();
  fixture.press('j', '=');
  await fixture.settle();
  expect(overlayOf(fixture)).toMatchObject({ kind: 'difference', layout: 'unified', top: 0 });
  fixture.press('n');
  const { top = 0 } = overlayOf(fixture) as { top?: number };
  expect(top).toBeGreaterThan(0);
  fixture.press('N', 'tab');
  expect(overlayOf(fixture)).toMatchObject({ layout: 'side-by-side', top: 0 });
  fixture.press('escape');
  expect(overlayOf(fixture)).toBeNull();
});

test('the panes of the lock take the own keys, and no longer those that nixup would give', async () => {
  const fixture = inLock();
  const table = withKeys(actionTable, {
    'fold-hashes': ['Ж'],
    open: ['Я'],
    copy: ['Ю'],
    'open-link': ['Ё'],
  });
  const press = (...keys: readonly string[]): void => {
    for (const key of keys) pressKey({ ...fixture.context, table }, key);
  };
  press('=');
  await fixture.settle();
  press('f');
  expect(overlayOf(fixture)).toMatchObject({ isFolded: false });
  press('Ж');
  expect(overlayOf(fixture)).toMatchObject({ isFolded: true });
  press('escape');
  const revision = 'a'.repeat(40);
  fixture.context.ui({
    type: 'opened',
    overlay: {
      kind: 'commits',
      title: 'Commits of nixpkgs',
      path: 'nixpkgs',
      note: null,
      subjects: [{ revision, at: 0, subject: 'one', body: '' }],
      cursor: null,
      isOpen: false,
      messages: {},
      top: 0,
    },
  });
  press('y');
  expect(fixture.toast()).not.toContain('copied: hash');
  press('Ю', 'Я');
  await fixture.settle();
  expect(fixture.toast()).toContain('copied: hash');
  expect(overlayOf(fixture)).toMatchObject({ kind: 'commits', isOpen: true });
});

test('without the raw difference f says what opens it', () => {
  const fixture = inLock();
  fixture.press('f');
  expect(fixture.toast()).toContain('= opens that');
});

test('H says of a held input until when and why, and offers to take the hold away', async () => {
  const held = { kind: 'held', reason: 'it breaks', until: '2026-12-24', newer: null } as const;
  const fixture = inLock({ ...reviewState, standings: { quiet: held } });
  fixture.press('G', 'H');
  const menu = overlayOf(fixture);
  if (menu?.kind !== 'menu') throw new Error('no menu');
  expect(menu.note[0]?.text).toBe('quiet is held until 2026-12-24: it breaks');
  expect(menu.items.map(({ wish }) => wish)).toContainEqual({ kind: 'release', inputs: ['quiet'] });
  expect(menu.items[0]?.wish).toMatchObject({ kind: 'hold', reason: 'it breaks' });
});
