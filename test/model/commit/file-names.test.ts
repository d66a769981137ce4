import { expect, test } from 'vitest';
import { showFiles } from '../../../source/model/commit/commit-plan.ts';
import { namesOf } from '../../../source/services/git/commit.ts';

test('a name that holds control characters is quoted in every sentence, so that a line stays one line', () => {
  const paths = ['flake.nix', 'new\nline', 'esc\u001b[31m'];
  const shown = 'flake.nix, "new\\nline", "esc\\u001b[31m"';
  expect(showFiles(paths)).toBe(shown);
  expect(namesOf(paths)).toBe(shown);
  expect(namesOf([...paths, 'a', 'b', 'c', 'd'])).toBe(`${shown}, a, b, c and 1 more`);
});
