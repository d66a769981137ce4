import { waitingCommit } from '../../model/forge/waiting.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import {
  fleetVerdict,
  noWatchWords,
  type RunWatch,
  runWatchHeadline,
  unsignedHosts,
  watchOfAll,
} from '../../model/watch/run-watch.ts';
import { showCommit } from '../../model/words/format.ts';
import { showDate } from '../../model/words/format-time.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { failedInTest } from '../../state/failed-in-test.ts';
import { criticalDown, criticalUnits, deployableHosts } from '../../state/hosts.ts';
import {
  deployedPart,
  type PartOfFleet,
  partWords,
  testedPart,
} from '../../state/part-of-fleet.ts';
import type { RunSummary } from '../../state/run.ts';
import type { StageState } from '../../state/stage.ts';
import type { AppState, HostState } from '../../state/state.ts';
import { comparedUnits } from './compared-units.ts';

/** A line of what makes a run of the runbook a success. */
export interface Criterion {
  /** Stable: a key of `--json`. */
  readonly id:
    | 'updated'
    | 'built'
    | 'deployed'
    | 'no-new-failure'
    | 'critical-running'
    | 'dashboards'
    | 'committed'
    | 'no-drift'
    | 'watched';
  readonly title: string;
  /** `met` has its evidence; `unmet` is known not to be so; `open`: not known yet; `not-set-up`: nothing can ever be known. */
  readonly state: 'met' | 'unmet' | 'open' | 'not-set-up';
  /** Set where it is unmet only because a step of the runbook was not done yet: nothing failed. */
  readonly isNotYet?: true;
  readonly evidence: string;
}

type Answer = readonly [state: Criterion['state'], evidence: string, isNotYet?: true];

const lastRun = (
  { history }: AppState,
  goals: readonly RunSummary['goal'][],
): RunSummary | undefined =>
  history.find(({ goal, ending }) => goals.includes(goal) && ending !== null);

/** What a step that was done says; null where it says nothing. */
const ofStage = (state: StageState): Answer | null => {
  switch (state.kind) {
    case 'passed':
      return ['met', state.evidence];
    case 'failed':
      return ['unmet', state.reason];
    case 'partly':
    case 'begun':
      return ['open', state.evidence];
    case 'todo':
    case 'running':
    case 'skipped':
    case 'outdated':
      return null;
  }
};

/** What the newest run of such goals says, where this nixup did not do the step itself. */
const ofHistory = (app: AppState, goals: readonly RunSummary['goal'][], never: string): Answer => {
  const run = lastRun(app, goals);
  if (run?.ending == null) return ['open', never];
  const { result, at } = run.ending;
  const words = `${run.goal} of ${showDate(at)}, run ${run.id}: ${result.summary}`;
  return [result.exitCode === 0 ? 'met' : result.exitCode === 4 ? 'open' : 'unmet', words];
};

const changedInputs = ({ lock }: AppState): number =>
  lock.kind === 'read' ? lock.changes.length : 0;

const updated = (app: AppState): Answer => {
  const changed = changedInputs(app);
  const own = ofStage(app.stages.update);
  // What the update said is old as soon as an input is held or put back: the lock of now counts.
  return (
    (own?.[0] === 'met' && changed > 0 ? null : own) ??
    (changed > 0
      ? ['met', `${counted(changed, 'input')} changed since the commit`]
      : ofHistory(app, ['update', 'run'], 'no update is known'))
  );
};

/** Whether a step failed on a host, so that doing it the first time is not what is left. */
const hasFailed = (app: AppState, name: string): boolean => {
  const kind = app.hosts[name]?.work.kind;
  return (
    kind === 'failed' ||
    kind === 'rolledBack' ||
    kind === 'unhealthy' ||
    failedInTest(app, [name]).length > 0
  );
};

/** `silent`: hosts of which nothing is known, as they did not answer. */
const ofPart = (
  app: AppState,
  part: PartOfFleet,
  words: string,
  silent: readonly string[] = [],
): Answer => {
  const all = part.done.length + part.left.length + part.waiting.length;
  if (all === 0) return ['open', 'no host is known'];
  const left = part.left.filter((host) => !silent.includes(host));
  const unknown = part.left.filter((host) => silent.includes(host));
  const rest = [
    ...(left.length === 0 ? [] : [`not: ${hostList(left)}`]),
    ...(part.waiting.length === 0 ? [] : [`waiting: ${hostList(part.waiting)}`]),
    ...(unknown.length === 0 ? [] : [`not known, no answer: ${hostList(unknown)}`]),
  ];
  const evidence = [`${partWords(part)} ${words}`, ...rest].join('; ');
  if (left.length > 0)
    return left.some((host) => hasFailed(app, host))
      ? ['unmet', evidence]
      : ['unmet', evidence, true];
  return [part.left.length + part.waiting.length > 0 ? 'open' : 'met', evidence];
};

const knownHosts = (app: AppState): readonly HostState[] =>
  deployableHosts(app).flatMap((name) => app.hosts[name] ?? []);

const silentHosts = (app: AppState): readonly string[] =>
  knownHosts(app)
    .filter(({ probe, facts }) => probe.kind !== 'answered' || facts === null)
    .map(({ entry }) => entry.name);

/** Health of hosts that did not answer is not known, whatever the verification says of them. */
const noNewFailure = (app: AppState): Answer => {
  const hosts = knownHosts(app);
  if (hosts.length > 0 && silentHosts(app).length === hosts.length)
    return ['open', 'no host answered'];
  return (
    ofStage(app.stages.verify) ??
    comparedUnits(hosts, silentHosts(app), app.history) ?? [
      'open',
      'not compared with a baseline yet',
    ]
  );
};

