import type { HostEntry } from '../../model/host/host.ts';
import type { ProbeOptions } from '../../services/host/probe.ts';
import { entriesOf } from '../../state/hosts.ts';
import { evaluateHosts, expectFromRecords, expectRecorded } from '../build/expectations.ts';
import type { EngineContext } from '../run/context.ts';
import { rememberFleet } from '../run/remember.ts';
import { answerFlakeAgain } from './answer-again.ts';
import { type AskedHost, createAsking } from './asking.ts';
import { judgeFleet } from './judge-fleet.ts';
import { readFleet } from './read-fleet.ts';

/** Asks every deployable host once, as many at a time as is good for all. */
export const askHosts = (
  context: EngineContext,
  entries: readonly HostEntry[],
): readonly AskedHost[] => createAsking(context).ask(entries);

/** Resolves when every deployable host answered, or is known not to. */
export const probeHosts = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  scope?: ProbeOptions['scope'],
): Promise<void> => {
  const asked = createAsking(context, scope).ask(entries);
  await Promise.all(asked.map(({ probe }) => probe));
};

/** What is asked about a fleet. */
export interface SurveyScope {
  readonly probe: boolean;
  readonly evaluate: boolean;
  /** Names of those that are asked, once the hosts are listed: nobody logs in to another. All of them without it. */
  readonly among?: (() => readonly string[]) | undefined;
}

const namesAmong = ({ among }: SurveyScope): ReadonlySet<string> | 'all' =>
  among === undefined ? 'all' : new Set(among());

/**
 * Lists the hosts of the flake and, as wanted, asks them and Nix; then judges where each stands.
 * Hosts are asked as soon as their names are known: neither they nor Nix wait for each other.
 */
export const surveyFleet = async (context: EngineContext, wanted: SurveyScope): Promise<void> => {
  const asking = createAsking(context);
  let meant: ReadonlySet<string> | 'all' | null = null;
  const isMeant = ({ name }: HostEntry): boolean => {
    meant ??= namesAmong(wanted);
    return meant === 'all' || meant.has(name);
  };
  const evaluated = new Set<string>();
  const listed = await readFleet(context, {
    asking,
    evaluates: wanted.evaluate,
    isAsked: isMeant,
    onNamed: (entries) => {
      meant = namesAmong(wanted);
      if (wanted.probe) asking.ask(entries.filter(isMeant));
      if (wanted.evaluate) void expectRecorded(context, entries.filter(isMeant));
    },
    onEvaluated: (hosts) => {
      for (const host of hosts) evaluated.add(host);
    },
  });
  answerFlakeAgain(context);
  if (listed === undefined) return;
  meant = namesAmong(wanted);
  const hosts = listed.filter(isMeant);
  await Promise.all([
    wanted.probe ? asking.finish(hosts) : undefined,
    wanted.evaluate
      ? evaluateHosts(
          context,
          hosts.filter(({ name }) => !evaluated.has(name)),
        )
      : undefined,
    // What was built of the others is known without them, and counts for the whole fleet.
    wanted.evaluate
      ? expectFromRecords(
          context,
          listed.filter((entry) => !isMeant(entry)),
        )
      : undefined,
  ]);
  await judgeFleet(context, entriesOf(context.state(), context.state().hostNames));
  await rememberFleet(context);
};
