/**
 * Files of `etc/systemd/system` by name. A name in a `.wants` or `.requires` folder is a link to the
 * unit, `null` a mask, `{ alias }` another name of a unit; `fstab` is `/etc/fstab`.
 */
export type SystemFiles = Readonly<Record<string, string | null | { readonly alias: string }>>;

/** Two systems that differ; each is switched to from the other. */
export interface Pair {
  readonly kind: string;
  readonly old: SystemFiles;
  readonly now: SystemFiles;
  /** On the host, once the old system runs, and again once the new one does. */
  readonly prepare?: string;
}

const unit = (lines: string, service = ''): string =>
  `[Unit]\nStartLimitIntervalSec=0\n${lines}[Service]\nExecStart=/usr/bin/sleep infinity\n${service}`;
const once = (lines = '', service = ''): string =>
  `[Unit]\nStartLimitIntervalSec=0\n${lines}[Service]\nType=oneshot\nExecStart=/usr/bin/true\n${service}`;
const socket = (path: string, more = ''): string =>
  `[Unit]\nDescription=${path}\n[Socket]\nListenStream=/run/fc-${path}\n${more}`;
const changed = 'Nice=1\n';
const inPlace = 'X-StopIfChanged=false\n';

const wanted = (...units: readonly string[]): SystemFiles =>
  Object.fromEntries(units.map((name) => [`multi-user.target.wants/${name}`, '']));
const by = (target: string, ...units: readonly string[]): SystemFiles =>
  Object.fromEntries(units.map((name) => [`${target}.wants/${name}`, '']));

const hanging = (key: string): SystemFiles => ({
  'fc-b.service': unit(`${key}=fc-a.service\n`),
  'fc-c.service': unit(`${key}=fc-a.service\n`),
  'fc-d.service': unit('BindsTo=fc-c.service\n'),
  ...wanted('fc-b.service'),
});
const started = 'systemctl start fc-b fc-c fc-d';

