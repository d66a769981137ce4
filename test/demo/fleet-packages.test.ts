import { expect, test } from 'vitest';
import { followPackages } from '../../source/commands/tui/followers.ts';
import { hostOfScreen } from '../../source/screen/rows/targets.ts';
import { comparedNow } from '../../source/state/hosts.ts';
import { type Keys, openKeys } from '../support/keys.ts';

/** Whose packages are compared, with what they would run now. */
const compared = ({ app }: Keys): readonly string[] =>
  Object.values(app().hosts)
    .filter((host) => comparedNow(host, app().packages[host.entry.name])?.kind === 'compared')
    .map(({ entry }) => entry.name);

/** With musnix as it was, every host builds. */
const tested = async (follows: boolean): Promise<Keys> => {
  const keys = await openKeys();
  if (follows) followPackages(keys.store, keys.engine, keys.start);
  await keys.press('C', 'u', 'm', 'm', '2', '/', ...'musnix', 'enter', 'x', 'm', 'm', 'T', '1');
  return keys;
};

test('the fleet compares the packages of the selected host once its system is built, and of no other', async () => {
  const keys = await tested(true);
  await keys.press('g', 'j');
  const names = [hostOfScreen(keys.app(), keys.ui()) ?? ''];
  expect(compared(keys)).toEqual(expect.arrayContaining(names));
  expect(compared(keys).length).toBeLessThan(4);
  await keys.press('j');
  expect(compared(keys)).toContain(hostOfScreen(keys.app(), keys.ui()));
});

test('the question before a deploy has compared the packages of each host, and the fleet shows them', async () => {
  const keys = await tested(false);
  expect(compared(keys)).toEqual([]);
  await keys.press('D');
  expect(compared(keys)).toEqual(['nas', 'p510', 'p620', 'razer', 'studio', 'vault']);
});
