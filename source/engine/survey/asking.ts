import type { Failure } from '../../model/failure.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { ProbeOptions } from '../../services/host/probe.ts';
import type { EngineContext } from '../run/context.ts';
import { otherMachineSeen, sharesMachineWith } from './identity.ts';
import { createLanes } from './lanes.ts';

type ProbeAnswer = Result<HostFacts, Failure>;

export interface AskedHost {
  readonly entry: HostEntry;
  readonly probe: Promise<ProbeAnswer>;
}

/** Hosts that are asked once each, as many at a time as this machine and those on the way bear. */
export interface HostAsking {
  /** Asks those that are deployed to, and were not asked yet. */
  ask(entries: readonly HostEntry[]): readonly AskedHost[];
  /** What a host answers, whatever it is; nothing is told of it. */
  answerOf(entry: HostEntry): Promise<ProbeAnswer>;
  /**
   * Judges answers again by what is known of the hosts now, and asks those that are reached in
   * another way; resolves when every host answered, or is known not to.
   */
  finish(entries: readonly HostEntry[]): Promise<void>;
}

const isContacted = (entry: HostEntry): boolean => entry.role.kind === 'deployable';

/**
 * Answers of a machine that the host is not known by, or that is another host of the fleet, do not
 * count as the host's.
 */
const asMeant = (context: EngineContext, entry: HostEntry, facts: HostFacts): ProbeAnswer => {
  const mismatch = otherMachineSeen(context, entry, facts);
  if (mismatch !== null) return failed(mismatch);
  const sharers = sharesMachineWith(context, entry, facts);
  return success(sharers.length === 0 ? facts : { ...facts, sharesMachineWith: sharers });
};

const tellAnswer = ({ emitter, state }: EngineContext, host: string, answer: ProbeAnswer): void => {
  const entry = state().hosts[host]?.entry;
  // By now Nix may have said that it is an image.
  if (entry !== undefined && !isContacted(entry)) return;
  emitter.emit(
    answer.ok
      ? { type: 'host-probed', host, facts: answer.value }
      : { type: 'host-unprobed', host, failure: answer.failure },
  );
};

/** Whether a host is reached in the same way. */
const isSameWay = (one: HostEntry, other: HostEntry): boolean =>
  one.address === other.address && one.here === other.here;

/** Whether it was not reached when nixup was here before. */
const wasSilent = ({ state }: EngineContext, host: string): boolean =>
  state().hosts[host]?.remembered?.standing?.position.kind === 'unreachable';

/** From so many hosts on small shells start what asks them, which have to be started too. */
const many = 24;

interface Asked {
  readonly entry: HostEntry;
  readonly raw: Promise<ProbeAnswer>;
  /** As it counts for the host; absent where nothing was told. */
  told?: Promise<ProbeAnswer>;
}

// Over 60 lines: who was asked, and what was told of it, is known here and nowhere else.
export const createAsking = (context: EngineContext, scope?: ProbeOptions['scope']): HostAsking => {
  const { emitter, hosts, jobs, seenHosts } = context;
  const lanes = createLanes({
    ...jobs.probe,
    clock: context.world.clock,
    first: seenHosts,
    isLast: (host) => wasSilent(context, host),
  });
  const asked = new Map<string, Asked>();
  let isAmongMany = false;

  const answerOf = (entry: HostEntry, isTold: boolean): Asked => {
    const before = asked.get(entry.name);
    if (before !== undefined && isSameWay(before.entry, entry)) return before;
    const raw = (async (): Promise<ProbeAnswer> => {
      const shared = await hosts.routes.jumpsOf(entry);
      return await lanes.run(entry.name, shared, async () => {
        // With what others say meanwhile: telling a large fleet costs time for each telling.
        if (isTold) emitter.emitSoon({ type: 'host-probing', host: entry.name });
        const [answer] = await Promise.all([
          hosts.probe(entry, { isAmongMany, scope }),
          hosts.routes.learn(entry),
        ]);
        return answer;
      });
    })();
    const now = { entry, raw };
    asked.set(entry.name, now);
    return now;
  };

  const ask = (entry: HostEntry): AskedHost => {
    const one = answerOf(entry, true);
    one.told ??= one.raw.then((answer) => {
      const counted = answer.ok ? asMeant(context, entry, answer.value) : answer;
      tellAnswer(context, entry.name, counted);
      return counted;
    });
    return { entry, probe: one.told };
  };

  return {
    ask: (entries) => {
      const contacted = entries.filter(isContacted);
      isAmongMany = contacted.length >= many;
      // The first of them begin at once: before the others are known to wait.
      const seen = seenHosts?.();
      for (const entry of contacted) if (seen?.has(entry.name) === true) ask(entry);
      return contacted.map(ask);
    },
    answerOf: (entry) => answerOf(entry, false).raw,
    finish: async (entries) => {
      await Promise.all(
        entries.filter(isContacted).map(async (entry) => {
          const before = asked.get(entry.name)?.entry;
          const told = await ask(entry).probe;
          const raw = await asked.get(entry.name)?.raw;
          // It was judged before Nix had said by which name it calls itself.
          const isRenamed = before !== undefined && before.hostName !== entry.hostName;
          const counted = isRenamed && raw?.ok === true ? asMeant(context, entry, raw.value) : told;
          // An image was taken for none, until it answered.
          const isForgotten = context.state().hosts[entry.name]?.probe.kind === 'never';
          if (counted.ok !== told.ok || isForgotten) tellAnswer(context, entry.name, counted);
        }),
      );
    },
  };
};
