import { expect, test } from 'vitest';
import { confirmCommit, confirmFiles } from '../../../source/screen/dialogs/confirm-commit.ts';

test('the dialog lists every command of a request, and what else goes with it', () => {
  const { commands, body } = confirmCommit(
    {
      message: 'x',
      kept: null,
      keptIn: null,
      paths: ['flake.lock'],
      others: { kind: 'none' },
      branch: 'main',
      commands: [{ file: 'git', args: ['commit'] }],
      obstacle: null,
      proposes: true,
      request: {
        into: 'main',
        commands: [{ file: 'gh', args: ['pr', 'create'] }],
        carried: ['abc Try another kernel'],
        undeployed: ['nas'],
      },
    },
    0,
  );
  expect(commands).toEqual(['git commit', 'gh pr create']);
  const words = body.map(({ text }) => text).join('\n');
  expect(words).toContain(
    '1 commit of main is not pushed, and comes with the request:\n  abc Try another kernel',
  );
  expect(words).toContain('nas does not run what was tested');
});

const plan = {
  message: 'x',
  kept: null,
  keptIn: null,
  paths: ['flake.lock'],
  others: { kind: 'none' },
  branch: 'main',
  commands: [],
  obstacle: null,
} as const;

test('what the commit does not wait for is the first line of its question', () => {
  const first = (open: readonly string[]) => confirmCommit(plan, 0, 'written', open).body[0];
  expect(first(['nas rolled back', 'not verified'])).toEqual({
    text: 'not done: nas rolled back · not verified',
    tone: 'warn',
  });
  expect(first([])?.text).toBe('x');
});

test('the question which files are committed says whose file nixup.toml is', () => {
  const lines = confirmFiles(plan, ['hosts/nas.nix', 'nixup.toml'], 0).body.map(({ text }) => text);
  expect(lines.slice(1)).toEqual([
    '  hosts/nas.nix',
    '  nixup.toml: nixup keeps holds and settings there; other clones have them once it is committed',
  ]);
});
