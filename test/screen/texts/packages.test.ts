import { expect, test } from 'vitest';
import type { PackageChange } from '../../../source/model/packages/packages.ts';
import { shownPackages } from '../../../source/screen/rows/packages.ts';
import { packageRowText } from '../../../source/screen/texts/packages.ts';
import { initialUi } from '../../../source/screen/ui.ts';
import type { AppState } from '../../../source/state/state.ts';
import { fourHosts, stateOf } from '../../fixtures/states.ts';

const change = (now: string, more: Partial<PackageChange> = {}): PackageChange => ({
  name: 'openssl',
  kind: 'upgraded',
  old: ['3.6.2'],
  new: [now],
  major: false,
  sizeDelta: 0,
  ...more,
});

const compared = (...changes: readonly PackageChange[]): AppState['packages'][string] => ({
  kind: 'compared',
  difference: { old: '/nix/store/a-old', new: '/nix/store/b-new', changes, sizeDelta: 1024 },
});

const app: AppState = {
  ...stateOf(fourHosts),
  packages: {
    p620: compared(change('3.6.3')),
    razer: compared(change('3.6.3'), change('26', { name: 'mesa' })),
    p510: compared(change('4.0.0', { major: true })),
  },
};

const textOf = (id: string): readonly string[] => {
  const row = shownPackages(app, initialUi).find((one) => one.id === id);
  if (row === undefined) throw new Error(`no row ${id}`);
  const { title, lines } = packageRowText(app, row);
  return [title, ...lines.map(({ text }) => text)];
};

test('a package is told on all hosts, each change once', () => {
  const text = textOf('p510/openssl');
  expect(text[0]).toBe('Package openssl');
  expect(text.slice(3, 7)).toEqual([
    'upgraded   3.6.2 → 3.6.3',
    '  on 2 hosts: p620, razer',
    'upgraded, major   3.6.2 → 4.0.0',
    '  on 1 host: p510',
  ]);
  expect(text.at(-1)).toContain('package:openssl');
  expect(text[1]).toContain('may not boot');
  expect(textOf('razer/mesa').join(' ')).not.toContain('4.0.0');
});

test('a heading tells its hosts and both systems, and a host without an answer why', () => {
  expect(textOf('p510')).toContain('closure +1 KiB');
  expect(textOf('samsung')).toEqual(['Not compared', expect.any(String), 'hosts: samsung']);
});
