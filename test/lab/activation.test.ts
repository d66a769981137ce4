import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearFates, type FateName, type FateOptions, fate, mustRunIn, reset } from './lab.ts';
import { buildToplevel, deployPlainly } from './plain-deploy.ts';
import { describeInLab } from './whole-lab.ts';

const host = 'p510';

interface Row {
  readonly title: string;
  /** Each is brought upon the host, and the next system is switched to. */
  readonly fates: readonly (readonly [FateName, FateOptions?])[];
  /** On the host, right before. */
  readonly before?: string;
  readonly action?: 'test' | 'switch' | 'dry-activate';
  readonly status: number;
  /** What it prints, whole lines, in this order; other lines may stand between. Units of everything are among those told. */
  readonly lines: readonly (string | RegExp)[];
  readonly never?: RegExp;
}

/**
 * What nixpkgs' `switch-to-configuration-ng` was seen to print on hosts with
 * logind and managers of users; texts and order are those of its `src/main.rs`.
 */
const rows: readonly Row[] = [
  {
    title: 'names each list of units in its order',
    fates: [['user-manager'], ['units-change', { unit: 'plex' }]],
    status: 0,
    lines: [
      'Checking switch inhibitors... done',
      'stopping the following units: syncthing.service',
      'NOT restarting the following changed units: prometheus-node-exporter.service',
      'activating the configuration...',
      'reloading user units for olaf...',
      'stopping the following user units: agent.service',
      'starting the following user units: agent.service',
      'restarting sysinit-reactivation.target',
      'reloading the following units: plex.service',
      'restarting the following units: tailscaled.service',
      'starting the following units: syncthing.service',
      'the following new units were started: newcomer.service',
    ],
    never: /multi-user\.target|failed/i,
  },
  {
    title: 'says in a dry run what it would do, and does nothing',
    fates: [['units-change', { unit: 'plex' }]],
    action: 'dry-activate',
    status: 0,
    lines: [
      'would stop the following units: syncthing.service',
      'would NOT stop the following changed units: prometheus-node-exporter.service',
      'would activate the configuration...',
      'would reload the following units: plex.service',
      'would restart the following units: tailscaled.service',
      'would start the following units: syncthing.service',
    ],
    never: /newcomer|setting up/,
  },
  {
    title: 'ends with 4 where the unit of a user cannot be restarted',
    fates: [['user-manager'], ['user-unit-fails']],
    status: 4,
    lines: [
      'reloading user units for olaf...',
      'Failed to start user unit agent.service',
      'warning: the following user units failed: agent.service',
      'See `systemctl --user status agent.service` for details.',
      'warning: user activation for olaf failed',
      'restarting sysinit-reactivation.target',
    ],
    never: /warning: the following units failed/,
  },
  {
    title: 'ends with 0 where the unit of a user ends right after its start',
    fates: [['user-manager'], ['user-unit-fails', { quiet: true }]],
    status: 0,
    lines: ['starting the following user units: agent.service'],
    never: /failed/i,
  },
  {
    title: 'ends with 4 where a unit cannot be reloaded, and names it in one line only',
    fates: [['reload-fails']],
    status: 4,
    lines: [
      'reloading the following units: syncthing.service',
      'Failed to reload syncthing.service',
    ],
    never: /the following units failed/,
  },
  {
    title: 'ends with 4 and a list where a unit of the system fails',
    fates: [['unit-fails']],
    status: 4,
    lines: ['warning: the following units failed: syncthing.service'],
  },
  {
    title: 'ends with 2 where the activation script fails, and goes on to the end',
    fates: [['stc-exit', { status: 2 }]],
    status: 2,
    lines: ['Failed to run activate script', 'restarting sysinit-reactivation.target'],
  },
  {
    title: 'ends with 1 and says so where a check refuses',
    fates: [['stc-exit', { status: 1 }]],
    status: 1,
    lines: ['Pre-switch checks failed'],
    never: /activating/,
  },
  {
    title: 'ends with 1 and a comparison where a part cannot change while the system runs',
    fates: [['inhibitor']],
    status: 1,
    lines: [
      'There are changes to critical components of the system:',
      'dbus-implementation : dbus -> broker',
      'Pre-switch checks failed',
    ],
    never: /activating/,
  },
  {
    title: 'ends with 100 where the init interface is another one',
    fates: [['stc-exit', { status: 100 }]],
    status: 100,
    lines: [/^Warning: the new NixOS configuration has an .init. that is$/],
    never: /activating/,
  },
  {
    title: 'ends with the number of the error where the lock is held',
    fates: [['lock-held']],
    status: 11,
    lines: ['Could not acquire lock'],
  },
  {
    title: 'ends with 1 where the bus ends in the middle',
    fates: [['activation-ends-bus']],
    status: 1,
    lines: ['activating the configuration...', 'Error: Failed to reset failed units'],
    never: /restarting sysinit/,
  },
  {
    title: 'ends with 1 before it does anything where there is no bus',
    fates: [['units-change', { unit: 'plex' }]],
    before: 'systemctl stop dbus.socket dbus.service',
    status: 1,
    lines: ['Error: Failed to open dbus connection'],
    never: /stopping/,
  },
  {
    title: 'ends with 11 where logind does not answer',
    fates: [['units-change', { unit: 'plex' }]],
    before: 'systemctl mask --runtime --now systemd-logind.service',
    status: 11,
    lines: ['Unable to list users with logind: Did not receive a reply'],
    never: /restarting sysinit/,
  },
  {
    title: 'unmounts what stands in fstab no more',
    fates: [
      ['fstab-generator'],
      ['mount', { fs: 'size=1m' }],
      ['mount', { fs: 'size=2m' }],
      ['mount', {}],
    ],
    status: 0,
    lines: ['stopping the following units: mnt-data.mount'],
    never: /failed/i,
  },
  {
    title: 'ends with 1 in the middle where a mount whose options change is gone',
    fates: [['fstab-generator'], ['mount', { fs: 'size=1m' }], ['mount', { fs: 'size=2m,noauto' }]],
    before: 'umount /mnt/data; systemctl reset-failed',
    status: 1,
    lines: ['activating the configuration...', 'Error: Failed to get unit mnt-data.mount'],
    never: /reloading the following units/,
  },
];

