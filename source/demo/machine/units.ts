import { packageOfUnit } from '../data/system-data.ts';
import { storePathFor } from '../process/hash.ts';
import type { Machine } from './machine.ts';

const stamp = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+0000`;

/** A service that runs says something so often, ms. */
const wordsEveryMs = 4_000;
/** So long back its journal goes, ms. */
const journalMs = 20 * 60_000;

/** What services say of their work, and how bad it is (syslog(3)). */
const chatter: readonly (readonly [level: number, text: string])[] = [
  [6, 'request done in 12 ms'],
  [6, 'request done in 9 ms'],
  [7, 'cache: 812 of 1024 entries'],
  [6, 'request done in 15 ms'],
  [4, 'slow answer of the database: 640 ms'],
  [6, 'request done in 11 ms'],
  [5, 'configuration is unchanged'],
  [3, 'client went away before its answer'],
];

const programName = (unit: string): string => unit.replace(/\.[a-z]+$/, '');

interface DemoLine {
  readonly at: number;
  readonly level: number;
  readonly from: string;
  readonly text: string;
}

/** How bad what systemd notes of a unit is (its log-level of unit_log_failure and unit_log_process_exit). */
const managerLevel = (text: string): number => {
  if (text.includes('Failed with result')) return 4;
  if (text.includes('Main process exited')) return 5;
  return text.startsWith('Failed to start') ? 3 : 6;
};

/** When the unit came into the state that it is in: with its last line of systemd, else with the machine. */
const stateSince = (machine: Machine, unit: string): number =>
  Math.max(
    machine.startedAt,
    ...machine.journal.filter((entry) => entry.unit === unit).map(({ at }) => at),
  );

/** What was left by failures, and what a service that runs says of its work. */
const journalLines = (machine: Machine, unit: string, now: number): readonly DemoLine[] => {
  const name = programName(unit);
  const noted = machine.journal
    .filter((entry) => entry.unit === unit)
    .map(
      ({ at, from, text }): DemoLine => ({
        at,
        level: from === 'unit' ? 3 : managerLevel(text),
        from: from === 'unit' ? name : 'systemd',
        text,
      }),
    );
  const isRunning = machine.current.services.includes(unit) && !machine.failed.has(unit);
  const since = Math.max(machine.startedAt, now - journalMs);
  const said: DemoLine[] = [];
  if (isRunning)
    for (let beat = Math.ceil(since / wordsEveryMs); beat * wordsEveryMs <= now; beat += 1) {
      const [level, text] = chatter[beat % chatter.length] ?? [6, 'running'];
      said.push({ at: beat * wordsEveryMs, level, from: name, text });
    }
  return [...noted, ...said].toSorted((one, other) => one.at - other.at);
};

const cursorOf = ({ at }: DemoLine, index: number): string => `demo=${at}:${index}`;

/** One page of a journal, as `journalctl --output=json` prints it: its newest lines, or those after a line. */
const journalPage = (machine: Machine, script: string, unit: string, now: number): string => {
  const count = Number(/ --lines=(\d+) /.exec(script)?.[1] ?? 200);
  const level = Number(/ --priority=(\d)/.exec(script)?.[1] ?? 7);
  const [, afterAt, afterIndex] = /--after-cursor=demo=(\d+):(\d+)/.exec(script) ?? [];
  const since = Number(/ --since=@(\d+)/.exec(script)?.[1] ?? 0) * 1_000;
  const all = journalLines(machine, unit, now)
    .map((line, index) => ({ line, cursor: cursorOf(line, index) }))
    .filter(({ line }) => line.level <= level);
  const chosen =
    afterAt === undefined
      ? all.filter(({ line }) => line.at >= since).slice(-count)
      : all
          .filter(
            ({ line, cursor }) =>
              line.at > Number(afterAt) ||
              (line.at === Number(afterAt) && Number(cursor.split(':')[1]) > Number(afterIndex)),
          )
          .slice(0, count);
  return chosen
    .map(
      ({ line, cursor }) =>
        `journal ${JSON.stringify({
          __CURSOR: cursor,
          __REALTIME_TIMESTAMP: String(line.at * 1_000),
          MESSAGE: line.text,
          PRIORITY: String(line.level),
          SYSLOG_IDENTIFIER: line.from,
          _PID: line.from === 'systemd' ? '1' : '2411',
        })}\n`,
    )
    .join('');
};

const factLines = (machine: Machine, unit: string): readonly string[] => {
  const isKnown = machine.current.services.includes(unit);
  const isFailed = machine.failed.has(unit);
  return [
    `fact LoadState=${isKnown ? 'loaded' : 'not-found'}`,
    `fact ActiveState=${isFailed ? 'failed' : isKnown ? 'active' : 'inactive'}`,
    `fact SubState=${isFailed ? 'failed' : isKnown ? 'running' : 'dead'}`,
    `fact Result=${isFailed ? 'exit-code' : 'success'}`,
    'fact NRestarts=0',
    `fact CanStart=${isKnown ? 'yes' : 'no'}`,
    `fact CanStop=${isKnown ? 'yes' : 'no'}`,
    ...(isKnown ? [] : machine.current.services.map((name) => `known ${name}`)),
  ];
};

const statusLines = (machine: Machine, unit: string): readonly string[] => {
  const isFailed = machine.failed.has(unit);
  if (!machine.current.services.includes(unit)) return [`Unit ${unit} could not be found.`];
  const name = programName(unit);
  const program = `${storePathFor(packageOfUnit(machine.current, unit), 'nixpkgs')}/bin/${name}`;
  const pid = 2_411;
  return [
    `${isFailed ? '×' : '●'} ${unit} - ${name}`,
    `     Loaded: loaded (/etc/systemd/system/${unit}; enabled; preset: ignored)`,
    isFailed
      ? `     Active: failed (Result: exit-code) since ${stamp(stateSince(machine, unit))}`
      : `     Active: active (running) since ${stamp(stateSince(machine, unit))}`,
    ...(isFailed
      ? [`    Process: ${pid} ExecStart=${program} (code=exited, status=1/FAILURE)`]
      : []),
    `   Main PID: ${pid}${isFailed ? ' (code=exited, status=1/FAILURE)' : ` (${name})`}`,
  ];
};

const fileLines = (system: Machine['current'], unit: string): readonly string[] => [
  '[Unit]',
  `Description=${programName(unit)}`,
  'After=network-online.target',
  '',
  '[Service]',
  `ExecStart=${storePathFor(packageOfUnit(system, unit), 'nixpkgs')}/bin/${programName(unit)}`,
  'Restart=no',
];

/** Against the newest generation with another system. */
const differenceLines = (machine: Machine, unit: string): readonly string[] => {
  const other = machine.generations.findLast(
    ({ system }) => system.toplevel !== machine.current.toplevel,
  );
  if (other === undefined) return [];
  const generation = `generation ${other.number}`;
  const [before, now] = [other.system, machine.current].map((system) =>
    system.services.includes(unit) ? fileLines(system, unit) : null,
  );
  const lacking = [other.system, machine.current].filter(
    ({ services }) => !services.includes(unit),
  );
  if (before == null || now == null)
    return [generation, ...lacking.map(({ toplevel }) => `lacking ${toplevel}`)];
  return [
    generation,
    ...now.flatMap((line, index) =>
      line === before[index] ? [] : [`difference -${before[index] ?? ''}`, `difference +${line}`],
    ),
  ];
};

/** What `services/host/units.ts` asks of a unit: each part of its script that is there. */
export const unitAnswer = (machine: Machine, script: string, now: number): string => {
  const unit =
    / -- '?([^\s']+)'? /.exec(script)?.[1] ?? /--unit='?([^\s']+)'?/.exec(script)?.[1] ?? '';
  const isKnown = machine.current.services.includes(unit);
  const hasStatus = /^\}?\n?systemctl status /m.test(script);
  return [
    ...(hasStatus ? statusLines(machine, unit).map((line) => `status ${line}`) : []),
    ...(script.includes('systemctl show ') ? factLines(machine, unit) : []),
    ...(script.includes('journalctl ') ? [journalPage(machine, script, unit, now).trimEnd()] : []),
    ...(hasStatus && isKnown
      ? [`# /etc/systemd/system/${unit}`, ...fileLines(machine.current, unit)].map(
          (line) => `file ${line}`,
        )
      : []),
    ...(hasStatus ? differenceLines(machine, unit) : []),
    '',
  ].join('\n');
};
