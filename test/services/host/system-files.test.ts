import { expect, test } from 'vitest';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { strictWorld } from '../../support/strict-world.ts';

const [one, other] = ['/nix/store/a-nixos-system-p620-1', '/nix/store/b-nixos-system-p620-2'];

const compared = async (stdout: string) => {
  const world = strictWorld({ answers: [{ match: 'ssh', input: 'diff -rq', stdout }] });
  const answer = await createHosts(world).compareFiles(hostEntry(), one, other);
  return answer.ok ? answer.value : answer.failure;
};

// Lines as `diff -rq` of diffutils 3.8 to 3.12 prints them.
test('unit files and other files of /etc that differ are told apart', async () => {
  expect(
    await compared(`Files ${one}/etc/systemd/system/nginx.service and ${other}/etc/systemd/system/nginx.service differ
Only in ${other}/etc/systemd/system: new.service
Only in ${one}/etc/systemd/system/multi-user.target.wants: old.service
Files ${one}/etc/ssh/sshd_config and ${other}/etc/ssh/sshd_config differ
File ${one}/etc/mtab is a character special file while file ${other}/etc/mtab is a regular file
`),
  ).toEqual({
    units: ['multi-user.target.wants/old.service', 'new.service', 'nginx.service'],
    files: ['/etc/ssh/sshd_config'],
    isCut: false,
  });
});

test('a system that is gone from the host is not compared', async () => {
  expect(await compared('only-one\n')).toBeNull();
});
