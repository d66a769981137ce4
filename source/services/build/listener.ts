import { foldNixEvent } from '../../model/build/fold.ts';
import type { NixProcessState } from '../../model/build/process.ts';
import type { NixCause } from '../../model/nix/cause.ts';
import { derivationName } from '../../model/nix/derivation-name.ts';
import { activityType } from '../../model/nix/event.ts';
import { machineName } from '../../model/nix/machine-name.ts';
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

/** Messages kept for the cause of a failure, and the most detailed level that a person reads. */
const keptMessages = { count: 2_000, length: 4_000_000 };
const readableLevel = 3;

const recordStart = '@nix {"';

export interface BuildListener {
  /** Takes one raw line of standard error. */
  hear(line: string): void;
  /** Paths that were fetched, by the cache or host that they came from. */
  readonly sources: ReadonlyMap<string, number>;
  /** Why the build failed, with the last lines of the failed builder's log. */
  cause(): NixCause;
  /** What else failed, each with its builder's last lines. */
  further(): FurtherFailures;
}

/** Listens to one process of `nix build --log-format internal-json`. */
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
  const logs = new Map<string, string[]>();
  /** The phase that each derivation is in, or was in when it ended. */
  const phases = new Map<string, string>();
  const messages = createTextTail(keptMessages);
  const sources = new Map<string, number>();
  /** The remote builder that was heard last, and what it built. */
  let remote: { readonly machine: string; readonly name: string } | undefined;

  const keepLog = (derivation: string, line: string): void => {
    const log = logs.get(derivation) ?? [];
    log.push(line);
    if (log.length > keptLines) log.shift();
    if (log.length > 1) return;
    logs.set(derivation, log);
    if (logs.size <= keptDerivations) return;
    for (const old of logs.keys()) {
      if (state.derivations.get(old) !== 'ended') continue;
      logs.delete(old);
      return;
    }
  };

  const take = (line: string): void => {
    const event = readNixLogLine(line);
    if (event === null) return;
    foldNixEvent(state, event, now());
    if (event.action === 'start' && event.type === activityType.build) {
      const path = String(event.fields[0]);
      derivations.set(event.id, path);
      const machine = machineName(String(event.fields[1] ?? ''));
      if (machine !== null) {
        const name = derivationName(path);
        remote = { machine, name };
        onLog(`building ${name} on ${machine}`, path);
      }
    }
    if (event.action === 'start' && event.type === activityType.copyPath) {
      const source = machineName(String(event.fields[1] ?? ''));
      if (source !== null && source !== 'local')
        sources.set(source, (sources.get(source) ?? 0) + 1);
    }
    if (event.action === 'stop') derivations.delete(event.id);
    if (event.action === 'phase') {
      const derivation = derivations.get(event.id);
      if (derivation !== undefined) phases.set(derivation, event.phase);
    }
    if (event.action === 'logLine') {
      const derivation = derivations.get(event.id);
      if (derivation !== undefined) keepLog(derivation, event.line);
      onLog(event.line, derivation ?? null);
    }
    if (event.action === 'message' && (event.level ?? 0) <= readableLevel) {
      messages.keep(event.text);
      for (const text of event.text.split('\n')) onLog(text, null);
    }
  };

  /** A cause with the phase and the last lines of its builder. */
  const withBuilder = (found: NixCause): NixCause => {
    const { derivation } = found;
    const phase = derivation === null ? undefined : phases.get(derivation);
    const cause = phase === undefined ? found : { ...found, phase };
    const log = derivation === null ? undefined : logs.get(derivation);
    return log === undefined ? cause : withLog(cause, log);
  };

  return {
    sources,
    hear: (line) => {
      // ssh and git end a question without a line break, and processes that share a pipe tear
      // each other's lines: what Nix says next stands on the same line. Within a JSON text the
      // quote would be escaped.
      let from = 0;
      for (let at = line.indexOf(recordStart, 1); at > 0; at = line.indexOf(recordStart, at + 1)) {
        take(line.slice(from, at));
        from = at;
      }
      take(from === 0 ? line : line.slice(from));
    },
    cause: () => {
      const read = causeOf(messages.texts);
      return withBuilder(
        remote === undefined ? read : withLostBuilder(read, remote.machine, remote.name),
      );
    },
    further: () => {
      const { causes, unbegun } = furtherFailures(messages.texts);
      return { causes: causes.map(withBuilder), unbegun };
    },
  };
};
