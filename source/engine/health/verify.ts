import pLimit from 'p-limit';
import { showCommand } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import { isAsleep, pendingReason } from '../../model/explain/pending-reason.ts';
import { compareHealth, oldCritical, pastFailures } from '../../model/host/health.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import { lastActivation } from '../../model/host/last-activations.ts';
import { oldCodeWords, oldServicesOf } from '../../model/host/old-code.ts';
import {
  changedSinceWords,
  type OtherSystem,
  otherSystemShort,
  otherSystemWords,
} from '../../model/host/other-system.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { begunState, verifyWords } from '../../state/correct-stages.ts';
import { comparedPart, stillProven } from '../../state/part-of-fleet.ts';
import { activationWords } from '../../state/past/activation-end.ts';
import {
  exitCodeOfTrouble,
  exitCodeOfUnread,
  type HostOutcome,
  reachedSome,
} from '../../state/run.ts';
import type { StageState } from '../../state/stage.ts';
import { forgetRecovered } from '../run/accepted-units.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody } from '../run/ending.ts';
import { forgetSetback, rememberSickness } from '../run/memory.ts';
import type { RunSession } from '../run/session.ts';
import { compareDashboards, type DashboardVerdict } from './dashboards.ts';
import { otherSystemOf, undoSentences } from './other-system.ts';
import { failingChecks, newProblems, unaskedProblems } from './own-checks.ts';

const probesAtOnce = 16;

/** A host that is unhealthy stays so until it is healthy, or until somebody accepts it. */
const rememberHealth = async (
  context: EngineContext,
  run: string,
  host: string,
  toplevel: StorePath | null,
  {
    problems,
    unasked,
  }: { readonly problems: readonly string[]; readonly unasked: readonly string[] },
): Promise<void> => {
  if (toplevel === null) return;
  if (problems.length > 0) await rememberSickness(context, run, { host, toplevel, problems });
  else if (unasked.length === 0 && context.records.sickness(host) !== undefined)
    await forgetSetback(context, host, toplevel);
};

const otherSystemSentence = (facts: HostFacts, other: OtherSystem): string =>
  [otherSystemWords(facts, other.deployed), changedSinceWords(other)]
    .filter((words) => words !== null)
    .join('; ');

/** Trouble where somebody else switched the host; what another nixup brought there is told, and no trouble. */
const otherThanDeployed = async (
  context: EngineContext,
  entry: HostEntry,
  now: HostFacts,
): Promise<OtherSystem | null> => {
  const deployed = context.records.lastDeploy(entry.name);
  const other =
    deployed === undefined ? null : await otherSystemOf(context, entry, now, deployed.toplevel);
  if (deployed === undefined || other === null) return null;
  const last = lastActivation(now);
  if (last === null || last.at <= deployed.at) return other;
  const known = { history: context.state().history, activations: now.activations };
  const told = activationWords(last, entry.name, known, context.world.clock.now());
  const words = `${told} (run ${last.run})`;
  context.emitter.emit({ type: 'noticed', tone: 'info', text: aboutHost(entry.name, words) });
  return null;
};

/**
 * Without a baseline nobody knows whether trouble is new. The host is unhealthy all the same; whether it became worse,
 * which is what the watch asks, is unknown. Pure.
 */
export const judgeNews = ({
  stage,
  found,
  unasked,
  hasBaseline,
}: {
  readonly stage: 'verify' | 'watch';
  readonly found: readonly string[];
  readonly unasked: readonly string[];
  readonly hasBaseline: boolean;
}): { readonly problems: string[]; readonly unasked: readonly string[] } => {
  if (hasBaseline || found.length === 0) return { problems: [...found], unasked };
  return stage === 'watch'
    ? {
        problems: [],
        unasked: [
          `whether this is new, because there is no baseline: ${found.join(', ')}`,
          ...unasked,
        ],
      }
    : {
        problems: [...found, 'whether that is new is not known, because there is no baseline'],
        unasked,
      };
};

