import { packageOfUnit } from '../data/system-data.ts';
import { storePathFor } from '../process/hash.ts';
import type { Machine } from './machine.ts';

const stamp = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+0000`;

/** Status, journal and unit file, as `services/host/units.ts` asks for them. */
export const unitDetailsText = (machine: Machine, unit: string, now: number): string => {
  const isFailed = machine.failed.has(unit);
  const known = machine.current.services.includes(unit);
  if (!known) return `status Unit ${unit} could not be found.\n`;
  const name = unit.replace(/\.service$/, '');
  const owner = packageOfUnit(machine.current, unit);
  const program = `${storePathFor(owner, 'nixpkgs')}/bin/${name}`;
  const pid = 2_411;
  const status = [
    `${isFailed ? '×' : '●'} ${unit} - ${name}`,
    `     Loaded: loaded (/etc/systemd/system/${unit}; enabled; preset: ignored)`,
    isFailed
      ? `     Active: failed (Result: exit-code) since ${stamp(now - 9_000)}`
      : `     Active: active (running) since ${stamp(now - 9_000)}`,
    ...(isFailed
      ? [`    Process: ${pid} ExecStart=${program} (code=exited, status=1/FAILURE)`]
      : []),
    `   Main PID: ${pid}${isFailed ? ' (code=exited, status=1/FAILURE)' : ` (${name})`}`,
  ];
  const journal = machine.journal
    .filter((entry) => entry.unit === unit)
    .map(
      ({ at, from, text }) =>
        `${stamp(at)} ${machine.host.name} ${from === 'unit' ? `${name}[${pid}]` : 'systemd[1]'}: ${text}`,
    );
  const file = [
    `# /etc/systemd/system/${unit}`,
    '[Unit]',
    `Description=${name}`,
    'After=network-online.target',
    '',
    '[Service]',
    `ExecStart=${program}`,
    'Restart=no',
  ];
  return `${[
    ...status.map((line) => `status ${line}`),
    ...journal.map((line) => `journal ${line}`),
    ...file.map((line) => `file ${line}`),
  ].join('\n')}\n`;
};
