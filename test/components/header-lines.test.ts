import { expect, test } from 'vitest';
import { titleLine } from '../../source/components/header-lines.ts';
import { initialState } from '../../source/model/state.ts';

test('a folder with a line break in its name leaves the title one line', () => {
  const title = titleLine({ ...initialState, flakePath: '/root/new\nline' }, 0, 120);
  const text = title.map((part) => part.text).join('');
  expect(text).toContain('/root/new?line');
  expect(text).not.toContain('\n');
});
