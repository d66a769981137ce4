import { expect, test } from 'vitest';
import { pasteText } from '../../../source/actions/press/press.ts';
import type { MessageEditor } from '../../../source/screen/overlay.ts';
import { createFixture } from '../../support/fake-context.ts';

type Fixture = ReturnType<typeof createFixture>;

const overlayOf = (fixture: Fixture) => fixture.context.state().ui.overlay;

const editorOf = (fixture: Fixture): MessageEditor => {
  const overlay = overlayOf(fixture);
  if (overlay?.kind !== 'message') throw new Error(`no editor: ${overlay?.kind}`);
  return overlay;
};

/** The generated message of the fixture. */
const generated = 'chore(flake): update nixpkgs';

const opened = async (): Promise<Fixture> => {
  const fixture = createFixture();
  fixture.press('c');
  await fixture.settle();
  fixture.pass(600);
  fixture.press('right', 'enter');
  return fixture;
};

const type = (fixture: Fixture, text: string): void =>
  fixture.press(...[...text].map((one) => (one === ' ' ? 'space' : one === '\n' ? 'enter' : one)));

test('the message of a commit is edited on the screen, kept while it is typed, and committed', async () => {
  const fixture = await opened();
  expect(editorOf(fixture).area).toMatchObject({ text: generated, at: 0 });
  fixture.press('end');
  type(fixture, ' qJ\n\nFor the GPU.');
  await fixture.settle();
  expect(fixture.calls.at(-1)).toBe(
    `commit.keepMessage ${JSON.stringify(`${generated} qJ\n\nFor the GPU.`)}`,
  );
  fixture.press('escape');
  await fixture.settle();
  const asked = overlayOf(fixture);
  if (asked?.kind !== 'confirm') throw new Error('no confirmation');
  expect(asked.body.slice(0, 5).map(({ text }) => text)).toEqual([
    'Your edited message:',
    '',
    `${generated} qJ`,
    '',
    'For the GPU.',
  ]);
  expect(asked.choices.map(({ label }) => label)).toEqual([
    'No',
    'Edit it here',
    'Edit in your editor',
    'Use the generated message',
    'Commit',
  ]);
  expect(asked.choices[asked.focus]?.label).toBe('Commit');
  // The half second protects from keys typed ahead.
  fixture.press('enter');
  fixture.pass(600);
  fixture.press('enter');
  await fixture.settle();
  expect(fixture.calls.at(-1)).toContain('For the GPU.');
  expect(fixture.calls.at(-1)).toContain('commit.run');
});

test('a message that was edited can be edited further, here too', async () => {
  const fixture = await opened();
  type(fixture, 'x');
  fixture.press('escape');
  await fixture.settle();
  fixture.pass(600);
  fixture.press('left', 'left', 'left', 'left', 'right', 'enter');
  expect(editorOf(fixture).area.text).toBe(`x${generated}`);
});

test('what is pasted is text as it is: no key, and its lines stay', async () => {
  const fixture = await opened();
  pasteText(fixture.context, 'q first\n\n  second 漢字\n');
  expect(editorOf(fixture).area.text).toBe(`q first\n\n  second 漢字\n${generated}`);
});

test('Esc without a change says so and leaves nothing behind', async () => {
  const fixture = await opened();
  fixture.press('down', 'escape');
  await fixture.settle();
  expect(overlayOf(fixture)).toMatchObject({ kind: 'confirm', focus: 0 });
  expect(fixture.toast()).toBe('the message is as it was');
});

test('an empty message is none: the generated one is offered', async () => {
  const fixture = await opened();
  fixture.press('end', '^u', 'tab');
  await fixture.settle();
  const asked = overlayOf(fixture);
  if (asked?.kind !== 'confirm') throw new Error('no confirmation');
  expect(asked.body[0]?.text).toBe(generated);
  expect(fixture.toast()).toBe('a commit needs a message: the generated one is offered');
});

test('the cursor stays in sight of a message that is longer than the window', async () => {
  const fixture = await opened();
  pasteText(fixture.context, Array.from({ length: 100 }, (_, line) => `line ${line}\n`).join(''));
  // 24 rows: seven of header and footer, two of the frame, one of lengths.
  const seen = 14;
  for (const key of ['pageup', 'up', 'text-start', 'pagedown', 'down', 'text-end', 'pageup']) {
    fixture.press(key);
    const { area, top } = editorOf(fixture);
    const line = area.text.slice(0, area.at).split('\n').length - 1;
    expect(line, key).toBeGreaterThanOrEqual(top);
    expect(line, key).toBeLessThan(top + seen);
  }
});

test('P shows the commands of a pull request for the commit that exists, and opens it', async () => {
  const fixture = createFixture();
  const { git } = fixture.context.state().app;
  if (git === null) throw new Error('no git');
  const facts = { ...git, dirty: [], ahead: 2, upstream: 'origin/main', head: 'c0ffee' };
  fixture.hear({
    type: 'git-observed',
    at: 1,
    why: null,
    git: { ...facts, remoteUrl: 'git@example.org:fleet' },
  });
  fixture.press('P');
  await fixture.settle();
  expect(overlayOf(fixture)).toMatchObject({
    kind: 'confirm',
    title: 'Pull request into main',
    commands: ['gh pr create'],
  });
  fixture.pass(600);
  fixture.press('right', 'enter');
  await fixture.settle();
  expect(fixture.calls).toEqual(['commit.propose null']);
});

test('without a remote P says what to do, and asks nobody', async () => {
  const fixture = createFixture();
  const { git } = fixture.context.state().app;
  if (git === null) throw new Error('no git');
  fixture.hear({
    type: 'git-observed',
    at: 1,
    why: null,
    git: { ...git, upstream: null, remote: null, remoteUrl: null },
  });
  fixture.press('P');
  await fixture.settle();
  expect(overlayOf(fixture)).toBeNull();
  expect(fixture.toast()).toContain('the repository has no remote to push to');
});