const verifyHost = async (
  context: EngineContext,
  run: string,
  entry: HostEntry,
  stage: 'verify' | 'watch',
): Promise<HostOutcome> => {
  const { hosts, records, emitter } = context;
  const base = { from: null, to: null, generation: null };
  emitter.emit({ type: 'host-probing', host: entry.name });
  const probed = await hosts.probe(entry, { fresh: true, scope: 'whole' });
  if (!probed.ok) {
    emitter.emit({ type: 'host-unprobed', host: entry.name, failure: probed.failure });
    const offline = isAsleep(probed.failure);
    return {
      ...base,
      status: offline ? 'pending' : 'failed',
      reason: offline ? pendingReason(probed.failure) : explain(probed.failure).what,
    };
  }
  const now = probed.value;
  emitter.emit({ type: 'host-probed', host: entry.name, facts: now });
  await forgetRecovered(context, entry, now);
  const baseline = records.baseline(entry.name);
  const verdict = compareHealth(
    baseline === undefined ? { failedUnits: [], activeUnits: [] } : baseline,
    now,
    entry,
  );
  const found = verdict.kind === 'unhealthy' ? verdict.problems : [];
  const failing = await failingChecks(context, entry);
  const { problems, unasked } = judgeNews({
    stage,
    found: [...found, ...newProblems(context, entry.name, failing)],
    unasked: unaskedProblems(failing),
    hasBaseline: baseline !== undefined,
  });
  await rememberHealth(context, run, entry.name, now.current, { problems, unasked });
  const other = await otherThanDeployed(context, entry, now);
  if (other !== null) problems.push(otherSystemSentence(now, other));
  const old = oldServicesOf(now.oldCode).map(({ unit }) => unit);
  const here = {
    ...base,
    from: now.current,
    to: now.current,
    ...(old.length === 0 ? {} : { oldCode: old }),
    ...(unasked.length === 0 ? {} : { unasked }),
    ...(other === null ? {} : { otherSystem: other }),
  };
  return problems.length === 0
    ? {
        ...here,
        status: 'unchanged',
        reason: unasked.length === 0 ? null : `not known: ${unasked.join('; ')}`,
      }
    : { ...here, status: 'unhealthy', reason: problems.join('; ') };
};

interface VerifiedHost {
  readonly host: string;
  readonly outcome: HostOutcome;
}

const verifyHosts = (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
  stage: 'verify' | 'watch',
): Promise<readonly VerifiedHost[]> => {
  const limit = pLimit(probesAtOnce);
  const verify = async (entry: HostEntry): Promise<VerifiedHost> => {
    const outcome = await verifyHost(context, session.id, entry, stage);
    const before = session.outcomes.get(entry.name);
    // The result of the deploy stays, unless health is worse now.
    if (before === undefined || (outcome.status === 'unhealthy' && before.status !== 'unhealthy'))
      session.outcome(entry.name, {
        ...outcome,
        generation: before?.generation ?? null,
        from: before?.from ?? outcome.from,
      });
    else if (outcome.status !== 'pending' && outcome.status !== 'failed')
      session.outcome(entry.name, {
        ...before,
        ...(outcome.oldCode === undefined ? {} : { oldCode: outcome.oldCode }),
        // What was not known after the deploy may be known now.
        unasked: outcome.unasked,
      });
    return { host: entry.name, outcome };
  };
  return Promise.all(
    entries
      .filter((entry) => entry.role.kind === 'deployable')
      .map((entry) => limit(() => verify(entry))),
  );
};

/** Entries as the fleet has them now: what an entry builds may be known only since the run began. */
export const entriesNow = (
  context: EngineContext,
  entries: readonly HostEntry[],
): readonly HostEntry[] =>
  entries.map((entry) => context.state().hosts[entry.name]?.entry ?? entry);

/** Why an entry turned out to be no host meanwhile, such as the medium of an installer; null where it is one. */
const whyNoHost = (context: EngineContext, name: string): string | null => {
  const role = context.state().hosts[name]?.entry.role;
  return role === undefined || role.kind === 'deployable' ? null : role.reason;
};

