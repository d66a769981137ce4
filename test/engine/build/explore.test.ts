import { expect, test } from 'vitest';
import { exploreMissingFile } from '../../../source/engine/build/explore.ts';
import type { Failure } from '../../../source/model/failure.ts';
import { unseenCommand } from '../../../source/model/nix/unseen-file.ts';
import { causeOf } from '../../../source/parsers/nix/error.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

const source = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-source';

/** What is made of an evaluation that Nix ended with this line, in a repository with these files. */
const explored = async (
  line: string,
  tracked: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>>,
) => {
  using repository = temporaryRepository(tracked);
  for (const [path, text] of Object.entries(others)) repository.write(path, text);
  const fleet = await fakeFleet([]);
  const context = {
    ...fleet.context,
    flake: repository.folder,
    git: repository.service,
    world: { ...fleet.context.world, ...repository.world },
  };
  const because = causeOf([`error: ${line}`]);
  const failure: Failure = {
    code: 'evaluation-failed',
    host: null,
    cause: because.message,
    tail: because.tail,
    because,
  };
  const after = await exploreMissingFile(context, failure, new Set());
  if (after.code !== 'evaluation-failed') return { kind: after.code, command: null };
  const unseen = after.because?.missing?.unseen;
  return {
    kind: unseen?.kind,
    command:
      unseen === undefined ? null : unseenCommand(unseen)?.replaceAll(repository.folder, '.'),
  };
};

test('of an ignored folder only the files that the flake names are to be tracked, and no key', async () => {
  expect(
    await explored(
      `getting status of '${source}/secrets': No such file or directory`,
      { 'flake.nix': '{ imports = [ ./secrets/web.nix ]; }\n', '.gitignore': 'secrets/\n' },
      { 'secrets/web.nix': '{}\n', 'secrets/mail.nix': '{}\n', 'secrets/id': 'PRIVATE KEY\n' },
    ),
  ).toEqual({
    kind: 'ignored',
    command: 'git -C . add --force --intent-to-add -- secrets/web.nix',
  });
});

test('of an ignored folder that the flake names as a whole no file but Nix code is to be tracked', async () => {
  const { kind, command } = await explored(
    `getting status of '${source}/secrets': No such file or directory`,
    {
      'flake.nix': '{ imports = map (one: ./secrets + ("/" + one)) [ "web.nix" ]; }\n',
      '.gitignore': '*\n!flake.nix\n!.gitignore\n',
    },
    { 'secrets/web.nix': '{}\n', 'secrets/id': 'PRIVATE KEY\n' },
  );
  expect(kind).toBe('folder');
  expect(command).toBe('git -C . add --force --intent-to-add -- secrets/web.nix');
});

test.each([
  [`getting status of '${source}/it's a $x.nix': No such file or directory`],
  ["Path 'it's a $x.nix' in the repository \"/fleet\" is not tracked by Git."],
  [`opening file '${source}/it's a $x.nix': No such file or directory`],
  [`path '${source}/it's a $x.nix' does not exist`],
])('a quote in the name of a file that Nix misses is part of the name: %s', async (line) => {
  const { kind, command } = await explored(
    line,
    { 'flake.nix': '{ imports = [ (./. + "/it\'s a $x.nix") ]; }\n' },
    { "it's a $x.nix": '{}\n' },
  );
  expect(kind).toBe('untracked');
  expect(command).toContain('add --intent-to-add');
});
