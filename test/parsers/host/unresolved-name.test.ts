import { expect, test } from 'vitest';
import { explain } from '../../../source/model/explain/explain.ts';
import { absence } from '../../../source/model/explain/pending-reason.ts';
import { failed } from '../../../source/model/result.ts';
import { adviceLine } from '../../../source/model/words/advice.ts';
import { unresolvedName } from '../../../source/parsers/host/unresolved-name.ts';
import { judgeHost } from '../../../source/services/board/host-rows.ts';
import { isLostContact, judgeRemoteFailure } from '../../../source/services/ssh/run.ts';
import { positionOf } from '../../../source/state/hosts.ts';
import { entryOf, hostOf, noon } from '../../fixtures/states.ts';

// ssh.c resolve_host: "Could not resolve hostname %.100s: %s", with gai_strerror of glibc and musl.
test.each([
  ['ssh: Could not resolve host "p1"', 'p1'],
  ['ssh: Could not resolve hostname alpha: Name or service not known', 'alpha'],
  ['ssh: Could not resolve hostname alpha.lan: Temporary failure in name resolution', 'alpha.lan'],
  ['ssh: Could not resolve hostname alpha: No address associated with hostname', 'alpha'],
  ['ssh: Could not resolve hostname alpha: Name does not resolve', 'alpha'],
  ['ssh: Could not resolve hostname alpha: nodename nor servname provided, or not known', 'alpha'],
  ['ssh: Could not resolve hostname alpha.local: Name or service not known', null],
  ['ssh: connect to host 10.0.0.1 port 22: No route to host', null],
  ['ssh: connect to host alpha port 22: Connection timed out', null],
])('%s is about the name %s', (line, name) => {
  expect(unresolvedName(line)).toBe(name);
});

const failureOf = (line: string) =>
  judgeRemoteFailure(entryOf('alpha'), {
    code: 'command-failed',
    command: 'ssh alpha',
    exitCode: 255,
    tail: [line],
  });

test('a name without an address is not asleep: it has its own words and remedy, and JSON keeps its code', () => {
  const failure = failureOf('ssh: Could not resolve hostname alpha: Name or service not known');
  expect(failure).toMatchObject({ code: 'host-unreachable', host: 'alpha', name: 'alpha' });
  const host = hostOf('alpha', { probe: { kind: 'failed', failure, at: noon } });
  expect(positionOf(host)).toEqual({ kind: 'unreachable', why: 'name not found' });
  expect(absence(failure)).toMatchObject({ kind: 'failed' });
  const { what, next: advice } = explain(failure);
  const next = adviceLine(advice);
  expect(what).toMatch(/^alpha was not asked, because its name alpha has no address/);
  expect(next).toContain('[hosts.alpha] address');
  expect(`${what} ${next}`).not.toMatch(/asleep|Wake/);
  // A step that waits for the way to a host goes on to wait: its name may come from another host.
  expect(isLostContact(failure)).toBe(true);
  expect(judgeHost(entryOf('alpha'), failed(failure)).state).toBe('red');
});

test.each([
  'ssh: connect to host 10.0.0.1 port 22: No route to host',
  'ssh: Could not resolve hostname alpha.local: Name or service not known',
])('asleep is what does not answer, such as: %s', (line) => {
  const failure = failureOf(line);
  expect(absence(failure)).toEqual({ kind: 'pending', reason: 'asleep' });
  expect(judgeHost(entryOf('alpha'), failed(failure)).state).toBe('warning');
});
