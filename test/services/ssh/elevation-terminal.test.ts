import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { launcher } from '../../../source/services/ssh/elevation.ts';

/** As doas does: asks its terminal and nothing else, and throws away what was typed before it asked. */
const doas = `#!/bin/sh
[ "$1" = -n ] && exit 1
[ -e "$LAB/not-permitted" ] && { echo "doas: Operation not permitted" >&2; exit 1; }
exec 3<>/dev/tty || { echo "doas: a tty is required" >&2; exit 1; }
stty -echo <&3
sleep 0.2
printf 'doas (deploy@p620) password: ' >&3
IFS= read -r secret <&3
[ "$secret" = 'pass "word' ] || { echo "doas: Authentication failed" >&2; exit 1; }
exec "$@" 3<&-
`;
const id = `#!/bin/sh
[ "$1" = -un ] && echo deploy || echo 1000
`;

const runAs = (input: string, isPermitted = true) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-doas-'));
  for (const [name, text] of Object.entries({ doas, id })) {
    writeFileSync(path.join(folder, name), text);
    chmodSync(path.join(folder, name), 0o755);
  }
  if (!isPermitted) writeFileSync(path.join(folder, 'not-permitted'), '');
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn('/bin/sh', ['-c', launcher({ elevate: 'doas' }, 'needed', true)], {
      env: { PATH: `${folder}:/usr/bin:/bin`, LAB: folder, TMPDIR: folder },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.on('close', (status) => {
      rmSync(folder, { recursive: true, force: true });
      resolve({ status, stdout, stderr });
    });
    child.stdin.end(input);
  });
};

const long = `: ${'x'.repeat(9_000)}\n`;

test('a tool that asks a terminal gets the password there, and the script as it is', async () => {
  const done = await runAs(
    `pass "word\n${long}printf 'one\\ntwo\\n'; echo "$1 $2"; echo trouble >&2; exit 7\n`,
  );
  expect(done).toEqual({ status: 7, stdout: 'one\ntwo\ndoas deploy\n', stderr: 'trouble\n' });
});

test('a wrong password is said, with the status of a refusal', async () => {
  const done = await runAs('wrong\ntrue\n');
  expect(done).toEqual({ status: 93, stdout: '', stderr: 'nixup: the password is wrong\n' });
});

test('a user whom the tool refuses is told so, and not that the password is wrong', async () => {
  const done = await runAs('pass "word\ntrue\n', false);
  expect(done).toEqual({ status: 93, stdout: '', stderr: 'nixup: doas refuses deploy\n' });
});