const dependencies: readonly Pair[] = [
  ...['PartOf', 'BindsTo', 'Requires', 'Requisite'].flatMap((key): readonly Pair[] => [
    {
      kind: `${key}= on a unit that is stopped and started`,
      old: { 'fc-a.service': unit(''), ...wanted('fc-a.service'), ...hanging(key) },
      now: { 'fc-a.service': unit('', changed), ...wanted('fc-a.service'), ...hanging(key) },
      prepare: started,
    },
    {
      kind: `${key}= on a unit that is restarted in place`,
      old: { 'fc-a.service': unit('', inPlace), ...wanted('fc-a.service'), ...hanging(key) },
      now: {
        'fc-a.service': unit('', inPlace + changed),
        ...wanted('fc-a.service'),
        ...hanging(key),
      },
      prepare: started,
    },
  ]),
  {
    kind: 'what hangs on a unit that is gone',
    old: { 'fc-a.service': unit(''), ...wanted('fc-a.service'), ...hanging('PartOf') },
    now: hanging('PartOf'),
    prepare: started,
  },
  {
    kind: 'what hangs on a unit that is masked',
    old: {
      'fc-a.service': unit(''),
      ...wanted('fc-a.service'),
      'fc-b.service': unit('BindsTo=fc-a.service\n'),
      'fc-c.service': unit('PartOf=fc-a.service\n'),
    },
    now: {
      'fc-a.service': null,
      'fc-b.service': unit('BindsTo=fc-a.service\n'),
      'fc-c.service': unit('PartOf=fc-a.service\n'),
    },
    prepare: 'systemctl start fc-b fc-c || true',
  },
  {
    kind: 'dependencies by drop-ins and by links',
    old: {
      'fc-a.service': unit(''),
      'fc-b.service': unit(''),
      'fc-b.service.d/needs.conf': '[Unit]\nRequires=fc-a.service\n',
      'fc-c.service': unit(''),
      'fc-c.service.requires/fc-a.service': '',
      ...wanted('fc-a.service', 'fc-b.service', 'fc-c.service'),
    },
    now: {
      'fc-a.service': unit('', changed),
      'fc-b.service': unit(''),
      'fc-b.service.d/needs.conf': '[Unit]\nRequires=fc-a.service\n',
      'fc-c.service': unit(''),
      'fc-c.service.requires/fc-a.service': '',
      ...wanted('fc-a.service', 'fc-b.service', 'fc-c.service'),
    },
  },
  {
    kind: 'stops and reloads that are passed on, and units in each other’s way',
    old: {
      'fc-a.service': unit('', 'ExecReload=/usr/bin/true\n'),
      'fc-b.service': unit('StopPropagatedFrom=fc-s.service\n'),
      'fc-s.service': unit(''),
      'fc-r.service': unit('ReloadPropagatedFrom=fc-a.service\n', 'ExecReload=/usr/bin/true\n'),
      'fc-x.service': unit(''),
      ...wanted('fc-a.service', 'fc-b.service', 'fc-r.service', 'fc-s.service', 'fc-x.service'),
    },
    now: {
      'fc-a.service': unit('X-Reload-Triggers=1\n', 'ExecReload=/usr/bin/true\n'),
      'fc-b.service': unit('StopPropagatedFrom=fc-s.service\n'),
      'fc-r.service': unit('ReloadPropagatedFrom=fc-a.service\n', 'ExecReload=/usr/bin/true\n'),
      'fc-x.service': unit(''),
      'fc-y.service': unit('Conflicts=fc-x.service\n'),
      ...wanted('fc-a.service', 'fc-r.service', 'fc-y.service'),
    },
  },
  {
    kind: 'what is to be reloaded, and went down with what it requires',
    old: {
      'fc-a.service': unit(''),
      'fc-b.service': unit('Requires=fc-a.service\n', 'ExecReload=/usr/bin/true\n'),
      ...wanted('fc-a.service', 'fc-b.service'),
    },
    now: {
      'fc-a.service': unit('', changed),
      'fc-b.service': unit(
        'Requires=fc-a.service\nX-Reload-Triggers=1\n',
        'ExecReload=/usr/bin/true\n',
      ),
      ...wanted('fc-a.service', 'fc-b.service'),
    },
    prepare: 'systemctl start fc-b',
  },
  {
    kind: 'what is upheld, and what is there only for others',
    old: {
      'fc-a.service': unit('Requires=fc-n.service\nAfter=fc-n.service\n'),
      'fc-n.service': unit('StopWhenUnneeded=yes\n'),
      'fc-u.service': unit(''),
      ...wanted('fc-a.service', 'fc-u.service'),
    },
    now: {
      'fc-n.service': unit('StopWhenUnneeded=yes\n'),
      'fc-u.service': unit('Upholds=fc-v.service\n', inPlace),
      'fc-v.service': unit(''),
      ...wanted('fc-u.service'),
    },
  },
];