/**
 * These two compare all units of the host before and after: a mount of somebody
 * who logs in, or a timer's service, stands there as well.
 */
const ofEverything =
  /^(?:the following new units were started|warning: the following units failed): /;

const unitsOf = (list: string): readonly string[] => list.split(', ');

const isLine = (printed: string, line: string | RegExp): boolean => {
  if (line instanceof RegExp) return line.test(printed);
  const [head] = ofEverything.exec(line) ?? [];
  if (head === undefined || !printed.startsWith(head)) return printed === line;
  const told = new Set(unitsOf(printed.slice(head.length)));
  return unitsOf(line.slice(head.length)).every((unit) => told.has(unit));
};

describeInLab('the activation program of the lab', () => {
  beforeEach(() => reset([host, 'workstation']));
  afterEach(() => clearFates());

  it.each(rows)('$title', async ({ fates, before, action, status, lines, never }) => {
    const systems: string[] = [];
    for (const [name, options] of fates) {
      await fate(host, name, options);
      systems.push(await buildToplevel(host));
    }
    const last = systems.pop() ?? '';
    const running = (await mustRunIn(host, 'readlink /run/current-system')).trim();
    for (const system of new Set(systems.filter((one) => one !== running && one !== last))) {
      const switched = await deployPlainly(host, system, 'test');
      expect(switched.exitCode, switched.stderr).toBe(0);
    }
    if (before !== undefined) await mustRunIn(host, before);
    const ended = await deployPlainly(host, last, action ?? 'test');
    const text = `${ended.stdout}${ended.stderr}`;
    expect(ended.exitCode, text).toBe(status);
    let rest = text.split('\n');
    for (const line of lines) {
      const index = rest.findIndex((one) => isLine(one, line));
      expect(index, `${line} in order in:\n${text}`).not.toBe(-1);
      rest = rest.slice(index + 1);
    }
    if (never !== undefined) expect(text).not.toMatch(never);
  });
});
