import { describe, expect, test } from 'vitest';
import { failureLines } from '../../../source/commands/program/open.ts';
import { explain, explainInLine } from '../../../source/model/explain/explain.ts';
import type { Failure } from '../../../source/model/failure.ts';
import type { Elevation } from '../../../source/model/host/host.ts';
import { adviceLine, advised, commandOnly } from '../../../source/model/words/advice.ts';
import { failureSamples as samples } from '../../support/failure-samples.ts';

const host = 'p510';
const tail = ['last words'];
const detail = 'the detail';

for (const failure of Object.values(samples)) {
  const { what, next: advice, tail: words } = explain(failure);
  const next = adviceLine(advice);

  test(`${failure.code} says what happened and what to do next`, () => {
    expect(what.length).toBeGreaterThan(10);
    expect(next.length).toBeGreaterThan(10);
    expect(`${what}${next}`).not.toMatch(/undefined|null|\[object/);
  });

  if ('host' in failure && failure.host !== null)
    test(`${failure.code} names the host`, () => {
      expect(what).toContain(host);
    });

  if ('tail' in failure)
    test(`${failure.code} keeps the last words of the program`, () => {
      expect(words).toEqual(tail);
    });
}

test('a name that could be an option is quoted, not run, in the advice', () => {
  const { what } = explain(samples['host-name-refused']);
  expect(what).toContain('"-oProxyCommand=touch pwned"');
});

test('a failed builder is told with its last words, which say why', () => {
  const { what } = explain({
    code: 'build-failed',
    host: 'razer',
    cause: "Cannot build '/nix/store/x-libwidget.drv'. Reason: builder failed with exit code 1.",
    derivation: null,
    tail: ['checking for widget.h... no', 'configure: error: widget.h is required', ''],
  });
  expect(what).toBe(
    "The build of razer failed: Cannot build '/nix/store/x-libwidget.drv'. Reason: builder failed with exit code 1. It said: configure: error: widget.h is required",
  );
});

test('lines that a builder says after its reason do not take the place of the reason', () => {
  const { what } = explain({
    code: 'build-failed',
    host: 'studio',
    cause: "Cannot build '/nix/store/x-linux-rt.drv'. Reason: builder failed with exit code 1.",
    derivation: null,
    tail: ['1 out of 6 hunks FAILED -- saving rejects', 'patching file kernel/locking/rtmutex.c'],
  });
  expect(what).toMatch(/ It said: 1 out of 6 hunks FAILED -- saving rejects$/);
});

/** A key of the screen in a text: whoever runs a subcommand has none, and keys can be set. */
const namesKey =
  /\bpress\b|\([A-Za-z^?]\)|(?:^|[;:,.] )[B-Zb-z^?] (?:opens|shows|tries|tests|takes)\b/i;

test.each<Failure>([
  ...Object.values(samples),
  { ...samples['evaluation-failed'], host: null },
  { ...samples['build-failed'], host: null, derivation: null },
  { ...samples['build-failed'], host, derivation: null },
  { ...samples['host-unreachable'], name: 'p510.home' },
  ...(['pager', 'editor'] as const).flatMap((tool) =>
    [
      { kind: 'missing' } as const,
      { kind: 'unreadable' } as const,
      { kind: 'exited', exitCode: 1 } as const,
      { kind: 'killed', signal: 'SIGKILL' } as const,
    ].map((ending) => ({ ...samples['tool-failed'], tool, ending })),
  ),
])('$code is answered with a command and no key', (failure) => {
  expect(failureLines([failure]).filter((line) => namesKey.test(line))).toEqual([]);
});

describe('another run', () => {
  const run = {
    id: 'x',
    goal: 'deploy',
    user: 'ada',
    machine: 'desk',
    pid: 7,
    since: Date.UTC(2026, 10, 23, 7, 5),
    flake: '/fleet',
    lock: '/fleet/.git/nixup-run.lock',
  };

  test('is told with who, what and since when', () => {
    const { what, next: advice } = explain({ code: 'run-active', run: { kind: 'here', ...run } });
    const next = adviceLine(advice);
    expect(what).toBe('ada@desk (process 7) runs deploy on this flake since 2026-11-23 07:05 UTC.');
    expect(next).toContain('cancel it there');
  });

  test('of another machine says how its lock is removed', () => {
    const { what, next: advice } = explain({
      code: 'run-active',
      run: { kind: 'elsewhere', ...run },
    });
    const next = adviceLine(advice);
    expect(what).toContain('it is another machine');
    expect(next).toContain("rm '/fleet/.git/nixup-run.lock'");
  });
});

test('in one line, what happened and what to do are sentences of their own', () => {
  expect(
    explainInLine({
      code: 'git-refused',
      operation: 'push',
      detail: 'HEAD is detached',
      ...advised(commandOnly('git switch main')),
    }),
  ).toBe('git push was refused: HEAD is detached. Run: git switch main');
  expect(
    explainInLine({
      code: 'gate-closed',
      host,
      reason: 'the tree was edited after the test',
      remedy: 'test the tree as it is now: nixup test',
    }),
  ).toBe(
    'Refused for p510: the tree was edited after the test. Test the tree as it is now: nixup test',
  );
});

test('a full disk is answered with where to look for space, anything else with the rights', () => {
  const failure = {
    code: 'file-failed',
    operation: 'append to',
    path: '/state/run 1/journal.jsonl',
  } as const;
  expect(adviceLine(explain({ ...failure, detail: 'no space left', isDiskFull: true }).next)).toBe(
    "See what fills it with: df -h '/state/run 1'",
  );
  expect(adviceLine(explain({ ...failure, detail: 'permission denied' }).next)).toContain(
    'ls -ld --',
  );
});

test('a lock that Nix would complete is not answered with the committed one', () => {
  const next = adviceLine(
    explain({
      code: 'lock-invalid',
      file: 'flake.lock',
      line: null,
      detail,
      remedy: 'nix flake lock',
    }).next,
  );
  expect(next).toBe('nix flake lock');
});

test.each([
  ['flake.lock', 'it has no "nodes"', 'nixup revert --all'],
  ['/home/ada/fleet/flake.lock', 'it has no "nodes"', 'nixup revert --all'],
  ['flake.lock', 'version 9 is not known here (5, 6 and 7 are)', 'newer nixup'],
  ['HEAD:flake.lock', 'this is not JSON', 'nixup diff HEAD~1'],
  ['old.lock', 'this is not JSON', 'nixup diff HEAD~1'],
])('the advice for %s, where %s, is what works: %s', (file, detail, advice) => {
  expect(adviceLine(explain({ code: 'lock-invalid', file, line: 1, detail }).next)).toContain(
    advice,
  );
});

test('a boot for once that could not be taken back is not told as the new system', () => {
  const back = explain({ code: 'persistence-unproven', host, detail, after: 'back' });
  expect(back.what).toMatch(/runs the old system/);
  expect(back.next.command).toContain(`nixup rollback ${host}`);
  const clean = explain({ code: 'persistence-unproven', host, detail, after: 'clean' });
  expect(clean.what).not.toContain('new system');
});

test.each<[Elevation | undefined, RegExp]>([
  [undefined, /security\.sudo\.wheelNeedsPassword = false.*ssh \S+ 'sudo -n true'/],
  ['sudo', /ssh \S+ 'sudo -n true'/],
  ['doas', /noPass = true in security\.doas\.extraRules.*ssh \S+ 'doas -n true'/],
  ['run0', /rule of polkit.*ssh \S+ 'run0 --no-ask-password true'/],
  ['root', /Log in as root.*elevate = "root".*ssh \S+ 'id -u'/],
])('a host that lets nobody become root by %s is told the way of that tool', (tool, advice) => {
  const failure: Failure = {
    code: 'elevation-refused',
    host,
    detail,
    ...(tool === undefined ? {} : { tool }),
  };
  expect(adviceLine(explain(failure).next)).toMatch(advice);
});

test('a script for a host is named in one line by its program and its last words, and not whole', () => {
  const command = `ssh -T -o BatchMode=yes -- p620 'sh -c ${'x'.repeat(200)}'`;
  expect(
    explainInLine({
      code: 'command-failed',
      command,
      exitCode: 3,
      tail: ['first', 'no space left on device'],
    }),
  ).toBe(
    'A command ended with status 3: ssh …: no space left on device. @ lists all commands that ran.',
  );
  expect(
    explainInLine({ code: 'command-failed', command: 'git push', exitCode: 1, tail: [] }),
  ).toBe('A command ended with status 1: git push. @ lists all commands that ran.');
});

test('a query that a server of Prometheus refused is tried by hand with a question', () => {
  expect(
    explainInLine({ code: 'http-failed', url: 'http://p620:9090/api/v1/query_range', detail: 'x' }),
  ).toMatch(/curl .*'http:\/\/p620:9090\/api\/v1\/query\?query=up'$/);
});
