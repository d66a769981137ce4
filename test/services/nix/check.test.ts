import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkFlakeSyntax } from '../../../source/services/nix/check.ts';
import { hasTools } from '../../support/needs.ts';
import { strictWorld } from '../../support/strict-world.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

const captured = (version: string): string =>
  readFileSync(new URL(`../../fixtures/nix/${version}/parse-syntax.txt`, import.meta.url), 'utf8');

const broken = /at (\S+?):\d+:\d+/.exec(captured('2.34'))?.[1] ?? '';

test('every tracked Nix file is parsed in one call, and files that were removed are not', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'ls-files -z -t --cached --deleted',
        stdout: 'H flake.nix\0H README.md\0H gone.nix\0R gone.nix\0H hosts/p620.nix\0',
      },
      { match: 'nix-instantiate --parse /flake/flake.nix /flake/hosts/p620.nix' },
    ],
  });
  expect(await checkFlakeSyntax(world, '/flake')).toEqual({
    ok: true,
    value: { files: ['flake.nix', 'README.md', 'hosts/p620.nix'], checked: 2, problems: [] },
  });
  world.assertAllUsed();
});

test.each([
  '2.8',
  '2.26',
  '2.34',
])('Nix %s: a bad file is named with line and caret, and the files after it are parsed too', async (version) => {
  const folder = broken.slice(0, broken.lastIndexOf('/'));
  const name = broken.slice(folder.length + 1);
  const world = strictWorld({
    answers: [
      { match: 'ls-files', stdout: `H ${name}\0H zebra.nix\0` },
      { match: `${name} ${folder}/zebra.nix`, stderr: captured(version), exit: 1 },
      { match: `--parse ${folder}/zebra.nix` },
    ],
  });
  const result = await checkFlakeSyntax(world, folder);
  expect(result).toMatchObject({
    ok: true,
    value: { checked: 2, problems: [{ file: name, line: 2, column: expect.any(Number) }] },
  });
  if (result.ok) expect(result.value.problems[0]?.excerpt.join('\n')).toMatch(/\|.*\^/);
  world.assertAllUsed();
});

test('outside of git nothing is checked, and nothing fails', async () => {
  const world = strictWorld({
    answers: [{ match: 'ls-files', stderr: 'fatal: not a git repository\n', exit: 128 }],
  });
  expect(await checkFlakeSyntax(world, '/flake')).toMatchObject({
    ok: true,
    value: { checked: 0 },
  });
});

test.skipIf(!hasTools(import.meta.filename, 'nix'))(
  'links are left out, wherever they lead, and the others are parsed',
  async () => {
    using repository = temporaryRepository({ 'flake.nix': '{ outputs = _: { }; }\n' });
    symlinkSync('../nowhere.nix', join(repository.folder, 'a.nix'));
    symlinkSync('/etc/hostname', join(repository.folder, 'b.nix'));
    repository.git('add', '--all');
    expect(await checkFlakeSyntax(repository.world, repository.folder)).toMatchObject({
      ok: true,
      value: { checked: 1, problems: [] },
    });
  },
);
