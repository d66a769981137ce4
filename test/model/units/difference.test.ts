import { expect, test } from 'vitest';
import { groupImpact } from '../../../source/model/deploy/preview.ts';
import { changedPrograms } from '../../../source/model/units/difference.ts';
import { compareSystems, type Files } from '../../support/two-systems.ts';

type Groups = Partial<ReturnType<typeof groupImpact>>;

const nothing = { restarts: [], stops: [], reloads: [], starts: [], keeps: [] };

const groups = (...systems: Parameters<typeof compareSystems>) =>
  groupImpact(compareSystems(...systems).impact);

const base = (more = '', unit = ''): string =>
  `[Unit]\nDescription=A\n${unit}[Service]\nType=oneshot\nRemainAfterExit=true\nExecStart=/bin/true\n${more}`;

const one = (text: string): Files => ({
  'test.service': text,
  'multi-user.target': '[Unit]\nDescription=M\n',
  'multi-user.target.wants/test.service': '',
});

const nostop = 'X-StopIfChanged=false\n';

// nixos/tests/switch-test.nix of nixpkgs: what is said there of each pair of its specialisations.
test.each<[what: string, old: string, now: string, does: Groups]>([
  ['nothing changed', base(), base(), {}],
  ['only the description', base(), base().replace('=A', '=Test unit'), {}],
  ['another key', base(), base('X-Test=true\n'), { restarts: ['test.service'] }],
  ['stopIfChanged = false', base('X-Test=true\n'), base(nostop), { restarts: ['test.service'] }],
  [
    'reloadIfChanged',
    base(nostop),
    base('X-ReloadIfChanged=true\n'),
    { reloads: ['test.service'] },
  ],
  [
    'restartIfChanged = false',
    base(),
    base('X-RestartIfChanged=false\n'),
    { keeps: ['test.service'] },
  ],
  [
    'a new section',
    base(nostop),
    base(`${nostop}[X-Test]\nX-Test-Value=a\n`),
    { restarts: ['test.service'] },
  ],
  [
    'a renamed section',
    base(`${nostop}[X-Test]\nX-Test-Value=a\n`),
    base(`${nostop}[X-Test2]\nX-Test-Value=a\n`),
    { restarts: ['test.service'] },
  ],
  [
    'the [Install] section',
    base(nostop),
    base(`${nostop}[Install]\nWantedBy=multi-user.target\n`),
    {},
  ],
  [
    'another value',
    base(`${nostop}X-Test=test\n`),
    base(`${nostop}X-Test=test2\n`),
    { restarts: ['test.service'] },
  ],
  [
    'a renamed key',
    base(`${nostop}X-Test=test\n`),
    base(`${nostop}X-Test2=test\n`),
    { restarts: ['test.service'] },
  ],
  [
    'a key that is gone',
    base(`${nostop}X-Test2=test\n`),
    base(nostop),
    { restarts: ['test.service'] },
  ],
  [
    'a new reload trigger',
    base(nostop),
    base(nostop, 'X-Reload-Triggers=/dev/null\n'),
    { reloads: ['test.service'] },
  ],
  [
    'another reload trigger',
    base(nostop, 'X-Reload-Triggers=/dev/null\n'),
    base(nostop, 'X-Reload-Triggers=/dev/zero\n'),
    { reloads: ['test.service'] },
  ],
  [
    'another reload trigger and another key',
    base(nostop, 'X-Reload-Triggers=/dev/null\n'),
    base(`${nostop}X-Test=test\n`, 'X-Reload-Triggers=/dev/zero\n'),
    { restarts: ['test.service'] },
  ],
  [
    'a reload trigger that is gone',
    base(nostop, 'X-Reload-Triggers=/dev/zero\n'),
    base(nostop),
    {},
  ],
  // `compare_units` of the program's own tests.
  ['a new ExecReload', base(), base('ExecReload=/bin/true\n'), { reloads: ['test.service'] }],
  [
    'another ExecReload',
    base('ExecReload=/bin/a\n'),
    base('ExecReload=/bin/b\n'),
    { reloads: ['test.service'] },
  ],
  ['an ExecReload that is gone', base('ExecReload=/bin/a\n'), base(), {}],
  [
    'a new ExecReload and another key',
    base(),
    base('ExecReload=/bin/a\nX-A=1\n'),
    { restarts: ['test.service'] },
  ],
  // `parse_systemd_ini` and rust-ini.
  ['quotes around a value', base('Environment="A=b"\n'), base('Environment=A=b\n'), {}],
  ['a value taken back and set again', base(), base('ExecStart=\nExecStart=/bin/true\n'), {}],
  [
    'a value taken back and set to another',
    base(),
    base('ExecStart=\nExecStart=/bin/false\n'),
    { restarts: ['test.service'] },
  ],
  [
    'an empty value in place of none',
    base(),
    base('Environment=\n'),
    { restarts: ['test.service'] },
  ],
  ['a line broken in two', base('Environment=A=b C=d\n'), base('Environment=A=b \\\nC=d\n'), {}],
  [
    'comments',
    base(),
    base('# more\n; and more\nNice=0 # said\n').replace('Nice=0 # said\n', ''),
    {},
  ],
  [
    'True with a capital, which is not true',
    base(nostop),
    base('X-ReloadIfChanged=True\n'),
    { restarts: ['test.service'] },
  ],
  ['the old file cannot be read', base('Environment="A\n'), base(), { restarts: ['test.service'] }],
  ['the new file cannot be read', base(), base('Environment="A\n'), { restarts: ['test.service'] }],
])('%s', (_, old, now, does) => {
  expect(groups(one(old), one(now), ['multi-user.target', 'test.service'])).toEqual({
    ...nothing,
    ...does,
  });
});

