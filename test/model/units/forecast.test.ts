import { expect, test } from 'vitest';
import { compareSystems, type Files } from '../../support/two-systems.ts';

const unit = (lines = '', service = ''): string =>
  `[Unit]\n${lines}[Service]\nExecStart=/bin/a\n${service}`;

const along = (...systems: Parameters<typeof compareSystems>): readonly string[] =>
  compareSystems(...systems).along.map(
    ({ unit: name, does, because }) => `${does} ${name}: ${because}`,
  );

const target = { 'multi-user.target': '[Unit]\n' };
const wants = (name: string): Files => ({ [`multi-user.target.wants/${name}`]: '' });

// systemd: `src/core/transaction.c`, `transaction_add_job_and_dependencies`, and
// `unit-dependency-atom.c`: which dependencies carry a stop, a restart and a start.
test.each<
  [what: string, old: Files, now: Files, running: readonly string[], goes: readonly string[]]
>([
  ...(['PartOf', 'BindsTo', 'Requires', 'Requisite'] as const).flatMap(
    (key): readonly [string, Files, Files, readonly string[], readonly string[]][] => [
      [
        `${key}= on a unit that restarts in place`,
        { 'a.service': unit('', 'X-StopIfChanged=no\n'), 'b.service': unit(`${key}=a.service\n`) },
        {
          'a.service': unit('', 'X-StopIfChanged=no\nNice=1\n'),
          'b.service': unit(`${key}=a.service\n`),
        },
        ['a.service', 'b.service'],
        [`restart b.service: ${key}=a.service`],
      ],
      [
        `${key}= on a unit that is stopped and started, and nobody starts it again`,
        { 'a.service': unit(), 'b.service': unit(`${key}=a.service\n`) },
        { 'a.service': unit('', 'Nice=1\n'), 'b.service': unit(`${key}=a.service\n`) },
        ['a.service', 'b.service'],
        [`stop b.service: ${key}=a.service`],
      ],
      [
        `${key}= on a unit that is stopped and started, and a target wants it`,
        {
          ...target,
          ...wants('b.service'),
          'a.service': unit(),
          'b.service': unit(`${key}=a.service\n`),
        },
        {
          ...target,
          ...wants('b.service'),
          'a.service': unit('', 'Nice=1\n'),
          'b.service': unit(`${key}=a.service\n`),
        },
        ['multi-user.target', 'a.service', 'b.service'],
        [`restart b.service: ${key}=a.service`],
      ],
      [
        `${key}= on a unit that is gone`,
        { 'a.service': unit(), 'b.service': unit(`${key}=a.service\n`) },
        { 'b.service': unit(`${key}=a.service\n`) },
        ['a.service', 'b.service'],
        [`stop b.service: ${key}=a.service`],
      ],
      [
        `${key}= by a drop-in`,
        {
          'a.service': unit(),
          'b.service': unit(),
          'b.service.d/o.conf': `[Unit]\n${key}=a.service\n`,
        },
        { 'b.service': unit(), 'b.service.d/o.conf': `[Unit]\n${key}=a.service\n` },
        ['a.service', 'b.service'],
        [`stop b.service: ${key}=a.service`],
      ],
    ],
  ),
  [
    'a chain of three',
    {
      'a.service': unit(),
      'b.service': unit('PartOf=a.service\n'),
      'c.service': unit('BindsTo=b.service\n'),
    },
    { 'b.service': unit('PartOf=a.service\n'), 'c.service': unit('BindsTo=b.service\n') },
    ['a.service', 'b.service', 'c.service'],
    ['stop b.service: PartOf=a.service', 'stop c.service: BindsTo=b.service'],
  ],
  [
    'a masked unit',
    { 'a.service': unit(), 'b.service': unit('Requires=a.service\n') },
    { 'a.service': '', 'b.service': unit('Requires=a.service\n') },
    ['a.service', 'b.service'],
    ['stop b.service: Requires=a.service'],
  ],
  [
    'a link in a .requires folder',
    { 'a.service': unit(), 'b.service': unit(), 'b.service.requires/a.service': '' },
    { 'b.service': unit() },
    ['a.service', 'b.service'],
    ['stop b.service: Requires=a.service'],
  ],
  [
    'Wants=, which carries nothing',
    { 'a.service': unit(), 'b.service': unit('Wants=a.service\n') },
    { 'b.service': unit('Wants=a.service\n') },
    ['a.service', 'b.service'],
    [],
  ],
  [
    'what does not run',
    { 'a.service': unit(), 'b.service': unit('PartOf=a.service\n') },
    { 'b.service': unit('PartOf=a.service\n') },
    ['a.service'],
    [],
  ],
  [
    'PartOf= that is new: the stop goes by what is loaded, which knows nothing of it',
    { 'a.service': unit(), 'b.service': unit('', 'X-RestartIfChanged=no\n') },
    {
      'a.service': unit('', 'Nice=1\n'),
      'b.service': unit('PartOf=a.service\n', 'X-RestartIfChanged=no\n'),
    },
    ['a.service', 'b.service'],
    [],
  ],
  [
    'PartOf= that is new: a restart goes by the new files',
    {
      'a.service': unit('', 'X-StopIfChanged=no\n'),
      'b.service': unit('', 'X-RestartIfChanged=no\n'),
    },
    {
      'a.service': unit('', 'X-StopIfChanged=no\nNice=1\n'),
      'b.service': unit('PartOf=a.service\n', 'X-RestartIfChanged=no\n'),
    },
    ['a.service', 'b.service'],
    ['restart b.service: PartOf=a.service'],
  ],
  [
    'PartOf= that was taken back by an empty value',
    { 'a.service': unit(), 'b.service': unit('PartOf=a.service\nPartOf=\n') },
    { 'b.service': unit('PartOf=a.service\nPartOf=\n') },
    ['a.service', 'b.service'],
    [],
  ],
  [
    'an instance, by the specifier of its template',
    { 'a@x.service': unit(), 'b@.service': unit('PartOf=a@%i.service\n') },
    { 'b@.service': unit('PartOf=a@%i.service\n') },
    ['a@x.service', 'b@x.service', 'b@y.service'],
    ['stop b@x.service: PartOf=a@x.service'],
  ],
  [
    'StopPropagatedFrom=',
    { 'a.service': unit(), 'b.service': unit('StopPropagatedFrom=a.service\n') },
    { 'b.service': unit('StopPropagatedFrom=a.service\n') },
    ['a.service', 'b.service'],
    ['stop b.service: PropagatesStopTo= of a.service'],
  ],
  [
    'ReloadPropagatedFrom=',
    {
      'a.service': unit('X-Reload-Triggers=1\n'),
      'b.service': unit('ReloadPropagatedFrom=a.service\n'),
    },
    {
      'a.service': unit('X-Reload-Triggers=2\n'),
      'b.service': unit('ReloadPropagatedFrom=a.service\n'),
    },
    ['a.service', 'b.service'],
    ['reload b.service: PropagatesReloadTo= of a.service'],
  ],
  [
    'RequiresMountsFor= on a mount that is gone',
    { fstab: 'tmpfs /data tmpfs x 0 0\n', 'b.service': unit('RequiresMountsFor=/data/sub\n') },
    { 'b.service': unit('RequiresMountsFor=/data/sub\n') },
    ['data.mount', 'b.service'],
    ['stop b.service: Requires=data.mount'],
  ],
  [
    'a new unit that conflicts with one that runs',
    { ...target, 'a.service': unit() },
    {
      ...target,
      'a.service': unit(),
      ...wants('b.service'),
      'b.service': unit('Conflicts=a.service\n'),
    },
    ['multi-user.target', 'a.service'],
    ['stop a.service: Conflicts= of b.service'],
  ],
  [
    'what a restarted unit newly needs',
    { 'a.service': unit('', 'X-StopIfChanged=no\n') },
    {
      'a.service': unit('Requires=b.service\nWants=c.service\n', 'X-StopIfChanged=no\n'),
      'b.service': unit(),
      'c.service': unit(),
    },
    ['a.service'],
    ['start b.service: Requires= of a.service', 'start c.service: Wants= of a.service'],
  ],
  [
    'what is wanted and is not there',
    { 'a.service': unit('', 'X-StopIfChanged=no\n') },
    { 'a.service': unit('Wants=b.service\n', 'X-StopIfChanged=no\n') },
    ['a.service'],
    [],
  ],
  [
    'what hangs on a target that stops at every switch',
    { 't.target': '[Unit]\nX-StopOnReconfiguration=yes\n', 'a.service': unit('PartOf=t.target\n') },
    { 't.target': '[Unit]\nX-StopOnReconfiguration=yes\n', 'a.service': unit('PartOf=t.target\n') },
    ['t.target', 'a.service'],
    ['stop a.service: PartOf=t.target'],
  ],
])('%s', (_, old, now, running, goes) => {
  expect(along(old, now, running)).toEqual(goes);
});

