import { type DemoSystem, packageOfUnit } from '../data/system-data.ts';
import { storePathFor } from '../process/hash.ts';
import { dryActivateLines } from './activation.ts';
import type { Machine } from './machine.ts';

const sumOf = (seed: string): string =>
  storePathFor(seed, seed)
    .slice('/nix/store/'.length, '/nix/store/'.length + 32)
    .replaceAll(/[^0-9a-f]/g, '0')
    .padEnd(64, '0');

/** What `services/deploy/preview-script.ts` prints of a system. */
export const describeDemoSystem = (system: DemoSystem, mark: string): readonly string[] => [
  `${mark} init 2`,
  `${mark} part kernel ${system.kernel}`,
  `${mark} part initrd ${system.initrd}`,
  `${mark} part kernel-modules ${system.kernelModules}`,
  ...system.services.map(
    (unit) => `${mark} sum ${sumOf(`${unit} ${system.unitSeed(unit)}`)}  ${unit}`,
  ),
  ...system.services.map((unit) => `${mark} link multi-user.target.wants/${unit}`),
  `${mark} units read`,
];

/** What its systemd has loaded, as `systemctl show` prints it. */
const liveLines = (machine: Machine): readonly string[] =>
  machine.current.services.flatMap((unit) =>
    [
      `Id=${unit}`,
      `Names=${unit}`,
      'LoadState=loaded',
      `ActiveState=${machine.failed.has(unit) ? 'failed' : 'active'}`,
      `FragmentPath=/etc/systemd/system/${unit}`,
      '',
    ].map((line) => `live ${line}`),
  );

export const demoUnitTexts = (
  system: DemoSystem,
  mark: string,
  names: readonly string[],
): readonly string[] =>
  names
    .filter((name) => system.services.includes(name))
    .flatMap((name) => {
      const program = packageOfUnit(system, name);
      return [
        `${mark} unit ${name}`,
        `${mark} | [Service]`,
        `${mark} | ExecStart=${storePathFor(program, system.unitSeed(name))}/bin/${name.replace(/\.service$/, '')}`,
      ];
    });

/** What `dry-activate` of a system says on a machine, as the scripts print it. */
export const demoDryRun = (machine: Machine, to: DemoSystem): readonly string[] => [
  'dry-status 0',
  ...dryActivateLines(machine, to).map((line) => `dry ${line}`),
];

/** The answer of a machine to the preview of a system. */
export const demoPreview = (machine: Machine, to: DemoSystem | undefined): string =>
  `${[
    ...describeDemoSystem(machine.current, 'old'),
    ...liveLines(machine),
    `booted part kernel ${machine.booted.kernel}`,
    `booted part initrd ${machine.booted.initrd}`,
    `booted part kernel-modules ${machine.booted.kernelModules}`,
    ...(to !== undefined && machine.store.isValid(to.toplevel)
      ? [...describeDemoSystem(to, 'new'), ...demoDryRun(machine, to)]
      : []),
    'nixup-preview-end',
  ].join('\n')}\n`;