const socket = '[Socket]\nListenStream=/run/test.sock\n';
const slot = (more: string): string => `[Service]\nExecStart=/bin/a\n${more}`;

test.each<[what: string, old: Files, now: Files, running: readonly string[], does: Groups]>([
  [
    'a service with a socket of its name: the socket starts again, the service waits for it',
    { 'a.service': slot(''), 'a.socket': socket },
    { 'a.service': slot('X-A=1\n'), 'a.socket': socket },
    ['a.service', 'a.socket'],
    { restarts: ['a.socket'], stops: ['a.service'] },
  ],
  [
    'sockets under other names',
    { 'a.service': slot('Sockets=b.socket c.socket\n'), 'b.socket': socket, 'c.socket': socket },
    {
      'a.service': slot('Sockets=b.socket c.socket\nX-A=1\n'),
      'b.socket': socket,
      'c.socket': socket,
    },
    ['a.service', 'b.socket', 'c.socket'],
    { restarts: ['b.socket', 'c.socket'], stops: ['a.service'] },
  ],
  [
    'a service that says it is not started by its socket',
    { 'a.service': slot('X-NotSocketActivated=true\n'), 'a.socket': socket },
    { 'a.service': slot('X-NotSocketActivated=true\nX-A=1\n'), 'a.socket': socket },
    ['a.service', 'a.socket'],
    { restarts: ['a.service', 'a.socket'] },
  ],
  [
    'a service that became socket-activated waits for its new socket',
    { 'a.service': slot(''), 'sockets.target': '[Unit]\n' },
    {
      'a.service': slot('X-A=1\n'),
      'a.socket': socket,
      'sockets.target': '[Unit]\n',
      'sockets.target.wants/a.socket': '',
    },
    ['a.service', 'sockets.target'],
    { stops: ['a.service'], starts: ['a.socket'] },
  ],
  [
    'a service whose socket is gone starts by itself',
    { 'a.service': slot(''), 'a.socket': socket },
    { 'a.service': slot('X-A=1\n') },
    ['a.service', 'a.socket'],
    { restarts: ['a.service'], stops: ['a.socket'] },
  ],
  [
    'an instance of an accepting socket is stopped, and its socket starts again',
    { 'a@.service': slot(''), 'a.socket': `${socket}Accept=yes\n` },
    { 'a@.service': slot('X-A=1\n'), 'a.socket': `${socket}Accept=yes\n` },
    ['a@7-1-0.service', 'a.socket'],
    { restarts: ['a.socket'], stops: ['a@7-1-0.service'] },
  ],
  [
    'an instance with dots in its name is not found, and left alone',
    { 'a@.service': slot(''), 'a.socket': `${socket}Accept=yes\n` },
    { 'a@.service': slot('X-A=1\n'), 'a.socket': `${socket}Accept=yes\n` },
    ['a@7-10.0.0.1:22-10.0.0.2:9.service', 'a.socket'],
    {},
  ],
  [
    'a socket that changed',
    { 'a.socket': socket },
    { 'a.socket': `${socket}Backlog=9\n` },
    ['a.socket'],
    {},
  ],
  [
    'a template and an instance with drop-ins of its own',
    { 'a@.service': slot(''), 'a@x.service.d/o.conf': '[Service]\nNice=1\n' },
    { 'a@.service': slot(''), 'a@x.service.d/o.conf': '[Service]\nNice=2\n' },
    ['a@x.service', 'a@y.service'],
    { restarts: ['a@x.service'] },
  ],
  [
    'an instance whose drop-ins are gone, while one by hand stays',
    { 'a@.service': slot(''), 'a@x.service.d/o.conf': '[Service]\nNice=1\n' },
    { 'a@.service': slot('') },
    ['a@x.service', 'a@y.service'],
    { stops: ['a@x.service'] },
  ],
  [
    'an instance whose drop-ins are masked',
    { 'a@.service': slot(''), 'a@x.service.d/o.conf': '[Service]\nNice=1\n' },
    { 'a@.service': slot(''), 'a@x.service.d/o.conf': '' },
    ['a@x.service'],
    { stops: ['a@x.service'] },
  ],
  [
    'a unit that is masked',
    { 'a.service': slot('') },
    { 'a.service': '' },
    ['a.service'],
    { stops: ['a.service'] },
  ],
  ['a unit that is gone', { 'a.service': slot('') }, {}, ['a.service'], { stops: ['a.service'] }],
  [
    'a unit that is gone and wants to stay',
    { 'a.service': `[Unit]\nX-StopOnRemoval=no\n${slot('')}` },
    {},
    ['a.service'],
    {},
  ],
  [
    'a drop-in that comes and takes a value back',
    { 'a.service': slot('') },
    { 'a.service': slot(''), 'a.service.d/o.conf': '[Service]\nExecStart=\nExecStart=/bin/a\n' },
    ['a.service'],
    {},
  ],
  [
    'a drop-in that adds a value',
    { 'a.service': slot('Environment=A=1\n') },
    {
      'a.service': slot('Environment=A=1\n'),
      'a.service.d/o.conf': '[Service]\nEnvironment=B=1\n',
    },
    ['a.service'],
    { restarts: ['a.service'] },
  ],
  [
    'a unit that refuses to be stopped',
    { 'a.service': slot('') },
    { 'a.service': `[Unit]\nRefuseManualStop=true\n${slot('')}` },
    ['a.service'],
    {},
  ],
  [
    'a unit that refuses to be stopped, and changed',
    { 'a.service': `[Unit]\nRefuseManualStop=true\n${slot('')}` },
    { 'a.service': `[Unit]\nRefuseManualStop=true\n${slot('Nice=1\n')}` },
    ['a.service'],
    { keeps: ['a.service'] },
  ],
  [
    'a unit that is started by hand only',
    { 'a.service': `[Unit]\nX-OnlyManualStart=yes\n${slot('')}` },
    { 'a.service': `[Unit]\nX-OnlyManualStart=yes\n${slot('Nice=1\n')}` },
    ['a.service'],
    { keeps: ['a.service'] },
  ],
  ['what does not run', { 'a.service': slot('') }, { 'a.service': slot('Nice=1\n') }, [], {}],
  [
    'options of a mount unit',
    { 'm.mount': '[Mount]\nWhat=tmpfs\nOptions=size=1M\n' },
    { 'm.mount': '[Mount]\nWhat=tmpfs\nOptions=size=10M\n' },
    ['m.mount'],
    { reloads: ['m.mount'] },
  ],
  [
    'another file system of a mount unit',
    { 'm.mount': '[Mount]\nWhat=tmpfs\nOptions=size=1M\n' },
    { 'm.mount': '[Mount]\nWhat=ramfs\nOptions=size=10M\n' },
    ['m.mount'],
    { restarts: ['m.mount'] },
  ],
  [
    'a timer',
    { 'a.timer': '[Timer]\nOnCalendar=daily\n' },
    { 'a.timer': '[Timer]\nOnCalendar=weekly\n' },
    ['a.timer'],
    { restarts: ['a.timer'] },
  ],
  [
    'a path',
    { 'a.path': '[Path]\nPathExists=/a\n' },
    { 'a.path': '[Path]\nPathExists=/b\n' },
    ['a.path'],
    {},
  ],
  ['a slice', { 'a.slice': '[Slice]\nMemoryMax=1\n' }, { 'a.slice': '[Slice]\n' }, ['a.slice'], {}],
  [
    'a target that changed',
    { 't.target': '[Unit]\n', 'a.service': `[Unit]\nBindsTo=t.target\n${slot('')}` },
    { 't.target': '[Unit]\nX-Test=1\n', 'a.service': `[Unit]\nBindsTo=t.target\n${slot('')}` },
    ['t.target', 'a.service'],
    {},
  ],
  [
    'a target and what it wants again',
    { 't.target': '[Unit]\n' },
    { 't.target': '[Unit]\n', 't.target.wants/a.service': '', 'a.service': slot('') },
    ['t.target'],
    { starts: ['a.service'] },
  ],
  [
    'a target that refuses to be started by hand, and what it wants again',
    { 't.target': '[Unit]\nRefuseManualStart=yes\n' },
    {
      't.target': '[Unit]\nRefuseManualStart=yes\n',
      't.target.wants/a.service': '',
      'a.service': slot(''),
    },
    ['t.target'],
    {},
  ],
  [
    'a name with a backslash, and one that starts with a dash',
    { 'escaped\\x2ddash.service': slot(''), '-.service': slot('') },
    { 'escaped\\x2ddash.service': slot('Nice=1\n'), '-.service': slot('X-ReloadIfChanged=true\n') },
    ['escaped\\x2ddash.service', '-.service'],
    { restarts: ['escaped\\x2ddash.service'], reloads: ['-.service'] },
  ],
])('%s', (_, old, now, running, does) => {
  expect(groups(old, now, running)).toEqual({ ...nothing, ...does });
});

