import { alarmName } from '../../model/lock/alarm-texts.ts';
import type { InputMove } from '../../model/past/input-moves.ts';
import { moveWords } from '../../model/past/package-moves.ts';
import { showRevision, showStorePath } from '../../model/words/format.ts';
import { showMoment } from '../../model/words/format-time.ts';
import { cut } from '../../model/words/line.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { outcomeWords } from '../outcome.ts';
import type { RunSummary } from '../run.ts';
import { goalWord } from '../run-words.ts';
import type { HostCompared, RunsCompared } from './compare.ts';

const showLocked = (locked: string | null): string =>
  locked === null ? 'nothing' : locked.includes('-') ? cut(locked, 15) : showRevision(locked);

const bareMoveWords = ({ input, from, to }: InputMove): string => {
  if (from === null) return `${input} added at ${showLocked(to)}`;
  return to === null ? `${input} removed` : `${input} ${lockedMove(from, to)}`;
};

/** `64c08a7 → d6524aa` */
export const lockedMove = (from: string | null, to: string | null): string =>
  `${showLocked(from)} → ${showLocked(to)}`;

/** `another owner`; empty where the change has no alarm. */
export const moveAlarms = ({ alarms = [] }: InputMove): string => alarms.map(alarmName).join(', ');

/** `nixpkgs 64c08a7 → d6524aa`, with the alarms of the change: `! …, alarm: another owner`. */
export const inputMoveWords = (move: InputMove): string => {
  const alarms = moveAlarms(move);
  const words = bareMoveWords(move);
  return alarms === '' ? words : `! ${words}, alarm: ${alarms}`;
};

/** More than these are counted. */
const mostListed = 40;

export const listed = (lines: readonly string[]): readonly string[] => [
  ...lines.slice(0, mostListed).map((line) => `  ${line}`),
  ...(lines.length > mostListed ? [`  and ${counted(lines.length - mostListed, 'more')}`] : []),
];

const sideWords = (side: HostCompared['older']): string =>
  side === null
    ? 'not in it'
    : `${outcomeWords[side.status]}${side.problems.length === 0 ? '' : `: ${side.problems.join('; ')}`}`;

const hasUnits = ({ older, newer }: HostCompared): boolean =>
  older?.units != null && newer?.units != null;

const unitLines = ({ older, newer }: HostCompared): readonly string[] => {
  const [before, after] = [older?.units ?? null, newer?.units ?? null];
  // Told once, of all such hosts.
  if (before === null || after === null) return [];
  const only = (one: readonly string[], other: readonly string[]): readonly string[] =>
    one.filter((unit) => !other.includes(unit));
  return [
    ...[
      ['stopped or restarted by the older run only', only(before, after)] as const,
      ['stopped or restarted by the newer run only', only(after, before)] as const,
    ].flatMap(([words, units]) => (units.length === 0 ? [] : [`  ${words}: ${hostList(units)}`])),
  ];
};

/** What both runs did with a host, once where it is the same. */
const outcomeLines = ({ older, newer }: HostCompared): readonly string[] => {
  const [before, after] = [sideWords(older), sideWords(newer)];
  return before === after ? [`  both: ${before}`] : [`  older: ${before}`, `  newer: ${after}`];
};

const isSameSystem = ({ older, newer }: HostCompared): boolean =>
  older?.system != null && older.system === newer?.system;

/** Nothing is to be read of such a host: it ended alike, with the same system and the same units. */
const isAlike = (one: HostCompared): boolean =>
  isSameSystem(one) && sideWords(one.older) === sideWords(one.newer) && unitLines(one).length === 0;

/** Hosts of which nothing differs, by how they ended. */
const alikeLines = (hosts: readonly HostCompared[]): readonly string[] =>
  hosts.length === 0
    ? []
    : [
        'the same in both runs, with the same system',
        ...[...Map.groupBy(hosts, ({ newer }) => sideWords(newer))].map(
          ([words, same]) => `  ${words}: ${same.map(({ host }) => host).join(', ')}`,
        ),
      ];

/** What ended in another way is read first. */
const byDifference = (one: HostCompared, other: HostCompared): number =>
  Number(sideWords(one.older) === sideWords(one.newer)) -
  Number(sideWords(other.older) === sideWords(other.newer));

const hostCompared = (one: HostCompared): readonly string[] => [
  one.host,
  ...outcomeLines(one),
  ...(isSameSystem(one)
    ? [`  the same system: ${showStorePath(one.older?.system ?? '')}`]
    : one.packages === null
      ? ['  packages: not recorded from the one system to the other']
      : [
          `  packages: ${counted(one.packages.length, 'change')}`,
          ...listed(one.packages.map((move) => `  ${move.name} ${moveWords(move)}`)),
        ]),
  ...unitLines(one),
];

const hostsCompared = (hosts: readonly HostCompared[]): readonly string[] => [
  ...hosts
    .filter((one) => !isAlike(one))
    .toSorted(byDifference)
    .flatMap(hostCompared),
  ...alikeLines(hosts.filter(isAlike)),
];

const headOf = (words: string, run: RunSummary): string =>
  `${words}  ${run.id}  ${goalWord(run)}  ${showMoment(run.startedAt)} UTC${run.by === undefined ? '' : `  ${run.by}`}`;

/** A run that deployed nothing has no units at all: one line tells of all hosts. */
const withoutUnits = (hosts: readonly HostCompared[]): readonly string[] => {
  const without = hosts.filter((one) => !hasUnits(one)).map(({ host }) => host);
  if (without.length === 0) return [];
  const all = without.length === hosts.length;
  return ['', `units: not recorded by both runs${all ? '' : `: ${hostList(without.toSorted())}`}`];
};

/** What is looked at first: it is not cut off where many inputs moved. */
const alarmsFirst = (one: InputMove, other: InputMove): number =>
  Number(moveAlarms(one) === '') - Number(moveAlarms(other) === '');

/** Two runs side by side. */
export const comparedText = ({ older, newer, inputs, hosts }: RunsCompared): readonly string[] => [
  headOf('older', older),
  headOf('newer', newer),
  '',
  ...(inputs === null
    ? ['inputs: the lock of one of them is not kept any more']
    : inputs.length === 0
      ? ['inputs: the same lock']
      : [
          `inputs: ${counted(inputs.length, 'change')}`,
          ...listed(inputs.toSorted(alarmsFirst).map(inputMoveWords)),
        ]),
  '',
  ...(hosts.length === 0
    ? ['No host took part in either of them.']
    : [...hostsCompared(hosts), ...withoutUnits(hosts)]),
];
