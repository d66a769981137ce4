import { type CheckRow, row } from '../../model/board/board.ts';
import { quoteWord } from '../../model/command.ts';
import { judgeIdentity } from '../../model/deploy/evidence.ts';
import { isAsleep } from '../../model/explain/pending-reason.ts';
import type { Failure } from '../../model/failure.ts';
import { failuresThatCount } from '../../model/host/health.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import { onceWords } from '../../model/host/next-boot.ts';
import { showUnitFailure, statusWords } from '../../model/host/unit-failure.ts';
import { undoWords } from '../../model/host/upgraders.ts';
import type { Result } from '../../model/result.ts';
import type { Advice } from '../../model/words/advice.ts';
import { showLatency, showSize } from '../../model/words/format.ts';
import { showDuration } from '../../model/words/format-time.ts';
import { counted } from '../../model/words/sentences.ts';
import { failureRow, type Question, someOf } from './row.ts';

export const hostQuestion = (name: string): Question => ({
  id: `hosts.${name}`,
  group: 'hosts',
  label: name,
});

/** Answered only when the flake does not say which hosts it has: then there is no row for any of them. */
export const flakeQuestion: Question = {
  id: 'nix.hosts',
  group: 'nix',
  label: 'hosts of the flake',
};

interface Finding {
  readonly state: 'red' | 'warning';
  readonly what: string;
  readonly remedy: Advice;
}

const mebibyte = 1024 ** 2;

/**
 * Free space, bytes: below the first number a deploy cannot be finished, below the second it might
 * not be.
 */
const spaceNeeded: Readonly<Record<string, readonly [red: number, warning: number]>> = {
  '/': [256 * mebibyte, 1024 * mebibyte],
  '/nix': [1024 * mebibyte, 5 * 1024 * mebibyte],
  '/boot': [64 * mebibyte, 200 * mebibyte],
};

const skewWarningMs = 30_000;

/** A command on the host, as a person would type it here. */
const there = (entry: HostEntry, command: string): string =>
  entry.here ? command : `ssh ${quoteWord(entry.address)} ${quoteWord(command)}`;

const spaceFindings = (entry: HostEntry, facts: HostFacts): readonly Finding[] =>
  facts.space.flatMap(({ mount, freeBytes, totalBytes }) => {
    const needed = Object.hasOwn(spaceNeeded, mount) ? spaceNeeded[mount] : undefined;
    // On a file system that is smaller than the limit, the share that is free counts.
    const [red, warning] = (needed ?? [0, 0]).map((limit) => Math.min(limit, totalBytes * 0.1));
    if (red === undefined || warning === undefined || freeBytes >= warning) return [];
    return [
      {
        state: freeBytes < red ? ('red' as const) : ('warning' as const),
        what: `${showSize(freeBytes)} free on ${mount}`,
        remedy: {
          text: 'remove generations older than 30 days; younger ones are the way back',
          command: there(entry, 'sudo nix-collect-garbage --delete-older-than 30d'),
        },
      },
    ];
  });