/** Without entries that turned out to be no hosts: these were never asked. */
const withoutLeftOut = (
  context: EngineContext,
  session: RunSession,
  verified: readonly VerifiedHost[],
): readonly VerifiedHost[] =>
  verified.filter(({ host, outcome }) => {
    const reason = whyNoHost(context, host);
    if (reason !== null) session.outcome(host, { ...outcome, status: 'skipped', reason });
    return reason === null;
  });

/** Its critical units that run neither now nor before the last deploy. */
const oldCriticalOf = (context: EngineContext, host: string): readonly string[] => {
  const known = context.state().hosts[host];
  const baseline = context.records.baseline(host);
  return known?.facts == null || baseline === undefined
    ? []
    : oldCritical(baseline, known.facts, known.entry);
};

/** The step of the runbook where every host that answered is well; `boards` were compared too. */
const stageOfVerified = (
  context: EngineContext,
  verified: readonly VerifiedHost[],
  proven: readonly string[],
  { asked: boards, unread }: Pick<DashboardVerdict, 'asked' | 'unread'>,
): StageState => {
  const at = context.world.clock.now();
  const part = comparedPart(context.state(), proven);
  const silent = verified.filter(({ outcome }) => outcome.status === 'pending');
  const partly = verified.filter(({ outcome }) => outcome.unasked !== undefined);
  const unknown = verified.filter(({ host }) => context.records.baseline(host) === undefined);
  const isOldDown = verified.some(({ host }) => oldCriticalOf(context, host).length > 0);
  const evidence = [
    `${verified.length - silent.length} of ${counted(verified.length, 'host')} answered; no new failed unit, ${isOldDown ? 'critical units that ran before run' : 'critical units active'}`,
    ...unread.map((words) => `not known: ${words}`),
    ...(boards > 0 && unread.length === 0
      ? [
          `${boards} ${boards === 1 ? 'dashboard or check' : 'dashboards and checks'} without new trouble`,
        ]
      : []),
    ...(silent.length > 0 ? [`not asked: ${silent.map(({ host }) => host).join(', ')}`] : []),
    ...partly.map(
      ({ host, outcome }) => `not known: ${aboutHost(host, (outcome.unasked ?? []).join('; '))}`,
    ),
    ...(unknown.length > 0
      ? [`without a baseline: ${unknown.map(({ host }) => host).join(', ')}`]
      : []),
  ].join('; ');
  const hosts = part.done;
  return (
    begunState(part, verifyWords, at) ??
    (silent.length + partly.length + unread.length > 0 || part.waiting.length > 0
      ? { kind: 'partly', ending: 'partly', evidence, at, hosts }
      : { kind: 'passed', evidence, at, hosts })
  );
};

interface Compared {
  /** What is new trouble, in words. */
  readonly problems: readonly string[];
  /** What could not be read, in words. */
  readonly unread: readonly string[];
  readonly isPrometheusUnread: boolean;
}

/**
 * Health of hosts, dashboards and checks against the baseline taken before the
 * last deploy: only what is new counts.
 */
const compareAll = async (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
  stage: 'verify' | 'watch',
): Promise<Compared> => {
  const { world } = context;
  const provenBefore = context.state().stages[stage];
  session.stage(stage, { kind: 'running', since: world.clock.now() });
  const looked = await verifyHosts(context, session, entries, stage);
  // Alerts are told by what is known of hosts: when each was changed.
  const { asked, news, unread, isPrometheusUnread } = await compareDashboards(
    context,
    entries,
    stage,
  );
  const verified = withoutLeftOut(context, session, looked);
  const problems = [
    ...verified
      .filter(({ outcome }) => outcome.status === 'unhealthy' || outcome.status === 'failed')
      .map(({ host, outcome }) => aboutHost(host, outcome.reason ?? outcome.status)),
    ...news,
  ];
  const answered = verified.flatMap(({ host, outcome }) =>
    outcome.status === 'pending' || outcome.status === 'failed' ? [] : [host],
  );
  if (answered.length === 0 && problems.length === 0)
    problems.push(
      verified.length === 0
        ? 'no host was asked'
        : `no host answered: ${hostList(verified.map(({ host }) => host))}`,
    );
  if (problems.length > 0) {
    session.stage(stage, {
      kind: 'failed',
      reason: problems.join('; '),
      at: world.clock.now(),
    });
    return { problems, unread, isPrometheusUnread };
  }
  const proven = [...new Set([...stillProven(context.state(), provenBefore), ...answered])];
  session.stage(stage, stageOfVerified(context, verified, proven, { asked, unread }));
  return { problems, unread, isPrometheusUnread };
};

