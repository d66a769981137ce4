import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ownChecksOf } from '../../../source/model/host/own-checks.ts';
import { success } from '../../../source/model/result.ts';
import { createOwnChecks } from '../../../source/services/host/own-checks.ts';
import type { RunOnHost } from '../../../source/services/ssh/run.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { strictWorld } from '../../support/strict-world.ts';

/** Runs what would run on the host here. */
const runHere: RunOnHost = async (_entry, script) =>
  success({
    stdout: execFileSync('/bin/sh', ['-s'], { input: script, encoding: 'utf8' }),
    stderr: '',
    tookMs: 1,
  } as never);

const failing = async (scripts: Readonly<Record<string, string>>, health: readonly string[]) => {
  const files = Object.fromEntries(
    Object.entries(scripts).map(([name, text]) => [`/flake/${name}`, text]),
  );
  const world = strictWorld({ files });
  const entry = hostEntry({ health });
  return createOwnChecks({ world, run: runHere })(entry, ownChecksOf(entry), '/flake');
};

test.each<[string, string, RegExp | null]>([
  ['ends with 0', 'echo "OK: all is well"\n', null],
  [
    'says why',
    'echo starting\necho "FAIL: the display manager is not active"\nexit 1\n',
    /^check\.sh ended with 1: FAIL: the display manager is not active$/,
  ],
  ['has an interpreter of its own', '#!/usr/bin/env bash\n[[ a == a* ]] || exit 3\n', null],
  ['has no last line break', 'exit 2', /ended with 2/],
  [
    'prints what looks like a shell word',
    'echo \'$(false) "x"\'; exit 4\n',
    /ended with 4: \$\(false\) "x"/,
  ],
])('a script that %s', async (_title, text, said) => {
  const failed = await failing({ 'check.sh': text }, ['check.sh']);
  if (said === null) expect(failed).toEqual([]);
  else expect(failed[0]?.problem).toMatch(said);
});

test('a script that is missing, or no file of the flake, is said and not run', async () => {
  const failed = await failing({}, ['gone.sh', '../outside.sh', '/etc/passwd']);
  expect(failed.map(({ problem }) => problem)).toEqual([
    'gone.sh cannot be read here',
    '../outside.sh is not a file of the flake',
    '/etc/passwd is not a file of the flake',
  ]);
});