// Over 60 lines: a list of findings, each with its remedy.
const findings = (entry: HostEntry, facts: HostFacts): readonly Finding[] => {
  const found: Finding[] = [];
  const add = (state: Finding['state'], what: string, text: string, command?: string): void => {
    const remedy = command === undefined ? { text } : { text, command: there(entry, command) };
    found.push({ state, what, remedy });
  };
  const mismatch = judgeIdentity(entry, { hostName: entry.hostName, machineId: null }, facts);
  if (mismatch !== null)
    add(
      'red',
      `${entry.address} is ${mismatch.found}, not ${mismatch.expected}`,
      `correct [hosts.${entry.name}] address in nixup.toml`,
    );
  const { sharesMachineWith = [] } = facts;
  if (sharesMachineWith.length > 0)
    add(
      'warning',
      `it has the machine id of ${someOf(sharesMachineWith)}: ${facts.machineId ?? ''}`,
      'two hosts of one id are one machine, or one was cloned from the other: check both addresses; a clone gets an id of its own',
      'rm /etc/machine-id && systemd-machine-id-setup',
    );
  if (facts.profile === null && facts.current === null)
    add('red', 'it does not run NixOS', 'install NixOS there, or set deploy = false for it');
  if (facts.elevation === null)
    add(
      'red',
      'the login user cannot become root without a password',
      'give it security.sudo.wheelNeedsPassword = false, or log in as root',
      'sudo --non-interactive true',
    );
  if (facts.activationLock !== null)
    add(
      'red',
      'another activation runs on it',
      'wait for its end',
      'fuser --verbose /run/nixos/switch-to-configuration.lock',
    );
  found.push(...spaceFindings(entry, facts));
  if (facts.copyTrusted === false)
    add(
      facts.elevation === null ? 'red' : 'warning',
      facts.elevation === null
        ? 'its Nix takes no unsigned paths from the login user'
        : `its Nix takes no unsigned paths from the login user: they are copied by ${facts.elevation}`,
      'add the user to nix.settings.trusted-users (that makes it as powerful as root), sign the paths, or log in as root',
    );
  const once = onceWords(facts.bootDefault);
  if (once !== null)
    add(
      'warning',
      once,
      'a restart does not start the default: restart it now if that is meant, or take the choice back',
    );
  if (facts.automaticUpgrades.length > 0)
    add(
      'warning',
      facts.upgraders === undefined
        ? `${someOf(facts.automaticUpgrades)} can switch it at any time, a rollback included`
        : (undoWords(facts.upgraders) ?? ''),
      'stop it while nixup works',
      `sudo systemctl stop ${facts.automaticUpgrades.map(quoteWord).join(' ')}`,
    );
  const { clockSkewMs } = facts;
  if (clockSkewMs !== null && Math.abs(clockSkewMs) > skewWarningMs)
    add(
      'warning',
      `its clock is ${showDuration(Math.abs(clockSkewMs))} ${clockSkewMs > 0 ? 'ahead' : 'behind'}`,
      'let it be set by the network',
      'timedatectl',
    );
  const failedUnits = failuresThatCount(entry, facts.failedUnits);
  if (failedUnits.length > 0)
    add(
      'warning',
      `${counted(failedUnits.length, 'failed unit')}: ${someOf(failedUnits.map(showUnitFailure))}`,
      'old failures do not count against a deploy; look at them',
      statusWords(failedUnits).map(quoteWord).join(' '),
    );
  if (facts.unaskedUsers !== undefined)
    add(
      'warning',
      `units of users were not asked (${facts.unaskedUsers.join('; ')})`,
      'log in as root, or let the login user become root without a question',
      'loginctl list-users',
    );
  return [
    ...found.filter(({ state }) => state === 'red'),
    ...found.filter(({ state }) => state === 'warning'),
  ];
};

/** One row for a host: the worst finding, with all others below it. */
export const judgeHost = (entry: HostEntry, probe: Result<HostFacts, Failure>): CheckRow => {
  const asked = hostQuestion(entry.name);
  const { role } = entry;
  if (role.kind === 'refused')
    return row(asked, 'red', role.reason, { text: 'rename it in the flake' });
  if (role.kind !== 'deployable') return row(asked, 'not-set-up', role.reason);
  // A laptop that is asleep is normal: it is pending, and the others are deployed.
  if (!probe.ok)
    return failureRow(asked, probe.failure, isAsleep(probe.failure) ? 'warning' : 'red');
  const facts = probe.value;
  const found = findings(entry, facts);
  const [worst] = found;
  const good = [
    entry.here ? 'this machine' : `reachable, ${showLatency(facts.latencyMs)}`,
    ...(facts.elevation === null
      ? []
      : [`root by ${facts.elevation === 'root' ? 'login' : facts.elevation}`]),
    ...facts.space.map(({ mount, freeBytes }) => `${showSize(freeBytes)} free on ${mount}`),
  ].join(', ');
  if (worst === undefined) return row(asked, 'green', good);
  const more = found.length === 1 ? '' : ` (${found.length - 1} more)`;
  return row(asked, worst.state, `${worst.what}${more}`, worst.remedy, [
    good,
    ...found.map(
      ({ what, remedy }) =>
        `${what}: ${remedy.text}${remedy.command == null ? '' : ` ($ ${remedy.command})`}`,
    ),
  ]);
};