const generated = { fragment: '/run/systemd/generator/test.mount' };
const fstab = (...lines: readonly string[]): Files => ({
  'local-fs.target': '[Unit]\n',
  fstab: `${lines.join('\n')}\n`,
});

// The subtest "fstab mounts" of switch-test.nix.
test.each<[what: string, old: Files, now: Files, does: Groups]>([
  [
    'options',
    fstab('tmpfs /test tmpfs defaults 0 0'),
    fstab('tmpfs /test tmpfs x-test 0 0'),
    { reloads: ['test.mount'] },
  ],
  [
    'a device',
    fstab('tmpfs /test tmpfs x-test 0 0'),
    fstab('ramfs /test tmpfs x-test 0 0'),
    { restarts: ['test.mount'] },
  ],
  [
    'a type',
    fstab('tmpfs /test tmpfs x 0 0'),
    fstab('tmpfs /test ramfs x 0 0'),
    { restarts: ['test.mount'] },
  ],
  ['an entry that is gone', fstab('tmpfs /test tmpfs x 0 0'), fstab(), { stops: ['test.mount'] }],
  [
    'a line with a comment, which is no entry',
    fstab('tmpfs /test tmpfs x 0 0'),
    fstab('tmpfs /test tmpfs x 0 0 # y'),
    { stops: ['test.mount'] },
  ],
  ['nothing', fstab('tmpfs /test tmpfs x 0 0'), fstab('tmpfs   /test  tmpfs x 0 0'), {}],
  [
    'a new entry',
    fstab('tmpfs /test tmpfs x 0 0'),
    fstab('tmpfs /test tmpfs x 0 0', 'tmpfs /a/b\u002dc tmpfs x 0 0'),
    { starts: ['a-b\\x2dc.mount'] },
  ],
  [
    'a new entry without a start',
    fstab('tmpfs /test tmpfs x 0 0'),
    fstab('tmpfs /test tmpfs x 0 0', 'tmpfs /b tmpfs noauto 0 0'),
    {},
  ],
  [
    'a new entry that is mounted when it is used',
    fstab('tmpfs /test tmpfs x 0 0'),
    fstab('tmpfs /test tmpfs x 0 0', 'tmpfs /b tmpfs x-systemd.automount 0 0'),
    { starts: ['b.automount'] },
  ],
])('fstab: %s', (_, old, now, does) => {
  expect(groups(old, now, ['local-fs.target'], { 'test.mount': generated })).toEqual({
    ...nothing,
    ...does,
  });
});

test('the root file system is never unmounted', () => {
  expect(
    groups(
      fstab('a / ext4 x 0 0', 'b /nix ext4 x 0 0'),
      fstab('c / ext4 x 0 0', 'd /nix ext4 y 0 0'),
      [],
      {
        '-.mount': generated,
        'nix.mount': generated,
      },
    ),
  ).toEqual({ ...nothing, keeps: ['-.mount'], reloads: ['nix.mount'] });
});

test('units of generators and of other folders are left alone', () => {
  expect(
    groups({ 'a.service': slot('') }, { 'a.service': slot('Nice=1\n') }, [], {
      'a.service': { fragment: '/run/systemd/generator/a.service' },
    }),
  ).toEqual(nothing);
});

test('programs in another version are named with both', () => {
  const start = (version: string): string =>
    `[Service]\nExecStart=/nix/store/${'a'.repeat(32)}-grafana-${version}/bin/grafana`;
  expect(
    changedPrograms(
      new Map([['grafana.service', start('12.4.1')]]),
      new Map([['grafana.service', start('13.0.0')]]),
    ),
  ).toEqual([{ unit: 'grafana.service', name: 'grafana', from: '12.4.1', to: '13.0.0' }]);
});
