import { expect, test } from 'vitest';
import { changedPrograms, compareUnits } from '../../source/model/unit-difference.ts';

const service = (start: string, more = ''): string =>
  `[Unit]\nDescription=A service\n[Service]\nExecStart=${start}\n${more}`;

const compare = (
  units: Readonly<Record<string, readonly [old: string | null, now: string | null]>>,
  over: { readonly active?: readonly string[]; readonly wanted?: readonly string[] } = {},
) => {
  const pick = (index: 0 | 1): ReadonlyMap<string, string> =>
    new Map(
      Object.entries(units).flatMap(([name, texts]) => {
        const text = texts[index];
        return text === null ? [] : [[name, text] as const];
      }),
    );
  const now = pick(1);
  return compareUnits({
    old: pick(0),
    new: now,
    active: over.active ?? Object.keys(units),
    wanted: over.wanted ?? [],
    has: (unit) => now.has(unit),
  });
};

const changed = (more: string) => [service('/old', more), service('/new', more)] as const;

test('a changed service is stopped and started; what its own settings say comes first', () => {
  expect(
    compare({
      'plain.service': changed(''),
      'restart.service': changed('X-StopIfChanged=false'),
      'reload.service': changed('X-ReloadIfChanged=true'),
      'keep.service': changed('X-RestartIfChanged=false'),
    }),
  ).toEqual({
    stop: ['plain.service'],
    start: ['plain.service'],
    restart: ['restart.service'],
    reload: ['reload.service'],
    skip: ['keep.service'],
    restartsSystemd: false,
  });
});

test('what does not run is not restarted, whatever its file says', () => {
  expect(compare({ 'a.service': changed('') }, { active: [] })).toMatchObject({
    stop: [],
    start: [],
  });
});

test('a description changes nothing, a reload trigger reloads', () => {
  const described = service('/same').replace('A service', 'Another');
  expect(compare({ 'a.service': [service('/same'), described] })).toMatchObject({
    stop: [],
    reload: [],
  });
  const triggered = service('/same').replace('[Service]', 'X-Reload-Triggers=/b\n[Service]');
  expect(compare({ 'a.service': [service('/same'), triggered] })).toMatchObject({
    stop: [],
    reload: ['a.service'],
  });
});

test('a unit that is gone is stopped, one that is wanted anew is started, an instance follows its template', () => {
  expect(
    compare(
      {
        'gone.service': [service('/old'), null],
        'stays.service': [
          service('/old').replace('[Service]', 'X-StopOnRemoval=no\n[Service]'),
          null,
        ],
        'fresh.service': [null, service('/new')],
        'tunnel@.service': changed('X-StopIfChanged=false'),
      },
      {
        active: ['gone.service', 'stays.service', 'tunnel@home.service'],
        wanted: ['fresh.service'],
      },
    ),
  ).toMatchObject({
    stop: ['gone.service'],
    start: ['fresh.service'],
    restart: ['tunnel@home.service'],
  });
});

test('a service that a socket starts is stopped with it, and only the socket is started again', () => {
  expect(
    compare({
      'web.service': changed(''),
      'web.socket': ['[Socket]\nListenStream=80', '[Socket]\nListenStream=80'],
    }),
  ).toMatchObject({ stop: ['web.service', 'web.socket'], start: ['web.socket'] });
});

test('programs in another version are named with both', () => {
  const start = (version: string): string =>
    service(`/nix/store/${'a'.repeat(32)}-grafana-${version}/bin/grafana`);
  expect(
    changedPrograms(
      new Map([['grafana.service', start('12.4.1')]]),
      new Map([['grafana.service', start('13.0.0')]]),
    ),
  ).toEqual([{ unit: 'grafana.service', name: 'grafana', from: '12.4.1', to: '13.0.0' }]);
});
