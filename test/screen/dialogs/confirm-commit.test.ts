import { expect, test } from 'vitest';
import { confirmCommit } from '../../../source/screen/dialogs/confirm-commit.ts';

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