const targets: readonly Pair[] = [
  {
    kind: 'members of targets',
    old: {
      'fc-one.target': '[Unit]\nDescription=One\n',
      'fc-a.service': unit(''),
      'fc-b.service': unit('PartOf=fc-one.target\n'),
      ...wanted('fc-one.target'),
      ...by('fc-one.target', 'fc-a.service', 'fc-b.service'),
    },
    now: {
      'fc-one.target': '[Unit]\nDescription=Another\n',
      'fc-two.target': '[Unit]\nDescription=Two\n',
      'fc-a.service': unit(''),
      'fc-b.service': unit('PartOf=fc-one.target\n'),
      'fc-c.service': unit(''),
      ...wanted('fc-one.target', 'fc-two.target'),
      ...by('fc-one.target', 'fc-b.service'),
      ...by('fc-two.target', 'fc-a.service', 'fc-c.service'),
    },
  },
  {
    kind: 'a target that is gone, with what is part of it',
    old: {
      'fc-one.target': '[Unit]\nDescription=One\n',
      'fc-a.service': unit(''),
      'fc-b.service': unit('PartOf=fc-one.target\n'),
      'fc-c.service': unit('BindsTo=fc-one.target\n'),
      ...wanted('fc-one.target'),
      ...by('fc-one.target', 'fc-a.service', 'fc-b.service', 'fc-c.service'),
    },
    now: { 'fc-a.service': unit(''), ...wanted('fc-a.service') },
  },
  {
    kind: 'a target that stops at every switch',
    old: {
      'fc-one.target': '[Unit]\nX-StopOnReconfiguration=true\n',
      'fc-a.service': unit('PartOf=fc-one.target\n'),
      'fc-b.service': unit('PartOf=fc-one.target\n'),
      ...wanted('fc-one.target'),
      ...by('fc-one.target', 'fc-a.service'),
    },
    now: {
      'fc-one.target': '[Unit]\nX-StopOnReconfiguration=true\nX-Test=1\n',
      'fc-a.service': unit('PartOf=fc-one.target\n'),
      'fc-b.service': unit('PartOf=fc-one.target\n'),
      ...wanted('fc-one.target'),
      ...by('fc-one.target', 'fc-a.service'),
    },
  },
  {
    kind: 'new units of several targets',
    old: { 'fc-a.service': unit(''), ...wanted('fc-a.service') },
    now: {
      'fc-a.service': unit('Wants=fc-w.service\n'),
      'fc-b.service': unit('Requires=fc-r.service\n'),
      'fc-r.service': unit(''),
      'fc-w.service': unit(''),
      'fc-s.socket': socket('s'),
      'fc-s.service': unit(''),
      'fc-t.timer': '[Timer]\nOnCalendar=2099-01-01\n',
      'fc-t.service': once(),
      'fc-p.path': '[Path]\nPathExists=/run/fc-nowhere\n',
      'fc-p.service': once(),
      ...wanted('fc-a.service', 'fc-b.service'),
      ...by('sockets.target', 'fc-s.socket'),
      ...by('timers.target', 'fc-t.timer'),
      ...by('paths.target', 'fc-p.path'),
    },
  },
  {
    kind: 'what runs once, what failed, what was stopped by hand, what a condition holds back',
    old: {
      'fc-a.service': unit(''),
      'fc-f.service': once('', 'X-Test=1\n').replace('/usr/bin/true', '/usr/bin/false'),
      'fc-h.service': unit(''),
      'fc-k.service': unit('ConditionPathExists=/run/fc-nowhere\n'),
      'fc-o.service': once(),
      ...wanted('fc-a.service', 'fc-f.service', 'fc-h.service', 'fc-k.service', 'fc-o.service'),
    },
    now: {
      'fc-a.service': unit('', changed),
      'fc-f.service': once('', 'X-Test=1\n').replace('/usr/bin/true', '/usr/bin/false'),
      'fc-h.service': unit('', changed),
      'fc-k.service': unit('ConditionPathExists=/run/fc-nowhere\n'),
      'fc-o.service': once('', 'X-Test=1\n'),
      ...wanted('fc-a.service', 'fc-f.service', 'fc-h.service', 'fc-k.service', 'fc-o.service'),
    },
    prepare: 'systemctl stop fc-h',
  },
];

const ask = (path: string): string =>
  `systemd-run --quiet --collect perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new("/run/fc-${path}") or die; sleep 300'; for try in 1 2 3 4 5 6 7 8 9 10; do systemctl list-units --plain --no-legend --state=active 'fc-${path}*.service' | grep -q . && break; sleep 0.2; done`;

