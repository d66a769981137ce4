import { expect, test } from 'vitest';
import { previewLines } from '../../../source/model/deploy/preview-lines.ts';
import type { Failure } from '../../../source/model/failure.ts';
import type { HostEntry } from '../../../source/model/host/host.ts';
import type { StorePath } from '../../../source/model/nix/store-path.ts';
import { failed, success } from '../../../source/model/result.ts';
import { createPreview, type PreviewOptions } from '../../../source/services/deploy/preview.ts';
import { hostEntry, newSystem } from '../../support/host-entry.ts';

const sum = (letter: string): string => letter.repeat(64);
const service = (lines: string): string => `[Service]\nExecStart=/bin/a\n${lines}`;

const described = (mark: string, units: readonly string[]): readonly string[] => [
  `${mark} init 2`,
  ...units,
  `${mark} units read`,
];

const live = (id: string, more: readonly string[] = []): readonly string[] =>
  [
    `Id=${id}`,
    'LoadState=loaded',
    'ActiveState=active',
    `FragmentPath=/etc/systemd/system/${id}`,
    ...more,
    '',
  ].map((line) => `live ${line}`);

interface World {
  readonly old?: readonly string[];
  readonly now?: readonly string[];
  readonly systemd?: readonly string[];
  readonly dry?: readonly string[];
  /** Texts by file, in the system that runs and in the other one; null where they cannot be read. */
  readonly texts?: readonly [
    old: Readonly<Record<string, string>> | null,
    now: Readonly<Record<string, string>> | null,
  ];
  readonly entry?: HostEntry;
  readonly options?: Partial<PreviewOptions>;
}

const same = [`old sum ${sum('a')}  a.service`];

const ask = async (world: World) => {
  const broken: Failure = { code: 'command-failed', command: 'sh', exitCode: 1, tail: [] };
  const preview = createPreview(async (_entry, script) => {
    const say = (lines: readonly string[]) =>
      success({ stdout: `${lines.join('\n')}\n`, stderr: '', exitCode: 0, tookMs: 1 });
    if (script.includes('nixup-preview-end'))
      return say([
        ...(world.old ?? described('old', same)),
        ...(world.systemd ?? live('a.service')),
        ...(world.now ?? described('new', [`new sum ${sum('a')}  a.service`])),
        ...(world.dry === undefined
          ? []
          : ['dry-status 0', ...world.dry.map((line) => `dry ${line}`)]),
        'nixup-preview-end',
      ]);
    const texts = world.texts?.[script.includes('/run/current-system') ? 0 : 1] ?? null;
    if (texts === null) return failed(broken);
    return say(
      Object.entries(texts).flatMap(([file, text]) => [
        `text unit ${file}`,
        ...text.split('\n').map((line) => `text | ${line}`),
      ]),
    );
  });
  const entry = world.entry ?? hostEntry();
  const answer = await preview(entry, newSystem as StorePath, {
    activeUnits: ['a.service'],
    isSwitched: true,
    ...world.options,
  });
  if (!answer.ok) throw new Error(answer.failure.code);
  return {
    preview: answer.value,
    lines: previewLines(answer.value, false).map(({ text }) => text),
  };
};

const differing = {
  old: described('old', [`old sum ${sum('a')}  a.service`, `old sum ${sum('c')}  b.service`]),
  now: described('new', [`new sum ${sum('b')}  a.service`, `new sum ${sum('c')}  b.service`]),
  systemd: [...live('a.service'), ...live('b.service', ['PartOf=a.service'])],
  texts: [{ 'a.service': service('') }, { 'a.service': service('Nice=1\n') }],
} as const;

test('no unit changes is said where both systems were read', async () => {
  const { preview, lines } = await ask({});
  expect(preview.basis).toBe('forecast');
  expect(lines).toEqual(['probably (unit files compared): no unit changes']);
});

test.each<[what: string, world: World, says: readonly string[]]>([
  [
    'the unit files of the host could not be read',
    { old: ['old init 2'] },
    ['which units change is not known: the unit files that p620 runs could not be read'],
  ],
  [
    'the unit files of the new system could not be read',
    { now: ['new init 2'] },
    ['which units change is not known: the unit files of the new system could not be read'],
  ],
  [
    'the texts of the host could not be read',
    { ...differing, texts: [null, {}] },
    ['which units change is not known: the unit files that p620 runs could not be read'],
  ],
  [
    'the texts of the new system could not be read',
    { ...differing, texts: [{ 'a.service': service('') }, null] },
    ['which units change is not known: the unit files of the new system could not be read'],
  ],
  [
    'one text is missing',
    { ...differing, texts: [{ 'a.service': service('') }, {}] },
    [
      'probably (unit files compared): no other unit changes',
      'they differ and could not be read: a',
    ],
  ],
  [
    'only dry-activate knows',
    { now: ['new init 2'], dry: [] },
    [
      'dry-activate says: no unit changes',
      'not compared: the unit files of the new system could not be read',
    ],
  ],
  [
    'systemd does not say what hangs on what',
    { ...differing, systemd: [] },
    [
      'probably (unit files compared): restarts a',
      'not compared: what depends on what: the systemd of p620 did not say',
    ],
  ],
  [
    'nothing is switched',
    { options: { isSwitched: false } },
    ['no unit is touched: nothing is switched'],
  ],
])('%s: that is said', async (_, world, says) => {
  const { lines } = await ask(world);
  expect(lines).toEqual(says);
});

