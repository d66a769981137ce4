import { expect, test } from 'vitest';
import { rollbackMenu } from '../../../source/screen/dialogs/menu-rollback.ts';
import { initialUi } from '../../../source/screen/ui.ts';
import { entryOf, hostOf, noon, stateOf } from '../../fixtures/states.ts';

test('the ways back of a host that is left out say why there are none', () => {
  const left = hostOf('installer', {
    entry: entryOf('installer', { role: { kind: 'left-out', reason: 'it builds an image' } }),
  });
  const rows = (hosts: readonly (typeof left)[]) =>
    rollbackMenu(stateOf(hosts), initialUi, noon).items.map(({ id, refused }) => [id, refused]);
  expect(rows([left])).toEqual([
    ['host', 'left out: it builds an image'],
    ['everything', 'left out: it builds an image'],
    ['generation', 'left out: it builds an image'],
    ['lock', null],
  ]);
  expect(rows([hostOf('nas')])[0]).toEqual(['host', null]);
});
