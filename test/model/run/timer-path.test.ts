import { expect, test } from 'vitest';
import { timerPath } from '../../../source/model/run/timer-path.ts';

test.each<[string, string, string | undefined, readonly string[], readonly string[]]>([
  ['folders in their order', '/usr/bin:/bin', undefined, ['/usr/bin', '/bin'], []],
  ['a folder that stands twice', '/a:/b/:/a/:/b', undefined, ['/a', '/b'], []],
  ['a folder of the shell', ':bin:./x:/a', undefined, ['/a'], []],
  [
    'temporary folders',
    '/tmp/x:/a:/var/tmp:/run/user/1000/y',
    undefined,
    ['/a'],
    ['/tmp/x', '/var/tmp', '/run/user/1000/y'],
  ],
  [
    'what only looks like one',
    '/tmpfs/bin:/home/ada/tmp',
    undefined,
    ['/tmpfs/bin', '/home/ada/tmp'],
    [],
  ],
  ['the folder of TMPDIR', '/srv/t/bin:/a', '/srv/t/', ['/a'], ['/srv/t/bin']],
  ['a TMPDIR that is no folder', '/a', 'x', ['/a'], []],
  ['the root', '/', '/', ['/'], []],
  ['nothing', '', undefined, [], []],
])('of a search path with %s', (_what, searchPath, temporary, kept, gone) => {
  expect(timerPath(searchPath, temporary)).toEqual({ kept, temporary: gone });
});
