import { expect, test } from 'vitest';
import { type TimerWish, timerUnits } from '../../../source/model/run/timer-units.ts';

const wish: TimerWish = {
  command: ['/bin/node', '/opt/nixup/cli.js', 'run', '--yes', '--flake', '/home/ada/fleet'],
  flake: '/home/ada/fleet',
  searchPath: '/run/current-system/sw/bin:/usr/bin',
  stateHome: null,
  calendar: 'Sun 04:00',
  isRoot: false,
};

const settings = (units: TimerWish): readonly string[] =>
  timerUnits(units).files.flatMap(({ text }) =>
    text.split('\n').filter((line) => line.includes('=')),
  );

test('a user gets units of their own, and stays known to systemd without a login', () => {
  const { files, commands } = timerUnits(wish);
  expect(files.map(({ path }) => path)).toEqual([
    '~/.config/systemd/user/nixup.service',
    '~/.config/systemd/user/nixup.timer',
  ]);
  expect(commands).toEqual([
    ['systemctl', '--user', 'daemon-reload'],
    ['systemctl', '--user', 'enable', '--now', 'nixup.timer'],
    ['loginctl', 'enable-linger'],
  ]);
  expect(settings(wish)).toContain('SuccessExitStatus=4');
  expect(settings(wish)).toContain('OnCalendar=Sun 04:00');
});

test('root gets units of the system, which wait for the network', () => {
  const { files, commands } = timerUnits({ ...wish, isRoot: true });
  expect(files[0]?.path).toBe('/etc/systemd/system/nixup.service');
  expect(files[0]?.text).toContain('After=network-online.target');
  expect(commands).toEqual([
    ['systemctl', 'daemon-reload'],
    ['systemctl', 'enable', '--now', 'nixup.timer'],
  ]);
});

// How words are read: "Command lines" in systemd.service(5), "Quoting" in systemd.syntax(7).
test.each([
  ['/home/ada/fleet', '/home/ada/fleet'],
  ['/srv/my fleet', '"/srv/my fleet"'],
  ['/srv/50%', '/srv/50%%'],
  ['/srv/$HOME', '"/srv/$$HOME"'],
  ['/srv/a"b\\c', '"/srv/a\\"b\\\\c"'],
  ["/srv/it's", '"/srv/it\'s"'],
  ['', '""'],
  [';', '";"'],
])('the word %j of a command is %s', (word, shown) => {
  expect(settings({ ...wish, command: ['/bin/nixup', word] })).toContain(
    `ExecStart=/bin/nixup ${shown}`,
  );
});

test('the runs of the timer are kept where those of the person are', () => {
  expect(settings(wish).join()).not.toContain('XDG_STATE_HOME');
  expect(settings({ ...wish, stateHome: '/srv/my state' })).toContain(
    'Environment="XDG_STATE_HOME=/srv/my state"',
  );
});

test('a variable of the environment is quoted, and its dollar signs are none of systemd', () => {
  expect(settings({ ...wish, searchPath: '/a b:/c$d:/e%f' })).toContain(
    'Environment="PATH=/a b:/c$d:/e%%f"',
  );
});
