import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createCompareFiles } from '../../../source/services/host/system-files.ts';
import { createHosts } from '../../../source/services/hosts.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { strictWorld } from '../../support/strict-world.ts';

const [one, other] = ['/nix/store/a-nixos-system-p620-1', '/nix/store/b-nixos-system-p620-2'];

const compared = async (stdout: string) => {
  const world = strictWorld({ answers: [{ match: 'ssh', input: 'diff -rq', stdout }] });
  const answer = await createHosts(world).compareFiles(hostEntry(), one, other);
  return answer.ok ? answer.value : answer.failure;
};

// Lines as `diff -rq` of diffutils 3.8 to 3.12 prints them (diff.c, analyze.c), and of busybox (diff.c).
test('unit files and other files of /etc that differ are told apart', async () => {
  expect(
    await compared(`Files ${one}/etc/systemd/system/nginx.service and ${other}/etc/systemd/system/nginx.service differ
Only in ${other}/etc/systemd/system: new.service
Only in ${one}/etc/systemd/system/multi-user.target.wants: old.service
Files ${one}/etc/ssh/sshd_config and ${other}/etc/ssh/sshd_config differ
File ${one}/etc/mtab is a character special file while file ${other}/etc/mtab is a regular file
nixup-status 1
`),
  ).toEqual({
    units: ['multi-user.target.wants/old.service', 'new.service', 'nginx.service'],
    files: ['/etc/mtab', '/etc/ssh/sshd_config'],
    isCut: false,
  });
});

test.each<[string, string, string | null]>([
  ['a name with a blank', `Files ${one}/etc/a b and ${other}/etc/a b differ`, '/etc/a b'],
  [
    'a name with the words of diff',
    `Files ${one}/etc/x and y and ${other}/etc/x and y differ`,
    '/etc/x and y',
  ],
  ['a name that is quoted', `Files '${one}/etc/a b' and '${other}/etc/a b' differ`, '/etc/a b'],
  ['a name with a quote', `Files "${one}/etc/it's" and "${other}/etc/it's" differ`, "/etc/it's"],
  ['a line break in a name', `Only in ${one}/etc/: 'a'$'\\n''b'`, '/etc/ab'],
  ['a binary file', `Binary files ${one}/etc/a and ${other}/etc/a differ`, '/etc/a'],
  [
    'a folder for a file',
    `File ${one}/etc/a is a directory while file ${other}/etc/a is a regular empty file`,
    '/etc/a',
  ],
  ['a file in a folder with a blank', `Only in '${other}/etc/a b': c`, '/etc/a b/c'],
  ['a first file', `Only in ${other}/etc/: c`, '/etc/c'],
])('%s is told whole', async (_what, line, file) => {
  expect(await compared(`${line}\nnixup-status 1\n`)).toEqual({
    units: [],
    files: [file],
    isCut: false,
  });
});

const differing = `Files ${one}/etc/a and ${other}/etc/a differ\n`;

test.each<[string, string, readonly string[]]>([
  ['timeout ended the comparison', `${differing}nixup-status 124\n`, ['/etc/a']],
  ['the answer ends before the status', differing, ['/etc/a']],
  ['nothing differed when timeout ended it', 'nixup-status 124\n', []],
  ['a line is not understood', 'line and /etc/new\nnixup-status 1\n', []],
  ['a file cannot be read', `diff: ${one}/etc/shadow: Permission denied\nnixup-status 2\n`, []],
])('where %s there may be more', async (_what, stdout, files) => {
  expect(await compared(stdout)).toEqual({ units: [], files, isCut: true });
});

test.each([
  ['a system that is gone from the host', 'nixup-only-one\n'],
  ['a host without diff', 'timeout: failed to run command\nnixup-status 127\n'],
])('%s is not compared', async (_what, stdout) => {
  expect(await compared(stdout)).toBeNull();
});

const folder = mkdtempSync(path.join(tmpdir(), 'nixup-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the diff of this machine is understood, and links that lead nowhere are compared by where they lead', async () => {
  const systems = ['one', 'other'].map((name) => path.join(folder, name));
  const [first = '', second = ''] = systems;
  for (const system of systems) {
    mkdirSync(path.join(system, 'etc', 'a b'), { recursive: true });
    writeFileSync(path.join(system, 'etc', 'a b', 'same'), 'same');
    writeFileSync(path.join(system, 'etc', 'x and y'), system);
    symlinkSync('/nowhere/same', path.join(system, 'etc', 'link-same'));
    symlinkSync(path.join('/nowhere', system), path.join(system, 'etc', 'link-other'));
  }
  writeFileSync(path.join(first, 'etc', 'kind'), '');
  mkdirSync(path.join(second, 'etc', 'kind'));
  writeFileSync(path.join(second, 'etc', 'a b', "it's new"), '');
  const world = createProcessWorld();
  const compare = createCompareFiles((_entry, script) =>
    world.exec({ file: '/bin/sh', args: ['-s'] }, { input: script }),
  );
  const answer = await compare(hostEntry(), first, second);
  expect(answer).toEqual({
    ok: true,
    value: {
      units: [],
      files: ["/etc/a b/it's new", '/etc/kind', '/etc/link-other', '/etc/x and y'],
      isCut: false,
    },
  });
  symlinkSync('loop', path.join(first, 'etc', 'loop'));
  symlinkSync('loop', path.join(second, 'etc', 'loop'));
  expect(await compare(hostEntry(), first, second)).toMatchObject({ value: { isCut: true } });
});
