import { expect, test } from 'vitest';
import { seenHosts } from '../../../source/screen/rows/seen-hosts.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import { initialState } from '../../../source/state/state.ts';
import { hostEntry } from '../../support/host-entry.ts';

const names = Array.from({ length: 100 }, (_, index) => `h${String(index).padStart(2, '0')}`);
const app = reduce(initialState, {
  type: 'fleet-listed',
  at: 0,
  hosts: names.map((name) => hostEntry({ name })),
});

const uiAt = (cursor: string | null, screen: Ui['screen'] = initialUi.screen): Ui => ({
  ...initialUi,
  screen,
  rows: 24,
  lists: { ...initialUi.lists, fleet: { ...initialUi.lists.fleet, cursor } },
});

test('before anybody moved the cursor, the first rows are seen', () => {
  const seen = seenHosts(app, uiAt(null));
  expect(seen.has('h00')).toBe(true);
  expect(seen.size).toBeLessThan(24);
});

test('wherever a row stands in the window, those around it are seen, and no others', () => {
  const seen = [...seenHosts(app, uiAt('h50'))];
  expect(seen).toContain('h50');
  expect(seen).toContain('h40');
  expect(seen).toContain('h60');
  expect(seen.length).toBeLessThan(2 * 24);
});

test('the host whose page is open comes before all', () => {
  const seen = [...seenHosts(app, uiAt(null, { kind: 'host', host: 'h90', tab: 'facts' }))];
  expect(seen[0]).toBe('h90');
});