/** The same for a run that goes on only where nothing is wrong and all could be read: answers what keeps it. */
export const runVerify = async (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
): Promise<readonly string[]> => {
  const { problems, unread } = await compareAll(context, session, entries, 'verify');
  return [...problems, ...unread];
};

/** Hosts that were not asked by this run, because they do not answer. */
const silentHosts = ({ outcomes }: RunSession): readonly string[] =>
  [...outcomes].flatMap(([host, { status, reason }]) =>
    status === 'pending' ? [`${host} not asked, ${reason ?? 'no answer'}`] : [],
  );

const silentWords = (session: RunSession): string => {
  const silent = silentHosts(session);
  return silent.length === 0
    ? 'Ask which hosts can be deployed: nixup status'
    : `${silent.join('; ')}. Ask again when they are awake: nixup verify`;
};

/**
 * What fails now and failed before too, and that nobody accepted: not new, but not healthy either.
 */
const oldTrouble = (context: EngineContext, hosts: readonly string[]): string => {
  const told = hosts.flatMap((host) => {
    const known = context.state().hosts[host];
    const ignored = new Set(known?.entry.ignoreUnits ?? []);
    const accepted = new Set(context.state().accepted[host] ?? []);
    const before = new Set(context.records.baseline(host)?.failedUnits ?? []);
    const units = (known?.facts?.failedUnits ?? []).filter(
      (unit) => !ignored.has(unit) && !accepted.has(unit) && before.has(unit),
    );
    const critical = oldCriticalOf(context, host).filter(
      (unit) => !units.includes(unit) && !accepted.has(unit),
    );
    const checks = (known?.failingChecks ?? []).filter(({ isOld }) => isOld);
    const all = [
      ...units,
      ...critical.map((unit) => `${unit} (critical, does not run)`),
      ...checks.map(({ check }) => `check ${check}`),
    ];
    return all.length === 0 ? [] : [`${host} ${all.join(', ')}`];
  });
  return told.length === 0 ? '' : `Failed before too: ${told.join('; ')}.`;
};

/** `WORDS: HOST THINGS; HOST THINGS.`; nothing where no host has any. */
const eachHost = (
  words: string,
  hosts: readonly string[],
  things: (host: string) => readonly string[],
): readonly string[] => {
  const told = hosts.flatMap((host) => {
    const all = things(host);
    return all.length === 0 ? [] : [`${host} ${all.join(', ')}`];
  });
  return told.length === 0 ? [] : [`${words}: ${told.join('; ')}.`];
};

/** Of ports that are closed now so many are named in a message. */
const namedPorts = 3;

/** What became of failures of before: a failure that the switch itself reset is not called repaired. */
const pastSentences = (context: EngineContext, hosts: readonly string[]): readonly string[] => {
  const past = (host: string) => {
    const known = context.state().hosts[host];
    const baseline = context.records.baseline(host);
    return known?.facts == null || baseline === undefined
      ? { repaired: [], reset: [] }
      : pastFailures(baseline, known.facts, known.entry);
  };
  const closed = (host: string): readonly string[] => {
    const now = context.state().hosts[host]?.facts?.listens;
    const before = context.records.baseline(host)?.listens;
    if (now === undefined || before === undefined) return [];
    const gone = before.filter((port) => !now.includes(port));
    const named = gone.slice(0, gone.length === namedPorts + 1 ? gone.length : namedPorts);
    const more = gone.length - named.length;
    return gone.length === 0
      ? []
      : [`port ${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`];
  };
  return [
    ...eachHost('Failed before, runs again', hosts, (host) => past(host).repaired),
    ...eachHost(
      'Failed before, does not run now; a switch resets failures and repairs nothing',
      hosts,
      (host) => past(host).reset,
    ),
    ...eachHost('Listened before, does not now', hosts, closed),
  ];
};

