import type { CheckRow } from '../../model/board/board.ts';
import { waitingCommit } from '../../model/forge/waiting.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import {
  endWords,
  fleetVerdict,
  hostVerdictWords,
  noWatchWords,
  type RunWatch,
  reportOf,
  runWatchHeadline,
  signOffOf,
  unsignedHosts,
  watchOfAll,
} from '../../model/watch/run-watch.ts';
import { showCommit } from '../../model/words/format.ts';
import { showDate, showMoment } from '../../model/words/format-time.ts';
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
import type { Criterion, CriterionPart, CriterionProof } from './criterion.ts';

/** `proof` is absent where the evidence is short enough to stand for itself. */
type Answer = readonly [
  state: Criterion['state'],
  evidence: string,
  proof?: Partial<CriterionProof>,
  isNotYet?: true,
];

/** The first part of a sentence that goes on with details. */
const firstPart = (evidence: string): string => evidence.split(/[:;] /)[0] ?? evidence;

/** What failed, a part each: `nas: nginx.service failed` is about nas. */
const failedParts = (reason: string, names: readonly string[]): readonly CriterionPart[] =>
  reason.split('; ').map((words) => {
    const name = names.find((one) => words.startsWith(`${one}: `));
    return name === undefined
      ? { name: '', state: 'unmet', words }
      : { name, state: 'unmet', words: words.slice(name.length + 2) };
  });

const met = (name: string, words = ''): CriterionPart => ({ name, state: 'met', words });
const unmet = (name: string, words: string): CriterionPart => ({ name, state: 'unmet', words });
const open = (name: string, words: string): CriterionPart => ({ name, state: 'open', words });

const lastRun = (
  { history }: AppState,
  goals: readonly RunSummary['goal'][],
): RunSummary | undefined =>
  history.find(({ goal, ending }) => goals.includes(goal) && ending !== null);

