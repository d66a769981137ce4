import { expect, test } from 'vitest';
import { actionTable } from '../../source/actions/table.ts';
import type { Failure } from '../../source/model/failure.ts';
import { runbookState } from '../fixtures/states.ts';
import { createFixture } from '../support/fake-context.ts';

const [known, found] = ['a'.repeat(32), 'b'.repeat(32)];

const withAnswer = (failure: Failure) => {
  const [host = ''] = Object.keys(runbookState.hosts);
  const state = runbookState.hosts[host];
  if (state === undefined) throw new Error('the runbook has no host');
  return {
    host,
    app: {
      ...runbookState,
      hosts: {
        ...runbookState.hosts,
        [host]: { ...state, probe: { kind: 'failed' as const, failure, at: 1 } },
      },
    },
  };
};

const mismatch = (host: string, fact: 'machine id' | 'host name'): Failure => ({
  code: 'identity-mismatch',
  host,
  fact,
  expected: known,
  found,
});

const openFor = (fact: 'machine id' | 'host name') => {
  const { host, app } = withAnswer(mismatch(Object.keys(runbookState.hosts)[0] ?? '', fact));
  const fixture = createFixture(app);
  fixture.context.ui({ type: 'showed', screen: { kind: 'host', host, tab: 'facts' } });
  const row = actionTable.find(({ id }) => id === 'accept-machine');
  if (row === undefined) throw new Error('there is no such action');
  return { host, fixture, row };
};

test('another machine is accepted after both ids were shown and the name was typed', async () => {
  const { host, fixture, row } = openFor('machine id');
  expect(row.disabled(fixture.context.state())).toBeUndefined();
  row.perform(fixture.context);
  const { overlay } = fixture.context.state().ui;
  if (overlay?.kind !== 'confirm') throw new Error('no dialog');
  const text = overlay.body.map((line) => line.text).join('\n');
  expect(text).toContain(known);
  expect(text).toContain(found);
  fixture.pass(1_000);
  fixture.press('right', 'enter');
  expect(fixture.calls).toEqual([]);
  expect(fixture.toast()).toContain(`type ${host} first`);
  fixture.press(...host, 'enter');
  await fixture.settle();
  expect(fixture.calls).toEqual([`hosts.expectMachine ${host} ${found}`, 'refresh']);
});

test('a host whose machine is the known one, or whose name differs, offers no such thing', () => {
  const { host, fixture, row } = openFor('host name');
  expect(row.disabled(fixture.context.state())).toBe(`no other machine answers for ${host}`);
});
