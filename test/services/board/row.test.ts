import { expect, test } from 'vitest';
import { advise, advised } from '../../../source/model/words/advice.ts';
import { failureRow } from '../../../source/services/board/row.ts';

const asked = { id: 'git.repository', group: 'git', label: 'repository' } as const;

test('the command of a failure stands by itself in its row', () => {
  expect(
    failureRow(asked, { code: 'host-key-unknown', host: 'p620', address: 'p620.home' }).remedy,
  ).toEqual({ text: 'Connect once by hand and compare the key', command: 'ssh p620.home' });
  expect(
    failureRow(asked, {
      code: 'git-refused',
      operation: 'rev-parse',
      detail: 'no repository',
      ...advised(advise('make the flake a repository', 'git init && git add --all')),
    }).remedy,
  ).toEqual({ text: 'make the flake a repository', command: 'git init && git add --all' });
});

test('advice without a command stays text, whatever it looks like', () => {
  const remedy = 'add to nix.conf: nix flakes';
  expect(
    failureRow(asked, { code: 'git-refused', operation: 'read', detail: 'it is old', remedy })
      .remedy,
  ).toEqual({ text: remedy });
});
