import type { CommitFacts } from '../../model/commit/facts.ts';
import { commitMessage } from '../../model/commit/message.ts';
import {
  carriedLines,
  type RequestFacts,
  type RequestHost,
  type RequestWatch,
  requestBody,
  requestTitle,
} from '../../model/forge/body.ts';
import { longestBody } from '../../model/forge/fit.ts';
import { inertLines } from '../../model/forge/inert.ts';
import { ownOf } from '../../model/own-of.ts';
import {
  countPackages,
  groupHosts,
  reviewPackages,
  versionsLine,
} from '../../model/packages/review.ts';
import { verdictWords, type WatchVerdict } from '../../model/watch/report.ts';
import { fleetVerdict, phaseOf } from '../../model/watch/run-watch.ts';
import { watchMs } from '../../model/watch/windows.ts';
import { showDate, showLimit } from '../../model/words/format-time.ts';
import { unpushedSubjects } from '../../services/forge/carry.ts';
import type { RequestText } from '../../services/forge/tool.ts';
import { hostStories } from '../../state/reducer/host-story.ts';
import type { EngineContext } from '../run/context.ts';
import { watchesOfSystems } from '../run/watches.ts';
import { type Described, describedCommit } from './described.ts';
import { type JournaledRun, recentRuns } from './message-facts.ts';
import { requestRange } from './request-range.ts';
import { requestSubjects } from './request-subjects.ts';

const isWell = (verdict: WatchVerdict): boolean =>
  verdict === 'as-before' || verdict === 'better' || verdict === 'not-configured';

/**
 * The watch after the deploys to these systems, by Prometheus, sysstat or the journals alone: the worst
 * verdict counts.
 */
export const requestWatch = (
  context: EngineContext,
  systems: Readonly<Record<string, string>>,
): RequestWatch => {
  const time = showLimit(watchMs);
  const watches = watchesOfSystems(context, systems);
  if (watches.length === 0) return { kind: 'none' };
  const now = context.world.clock.now();
  const phases = watches.map((watch) => phaseOf(watch, now).kind);
  if (phases.includes('running')) return { kind: 'pending', time };
  if (phases.includes('due')) return { kind: 'due', time };
  const verdicts = watches.map(fleetVerdict);
  const bad = verdicts.find((verdict) => !isWell(verdict));
  const verdict = bad ?? verdicts[0] ?? 'unknown';
  return {
    kind: 'ended',
    time,
    verdict: verdict === 'not-configured' ? 'nothing new in the journals' : verdictWords[verdict],
    isWell: bad === undefined,
  };
};

/** The facts of the commit, with what was done with the hosts since: by the journals of all runs. */
const factsSince = (
  runs: readonly JournaledRun[],
  { facts, of }: Described,
  systems: Readonly<Record<string, string>>,
): CommitFacts => {
  const healthy: string[] = [];
  const storyOf = hostStories(runs, of);
  const hosts = facts.hosts.map(({ name, work }) => {
    const system = ownOf(systems, name);
    const story = system === undefined ? null : storyOf(name, system);
    if (story?.isHealthy === true) healthy.push(name);
    return { name, work: story?.work ?? work };
  });
  return { ...facts, hosts, healthy };
};

/** The systems that the tree gives the hosts, as far as they are known. */
export const systemsNow = (context: EngineContext): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.values(context.state().hosts).flatMap(({ entry, expectation }) =>
      expectation.kind === 'known' && entry.role.kind === 'deployable'
        ? [[entry.name, expectation.toplevel] as const]
        : [],
    ),
  );

const requestHosts = (
  context: EngineContext,
  systems: Readonly<Record<string, string>>,
): readonly RequestHost[] => {
  const { hosts, packages } = context.state();
  return Object.values(hosts).map(({ entry, facts }) => {
    const system = ownOf(systems, entry.name) ?? null;
    const compared = ownOf(packages, entry.name);
    const difference = compared?.kind === 'compared' ? compared.difference : null;
    const isThis = difference !== null && difference.new === system;
    return {
      name: entry.name,
      system,
      kernel: facts?.current === system ? (facts?.kernel ?? null) : null,
      packages: isThis ? countPackages(difference.changes) : null,
      sizeDelta: isThis ? difference.sizeDelta : null,
      needsRestart: facts?.current === system ? (facts?.rebootNeeded ?? null) : null,
    };
  });
};

const packageGroups = (
  context: EngineContext,
  systems: Readonly<Record<string, string>>,
): RequestFacts['packages'] =>
  groupHosts(
    Object.entries(context.state().packages).flatMap(([host, packages]) =>
      packages.kind === 'compared' && packages.difference.new === ownOf(systems, host)
        ? [{ host, difference: packages.difference }]
        : [],
    ),
  ).map(({ hosts, difference }) => ({
    hosts,
    lines: reviewPackages(difference.changes)
      .filter(({ kind }) => kind !== 'rebuilt')
      .map((change) => `${change.name} ${versionsLine(change)}`),
  }));

/** The commit that a text is for, and the branch that it goes to. */
interface TextOf {
  readonly revision: string;
  readonly message: string;
  readonly into: string;
}

/** Commits of the branch below this one that its remote does not have: they are in the request too. */
export const carriedBelow = async (
  { world, git, state }: EngineContext,
  into: string,
  below: string | null,
): Promise<readonly string[]> => {
  if (below === null) return [];
  const place = await git.place();
  const remote = state().git?.remote ?? 'origin';
  return place.ok ? unpushedSubjects(world, place.value, { remote, into }, below) : [];
};

/** Whether a person wrote the subject: it is another than the facts make. */
const isWritten = ({ facts }: Described, subject: string): boolean =>
  subject !== commitMessage(facts).split('\n')[0];

/** Title and text of the request for a commit. `read`: the journals, where they were read just now. */
export const requestText = async (
  context: EngineContext,
  { revision, message, into }: TextOf,
  systems: Readonly<Record<string, string>>,
  read?: readonly JournaledRun[],
): Promise<RequestText> => {
  const runs = read ?? (await recentRuns(context));
  const described = describedCommit(runs, revision);
  const [subject = '', ...rest] = message.split('\n');
  // A commit that no journal here tells of says for itself what it is.
  const before = await context.git.firstParent(revision);
  const carried = await carriedBelow(context, into, before);
  if (described === null)
    return {
      title: subject,
      body: [inertLines(rest.join('\n').trim()), ...carriedLines(carried)]
        .join('\n')
        .slice(0, longestBody),
    };
  const range = await requestRange(context, runs, { revision, into }, described.facts);
  const facts = factsSince(runs, { ...described, facts: range.facts }, systems);
  const { logs } = context.state();
  const day = showDate(described.at);
  const body = requestBody({
    facts,
    revision,
    before: range.before,
    carried,
    isWhole: range.before !== before,
    run: described.run,
    day,
    hosts: requestHosts(context, systems),
    subjects: await requestSubjects(context, facts, range.wider),
    packages: packageGroups(context, systems),
    failures: facts.hosts.flatMap(({ name, work }) => {
      const lines = ownOf(logs, name)?.lines ?? [];
      return work.kind === 'failed' && lines.length > 0 ? [{ host: name, lines }] : [];
    }),
    watch: requestWatch(context, systems),
  });
  return {
    title: isWritten(described, subject) ? subject : requestTitle(facts, subject, day),
    body,
  };
};
