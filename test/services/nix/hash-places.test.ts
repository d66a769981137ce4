import { expect, test } from 'vitest';
import { fetchedUrl, findHash, servedHash } from '../../../source/services/nix/hash-places.ts';
import { strictWorld } from '../../support/strict-world.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

const hash = 'sha256-giOkhnuDqhteGqO6nAFzbry6R3smw1u7sR+NajdlqPs=';

test.each([
  ['as Nix says it', hash],
  ['in base 32', '1yx8clvnm38zn6xmphr6gd3vmg3ffc0rrfm339g1pal3gf3a88w2'],
  ['in base 16', '8223a4867b83aa1b5e1aa3ba9c01736ebcba477b26c35bbbb11f8d6a3765a8fb'],
])('a hash is found in tracked files %s', async (_title, written) => {
  using repository = temporaryRepository({
    'flake.lock': `{"narHash": "${hash}"}\n`,
    'pkgs/widget.nix': `{\n  hash = "${written}";\n}\n`,
  });
  expect(await findHash(repository.world, repository.folder, hash)).toEqual([
    { file: 'pkgs/widget.nix', line: 2, column: written === hash ? 18 : 11 },
  ]);
});

test('a hash that no file has is found nowhere', async () => {
  using repository = temporaryRepository();
  expect(await findHash(repository.world, repository.folder, hash)).toEqual([]);
});

test('the address of a source is asked of its derivation', async () => {
  const world = strictWorld({
    answers: [
      { match: '--binding urls /nix/store/x.drv', stderr: 'no such binding', exit: 1 },
      { match: '--binding url /nix/store/x.drv', stdout: 'https://example.org/x.tar.gz\n' },
    ],
  });
  expect(await fetchedUrl(world, '/nix/store/x.drv')).toBe('https://example.org/x.tar.gz');
});

test('upstream is asked again for what it serves, and may be silent', async () => {
  const { signal } = new AbortController();
  const world = strictWorld({
    answers: [
      { match: '--refresh -- github:o/r/abc', stdout: `{"hash":"${hash}","storePath":"/x"}` },
      { match: '--refresh -- github:o/r/abc', stderr: 'error: no network', exit: 1 },
    ],
  });
  expect(await servedHash(world, 'github:o/r/abc', signal)).toBe(hash);
  expect(await servedHash(world, 'github:o/r/abc', signal)).toBeNull();
});
