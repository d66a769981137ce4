import { counted } from './counted.ts';
import { showStorePath } from './format-size.ts';
import { showAge } from './format-time.ts';
import { lockedSide } from './lock.ts';
import type { Menu, MenuItem, TonedText } from './overlay.ts';
import { hostsOnly } from './plan.ts';
import type { InterruptedRun } from './run.ts';
import { aRun } from './run-words.ts';
import { selectedId } from './selectors-list.ts';
import { lockRows } from './selectors-lock.ts';
import { hostOfScreen, targetHosts } from './selectors-targets.ts';
import type { AppState } from './state.ts';
import type { Ui } from './ui.ts';
import type { Wish } from './wish.ts';

const item = (
  id: string,
  label: string,
  detail: string,
  wish: Wish,
  refused: string | null = null,
): MenuItem => ({ id, label, detail, wish, refused });

/** One host: the generation that it runs; several: their names. */
const runsNow = (app: AppState, hosts: readonly string[]): string => {
  const [only, ...others] = hosts;
  if (only === undefined || others.length > 0) return hosts.join(', ');
  const facts = app.hosts[only]?.facts;
  const now = facts?.generations.findLast((generation) => generation.path === facts.current);
  return now === undefined ? 'the dialog shows which' : `it runs g${now.number} now`;
};

/** What `r` offers: hosts to the system before, a chosen generation, the lock. */
export const rollbackMenu = (app: AppState, ui: Ui, at: number): Menu => {
  const hosts = targetHosts(app, ui);
  const [first] = hosts;
  const changed = app.lock.kind === 'read' ? app.lock.changes.map((change) => change.path) : [];
  const hasCommit = app.history.some((run) => run.result?.commit != null);
  const named = hosts.length === 1 ? first : `${hosts.length} hosts`;
  return {
    kind: 'menu',
    title: 'Roll back',
    note: [],
    items: [
      ...(first === undefined
        ? []
        : [
            item('host', `${named} to the system before`, runsNow(app, hosts), {
              kind: 'plan-rollback',
              hosts,
              also: hostsOnly,
            }),
            item(
              'everything',
              `${named} and what was committed`,
              'the hosts, then the lock, then a revert of the last commit of nixup',
              {
                kind: 'plan-rollback',
                hosts,
                also: { lock: changed.length > 0, commit: hasCommit, push: false },
              },
              changed.length === 0 && !hasCommit
                ? 'the lock is as it was committed, and no run of nixup made a commit'
                : null,
            ),
            item('generation', `${first} to a chosen generation`, 'shows its generations', {
              kind: 'show-generations',
              host: first,
            }),
          ]),
      item(
        'lock',
        'the lock to the committed one',
        counted(changed.length, 'changed input'),
        { kind: 'revert', inputs: changed },
        changed.length === 0 ? 'the lock is as it was committed' : null,
      ),
    ],
    cursor: null,
    careful: false,
    openedAt: at,
  };
};

const copied = (what: string, text: string | null | undefined): readonly MenuItem[] =>
  text === null || text === undefined || text === ''
    ? []
    : [item(what, what, text, { kind: 'copy', what, text })];

const hostCopies = (app: AppState, name: string): readonly MenuItem[] => {
  const host = app.hosts[name];
  if (host === undefined) return [];
  const { entry, facts, expectation } = host;
  return [
    ...copied('name', entry.name),
    ...copied('address', entry.address),
    ...copied('system that runs', facts?.current),
    ...copied('system of the flake', expectation.kind === 'known' ? expectation.toplevel : null),
    ...copied('derivation', expectation.kind === 'known' ? expectation.derivation : null),
    ...copied('reason of the failure', host.work.kind === 'failed' ? host.work.reason : null),
  ];
};

const inputCopies = (app: AppState, ui: Ui): readonly MenuItem[] => {
  const id = selectedId(app, ui);
  const row = lockRows(app.lock, ui.lists.lock.filter, ui.unfolded).find((one) => one.id === id);
  if (row === undefined) return [];
  if (row.kind === 'input')
    return [
      ...copied('input', row.input.name),
      ...copied('revision', row.input.revision),
      ...copied('link to its source', row.input.link),
      ...copied('command that updates it', `nixup update ${row.input.name}`),
      ...copied('the same with Nix', `nix flake update ${row.input.name}`),
    ];
  const { change } = row;
  return [
    ...copied('input', change.path),
    ...copied('new revision', lockedSide(change.new)?.rev),
    ...copied('old revision', lockedSide(change.old)?.rev),
    ...copied('link that compares', change.compareUrl),
    ...copied('command that puts it back', `nixup revert ${change.path}`),
    ...copied('command that updates it', `nixup update ${change.path}`),
  ];
};

