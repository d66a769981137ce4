import type { DeployPlan, LeftOut } from '../../model/deploy/plan.ts';
import { deployWaiting } from '../../model/forge/waiting.ts';
import { showAge } from '../../model/words/format-time.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { deployRest } from '../../state/part-of-fleet.ts';
import { redRows } from '../../state/reducer/check-step.ts';
import type { UnreviewedAlarm } from '../../state/run.ts';
import type { AppState } from '../../state/state.ts';
import { alarmWords, undoneBefore, unreviewedAlarms } from '../../state/undone-before.ts';
import { keyName } from '../key-names.ts';
import type { AskedText, Choice, Confirmation, TonedText } from '../overlay.ts';
import { narrowedWords } from '../rows/shown-hosts.ts';
import { pinned, plain, quiet, warning } from '../toned.ts';
import type { Wish } from '../wish.ts';
import { ask, no } from './confirmation.ts';
import {
  aligned,
  briefLines,
  fullHeading,
  hostsNamed,
  leftOutLine,
  needsItsName,
  requiredFor,
  targetLines,
} from './confirmation-targets.ts';

/** How hosts go back: by themselves until they are confirmed, and by a key after that. */
const wayBack = (plan: DeployPlan): TonedText =>
  plan.mode === 'switch'
    ? quiet('way back: by itself until proven, then r; what runs now stays known good')
    : quiet(`way back: ${keyName('rollback')} restores the system that each host runs now`);

const keptLines = (plan: DeployPlan): readonly TonedText[] =>
  plan.mode === 'switch'
    ? [
        quiet(
          'what runs now is kept as known good: the profile nixup_known_good, with a boot entry if it can have one',
        ),
      ]
    : [];

/** What becomes of the others when a host fails. */
const failureWords: Readonly<Record<NonNullable<DeployPlan['onFailure']>, string>> = {
  stop: 'if one fails, hosts that were not begun stay as they are',
  continue: 'if one fails, the others go on',
  'revert-wave': 'if one fails, those of its step go back, and no more are begun',
};

/** Which host is first, which follow, and what the first that fails means for the others. */
const orderLines = ({ targets, rollout, onFailure }: DeployPlan): readonly TonedText[] => {
  if (targets.length < 2 || rollout === undefined) return [];
  const planned = new Set(targets.map(({ host }) => host));
  const steps = rollout.waves
    .map((wave) => wave.filter((host) => planned.has(host)))
    .filter((wave) => wave.length > 0)
    .map(hostList);
  const order = steps.length < 2 ? 'all in one step' : `order: ${steps.join(', then ')}`;
  return [plain(onFailure === undefined ? order : `${order}; ${failureWords[onFailure]}`)];
};

/** Alarms that nobody looked at come before what the deploy does. */
const alarmLines = (alarms: readonly UnreviewedAlarm[]): readonly TonedText[] =>
  alarms.map((alarm) => warning(`not reviewed, an alarm of the lock: ${alarmWords(alarm)}`));

/** Checks that failed and do not stop a deploy: the count beside the view Check is of these. */
const failedChecks = (app: AppState): readonly TonedText[] => {
  if (app.stages.check.kind !== 'partly') return [];
  return redRows(app.board).map(({ label, evidence }) =>
    warning(`a check failed and stops nothing: ${label}, ${evidence}`),
  );
};

const provenLines = (plan: DeployPlan, app: AppState, at: number): readonly AskedText[] => {
  const times = plan.targets.flatMap(({ host }) => {
    const expectation = app.hosts[host]?.expectation;
    return expectation?.kind === 'known' && expectation.builtAt !== null
      ? [expectation.builtAt]
      : [];
  });
  const oldest = times.length === 0 ? null : Math.min(...times);
  const isDirty = plan.targets.some((target) => target.dirty);
  if (oldest === null) return isDirty ? [warning('Built from uncommitted changes.')] : [];
  const shown = showAge(at - oldest);
  const words = `Built and tested ${shown} ago, exactly these paths`;
  const told = isDirty ? warning(`${words}, from uncommitted changes.`) : plain(`${words}.`);
  return [{ ...told, aged: { since: oldest, shown } }];
};

const modeWords: Readonly<Record<DeployPlan['mode'], string>> = {
  switch: 'Deploy to',
  boot: 'Make the next boot of',
  test: 'Activate until the next boot on',
  'dry-activate': 'Show what an activation would do on',
};

