import { expect, test } from 'vitest';
import { revertMessage } from '../../../source/model/commit/revert-message.ts';

test('a commit that takes a lock back names the subject, the lock and the commit', () => {
  const commit = '64c08a7ca051951c8eae34e3e3cb1e202fe36786';
  expect(revertMessage('flake: update nixpkgs', 'machines/flake.lock', commit)).toBe(
    'Revert "flake: update nixpkgs"\n\nmachines/flake.lock is again as it was before commit\n64c08a7ca051951c8eae34e3e3cb1e202fe36786.\n',
  );
});