/** What a step that was done says; null where it says nothing. */
const ofStage = (state: StageState, by: string): Answer | null => {
  switch (state.kind) {
    case 'passed':
      return ['met', state.evidence, { short: firstPart(state.evidence), by, at: state.at }];
    case 'failed':
      return ['unmet', state.reason, { by, at: state.at }];
    case 'partly':
    case 'begun':
      return ['open', state.evidence, { short: firstPart(state.evidence), by, at: state.at }];
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
  return [
    result.exitCode === 0 ? 'met' : result.exitCode === 4 ? 'open' : 'unmet',
    words,
    { short: result.summary, by: `${run.goal} ${run.id}`, at },
  ];
};

const changedInputs = ({ lock }: AppState): number =>
  lock.kind === 'read' ? lock.changes.length : 0;

/** What the update counted stands below the number of changed inputs. */
const ofUpdate = (state: StageState): Answer | null => {
  const own = ofStage(state, 'update');
  if (own === null) return null;
  const [kind, evidence, proof = {}] = own;
  const { short = evidence } = proof;
  const rest = evidence.slice(short.length + 2);
  return rest === '' || kind === 'unmet'
    ? own
    : [kind, evidence, { ...proof, parts: [kind === 'met' ? met('', rest) : open('', rest)] }];
};

const changedNames = ({ lock }: AppState): readonly CriterionPart[] =>
  lock.kind === 'read' ? lock.changes.map(({ path }) => met(path)) : [];

const updated = (app: AppState): Answer => {
  const changed = changedInputs(app);
  const own = ofUpdate(app.stages.update);
  // What the update said is old as soon as an input is held or put back: the lock of now counts.
  return (
    (own?.[0] === 'met' && changed > 0 ? null : own) ??
    (changed > 0
      ? [
          'met',
          `${counted(changed, 'input')} changed since the commit`,
          { short: `${counted(changed, 'input')} changed`, parts: changedNames(app) },
        ]
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

/** What failed on a host for which a step is left; null where it was only not done yet. */
const failedWords = (app: AppState, name: string): string | null => {
  switch (app.hosts[name]?.work.kind) {
    case 'failed':
      return 'failed';
    case 'rolledBack':
      return 'rolled back';
    case 'unhealthy':
      return 'unhealthy';
    default:
      return failedInTest(app, [name]).length > 0 ? 'its test failed' : null;
  }
};

const leftPart = (app: AppState, name: string): CriterionPart => {
  const words = failedWords(app, name);
  return words === null ? open(name, 'not yet') : unmet(name, words);
};

const waitingWords = (app: AppState, name: string): string =>
  app.hosts[name]?.work.kind === 'unhealthy' ? 'unhealthy, a person decides' : 'asleep';

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
  const proof = {
    short: `${part.done.length} of ${counted(all, 'host')}`,
    parts: [
      ...left.map((host) => leftPart(app, host)),
      ...part.waiting.map((host) => open(host, waitingWords(app, host))),
      ...unknown.map((host) => open(host, 'no answer')),
      ...part.done.map((host) => met(host)),
    ],
  };
  if (left.length > 0)
    return left.some((host) => hasFailed(app, host))
      ? ['unmet', evidence, proof]
      : ['unmet', evidence, proof, true];
  return [part.left.length + part.waiting.length > 0 ? 'open' : 'met', evidence, proof];
};

const knownHosts = (app: AppState): readonly HostState[] =>
  deployableHosts(app).flatMap((name) => app.hosts[name] ?? []);

const silentHosts = (app: AppState): readonly string[] =>
  knownHosts(app)
    .filter(({ probe, facts }) => probe.kind !== 'answered' || facts === null)
    .map(({ entry }) => entry.name);

/** What the verification of this nixup found, host by host; null where there was none. */
const ofVerify = (app: AppState, hosts: readonly HostState[]): Answer | null => {
  const { verify } = app.stages;
  const own = ofStage(verify, 'verify');
  if (own === null) return null;
  const [state, evidence, { by = 'verify', at = 0 } = {}] = own;
  const names = hosts.map(({ entry }) => entry.name);
  if (verify.kind === 'failed')
    return [
      state,
      evidence,
      { short: 'new trouble', by, at, parts: failedParts(verify.reason, names) },
    ];
  const proven = new Set('hosts' in verify ? verify.hosts : []);
  const silent = new Set(silentHosts(app));
  const unread = evidence
    .split('; ')
    .flatMap((words) => (words.startsWith('not known: ') ? [open('', words)] : []));
  return [
    state,
    evidence,
    {
      short: `${names.filter((name) => proven.has(name)).length} of ${counted(names.length, 'host')}`,
      by,
      at,
      parts: [
        ...unread,
        ...names.map((name) =>
          proven.has(name)
            ? met(name)
            : open(name, silent.has(name) ? 'no answer' : 'not compared'),
        ),
      ],
    },
  ];
};

/** Health of hosts that did not answer is not known, whatever the verification says of them. */
const noNewFailure = (app: AppState): Answer => {
  const hosts = knownHosts(app);
  if (hosts.length > 0 && silentHosts(app).length === hosts.length)
    return ['open', 'no host answered'];
  return (
    ofVerify(app, hosts) ??
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
  const count = answered.reduce((sum, host) => sum + criticalUnits(host).length, 0);
  const words = `${counted(count, 'critical unit')} on ${counted(answered.length, 'host')} run`;
  const proof = {
    short: `${counted(count, 'unit')} on ${answered.length} of ${counted(hosts.length, 'host')}`,
    parts: [
      ...answered.map((host) => {
        const stopped = criticalDown(host).map(shortUnitName);
        const { name } = host.entry;
        return stopped.length === 0
          ? met(name)
          : unmet(name, `${stopped.join(', ')} ${stopped.length === 1 ? 'does' : 'do'} not run`);
      }),
      ...silent.map(({ entry }) => open(entry.name, 'no answer')),
    ],
  };
  if (down.length > 0) return ['unmet', `not running: ${down.join(', ')}`, proof];
  if (answered.length === 0) return ['open', 'no host answered'];
  // No unit is named, and none was looked at: that is no service that runs.
  if (count === 0 && silent.length === 0)
    return ['not-set-up', 'no critical unit is named: `critical` in nixup.toml names them'];
  return silent.length === 0
    ? ['met', words, proof]
    : ['open', `${words}; not asked: ${hostList(silent.map(({ entry }) => entry.name))}`, proof];
};

const whenAsked = (rows: readonly CheckRow[]): Partial<CriterionProof> => {
  const times = rows.flatMap(({ askedAt }) => askedAt ?? []);
  return times.length === 0 ? {} : { by: 'check', at: Math.max(...times) };
};

const dashboardPart = ({ label, state, evidence, isUnasked }: CheckRow): CriterionPart => {
  if (state === 'checking') return open(label, 'is being asked');
  if (state === 'red') return isUnasked === true ? open(label, evidence) : unmet(label, evidence);
  return met(label, state === 'warning' ? evidence : '');
};

const dashboards = ({ board }: AppState): Answer => {
  const rows = board.filter(({ group, state }) => group === 'monitoring' && state !== 'not-set-up');
  const red = rows.filter(({ state }) => state === 'red');
  const asked = rows.filter(({ state }) => state !== 'checking');
  const proof = {
    short: `${rows.filter(({ state }) => state === 'green' || state === 'warning').length} of ${rows.length} answer`,
    ...whenAsked(asked),
    parts: rows.map(dashboardPart),
  };
  // Of those that could not be asked nobody knows whether they answer.
  if (red.length > 0)
    return [
      red.every(({ isUnasked }) => isUnasked === true) ? 'open' : 'unmet',
      red.map(({ label, evidence }) => `${label}: ${evidence}`).join('; '),
      proof,
    ];
  if (board.length === 0 || asked.length < rows.length) return ['open', 'not checked yet'];
  return rows.length === 0
    ? ['not-set-up', 'no dashboard or check is configured']
    : ['met', `${rows.map(({ label }) => label).join(', ')} answer`, proof];
};

const committed = (app: AppState): Answer => {
  const changed = changedInputs(app);
  const own = ofStage(app.stages.commit, 'commit');
  const [waiting] = app.waitingRequests;
  if (waiting !== undefined && changed === 0 && own?.[0] !== 'unmet')
    return ['open', waitingCommit(waiting)];
  if (own !== null) return own;
  if (changed > 0) return ['unmet', `${counted(changed, 'changed input')} not committed`, {}, true];
  const made = app.madeCommits.findLast(({ deed }) => deed === 'commit');
  return made === undefined
    ? ['open', 'no commit by nixup is known']
    : [
        'met',
        `commit ${showCommit(made.revision)} of ${showDate(made.at)}`,
        { short: `commit ${showCommit(made.revision)}`, at: made.at },
      ];
};

/** Every host runs what the committed lock says. */
const noDrift = (app: AppState): Answer => {
  if (app.git === null) return ['open', 'git is not read'];
  if (app.git.dirty.length > 0)
    return [
      'unmet',
      `not committed: ${app.git.dirty.slice(0, 3).join(', ')}`,
      {
        short: `${counted(app.git.dirty.length, 'file')} not committed`,
        parts: app.git.dirty.slice(0, 3).map((file) => unmet(file, '')),
      },
      true,
    ];
  return ofPart(app, deployedPart(app), 'run what the committed lock says', silentHosts(app));
};

/** Hosts that went back and are not watched: by their run, or by a person after it. */
const backWords = (words: string, { wentBack = [] }: RunWatch, isByHand: boolean) => {
  const hosts = wentBack.flatMap((one) => ((one.isByHand === true) === isByHand ? [one.host] : []));
  return hosts.length === 0 ? [] : [`${words}: ${hostList(hosts)}`];
};

/** Each host of a watch: its verdict, and who signed it. */
const watchedParts = (watch: RunWatch): readonly CriterionPart[] => [
  ...watch.hosts.map(({ host }): CriterionPart => {
    const report = reportOf(watch, host);
    const signed = signOffOf(watch, host);
    const words = `${report === undefined ? 'not asked yet' : hostVerdictWords(report)}; ${
      signed === undefined
        ? 'not signed'
        : `signed by ${signed.by}${signed.trouble.length > 0 ? ' with trouble' : ''}, ${showMoment(signed.at)} UTC`
    }`;
    if (report?.verdict === 'worse' || (signed?.trouble ?? []).length > 0)
      return unmet(host, words);
    const isKnown =
      report?.isFinal === true && report.verdict !== 'unknown' && report.verdict !== 'early';
    return isKnown && signed !== undefined ? met(host, words) : open(host, words);
  }),
  ...(watch.wentBack ?? []).map(({ host, changedAt, isByHand }) =>
    open(
      host,
      `rolled back${isByHand === true ? ' by hand' : ''}, ${showMoment(changedAt)} UTC; not watched`,
    ),
  ),
];

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
  const parts = watchedParts(watch);
  const done = parts.filter(({ state }) => state === 'met').length;
  const proof = {
    short: `${done} of ${counted(watch.hosts.length, 'host')}; ${endWords(watch, now)}`,
    by: `run ${watch.run}`,
    parts,
  };
  if (verdict === 'worse' || trouble.length > 0) return ['unmet', words, proof];
  const isKnown = verdict !== 'unknown' && verdict !== 'early';
  return [isFinal && isKnown && unsigned.length === 0 ? 'met' : 'open', words, proof];
};

/** A run that is yet to come, by the clock of now, was not the newest: the clock was wrong then. */
const withoutFuture = (app: AppState, now: number): AppState =>
  app.history.some(({ startedAt }) => startedAt > now + clockMs)
    ? { ...app, history: app.history.filter(({ startedAt }) => startedAt <= now + clockMs) }
    : app;

/** So far apart clocks of people who share a history may be, ms. */
const clockMs = 10 * 60_000;

/** What makes the runbook a success, each line with its evidence; it ticks itself by the facts of now. Pure. */
export const successCriteria = (known: AppState, now: number): readonly Criterion[] => {
  const app = withoutFuture(known, now);
  const line = (
    id: Criterion['id'],
    title: string,
    [state, evidence, proof = {}, isNotYet]: Answer,
  ): Criterion => ({
    id,
    title,
    state,
    ...(isNotYet === undefined ? {} : { isNotYet }),
    evidence,
    proof: { short: evidence, parts: [], ...proof },
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
