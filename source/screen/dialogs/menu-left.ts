import { showCommand } from '../../model/command.ts';
import { hostsOnly } from '../../model/deploy/plan.ts';
import { requestNumber } from '../../model/forge/waiting.ts';
import { counted } from '../../model/words/sentences.ts';
import { type LeftOver, leftWords } from '../../state/left-over.ts';
import type { AppState } from '../../state/state.ts';
import { rebootCommand } from '../host/next-section.ts';
import { keyName } from '../key-names.ts';
import { item } from '../menu-item.ts';
import type { Menu, MenuItem } from '../overlay.ts';

/** The command with which somebody restarts the host by hand. */
const restartCommand = (app: AppState, name: string): string => {
  const host = app.hosts[name];
  return rebootCommand(host?.entry, name, host?.facts?.elevation === 'root');
};

/** The command that shows a person why a host cannot be reached. */
const loginCommand = (app: AppState, host: string): string | null => {
  const entry = app.hosts[host]?.entry;
  return entry === undefined ? null : showCommand({ file: 'ssh', args: [entry.address] });
};

/** The lock before and after the last commit. */
const showsLastCommit = 'nixup diff HEAD~1 HEAD';

/** To look at what fails, and to accept it. */
const healthItems = (
  id: 'known' | 'unhealthy',
  hosts: readonly string[],
  words: string,
): readonly MenuItem[] => [
  item(id, 'look at the failed units', words, { kind: 'act', action: 'show-health' }),
  item(
    id === 'known' ? 'accept-known' : 'accept',
    `accept the health of ${hostsWord(hosts)}`,
    'later runs compare with it; asks before',
    { kind: 'plan-accept', hosts },
  ),
];

/** What was deployed for them waits, or they are asked again. */
const asleepItem = (app: AppState, hosts: readonly string[], words: string): MenuItem =>
  app.pending.some(({ host }) => hosts.includes(host))
    ? item('asleep', `deploy ${hostsWord(hosts)}, when awake now`, words, {
        kind: 'resume',
        choice: 'finish',
      })
    : item('asleep', `ask ${hostsWord(hosts)} again`, words, { kind: 'act', action: 'refresh' });

/** To ask again, and to log in by hand. */
const unreachableItems = (
  app: AppState,
  hosts: readonly string[],
  words: string,
): readonly MenuItem[] => [
  item('unreachable', `ask ${hostsWord(hosts)} again`, words, { kind: 'act', action: 'refresh' }),
  ...hosts.flatMap((host) => {
    const command = loginCommand(app, host);
    return command === null
      ? []
      : [
          item(`login-${host}`, `copy the command that logs in to ${host}`, command, {
            kind: 'copy',
            what: `the login to ${host}`,
            text: command,
          }),
        ];
  }),
];

/** The lock shows them as long as it differs from the committed one. */
const alarmsItem = (app: AppState, words: string): MenuItem =>
  app.lock.kind === 'read' && app.lock.changes.length > 0
    ? item('alarms', 'look at the lock', words, { kind: 'act', action: 'show-lock' })
    : item('alarms', 'copy the command that shows them', `${words}; ${showsLastCommit}`, {
        kind: 'copy',
        what: showsLastCommit,
        text: showsLastCommit,
      });

// Over 60 lines: a row or two for each kind of what is left.
/** What can be done about one thing that is left. */
const itemsOf = (app: AppState, left: LeftOver): readonly MenuItem[] => {
  const words = leftWords(left);
  switch (left.kind) {
    case 'failed':
    case 'rolled-back':
    case 'not-deployed':
      return [
        item(left.kind, `deploy ${hostsWord(left.hosts)}`, `${words}; asks before`, {
          kind: 'plan-deploy',
          hosts: left.hosts,
        }),
      ];
    case 'test-failed':
    case 'not-tested':
      return [
        item(
          left.kind,
          `test ${hostsWord(left.hosts)}${left.kind === 'test-failed' ? ' again' : ''}`,
          left.kind === 'test-failed'
            ? `${words}; the view Build (${keyName('show-build')}) says why`
            : words,
          {
            kind: 'test',
            hosts: left.hosts,
            options: {},
          },
        ),
      ];
    case 'known':
      return healthItems(left.kind, left.hosts, words);
    case 'unhealthy':
      return [
        ...healthItems(left.kind, left.hosts, words),
        item(
          'take-back',
          `roll back ${hostsWord(left.hosts)}`,
          'to the system before; asks before',
          {
            kind: 'plan-rollback',
            hosts: left.hosts,
            also: hostsOnly,
          },
        ),
      ];
    case 'asleep':
      return [asleepItem(app, left.hosts, words)];
    case 'unreachable':
      return unreachableItems(app, left.hosts, words);
    case 'reboot':
      return left.hosts.map((host) =>
        item(`reboot-${host}`, `copy the command that reboots ${host}`, restartCommand(app, host), {
          kind: 'copy',
          what: `the reboot of ${host}`,
          text: restartCommand(app, host),
        }),
      );
    case 'alarms':
      return [alarmsItem(app, words)];
    case 'closed':
      return [
        item(`closed-${left.stage}`, `${left.stage} again`, words, {
          kind: 'act',
          action: left.stage,
        }),
      ];
    case 'settings':
      return [
        item(
          'settings',
          `commit ${left.path}`,
          'a timer or another clone does not have its holds yet; asks before',
          { kind: 'plan-commit', choice: { also: [left.path], rest: 'left' } },
        ),
      ];
    case 'request':
      return [
        item('request', `open the page of request ${requestNumber(left.url)}`, left.url, {
          kind: 'open-page',
          url: left.url,
        }),
      ];
    case 'unpushed':
      return [
        item('unpushed', 'push', `${words}; asks before`, { kind: 'act', action: 'push' }),
        item('propose', 'pull request', 'on a branch of its own; asks before', {
          kind: 'act',
          action: 'propose',
        }),
      ];
  }
};

const hostsWord = (hosts: readonly string[]): string =>
  hosts.length > 3 ? counted(hosts.length, 'host') : hosts.join(', ');

/** Every step is closed, and something is left: lists each with what can be done about it. */
export const leftMenu = (app: AppState, left: readonly LeftOver[], at: number): Menu => {
  const items = left.flatMap((one) => itemsOf(app, one));
  return {
    kind: 'menu',
    title: 'What is left',
    note: left.map((one) => ({ text: leftWords(one), tone: 'warn' as const })),
    items,
    cursor: items[0]?.id ?? null,
    careful: true,
    openedAt: at,
  };
};