/** Which hosts a deploy is asked for. */
export interface DeployQuestion {
  /** `rest`: the hosts that a deploy has left; they may also stay as they are. */
  readonly of?: 'chosen' | 'rest';
  /** The filter of the fleet, where it left a host out. */
  readonly narrowed?: string | null;
}

/** The same deploy, with a reboot of the hosts on which a part of it needs one. */
const rebootWords = (all: number, offered: DeployPlan['targets']): string =>
  offered.length === all
    ? `deploy and reboot ${hostsNamed(offered)}`
    : `deploy all, reboot ${hostsNamed(offered)}`;

/** All of it, what needs no name, what restarts as well, or nothing. */
const choicesOf = (
  plan: DeployPlan,
  of: DeployQuestion['of'],
  narrowed: string | null,
): readonly Choice[] => {
  const { targets } = plan;
  const wish: Wish = { kind: 'deploy', plan };
  const named = targets.filter(needsItsName);
  const others = targets.filter((target) => !needsItsName(target));
  const offered = targets.filter(({ restart }) => restart === 'offered');
  return [
    no,
    { label: `Deploy ${hostsNamed(targets)}`, wish, guarded: true },
    ...(named.length === 0 || others.length === 0
      ? []
      : [
          {
            label: `without ${named.length > 2 ? counted(named.length, 'host') : named.map(({ host }) => host).join(', ')}; asks again`,
            wish: { kind: 'plan-deploy', hosts: others.map(({ host }) => host) } as const,
            guarded: false,
          },
        ]),
    ...(offered.length === 0
      ? []
      : [
          {
            label: rebootWords(targets.length, offered),
            wish: { kind: 'plan-restart', plan, narrowed } as const,
            guarded: false,
          },
        ]),
    ...(of === 'rest'
      ? [
          {
            label: `continue to verify without ${targets.length === 1 ? 'it' : 'them'}`,
            wish: { kind: 'go-on', stage: 'deploy' } as const,
            guarded: false,
          },
        ]
      : []),
  ];
};

/**
 * Hosts that failed their test are no part of a plan for all that can be deployed. Beside a plan
 * for hosts that were chosen they are not named.
 */
const failedTests = (
  plan: DeployPlan,
  app: AppState,
  { of, narrowed = null }: DeployQuestion,
): readonly LeftOut[] => {
  const { ready, broken } = deployRest(app, plan.mode);
  const planned = new Set([...plan.targets, ...plan.leftOut].map(({ host }) => host));
  const isForAll = of === 'rest' || ready.every((host) => planned.has(host));
  if (narrowed !== null || !isForAll) return [];
  return broken
    .filter((host) => !planned.has(host))
    .map((host) => ({ host, kind: 'refused', reason: 'its test failed' }));
};

/** Asks before a deploy; the plan is frozen in it. */
export const confirmDeploy = (
  plan: DeployPlan,
  app: AppState,
  at: number,
  { of = 'chosen', narrowed = null }: DeployQuestion = {},
): Confirmation => {
  const { targets } = plan;
  const name = aligned(targets);
  return ask({
    title: `${modeWords[plan.mode]} ${hostsNamed(targets)}`,
    body: [
      ...alarmLines(unreviewedAlarms(app)),
      ...undoneBefore(app, at).map(warning),
      ...failedChecks(app),
      ...app.waitingRequests.map((waiting) => warning(deployWaiting(waiting))),
      ...(narrowed === null ? [] : [plain(narrowedWords(narrowed))]),
      ...briefLines(targets, name),
      ...orderLines(plan),
      ...fullHeading(targets),
      ...targets.flatMap((target) => targetLines(target, { name })),
      ...targets.flatMap((target) =>
        target.notes.map((note) => warning(`do this first, by hand, for ${target.host}: ${note}`)),
      ),
      ...keptLines(plan),
      ...provenLines(plan, app, at).map(pinned),
      pinned(wayBack(plan)),
      ...leftOutLine([...plan.leftOut, ...failedTests(plan, app, { of, narrowed })]).map(pinned),
    ],
    commands: targets.flatMap((target) => target.commands),
    choices: choicesOf(plan, of, narrowed),
    required: requiredFor(targets),
    at,
  });
};
