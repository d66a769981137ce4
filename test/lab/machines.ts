import path from 'node:path';
import type { ImageName } from './images.ts';
import { labId, runFolder } from './paths.ts';

export type MachineName = 'workstation' | 'p620' | 'razer' | 'p510' | 'samsung';
export type HostName = Exclude<MachineName, 'workstation'>;

export type Machine = {
  readonly name: MachineName;
  readonly image: ImageName;
  /** Of the range that is kept for documentation: such an address exists nowhere else. */
  readonly address: string;
  readonly diskMegabytes: number;
  /** Zero for the workstation: nothing there boots by a menu. */
  readonly bootMegabytes: number;
  readonly namespace: string;
  readonly root: string;
  readonly disk: string;
  readonly boot: string;
};

function machine(name: MachineName, last: number, disk: number, boot: number): Machine {
  const folder = path.join(runFolder, name);
  return {
    name,
    image: name === 'workstation' ? 'workstation' : 'host',
    address: `192.0.2.${last}`,
    diskMegabytes: disk,
    bootMegabytes: boot,
    namespace: `${labId}-${name}`,
    root: path.join(folder, 'root'),
    disk: path.join(folder, 'disk'),
    boot: path.join(folder, 'boot'),
  };
}

export const machines: Readonly<Record<MachineName, Machine>> = {
  workstation: machine('workstation', 10, 4096, 0),
  p620: machine('p620', 11, 1024, 64),
  razer: machine('razer', 12, 1024, 64),
  p510: machine('p510', 13, 1024, 64),
  samsung: machine('samsung', 14, 1024, 64),
};

export const machineNames = Object.keys(machines) as readonly MachineName[];
export const hostNames = machineNames.filter(
  (name) => name !== 'workstation',
) as readonly HostName[];

export function isMachineName(text: string): text is MachineName {
  return (machineNames as readonly string[]).includes(text);
}
