import { showCommand } from '../../model/command.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { awaitsReboot, isBuilt, isLeftBehind, keptWanted, troubleOf } from '../../state/hosts.ts';
import type { HostState } from '../../state/state.ts';
import { keyName } from '../key-names.ts';
import type { Section } from './pane-sections.ts';
import { under, wrapped } from './section-lines.ts';

/** The command with which somebody restarts the host by hand. */
export const rebootCommand = (
  entry: HostEntry | undefined,
  name: string,
  isRoot: boolean,
): string =>
  entry?.here === true
    ? showCommand({ file: 'sudo', args: ['systemctl', 'reboot'] })
    : showCommand({
        file: 'ssh',
        args: [entry?.address ?? name, ...(isRoot ? [] : ['sudo']), 'systemctl', 'reboot'],
      });

/** `L its log`. */
const key = (action: string, words: string): string => `${keyName(action)} ${words}`;

const deploys = (words = 'deploy it'): string => key('deploy', `${words}, asks before`);

/** What brings the host to what the flake wants; nothing where it runs that. */
const towardsFlake = (host: HostState): readonly string[] => {
  if (!isLeftBehind(host) || host.expectation.kind !== 'known') return [];
  return isBuilt(host) || keptWanted(host) !== undefined
    ? [deploys()]
    : [key('test', 'build and test it'), 'then deploy it'];
};

const restart = ({ entry, facts }: HostState): string =>
  `restart it: ${rebootCommand(entry, entry.name, facts?.elevation === 'root')}`;

const afterFailure = (host: HostState): readonly string[] => {
  const { work, expectation } = host;
  if (work.kind === 'failed' && (work.step === 'evaluate' || work.step === 'build'))
    return [
      key('show-build', 'why it failed'),
      key('test', 'test it again'),
      key('move-on', 'what can be done'),
    ];
  if (work.kind === 'failed' || work.kind === 'rolledBack')
    return [key('log', 'its log'), deploys('deploy it again'), key('move-on', 'what can be done')];
  return expectation.kind === 'failed' ? [key('refresh', 'evaluate it again')] : [];
};

const choicesOf = (host: HostState): readonly string[] => {
  switch (troubleOf(host)) {
    case 'failed':
      return afterFailure(host);
    case 'unreachable':
    case 'asleep':
      return [key('refresh', 'ask it again'), key('shell', 'a shell on it')];
    case 'unhealthy':
      return [
        key('show-health', 'its units and their journals'),
        key('rollback', 'roll it back, asks before'),
      ];
    case 'working':
      return [key('log', 'its log')];
    case 'unknown':
      return [key('refresh', 'ask it again')];
    case 'left out':
      return [];
    case 'behind':
    case 'newer than the flake':
    case 'reboot needed':
    case 'current':
      return [...towardsFlake(host), ...(awaitsReboot(host) ? [restart(host)] : [])];
  }
};

/** What can be done about the host as it is, with the keys that do it. */
export const nextSection = (host: HostState, cells: number): Section => {
  const choices = choicesOf(host);
  if (choices.length > 0) return under('next', wrapped(choices.join(' · '), cells));
  return troubleOf(host) === 'current'
    ? under('next', wrapped('nothing: it runs what the flake says', cells, 'muted'))
    : [];
};
