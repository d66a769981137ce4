import { expect, test } from 'vitest';
import { unitFilesOf } from '../../../source/model/host/unit-files.ts';

// systemd.unit(5): foo-bar-baz.service has drop-ins of foo-bar-.service.d/ and foo-.service.d/ too, and of service.d/.
test.each<[string, readonly string[], readonly string[]]>([
  ['nginx.service', ['nginx.service'], ['nginx.service.d', 'service.d']],
  [
    'foo-bar-baz.service',
    ['foo-bar-baz.service'],
    ['foo-bar-baz.service.d', 'foo-bar-.service.d', 'foo-.service.d', 'service.d'],
  ],
  [
    'getty@tty1.service',
    ['getty@tty1.service', 'getty@.service'],
    ['getty@tty1.service.d', 'getty@.service.d', 'service.d'],
  ],
  [
    'a-b@x-y.service',
    ['a-b@x-y.service', 'a-b@.service'],
    ['a-b@x-y.service.d', 'a-b@.service.d', 'a-@.service.d', 'a-@x-y.service.d', 'service.d'],
  ],
  ['getty@.service', ['getty@.service'], ['getty@.service.d', 'service.d']],
  ['-.mount', ['-.mount'], ['-.mount.d', 'mount.d']],
  [
    String.raw`dev-disk-by\x2did.swap`,
    [String.raw`dev-disk-by\x2did.swap`],
    [String.raw`dev-disk-by\x2did.swap.d`, 'dev-disk-.swap.d', 'dev-.swap.d', 'swap.d'],
  ],
])('the files of %s are found as systemd finds them', (unit, files, dropIns) => {
  expect(unitFilesOf(unit)).toEqual({ files, dropIns });
});