const sockets: readonly Pair[] = [
  {
    kind: 'a socket of the same name, whose service runs',
    old: {
      'fc-s.socket': socket('s'),
      'fc-s.service': unit(''),
      ...by('sockets.target', 'fc-s.socket'),
    },
    now: {
      'fc-s.socket': socket('s'),
      'fc-s.service': unit('', changed),
      ...by('sockets.target', 'fc-s.socket'),
    },
    prepare: 'systemctl start fc-s.service',
  },
  {
    kind: 'sockets under other names',
    old: {
      'fc-one.socket': socket('one', 'Service=fc-s.service\n'),
      'fc-two.socket': socket('two', 'Service=fc-s.service\n'),
      'fc-s.service': unit('', 'Sockets=fc-one.socket fc-two.socket\n'),
      ...by('sockets.target', 'fc-one.socket', 'fc-two.socket'),
    },
    now: {
      'fc-one.socket': socket('one', 'Service=fc-s.service\n'),
      'fc-two.socket': socket('two', 'Service=fc-s.service\n'),
      'fc-s.service': unit('', `Sockets=fc-one.socket fc-two.socket\n${changed}`),
      ...by('sockets.target', 'fc-one.socket', 'fc-two.socket'),
    },
    prepare: 'systemctl start fc-s.service',
  },
  {
    kind: 'a service that becomes socket-activated, and one that is so no more',
    old: { 'fc-s.service': unit(''), ...wanted('fc-s.service') },
    now: {
      'fc-s.service': unit('', changed),
      'fc-s.socket': socket('s'),
      ...by('sockets.target', 'fc-s.socket'),
    },
    prepare: 'systemctl start fc-s.service',
  },
  {
    kind: 'sockets of services that say how they are restarted',
    old: {
      'fc-n.socket': socket('n'),
      'fc-n.service': unit(
        'Requires=fc-n.socket\nAfter=fc-n.socket\n',
        'X-NotSocketActivated=true\n',
      ),
      'fc-i.socket': socket('i'),
      'fc-i.service': unit('', inPlace),
      ...by('sockets.target', 'fc-n.socket', 'fc-i.socket'),
    },
    now: {
      'fc-n.socket': socket('n'),
      'fc-n.service': unit(
        'Requires=fc-n.socket\nAfter=fc-n.socket\n',
        `X-NotSocketActivated=true\n${changed}`,
      ),
      'fc-i.socket': socket('i'),
      'fc-i.service': unit('', inPlace + changed),
      ...by('sockets.target', 'fc-n.socket', 'fc-i.socket'),
    },
    prepare: 'systemctl start fc-n.service fc-i.service',
  },
  {
    kind: 'an accepting socket with an instance',
    old: {
      'fc-acc.socket': socket('acc', 'Accept=yes\n'),
      'fc-acc@.service': unit('', 'StandardInput=socket\n'),
      ...by('sockets.target', 'fc-acc.socket'),
    },
    now: {
      'fc-acc.socket': socket('acc', 'Accept=yes\n'),
      'fc-acc@.service': unit('', `StandardInput=socket\n${changed}`),
      ...by('sockets.target', 'fc-acc.socket'),
    },
    prepare: ask('acc'),
  },
];

const tmpfs = (path: string, options = 'size=1M', device = 'tmpfs'): string =>
  `${device} ${path} tmpfs ${options} 0 0\n`;