/** Services that a switch left with the code of an earlier system: no trouble, but worth to be known. */
const oldCodeSentence = (context: EngineContext, hosts: readonly string[]): string => {
  const found = hosts.flatMap((host) => {
    const words = oldCodeWords(context.state().hosts[host]?.facts?.oldCode);
    return words === null ? [] : [{ host, words }];
  });
  return found.length === 0
    ? ''
    : `${found.map(({ host, words }) => aboutHost(host, words)).join('; ')}. More: ${showCommand({ file: 'nixup', args: ['services', ...found.map(({ host }) => host)] })}.`;
};

/** What is no new trouble and yet worth to be known, each as a sentence. */
const toldBeside = (context: EngineContext, hosts: readonly string[]): readonly string[] =>
  [
    oldTrouble(context, hosts),
    ...pastSentences(context, hosts),
    oldCodeSentence(context, hosts),
    ...undoSentences(context, hosts),
  ].filter((sentence) => sentence !== '');

/** Hosts that were looked at, whether they answered or not: what turned out to be none is not among them. */
const lookedAt = (context: EngineContext, { outcomes }: RunSession): readonly string[] =>
  [...outcomes.keys()].filter((host) => whyNoHost(context, host) === null);

/** Hosts that answered, and some of whose own checks could not be asked. */
const partlyKnown = ({ outcomes }: RunSession): readonly string[] =>
  [...outcomes].flatMap(([host, { unasked = [] }]) =>
    unasked.length === 0 ? [] : [`${host} not known: ${unasked.join('; ')}`],
  );

/** How a comparison with the baseline ended. What is new trouble is said apart: it is told before all else. */
interface HealthEnding {
  readonly exitCode?: number;
  /** New trouble as a sentence; empty where there is none. */
  readonly trouble: string;
  /** What else is worth to be known, as sentences. */
  readonly beside: string;
  /** The command for a person who expects the trouble; empty where there is none. */
  readonly advice: string;
  /** Whether it says already that nothing is known of Prometheus; absent where it does not. */
  readonly isPrometheusTold?: true;
}

/** Health without new trouble, the hosts that did not answer, and those that nobody named. */
const healthSentence = (
  context: EngineContext,
  session: RunSession,
  stage: 'verify' | 'watch',
): string => {
  const silent = silentHosts(session);
  const state = context.state().stages[stage];
  const left = state.kind === 'begun' ? ` Not compared yet: ${hostList(state.left)}.` : '';
  const looked = lookedAt(context, session);
  const told = toldBeside(context, looked);
  const rest = told.length === 0 ? left : ` ${told.join(' ')}${left}`;
  const partly = partlyKnown(session);
  if (silent.length + partly.length === 0) return `No new trouble.${rest}`;
  const well = looked.length - silent.length - partly.length;
  const all = [
    ...(well === 0 ? [] : [`No new trouble in ${counted(well, 'host')}`]),
    ...partly,
    ...silent,
  ];
  return `${all.join(' · ')}.${rest}`;
};