const criticalRunning = (app: AppState): Answer => {
  const hosts = knownHosts(app);
  const answered = hosts.filter(({ probe, facts }) => probe.kind === 'answered' && facts !== null);
  const silent = hosts.filter((host) => !answered.includes(host));
  const down = answered.flatMap((host) =>
    criticalDown(host).map((unit) => `${host.entry.name} ${shortUnitName(unit)}`),
  );
  if (down.length > 0) return ['unmet', `not running: ${down.join(', ')}`];
  const count = answered.reduce((sum, host) => sum + criticalUnits(host).length, 0);
  const words = `${counted(count, 'critical unit')} on ${counted(answered.length, 'host')} run`;
  if (answered.length === 0) return ['open', 'no host answered'];
  // No unit is named, and none was looked at: that is no service that runs.
  if (count === 0 && silent.length === 0)
    return ['not-set-up', 'no critical unit is named: `critical` in nixup.toml names them'];
  return silent.length === 0
    ? ['met', words]
    : ['open', `${words}; not asked: ${hostList(silent.map(({ entry }) => entry.name))}`];
};

const dashboards = ({ board }: AppState): Answer => {
  const rows = board.filter(({ group, state }) => group === 'monitoring' && state !== 'not-set-up');
  const red = rows.filter(({ state }) => state === 'red');
  const asked = rows.filter(({ state }) => state !== 'checking');
  if (red.length > 0)
    return ['unmet', red.map(({ label, evidence }) => `${label}: ${evidence}`).join('; ')];
  if (board.length === 0 || asked.length < rows.length) return ['open', 'not checked yet'];
  return rows.length === 0
    ? ['not-set-up', 'no dashboard or check is configured']
    : ['met', `${rows.map(({ label }) => label).join(', ')} answer`];
};

const committed = (app: AppState): Answer => {
  const changed = changedInputs(app);
  const own = ofStage(app.stages.commit);
  const [waiting] = app.waitingRequests;
  if (waiting !== undefined && changed === 0 && own?.[0] !== 'unmet')
    return ['open', waitingCommit(waiting)];
  if (own !== null) return own;
  if (changed > 0) return ['unmet', `${counted(changed, 'changed input')} not committed`, true];
  const made = app.madeCommits.findLast(({ deed }) => deed === 'commit');
  return made === undefined
    ? ['open', 'no commit by nixup is known']
    : ['met', `commit ${showCommit(made.revision)} of ${showDate(made.at)}`];
};

/** Every host runs what the committed lock says. */
const noDrift = (app: AppState): Answer => {
  if (app.git === null) return ['open', 'git is not read'];
  if (app.git.dirty.length > 0)
    return ['unmet', `not committed: ${app.git.dirty.slice(0, 3).join(', ')}`, true];
  return ofPart(app, deployedPart(app), 'run what the committed lock says', silentHosts(app));
};

/** Hosts that went back and are not watched: by their run, or by a person after it. */
const backWords = (words: string, { wentBack = [] }: RunWatch, isByHand: boolean) => {
  const hosts = wentBack.flatMap((one) => ((one.isByHand === true) === isByHand ? [one.host] : []));
  return hosts.length === 0 ? [] : [`${words}: ${hostList(hosts)}`];
};

/** Every host that was deployed, by whichever run: a fleet is deployed in several. */
const watched = ({ watches }: AppState, now: number): Answer => {
  const watch = watchOfAll(watches);
  if (watch === null) return ['open', noWatchWords];
  const verdict = fleetVerdict(watch);
  const unsigned = unsignedHosts(watch);
  const isFinal = watch.hosts.every(
    ({ host }) => watch.reports.find((report) => report.host === host)?.isFinal === true,
  );
  const trouble = watch.signOffs.filter((one) => one.trouble.length > 0).map(({ host }) => host);
  const words = [
    runWatchHeadline(watch, now),
    ...(unsigned.length === 0 ? [] : [`not signed: ${hostList(unsigned)}`]),
    ...(trouble.length === 0 ? [] : [`signed with trouble: ${hostList(trouble)}`]),
    ...backWords('rolled back, not watched', watch, false),
    ...backWords('rolled back by hand, not watched', watch, true),
  ].join('; ');
  if (verdict === 'worse' || trouble.length > 0) return ['unmet', words];
  const isKnown = verdict !== 'unknown' && verdict !== 'early';
  return [isFinal && isKnown && unsigned.length === 0 ? 'met' : 'open', words];
};

/** What makes the runbook a success, each line with its evidence; it ticks itself by the facts of now. Pure. */
export const successCriteria = (app: AppState, now: number): readonly Criterion[] => {
  const line = (
    id: Criterion['id'],
    title: string,
    [state, evidence, isNotYet]: Answer,
  ): Criterion => ({
    id,
    title,
    state,
    ...(isNotYet === undefined ? {} : { isNotYet }),
    evidence,
  });
  return [
    line('updated', 'inputs updated', updated(app)),
    line('built', 'every host built', ofPart(app, testedPart(app), 'built and tested')),
    line(
      'deployed',
      'every host deployed',
      ofPart(app, deployedPart(app), 'run what the flake says', silentHosts(app)),
    ),
    line('no-new-failure', 'no new failed unit', noNewFailure(app)),
    line('critical-running', 'critical services running', criticalRunning(app)),
    line('dashboards', 'dashboards reachable', dashboards(app)),
    line('committed', 'committed with a changelog', committed(app)),
    line('no-drift', 'no drift', noDrift(app)),
    line('watched', 'watched for 24 hours', watched(app, now)),
  ];
};