const mounts: readonly Pair[] = [
  {
    kind: 'fstab: options, a device, a new entry and one that is gone',
    old: { fstab: tmpfs('/mnt/fc-o') + tmpfs('/mnt/fc-d') + tmpfs('/mnt/fc-g') },
    now: {
      fstab:
        tmpfs('/mnt/fc-o', 'size=2M') + tmpfs('/mnt/fc-d', 'size=1M', 'other') + tmpfs('/mnt/fc-n'),
    },
  },
  {
    kind: 'fstab: what needs a mount that changes',
    old: {
      fstab: tmpfs('/mnt/fc-d') + tmpfs('/mnt/fc-d/below'),
      'fc-a.service': unit('RequiresMountsFor=/mnt/fc-d/below\n'),
      ...wanted('fc-a.service'),
    },
    now: {
      fstab: tmpfs('/mnt/fc-d', 'size=1M', 'other') + tmpfs('/mnt/fc-d/below'),
      'fc-a.service': unit('RequiresMountsFor=/mnt/fc-d/below\n'),
      ...wanted('fc-a.service'),
    },
  },
  {
    kind: 'fstab: noauto, nofail and names with dashes',
    old: {
      fstab: tmpfs('/mnt/fc-m', 'noauto,size=1M'),
      'fc-a.service': unit(''),
      ...wanted('fc-a.service'),
    },
    now: {
      fstab:
        tmpfs('/mnt/fc-m', 'noauto,size=1M') +
        tmpfs('/mnt/fc-x', 'noauto') +
        tmpfs('/mnt/fc-f/g-h', 'nofail'),
      'fc-a.service': unit('RequiresMountsFor=/mnt/fc-f/g-h\n'),
      ...wanted('fc-a.service'),
    },
  },
  {
    kind: 'mount units, timers, paths and slices',
    old: {
      'mnt-fc.mount': '[Mount]\nWhat=tmpfs\nType=tmpfs\nWhere=/mnt/fc\nOptions=size=1M\n',
      'mnt-fe.mount': '[Mount]\nWhat=tmpfs\nType=tmpfs\nWhere=/mnt/fe\n',
      'fc-t.timer': '[Timer]\nOnCalendar=2099-01-01\n',
      'fc-t.service': once(),
      'fc-p.path': '[Path]\nPathExists=/run/fc-nowhere\n',
      'fc-p.service': once(),
      'fcsl.slice': '[Slice]\nMemoryMax=100M\n',
      'fc-a.service': unit('', 'Slice=fcsl.slice\n'),
      ...by('local-fs.target', 'mnt-fc.mount', 'mnt-fe.mount'),
      ...by('timers.target', 'fc-t.timer'),
      ...by('paths.target', 'fc-p.path'),
      ...wanted('fc-a.service'),
    },
    now: {
      'mnt-fc.mount': '[Mount]\nWhat=tmpfs\nType=tmpfs\nWhere=/mnt/fc\nOptions=size=2M\n',
      'mnt-fe.mount': '[Mount]\nWhat=other\nType=tmpfs\nWhere=/mnt/fe\n',
      'fc-t.timer': '[Timer]\nOnCalendar=2098-01-01\n',
      'fc-t.service': once('', 'X-Test=1\n'),
      'fc-p.path': '[Path]\nPathExists=/run/fc-elsewhere\n',
      'fc-p.service': once(),
      'fcsl.slice': '[Slice]\nMemoryMax=200M\n',
      'fc-a.service': unit('', 'Slice=fcsl.slice\n'),
      ...by('local-fs.target', 'mnt-fc.mount', 'mnt-fe.mount'),
      ...by('timers.target', 'fc-t.timer'),
      ...by('paths.target', 'fc-p.path'),
      ...wanted('fc-a.service'),
    },
  },
];

const all = (files: SystemFiles): SystemFiles => ({
  ...files,
  ...wanted(...Object.keys(files).filter((name) => /^fc-\w+\.service$/.test(name))),
});