/** What `y` can copy on this screen. */
export const copyMenu = (app: AppState, ui: Ui, at: number): Menu => {
  const host = hostOfScreen(app, ui);
  const view = ui.screen.kind === 'view' ? ui.screen.view : 'host';
  const row = app.board.find((one) => one.id === selectedId(app, ui));
  const ring = app.logs[ui.log.host];
  const items: readonly MenuItem[] = [
    ...(view === 'log' ? copied('whole log', ring?.lines.join('\n')) : []),
    ...(host === undefined ? [] : hostCopies(app, host)),
    ...(view === 'lock' ? inputCopies(app, ui) : []),
    ...(view === 'check' && row !== undefined
      ? [
          ...copied('command that mends it', row.remedy?.command),
          ...copied('evidence', row.evidence),
        ]
      : []),
    ...copied('last command', app.commands.at(-1)?.line),
    ...copied('path of the flake', app.flakePath),
  ];
  return {
    kind: 'menu',
    title: 'Copy',
    note: [],
    items,
    cursor: null,
    careful: false,
    openedAt: at,
  };
};

const truthOf = (app: AppState, run: InterruptedRun, host: string): TonedText => {
  const facts = app.hosts[host]?.facts;
  const target = run.targets[host];
  const origin = run.origins[host];
  if (facts === undefined || facts === null)
    return { text: `${host}   not asked yet, or it does not answer`, tone: 'muted' };
  if (facts.current !== null && facts.current === target)
    return facts.profile === target
      ? { text: `${host}   runs the new system, and boots it`, tone: 'good' }
      : { text: `${host}   runs the new system, but does not boot it yet`, tone: 'warn' };
  if (facts.current !== null && facts.current === origin)
    return { text: `${host}   runs the system that it had before`, tone: 'plain' };
  return {
    text: `${host}   runs ${facts.current === null ? 'an unknown system' : showStorePath(facts.current)}`,
    tone: 'warn',
  };
};

const hasHosts = (run: InterruptedRun): boolean => Object.keys(run.targets).length > 0;

/** Explains a run whose process ended before it said so, and offers the three ways on. */
export const interruptedMenu = (run: InterruptedRun, app: AppState, at: number): Menu => ({
  kind: 'menu',
  title: `${aRun(run.goal, 'A')} was interrupted`,
  note: [
    {
      text: `It began ${showAge(at - run.startedAt)} ago and was last heard of ${showAge(at - run.lastEventAt)} ago.${run.hosts.length === 0 ? '' : ` Hosts: ${run.hosts.join(', ')}.`}`,
      tone: 'plain',
    },
    ...(run.finishedHosts.length === 0
      ? []
      : [{ text: `Finished before: ${run.finishedHosts.join(', ')}.`, tone: 'muted' as const }]),
    ...run.openDeeds.map((deed) => ({
      text: `Announced, end unknown: ${deed.deed}${deed.host === null ? '' : ` on ${deed.host}`}.`,
      tone: 'warn' as const,
    })),
    ...(hasHosts(run)
      ? [{ text: 'What is true now:', tone: 'plain' as const }]
      : [{ text: 'It had begun no host.', tone: 'plain' as const }]),
    ...Object.keys(run.targets).map((host) => truthOf(app, run, host)),
  ],
  items: [
    item('leave', 'Leave it', 'everything stays as it is; the run is closed', {
      kind: 'resume',
      choice: 'leave',
    }),
    ...(hasHosts(run)
      ? [
          item('finish', 'Finish it', 'brings the remaining hosts to the new system', {
            kind: 'resume',
            choice: 'finish',
          }),
        ]
      : []),
    item(
      'rollback',
      'Roll back',
      hasHosts(run)
        ? 'takes the hosts to the system that they had before'
        : 'puts flake.lock back as it was before the run',
      { kind: 'resume', choice: 'rollback' },
    ),
  ],
  cursor: null,
  careful: true,
  openedAt: at,
});
