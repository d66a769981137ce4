import { showKey } from '../../keys.ts';
import { guiltyInputs } from '../../model/causes/bisect.ts';
import { showCommand } from '../../model/command.ts';
import { markedIds } from '../../screen/rows/lists.ts';
import { shownOf } from '../../screen/rows/shown-hosts.ts';
import { closedCommit } from '../../state/closed-commit.ts';
import { buildableHosts, deployableHosts } from '../../state/hosts.ts';
import { leftOvers } from '../../state/left-over.ts';
import { deployRest } from '../../state/part-of-fleet.ts';
import { nextStage } from '../../state/stage.ts';
import type { ScreenState } from '../../store.ts';
import type { Action } from '../action.ts';

type Seen = Pick<ScreenState, 'app' | 'ui'>;

/** A whole command of nixup in a text, and the action that does exactly the same now. */
interface KeyCommand {
  readonly command: string;
  readonly action: string;
}

const nixup = (...args: readonly string[]): string => showCommand({ file: 'nixup', args });

const only = (isSo: boolean, command: string, action: string): readonly KeyCommand[] =>
  isSo ? [{ command, action }] : [];

/** The commands without names that a key does, whatever is shown or marked. */
const always: readonly KeyCommand[] = [
  { command: 'nixup check', action: 'check' },
  { command: 'nixup commit', action: 'commit' },
  { command: 'nixup diff', action: 'show-lock' },
  { command: 'nixup history', action: 'show-history' },
  { command: 'nixup status', action: 'refresh' },
  { command: 'nixup revert --undo', action: 'undo-lock' },
  // HOST stands for any host, as the cursor does.
  { command: 'nixup test HOST', action: 'test' },
  { command: 'nixup deploy HOST', action: 'deploy' },
];

/** Commands for the whole fleet: with a filter or marks, their keys do less. */
const forAll = (seen: Seen): readonly KeyCommand[] => {
  const { app, ui } = seen;
  const { stages } = app;
  const next = nextStage(app);
  const isWhole = (hosts: readonly string[]): boolean => shownOf(seen, hosts).narrowed === null;
  // With a step that failed, or was done for a part, `m` does something else.
  const isNext = (stage: 'test' | 'deploy'): boolean =>
    next === stage && (stages[stage].kind === 'todo' || stages[stage].kind === 'outdated');
  const deploys = isWhole(deployableHosts(app));
  const deployByStep = isNext('deploy') && stages.test.kind !== 'skipped';
  return [
    ...only(isWhole(buildableHosts(app)), 'nixup test', isNext('test') ? 'move-on' : 'test-all'),
    ...only(deploys, 'nixup deploy', deployByStep ? 'move-on' : 'deploy-all'),
    ...only(deploys && markedIds(app, ui, 'fleet').length === 0, 'nixup verify', 'verify'),
    ...only(deploys, 'nixup watch', 'watch'),
    ...only(markedIds(app, ui, 'lock').length === 0, 'nixup update', 'update'),
  ];
};

/** The command with names that `m` does now: the names come from the state. */
const ofNextStep = (seen: Seen): readonly KeyCommand[] => {
  const { app } = seen;
  const stage = nextStage(app);
  if (stage === undefined)
    return only(
      app.pending.length > 0 && leftOvers(app).some(({ kind }) => kind === 'asleep'),
      nixup('resume'),
      'move-on',
    );
  const closed = stage === 'commit' ? closedCommit(app) : null;
  // The menu of a closed commit has the ways back to the test of these hosts.
  if (closed !== null) return only(true, nixup('test', ...closed.hosts), 'move-on');
  const state = app.stages[stage];
  const guilty = guiltyInputs(app.searches);
  // The menu of a failed test holds what a search found.
  if (state.kind === 'failed')
    return only(stage === 'test' && guilty.length > 0, nixup('hold', ...guilty), 'move-on');
  const takesHosts =
    stage === 'test' || stage === 'deploy' || stage === 'verify' || stage === 'watch';
  const broken = stage === 'deploy' ? deployRest(app).broken : [];
  const left = state.kind === 'begun' ? state.left.filter((host) => !broken.includes(host)) : [];
  return state.kind === 'begun' && takesHosts && left.length > 0
    ? only(shownOf(seen, state.left).narrowed === null, nixup(stage, ...left), 'move-on')
    : [];
};

const asPattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** No variable, `sudo` or other command stands before it: that would be a part of the command. */
const before = String.raw`(?<=^|[\s(])(?<!(?:\S=\S*|\bsudo|&&|\|\|?)\s)`;

/** What ends a command in a sentence. A space does not: a further word may be a part of the command. */
const after = String.raw`(?=$|\n| ·|[.,;:!?)]+(?:$|\s))`;

/**
 * A text of the engine as the screen shows it: a command of nixup that a key does is replaced by
 * that key, with its view where it works in one only. A command stays as it is where no key is
 * known to do exactly the same: most of those with names, and all with quotes or further words.
 */
export const inKeys = (text: string, seen: Seen, table: readonly Action[]): string => {
  const commands = [...always, ...forAll(seen), ...ofNextStep(seen)];
  const pattern = new RegExp(
    `${before}(?:${commands.map(({ command }) => asPattern(command)).join('|')})${after}`,
    'gmu',
  );
  return text.replace(pattern, (whole: string) => {
    const action = commands.find(({ command }) => command === whole)?.action;
    const row = table.find(({ id }) => id === action);
    const [key] = row?.keys ?? [];
    if (row === undefined || key === undefined) return whole;
    const where = row.where.includes('lock') && row.where.length === 1 ? ' in the view Lock' : '';
    return `${showKey(key)}${where}`;
  });
};