/** The parts in their order, with one blank between them. */
export const joinSentences = (parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(' ');

/**
 * Which problems are known to be new: those of a host with a baseline, and of the fleet's own checks once a deploy asked
 * them. That a host was not asked is trouble, and says nothing of what it had before.
 */
const newnessOf = (
  { records }: EngineContext,
  { outcomes }: RunSession,
): ((problem: string) => boolean) => {
  const ofHosts = new Map(
    [...outcomes].flatMap(([host, { status, reason }]) =>
      status === 'unhealthy' || status === 'failed'
        ? [
            [
              aboutHost(host, reason ?? status),
              status === 'unhealthy' && records.baseline(host) !== undefined,
            ] as const,
          ]
        : [],
    ),
  );
  const isFleetKnown = records.dashboards() !== undefined;
  return (problem) => ofHosts.get(problem) ?? isFleetKnown;
};

/** A problem in a message of few lines: of a system that somebody else brought, the row of the host has the rest. */
const inShort = (
  context: EngineContext,
  { outcomes }: RunSession,
): ((problem: string) => string) => {
  const shorter = new Map(
    [...outcomes].flatMap(([host, { otherSystem, reason }]) => {
      const facts = context.state().hosts[host]?.facts ?? null;
      if (otherSystem === undefined || reason === null || facts === null) return [];
      const whole = otherSystemSentence(facts, otherSystem);
      const words = otherSystemShort(facts, otherSystem.deployed) ?? whole;
      return [
        [
          aboutHost(host, reason),
          reason === whole ? `${host} ${words}` : aboutHost(host, reason.replace(whole, words)),
        ] as const,
      ];
    }),
  );
  return (problem) => shorter.get(problem) ?? problem;
};

/** Compares hosts with their baseline. */
export const compareWithBaseline = async (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
  stage: 'verify' | 'watch',
): Promise<HealthEnding> => {
  const { problems, unread, isPrometheusUnread } = await compareAll(
    context,
    session,
    entries,
    stage,
  );
  const told = isPrometheusUnread ? { isPrometheusTold: true as const } : {};
  const notKnown = unread.length === 0 ? '' : `Not known: ${unread.join('; ')}.`;
  if (problems.length === 0)
    return {
      ...told,
      ...(unread.length === 0
        ? {}
        : { exitCode: exitCodeOfUnread([...session.outcomes.values()]) }),
      trouble: notKnown,
      beside: healthSentence(context, session, stage),
      advice: '',
    };
  // A host whose checks failed here was not asked: its health is as unknown as that of one that
  // sleeps.
  const answered = [...session.outcomes.values()].filter(({ status }) => status !== 'failed');
  if (!reachedSome(answered))
    return {
      // Whether hosts that sleep became worse is unknown, and that is an answer; a verification of none has failed.
      exitCode: stage === 'watch' && answered.length === session.outcomes.size ? 4 : 1,
      trouble: `Nothing is known of the health: ${problems.join('; ')}.`,
      beside: '',
      advice: silentWords(session),
    };
  const isNew = newnessOf(context, session);
  const toShort = inShort(context, session);
  const news = problems.filter(isNew).map(toShort);
  const found = problems.filter((problem) => !isNew(problem)).map(toShort);
  return {
    ...told,
    exitCode: exitCodeOfTrouble([...session.outcomes.values()]),
    trouble: joinSentences([
      news.length === 0 ? '' : `There is new trouble: ${news.join('; ')}.`,
      found.length === 0 ? '' : `There is trouble: ${found.join('; ')}.`,
    ]),
    beside: joinSentences([notKnown, ...toldBeside(context, lookedAt(context, session))]),
    advice: acceptWords(session),
  };
};

export const verifyGoal =
  (context: EngineContext, entries: readonly HostEntry[]): GoalBody =>
  async (session) => {
    const { exitCode, trouble, beside, advice } = await compareWithBaseline(
      context,
      session,
      entries,
      'verify',
    );
    return {
      ...(exitCode === undefined ? {} : { exitCode }),
      summary: joinSentences([trouble, beside, advice]),
    };
  };

/** The command for a person who expects this trouble. */
const acceptWords = ({ outcomes }: RunSession): string => {
  const sick = [...outcomes].flatMap(([host, { status }]) =>
    status === 'unhealthy' ? [host] : [],
  );
  return sick.length === 0
    ? ''
    : `If this is expected, accept it: ${showCommand({ file: 'nixup', args: ['verify', ...sick, '--accept'] })}`;
};