const texts: readonly Pair[] = [
  {
    kind: 'quotes, resets, comments and broken lines, which change nothing',
    old: all({
      'fc-a.service': unit('', 'Environment="A=b"\n'),
      'fc-b.service': unit('', 'Environment=A=b\n'),
      'fc-c.service': unit(''),
      'fc-d.service': unit('', 'Environment=A=1 B=2\n'),
      'fc-e.service': unit('Description=E\n'),
      'fc-f.service': unit(''),
      'fc-g.service': unit('', changed),
    }),
    now: all({
      'fc-a.service': unit('', 'Environment=A=b\n'),
      'fc-b.service': unit('', 'Environment=X=y\nEnvironment=\nEnvironment=A=b\n'),
      'fc-c.service': unit(''),
      'fc-c.service.d/same.conf': '[Service]\nExecStart=\nExecStart=/usr/bin/sleep infinity\n',
      'fc-d.service': unit('', 'Environment=A=1 \\\nB=2\n'),
      'fc-e.service': `# said\n${unit('Description=Other\n')}; more\n[Install]\nWantedBy=multi-user.target\n`,
      'fc-f.service': unit('', 'Environment=\n'),
      'fc-g.service': unit('', ''),
    }),
  },
  {
    kind: 'files that the program cannot read, or reads otherwise than systemd does',
    old: all({
      'fc-a.service': unit('', `Environment='A=b\n`),
      'fc-b.service': unit(''),
      'fc-c.service': unit('', `Environment="A\nX-Test=1\n`),
      'fc-d.service': unit('', '# a\n X-Test=1\n'),
    }),
    now: all({
      'fc-a.service': unit('Description=A\n', `Environment='A=b\n`),
      'fc-b.service': unit('', 'X-Nothing\n'),
      'fc-c.service': unit('', `Environment="A\nX-Test=2\nX-Other="\n`),
      'fc-d.service': unit('', '  # a\n X-Test=1\n'),
    }),
  },
  {
    kind: 'templates and instances',
    old: {
      'fc-t@.service': unit(''),
      'fc-t@one.service.d/o.conf': '[Service]\nNice=1\n',
      'fc-t@two.service.d/o.conf': '[Service]\nNice=1\n',
      'fc-u@.service': unit(''),
      'fc-v@.service': unit('PartOf=fc-u@%i.service\n'),
      ...wanted('fc-t@one.service', 'fc-t@two.service', 'fc-u@x.service', 'fc-v@x.service'),
    },
    now: {
      'fc-t@.service': unit(''),
      'fc-t@one.service.d/o.conf': '[Service]\nNice=2\n',
      'fc-t@two.service.d/o.conf': null,
      'fc-u@.service': unit('', changed),
      'fc-v@.service': unit('PartOf=fc-u@%i.service\n'),
      ...wanted('fc-t@one.service', 'fc-u@x.service', 'fc-v@x.service'),
    },
    prepare: 'systemctl start fc-t@hand fc-t@two fc-v@y',
  },
  {
    kind: 'units that say how they are treated',
    old: all({
      'fc-keep.service': unit('', 'X-RestartIfChanged=false\n'),
      'fc-load.service': unit('', 'X-ReloadIfChanged=true\nExecReload=/usr/bin/true\n'),
      'fc-place.service': unit('', inPlace),
      'fc-hand.service': unit('X-OnlyManualStart=true\n'),
      'fc-refuse.service': unit('RefuseManualStop=true\n'),
      'fc-stay.service': unit('X-StopOnRemoval=false\n'),
      'fc-gone.service': unit(''),
      'fc-exec.service': unit('', 'ExecReload=/usr/bin/true\n'),
      'fc-less.service': unit('', 'ExecReload=/usr/bin/true\n'),
      'fc-trigger.service': unit('X-Reload-Triggers=1\n', 'ExecReload=/usr/bin/true\n'),
      'fc-both.service': unit('X-Reload-Triggers=1\n', 'ExecReload=/usr/bin/true\n'),
    }),
    now: all({
      'fc-keep.service': unit('', `X-RestartIfChanged=false\n${changed}`),
      'fc-load.service': unit('', `X-ReloadIfChanged=true\nExecReload=/usr/bin/true\n${changed}`),
      'fc-place.service': unit('', inPlace + changed),
      'fc-hand.service': unit('X-OnlyManualStart=true\n', changed),
      'fc-refuse.service': unit('RefuseManualStop=true\n', changed),
      'fc-exec.service': unit('', 'ExecReload=/usr/bin/test 1\n'),
      'fc-less.service': unit(''),
      'fc-trigger.service': unit('X-Reload-Triggers=2\n', 'ExecReload=/usr/bin/true\n'),
      'fc-both.service': unit('X-Reload-Triggers=2\n', `ExecReload=/usr/bin/true\n${changed}`),
    }),
  },
  {
    kind: 'other names of units',
    old: {
      'fc-a.service': unit(''),
      'fc-other.service': { alias: 'fc-a.service' },
      'fc-b.service': unit('PartOf=fc-other.service\n'),
      ...wanted('fc-a.service', 'fc-b.service'),
    },
    now: {
      'fc-a.service': unit('', changed),
      'fc-other.service': { alias: 'fc-a.service' },
      'fc-b.service': unit('PartOf=fc-other.service\n'),
      ...wanted('fc-a.service', 'fc-b.service'),
    },
  },
];

const update = (version: string): SystemFiles =>
  all(
    Object.fromEntries(
      ['web', 'db', 'mail', 'proxy', 'metrics', 'backup', 'dns', 'vpn'].map((name) => [
        `fc-${name}.service`,
        unit(
          name === 'web' ? 'Requires=fc-db.service\nAfter=fc-db.service\n' : '',
          `Environment=VERSION=${version}\n`,
        ),
      ]),
    ),
  );

export const pairs: readonly Pair[] = [
  ...dependencies,
  ...targets,
  ...sockets,
  ...mounts,
  ...texts,
  { kind: 'an update of eight services', old: update('1'), now: update('2') },
];
