import { expect, test } from 'vitest';
import { runbookState } from '../../fixtures/states.ts';
import { createFixture } from '../../support/fake-context.ts';

test('! asks for a command on the host under the cursor, and gives it the terminal', async () => {
  const fixture = createFixture();
  fixture.press('!', 'u', 'p', 'enter');
  await fixture.settle();
  expect(fixture.calls).toContain(
    'run ssh -t -o ControlPath=none -o RemoteCommand=none -- p620 up, to be read',
  );
  expect(fixture.toast()).toBe('p620: ssh ended; R asks the hosts again');
});

test('without a command it is a shell, and Esc drops it', async () => {
  const fixture = createFixture();
  fixture.press('!', 'enter');
  await fixture.settle();
  expect(fixture.calls).toContain('run ssh -t -o ControlPath=none -- p620');
  const other = createFixture();
  other.press('!', 'u', 'escape');
  await other.settle();
  expect(other.calls).toEqual([]);
});

test.each([
  [{ demo: true }, 'shell: the demo has no hosts to log in to'],
  [{ readOnly: true }, 'shell: nixup was started with --read-only'],
])('with %j it says why not', (change, told) => {
  const fixture = createFixture({ ...runbookState, ...change });
  fixture.press('!');
  expect(fixture.toast()).toBe(told);
  expect(fixture.context.state().ui.prompt).toBeNull();
});
