import { expect, test } from 'vitest';
import { branchOfUrl } from '../../../source/model/lock/archive-branch.ts';

const github = 'https://github.com/NixOS/nixpkgs';

test.each<[string, string | null]>([
  [`${github}/archive/nixos-26.05.tar.gz`, 'nixos-26.05'],
  [`${github}/archive/refs/heads/nixos-26.05.tar.gz`, 'nixos-26.05'],
  [`${github}/archive/refs/tags/v1.2.3.zip`, 'refs/tags/v1.2.3'],
  [`${github}/archive/${'a'.repeat(40)}.tar.gz`, null],
  [`${github}/archive/0e251e2.tar.gz`, null],
  [`${github}/archive/HEAD.tar.gz`, null],
  ['https://codeload.github.com/o/r/tar.gz/v2.0', 'v2.0'],
  ['https://git.example/o/r/archive/main.tar.gz', 'main'],
  [`https://git.example/api/v1/repos/o/r/archive/${'a'.repeat(40)}.tar.gz`, null],
  ['https://gitlab.example/o/s/r/-/archive/main/r-main.tar.gz', 'main'],
  ['https://channels.nixos.org/nixos-26.05/nixexprs.tar.xz', 'nixos-26.05'],
  ['https://h.example/tool-1.2.tar.gz', null],
])('the branch that an archive names: %s', (url, branch) => {
  expect(branchOfUrl(url)).toBe(branch);
});