test('what is to be reloaded, and went down with what it requires, starts again', () => {
  const [needed, needing] = ['required-service.service', 'test-service.service'];
  const files = (key: string, trigger: string): Files => ({
    [needed]: unit('', key),
    [needing]: unit(`Requires=${needed}\n${trigger}`),
  });
  const seen = compareSystems(files('', ''), files('X-Test=test\n', 'X-Reload-Triggers=test\n'), [
    needed,
    needing,
  ]);
  expect(seen.impact).toMatchObject({ stop: [needed, needing].slice(0, 1), reload: [] });
  expect(seen.along).toEqual([]);
  expect(seen.impact.restart).toEqual([needing]);
});

test('what is there only for others ends with the last of them', () => {
  expect(
    along(
      { 'a.service': unit('Requires=b.service\n'), 'b.service': unit() },
      { 'b.service': unit() },
      ['a.service'],
      {
        'b.service': { stopsWhenUnneeded: true },
      },
    ),
  ).toEqual(['stop b.service: StopWhenUnneeded=yes']);
});

test('a condition that holds a unit back holds it back again, until its file changes', () => {
  const held = { 'b.service': { state: 'inactive', isHeldBack: true } };
  const files = (service: string): Files => ({
    ...target,
    ...wants('b.service'),
    'b.service': unit('', service),
  });
  expect(compareSystems(files(''), files(''), ['multi-user.target'], held).impact.start).toEqual(
    [],
  );
  expect(
    compareSystems(files(''), files('Nice=1\n'), ['multi-user.target'], held).impact.start,
  ).toEqual(['b.service']);
});

test('a unit that failed, or runs once at every start, is started by the target that wants it', () => {
  const files: Files = { ...target, ...wants('b.service'), 'b.service': unit() };
  expect(
    compareSystems(files, files, ['multi-user.target'], { 'b.service': { state: 'failed' } }).impact
      .start,
  ).toEqual(['b.service']);
});

test('a service that waits for its socket is told to', () => {
  const socket = { 's.socket': '[Socket]\nListenStream=/run/s\n' };
  const seen = compareSystems(
    { 'a.service': unit('', 'Sockets=s.socket\n'), ...socket },
    { 'a.service': unit('', 'Sockets=s.socket\nNice=1\n'), ...socket },
    ['a.service', 's.socket'],
  );
  expect(seen.waits).toEqual(['a.service']);
});

test('what differs and was not read is named, and never taken for the same', () => {
  const old: Files = { 'a.service': unit() };
  const now: Files = { 'a.service': unit('', 'Nice=1\n') };
  expect(compareSystems(old, now, ['a.service'], {}, ['a.service']).notRead).toEqual(['a.service']);
});
