import { foldNixEvent } from '../../model/build/fold.ts';
import type { NixProcessState } from '../../model/build/process.ts';
import type { NixCause } from '../../model/nix/cause.ts';
import type { NixEvent } from '../../model/nix/event.ts';
import { createTextTail } from '../../model/words/text-tail.ts';
import {
  causeOf,
  type FurtherFailures,
  furtherFailures,
  withLog,
  withLostBuilder,
} from '../../parsers/nix/error.ts';
import { readNixLogLine } from '../../parsers/nix/log.ts';

/** Log lines kept for each derivation, and derivations whose lines are kept. */
const keptLines = 20;
const keptDerivations = 300;

/** Messages kept for the cause of a failure. */
const keptMessages = { count: 2_000, length: 4_000_000 };

const recordStart = '@nix {"';

/** UTF-16 units of a line that is kept for the cause of a failure: some builders say megabytes in one. */
const longestKept = 4_000;

interface BuildListener {
  /** Takes one raw line of standard error. Answers whether it says more than a line of a builder. */
  hear(line: string): boolean;
  /** Paths that were fetched, by the cache or host that they came from. */
  readonly sources: ReadonlyMap<string, number>;
  /** Why the build failed, with the last lines of the failed builder's log. */
  cause(): NixCause;
  /** What else failed, each with its builder's last lines. */
  further(): FurtherFailures;
}

/** The last lines of each builder, and the phase in which it said them. */
const createBuilderLogs = (state: NixProcessState) => {
  const logs = new Map<string, string[]>();
  /** The phase that each derivation is in, or was in when it ended. */
  const phases = new Map<string, string>();
  return {
    keepPhase: (derivation: string, phase: string): void => {
      phases.set(derivation, phase);
    },
    keepLine: (derivation: string, line: string): void => {
      const log = logs.get(derivation) ?? [];
      log.push(line.length > longestKept ? `${line.slice(0, longestKept)} …` : line);
      if (log.length > keptLines) log.shift();
      if (log.length > 1) return;
      logs.set(derivation, log);
      if (logs.size <= keptDerivations) return;
      for (const old of logs.keys()) {
        if (state.derivations.get(old) !== 'ended') continue;
        logs.delete(old);
        return;
      }
    },
    /** A cause with the phase and the last lines of its builder. */
    withBuilder: (found: NixCause): NixCause => {
      const { derivation } = found;
      const phase = derivation === null ? undefined : phases.get(derivation);
      const cause = phase === undefined ? found : { ...found, phase };
      const log = derivation === null ? undefined : logs.get(derivation);
      return log === undefined ? cause : withLog(cause, log);
    },
  };
};

/**
 * The records of a line: ssh and git end a question without a line break, and processes that share
 * a pipe tear each other's lines, so that what Nix says next stands on the same line. Within a JSON
 * text the quote would be escaped.
 */
const eachRecord = (line: string, take: (record: string) => void): void => {
  let from = 0;
  for (let at = line.indexOf(recordStart, 1); at > 0; at = line.indexOf(recordStart, at + 1)) {
    take(line.slice(from, at));
    from = at;
  }
  take(from === 0 ? line : line.slice(from));
};

/** Listens to one process of `nix build --log-format internal-json`. */
// Over 60 lines: one case for each kind of event that is told.
export const createBuildListener = ({
  state,
  now,
  onLog,
}: {
  readonly state: NixProcessState;
  readonly now: () => number;
  readonly onLog: (line: string, derivation: string | null) => void;
}): BuildListener => {
  /** Paths of the derivations that are being built, by activity. */
  const derivations = new Map<string, string>();
  const builders = createBuilderLogs(state);
  const messages = createTextTail(keptMessages);
  const sources = new Map<string, number>();
  /** The remote builder that was heard last, and what it built. */
  let remote: { readonly machine: string; readonly name: string } | undefined;

  const take = (event: NixEvent): void => {
    switch (event.action) {
      case 'started': {
        const { id, kind, subject, name, machine } = event;
        if (kind === 'build') derivations.set(id, subject);
        if (kind === 'build' && machine !== null) {
          remote = { machine, name };
          onLog(`building ${name} on ${machine}`, subject);
        }
        if (kind === 'fetch' && machine !== null && machine !== 'local')
          sources.set(machine, (sources.get(machine) ?? 0) + 1);
        return;
      }
      case 'stop':
        derivations.delete(event.id);
        return;
      case 'phase': {
        const derivation = derivations.get(event.id);
        if (derivation !== undefined) builders.keepPhase(derivation, event.phase);
        return;
      }
      case 'logLine': {
        const derivation = derivations.get(event.id);
        if (derivation !== undefined) builders.keepLine(derivation, event.line);
        onLog(event.line, derivation ?? null);
        return;
      }
      case 'message':
        if (event.level === 'detail') return;
        messages.keep(event.text);
        for (const text of event.text.split('\n')) onLog(text, null);
        return;
      // All others are only counted, by `foldNixEvent`.
    }
  };

  return {
    sources,
    hear: (line) => {
      let hasMoved = false;
      eachRecord(line, (record) => {
        const event = readNixLogLine(record);
        if (event === null) return;
        foldNixEvent(state, event, now());
        take(event);
        if (event.action !== 'logLine') hasMoved = true;
      });
      return hasMoved;
    },
    cause: () => {
      const read = causeOf(messages.texts);
      return builders.withBuilder(
        remote === undefined ? read : withLostBuilder(read, remote.machine, remote.name),
      );
    },
    further: () => {
      const { causes, unbegun } = furtherFailures(messages.texts);
      return { causes: causes.map(builders.withBuilder), unbegun };
    },
  };
};
