import { hostsOnly, type RollbackPlan } from '../../model/deploy/plan.ts';
import { showGeneration } from '../../model/host/generation.ts';
import { shortSystem } from '../../model/host/system-version.ts';
import { fingerprintOf } from '../../model/lock/facts.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { showCommit } from '../../model/words/format.ts';
import { showMoment } from '../../model/words/format-time.ts';
import { counted } from '../../model/words/sentences.ts';
import { deployableHosts } from '../../state/hosts.ts';
import { lastCommitOf, noCommitWords } from '../../state/last-commit.ts';
import { goalWord } from '../../state/run-words.ts';
import type { AppState } from '../../state/state.ts';
import { glyph } from '../glyphs.ts';
import { item } from '../menu-item.ts';
import type { Menu, MenuItem } from '../overlay.ts';
import { selectedId } from '../rows/lists.ts';
import { targetHosts } from '../rows/targets.ts';
import type { Ui } from '../ui.ts';

/** A letter that says what the row takes back, whatever the host is called: host, commit, number, unhealthy, lock, run. */
const lettered = (letter: string, row: MenuItem): MenuItem => ({ ...row, letter });

/** What a rollback of these hosts would do, as far as that is known without asking them. */
export type RollbackAsked = (hosts: readonly string[]) => Pick<RollbackPlan, 'targets' | 'leftOut'>;

/** A generation by its number; a system that the profile does not have by its name. */
const systemName = (host: string, number: number | null, path: StorePath | null): string => {
  if (number !== null) return showGeneration(number);
  return path === null ? '?' : shortSystem(path, host);
};

/** `g242 → g241`; of several hosts each with its name; of one that cannot go back the reason. */
const backWords = (hosts: readonly string[], wayBack: RollbackAsked): string => {
  const { targets, leftOut } = wayBack(hosts);
  const named = (host: string): string => (hosts.length === 1 ? '' : `${host} `);
  const words = hosts.flatMap((host) => {
    const target = targets.find((one) => one.host === host);
    if (target !== undefined)
      return [
        `${named(host)}${systemName(host, target.fromGeneration, target.from)} ${glyph.arrow} ${systemName(host, target.toGeneration, target.to)}`,
      ];
    const left = leftOut.find((one) => one.host === host);
    return left === undefined ? [] : [`${named(host)}${left.reason}`];
  });
  return words.length === 0 ? hosts.join(', ') : words.join(', ');
};

/** Hosts, lock and commit together, as far as there is something of each. */
const everythingItem = (
  app: AppState,
  hosts: readonly string[],
  named: string,
  changed: readonly string[],
): MenuItem => {
  const last = lastCommitOf(app);
  const commit = last.kind === 'made' ? last.revision : null;
  const hasCommit = commit !== null;
  // A commit that the remote has would come back from there, so the revert is pushed too.
  const isPublished = app.git !== null && app.git.upstream !== null && app.git.ahead === 0;
  return item(
    'everything',
    `${named} and what was committed`,
    [
      'the hosts',
      ...(changed.length > 0 ? ['then the lock to the committed one'] : []),
      ...(commit === null ? [] : [`then a revert of commit ${showCommit(commit)}`]),
      ...(hasCommit && isPublished ? ['then a push of that'] : []),
    ].join(', '),
    {
      kind: 'plan-rollback',
      hosts,
      also: {
        lock: changed.length > 0,
        commit: hasCommit,
        push: hasCommit && isPublished,
      },
    },
    changed.length === 0 && last.kind !== 'made'
      ? `the lock is unchanged, and ${noCommitWords(last)}`
      : null,
  );
};

/** Why none of the hosts can go back: no system runs on them; null where one can. */
const whyNoHost = (app: AppState, hosts: readonly string[]): string | null => {
  const roles = hosts.flatMap((name) => app.hosts[name]?.entry.role ?? []);
  if (roles.some(({ kind }) => kind === 'deployable')) return null;
  const [role] = roles;
  return role === undefined || role.kind === 'deployable' ? null : `left out: ${role.reason}`;
};

/** The rows of the hosts that the menu is about; the first of them has its generations shown. */
const hostItems = (
  app: AppState,
  first: string,
  hosts: readonly string[],
  changed: readonly string[],
  wayBack: RollbackAsked,
): readonly MenuItem[] => {
  const named = hosts.length === 1 ? first : `${hosts.length} hosts`;
  const why = whyNoHost(app, hosts);
  const refused = (row: MenuItem): MenuItem => (why === null ? row : { ...row, refused: why });
  return [
    lettered(
      'h',
      refused(
        item('host', `${named} to the system before`, backWords(hosts, wayBack), {
          kind: 'plan-rollback',
          hosts,
          also: hostsOnly,
        }),
      ),
    ),
    lettered('c', refused(everythingItem(app, hosts, named, changed))),
    lettered(
      'n',
      refused(
        item('generation', `${first} to a chosen generation`, 'shows its generations', {
          kind: 'show-generations',
          host: first,
        }),
      ),
    ),
  ];
};

/** In the history: the lock of the run under the cursor. */
const runItem = (app: AppState, ui: Ui): readonly MenuItem[] => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'history') return [];
  const run = app.history.find(({ id }) => id === selectedId(app, ui));
  if (run === undefined) return [];
  const now = fingerprintOf(app.lock);
  return [
    lettered(
      'r',
      item(
        'lock-of-run',
        'the lock to that of this run',
        `${goalWord(run)} of ${showMoment(run.startedAt)}`,
        { kind: 'restore-lock', run: run.id },
        run.lock == null
          ? 'its journal names no lock'
          : run.lock === now
            ? 'the lock is that one already'
            : null,
      ),
    ),
  ];
};

/** What `r` offers: hosts to the system before, a chosen generation, the lock. */
export const rollbackMenu = (
  app: AppState,
  ui: Ui,
  at: number,
  wayBack: RollbackAsked = () => ({ targets: [], leftOut: [] }),
): Menu => {
  const chosen = targetHosts(app, ui);
  const able = new Set(deployableHosts(app));
  const back = chosen.filter((name) => able.has(name));
  // Images among them have no earlier system; where there are only images, their rows say why.
  const hosts = back.length > 0 ? back : chosen;
  const [first] = hosts;
  const changed = app.lock.kind === 'read' ? app.lock.changes.map((change) => change.path) : [];
  // Hosts that a run left unhealthy are offered wherever the cursor is.
  const sick = app.hostNames.filter(
    (name) => app.hosts[name]?.work.kind === 'unhealthy' && !hosts.includes(name),
  );
  return {
    kind: 'menu',
    title: 'Roll back',
    note: [],
    items: [
      ...(first === undefined ? [] : hostItems(app, first, hosts, changed, wayBack)),
      ...(sick.length === 0
        ? []
        : [
            lettered(
              'u',
              item(
                'unhealthy',
                `${sick.join(', ')} to the system before`,
                `unhealthy; ${backWords(sick, wayBack)}`,
                {
                  kind: 'plan-rollback',
                  hosts: sick,
                  also: hostsOnly,
                },
              ),
            ),
          ]),
      ...runItem(app, ui),
      lettered(
        'l',
        item(
          'lock',
          'the lock to the committed one',
          counted(changed.length, 'changed input'),
          { kind: 'revert', inputs: changed },
          changed.length === 0 ? 'the lock is unchanged' : null,
        ),
      ),
    ],
    cursor: null,
    careful: false,
    openedAt: at,
  };
};
