import { explainInLine } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { changesOf } from '../../model/host/last-change.ts';
import { type Calibration, notCalibrated } from '../../model/watch/calibration.ts';
import { createMonitoring } from '../../services/board/monitoring.ts';
import {
  calibrateMetrics,
  type HostCries,
  type HostToCalibrate,
} from '../../services/watch/calibrate.ts';
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

const whyNothing = (cries: HostCries | undefined): string | null => {
  if (cries == null) return 'Prometheus has no metrics of this host';
  return cries.size > 0
    ? null
    : 'no day of the last month has three days before it without a change or a gap';
};

/**
 * Runs the rule over the last month of these hosts, and keeps how often it would have said worse. Nothing is kept of
 * a server that does not answer: what is known stays.
 */
export const calibrate = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  tell: (title: string, done: number, of: number) => void,
  signal?: AbortSignal,
): Promise<readonly Calibration[]> => {
  const { world, config, records } = context;
  const at = world.clock.now();
  const unknown = (why: string): readonly Calibration[] =>
    entries.map(({ name }) => ({ host: name, at, metrics: {}, why }));
  const { prometheus, close } = createMonitoring(world, config.monitoring);
  if (prometheus === null) return unknown(notCalibrated);
  const { now } = await serverNow(prometheus, at);
  const hosts = entries.map((entry) => toCalibrate(context, entry));
  const answer = await calibrateMetrics(prometheus, hosts, now, tell, signal).finally(close);
  if (!answer.ok) return unknown(explainInLine(answer.failure));
  const calibrations = entries.map(({ name }): Calibration => {
    const cries = answer.value.get(name);
    return {
      host: name,
      at,
      metrics: Object.fromEntries(cries ?? []),
      why: whyNothing(cries),
    };
  });
  if (signal?.aborted !== true)
    await records.keepCalibrations(
      calibrations.flatMap(({ host, metrics, why }) =>
        why === null ? [{ host, at, metrics }] : [],
      ),
    );
  return calibrations;
};
