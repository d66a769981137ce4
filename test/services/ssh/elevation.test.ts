import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { launcher, type Privilege } from '../../../source/services/ssh/elevation.ts';
import { wrapScript } from '../../../source/services/ssh/remote-script.ts';
import { createExec } from '../../../source/services/world/exec.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A login user `ada` with this `sudo` and no other way to become root. */
const runWith = async (sudo: string, privilege: Privilege, script: string) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nixup-elevation-'));
  folders.push(folder);
  const programs = {
    sudo,
    id: 'case $1 in -u) echo 1000 ;; *) echo ada ;; esac',
    doas: 'exit 1',
    run0: 'exit 1',
  };
  for (const [name, text] of Object.entries(programs)) {
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  }
  const exec = createExec({ PATH: `${folder}:${process.env['PATH']}` }, () => 0);
  const line = launcher({ elevate: 'auto' }, privilege);
  return await exec({ file: 'sh', args: ['-c', line] }, { input: wrapScript(script) });
};

const refuses = 'echo "sudo: a password is required" >&2; exit 1';
const allows = 'shift; exec "$@"';

test('sudo is started once, and the script knows by what it became root', async () => {
  const counts = `echo started >&2; ${allows}`;
  expect(await runWith(counts, 'needed', 'echo "$1 $2"')).toMatchObject({
    ok: true,
    value: { stdout: 'sudo ada\n', stderr: 'started\n' },
  });
});

test('what sudo refuses is run by the login user where root was only wanted', async () => {
  expect(await runWith(refuses, 'wanted', 'echo "$1 $2"')).toMatchObject({
    ok: true,
    value: { stdout: 'none ada\n' },
  });
});

test('what sudo refuses is not run where root is needed', async () => {
  const refused = await runWith(refuses, 'needed', 'echo ran');
  expect(refused).toMatchObject({
    failure: {
      exitCode: 93,
      tail: [expect.anything(), 'nixup: ada may not become root without a password'],
    },
  });
});

test.each([1, 7])('a script that ends with status %d as root is not run again', async (status) => {
  for (const privilege of ['wanted', 'needed'] as const)
    expect(await runWith(allows, privilege, `echo "ran by $1" >&2; exit ${status}`)).toMatchObject({
      failure: { exitCode: status, tail: ['ran by sudo'] },
    });
});
