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

test('the ways back name the generation that each host goes to, or why there is none', () => {
  const ui = { ...initialUi };
  const hosts = [hostOf('nas'), hostOf('p510')];
  const app = stateOf(hosts);
  const detail = (marks: readonly string[]): string | undefined =>
    rollbackMenu(
      app,
      { ...ui, lists: { ...ui.lists, fleet: { ...ui.lists.fleet, marks } } },
      noon,
      (names) => ({
        targets: names.includes('nas')
          ? [
              {
                host: 'nas',
                from: '/nix/store/b-new',
                fromGeneration: 77,
                to: '/nix/store/a-old',
                toGeneration: 76,
                madeGeneration: null,
                policy: 'auto',
                commands: [],
              },
            ]
          : [],
        leftOut: [{ host: 'p510', kind: 'refused', reason: 'has no earlier generation' }],
      }),
    ).items.find(({ id }) => id === 'host')?.detail;
  expect(detail(['nas'])).toBe('g77 → g76');
  expect(detail(['p510'])).toBe('has no earlier generation');
  expect(detail(['nas', 'p510'])).toBe('nas g77 → g76, p510 has no earlier generation');
});
