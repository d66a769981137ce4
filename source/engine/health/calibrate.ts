import pLimit from 'p-limit';
import { explainInLine } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { changesOf } from '../../model/host/last-change.ts';
import { failed } from '../../model/result.ts';
import { type Calibration, daysToRead } from '../../model/watch/calibration.ts';
import { criesOfSamples, type HostSample } from '../../model/watch/samples.ts';
import { dayMs } from '../../model/words/durations.ts';
import { showAge } from '../../model/words/format-time.ts';
import { counted } from '../../model/words/sentences.ts';
import { createMonitoring } from '../../services/board/monitoring.ts';
import type { Prometheus } from '../../services/board/prometheus.ts';
import {
  calibrateMetrics,
  type HostCries,
  type HostToCalibrate,
} from '../../services/watch/calibrate.ts';
import type { FileAges } from '../../services/watch/sysstat.ts';
import type { EngineContext } from '../run/context.ts';
import { namedHost, serverNow } from './ask-watch.ts';

const toCalibrate = (context: EngineContext, entry: HostEntry): HostToCalibrate => {
  const facts = context.state().hosts[entry.name]?.facts ?? null;
  const { last, before } =
    facts === null
      ? { last: null, before: [] }
      : changesOf(facts, context.records.lastDeploy(entry.name));
  return { ...namedHost(context, entry), changes: last === null ? before : [...before, last] };
};

const noQuietDay = 'no day of the last month has three days before it without a change or a gap';

const whyNothing = (cries: HostCries | undefined): string | null => {
  if (cries == null) return 'Prometheus has no metrics of this host';
  return cries.size > 0 ? null : noQuietDay;
};

/** What is tried next, in words: `CPU, 1 of 13 metrics`. */
export type TellCalibration = (words: string) => void;

/** Files of so many days are read at a time: what a host says of them is bounded. */
const daysAtOnce = 9;

/** The days of a month and a week, in parts, the newest first. */
const agesToRead: readonly FileAges[] = Array.from(
  { length: Math.ceil((daysToRead + 1) / daysAtOnce) },
  (_, part) => ({ from: part * daysAtOnce, to: (part + 1) * daysAtOnce }),
);

/** What sysstat keeps of a month, in the order of time; why there is nothing. */
const samplesOf = async (
  context: EngineContext,
  entry: HostEntry,
  signal: AbortSignal | undefined,
): Promise<readonly HostSample[] | string> => {
  const { probe } = context.state().hosts[entry.name] ?? {};
  if (probe?.kind !== 'answered') return 'it does not answer';
  const found: HostSample[] = [];
  let why: string | null = null;
  for (const ages of agesToRead) {
    const asked = await context.hosts.sysstat(entry, ages, signal);
    if (!asked.ok) return `sysstat was not asked: ${explainInLine(asked.failure)}`;
    if (asked.value.kind === 'samples') found.unshift(...asked.value.samples);
    else why ??= asked.value.why;
    // Where it keeps nothing of the last days it keeps nothing at all.
    if (found.length === 0) break;
  }
  return found.length === 0 ? (why ?? 'sysstat on the host has kept nothing') : found;
};

/** Without a server: the rule on what sysstat keeps on the host. */
const calibrateHost = async (
  context: EngineContext,
  entry: HostEntry,
  at: number,
  signal: AbortSignal | undefined,
): Promise<Calibration> => {
  const unknown = (why: string): Calibration => ({
    host: entry.name,
    at,
    metrics: {},
    why: `no Prometheus is configured, and ${why}`,
  });
  const samples = await samplesOf(context, entry, signal);
  if (typeof samples === 'string') return unknown(samples);
  const skew = context.state().hosts[entry.name]?.facts?.clockSkewMs ?? 0;
  const ours = samples.map((sample) => ({ ...sample, at: sample.at - skew }));
  const metrics = criesOfSamples(ours, toCalibrate(context, entry).changes, at);
  if (Object.keys(metrics).length > 0)
    return { host: entry.name, at, metrics, why: null, source: 'sysstat' };
  const first = ours[0]?.at ?? at;
  return unknown(
    at - first < leastHistoryMs
      ? `sysstat on the host began ${showAge(at - first)} ago: a day to try and three days before it are needed`
      : `of what sysstat keeps on the host ${noQuietDay}`,
  );
};

/** A day on which the rule is tried, and three to compare with. */
const leastHistoryMs = 4 * dayMs;

/** Samples of a month of one host are a few megabytes. */
const hostsAtOnce = 2;

const calibrateHosts = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  at: number,
  tell: TellCalibration,
  signal: AbortSignal | undefined,
): Promise<readonly Calibration[]> => {
  const limit = pLimit(hostsAtOnce);
  let begun = 0;
  return await Promise.all(
    entries.map((entry) =>
      limit(async (): Promise<Calibration> => {
        if (signal?.aborted === true)
          return { host: entry.name, at, metrics: {}, why: 'it was canceled' };
        begun += 1;
        tell(`${entry.name}, ${begun} of ${counted(entries.length, 'host')}`);
        return await calibrateHost(context, entry, at, signal);
      }),
    ),
  );
};

/** The rule on what the server has of these hosts. */
const calibrateByServer = async (
  context: EngineContext,
  prometheus: Prometheus,
  entries: readonly HostEntry[],
  at: number,
  tell: TellCalibration,
  signal: AbortSignal | undefined,
): Promise<readonly Calibration[]> => {
  const { now, silent } = await serverNow(prometheus, at);
  const hosts = entries.map((entry) => toCalibrate(context, entry));
  const tellMetric = (title: string, done: number, of: number): void =>
    tell(`${title}, ${done + 1} of ${counted(of, 'metric')}`);
  const answer =
    silent === null
      ? await calibrateMetrics(prometheus, hosts, now, tellMetric, signal)
      : failed(silent);
  return entries.map(({ name }): Calibration => {
    if (!answer.ok) return { host: name, at, metrics: {}, why: explainInLine(answer.failure) };
    const cries = answer.value.get(name);
    return { host: name, at, metrics: Object.fromEntries(cries ?? []), why: whyNothing(cries) };
  });
};

/**
 * Runs the rule over the last month of these hosts, by the server of metrics or, where none is configured, by what sysstat
 * keeps on each; and keeps how often it would have said worse. Nothing is kept of what does not answer: what is known stays.
 */
export const calibrate = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  tell: TellCalibration,
  signal?: AbortSignal,
): Promise<readonly Calibration[]> => {
  const { world, config, records } = context;
  const at = world.clock.now();
  const { prometheus, close } = createMonitoring(world, config.monitoring);
  const calibrations =
    prometheus === null
      ? await calibrateHosts(context, entries, at, tell, signal)
      : await calibrateByServer(context, prometheus, entries, at, tell, signal).finally(close);
  if (signal?.aborted !== true)
    await records.keepCalibrations(
      calibrations.flatMap(({ host, metrics, why }) =>
        why === null ? [{ host, at, metrics }] : [],
      ),
    );
  return calibrations;
};