test('what hangs on a unit is said with its reason', async () => {
  const { preview, lines } = await ask(differing);
  expect(lines).toEqual([
    'probably (unit files compared): restarts a',
    'units that depend on these: stops b (PartOf=a.service)',
  ]);
  expect(preview.impact).toMatchObject({ stop: ['a.service', 'b.service'], start: ['a.service'] });
});

test('what only one of the two knows stays in sight, and lines with critical units come first', async () => {
  const { preview, lines } = await ask({
    ...differing,
    dry: [
      'would restart the following units: asked.service',
      'would reload the following units: a.service',
    ],
    entry: hostEntry({ critical: ['b'] }),
  });
  expect(preview.basis).toBe('exact');
  expect(preview.critical).toEqual(['b.service']);
  expect(lines).toEqual([
    'units that depend on these: stops b (critical; PartOf=a.service)',
    'dry-activate says: restarts asked; reloads a',
    'probably too (unit files compared): restarts a',
  ]);
});

test('names with a backslash in them are read from systemd as they are', async () => {
  const mount = 'mnt-a\\x2db.mount';
  const { lines } = await ask({
    ...differing,
    old: [
      ...described('old', [`old sum ${sum('c')}  b.service`]),
      'old fstab tmpfs /mnt/a-b tmpfs x 0 0',
    ],
    now: described('new', [`new sum ${sum('c')}  b.service`]),
    systemd: [
      ...[
        'Id=mnt-a\\x2db.mount',
        'LoadState=loaded',
        'ActiveState=active',
        'FragmentPath=/run/systemd/generator/x',
        '',
      ].map((line) => `live ${line}`),
      ...live('b.service', ['Requires="mnt-a\\\\x2db.mount" sysinit.target']),
    ],
  });
  expect(lines).toEqual([
    `probably (unit files compared): stops ${mount}`,
    `units that depend on these: stops b (Requires=${mount})`,
  ]);
});

test.each([
  ['is not mounted', 'inactive', []],
  ['is mounted', 'active', ['mnt-a\\x2db.mount']],
])('a mount that is gone from fstab and %s is foreseen to stop only where it runs', async (_, state, stops) => {
  const { preview } = await ask({
    ...differing,
    old: [
      ...described('old', [`old sum ${sum('c')}  b.service`]),
      'old fstab tmpfs /mnt/a-b tmpfs noauto 0 0',
    ],
    now: described('new', [`new sum ${sum('c')}  b.service`]),
    systemd: [
      ...[
        'Id=mnt-a\\x2db.mount',
        'LoadState=loaded',
        `ActiveState=${state}`,
        'FragmentPath=/run/systemd/generator/x',
        '',
      ].map((line) => `live ${line}`),
      ...live('b.service'),
    ],
    dry: ['would stop the following units: mnt-a\\x2db.mount'],
  });
  expect(preview.impact.stop).toEqual(stops);
});

test('what a switch that was cut off had still to do is done by the next', async () => {
  const { lines } = await ask({ systemd: [...live('a.service'), 'pending restart a.service'] });
  expect(lines).toEqual(['probably (unit files compared): restarts a']);
});

const systemConf = (mark: string, letter: string): string =>
  `${mark} part etc/systemd/system.conf /nix/store/${letter.repeat(32)}-system.conf`;

test.each<[what: string, old: readonly string[], now: readonly string[], isExecuted: boolean]>([
  ['no settings of systemd', [], [], false],
  ['the same', [systemConf('old', 'a')], [systemConf('new', 'a')], false],
  ['others', [systemConf('old', 'a')], [systemConf('new', 'b')], true],
  ['settings where there were none', [], [systemConf('new', 'b')], true],
])('systemd is executed again for other settings of its own: %s', async (_, old, now, isExecuted) => {
  const { preview } = await ask({
    old: described('old', [...same, ...old]),
    now: described('new', [`new sum ${sum('a')}  a.service`, ...now]),
  });
  expect(preview.impact.restartsSystemd).toBe(isExecuted);
});
