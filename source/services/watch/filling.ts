import {
  type AlertCause,
  type FillingRule,
  type FiredAlert,
  fillingUntil,
} from '../../model/watch/alerts.ts';
import type { TimeSpan } from '../../model/watch/windows.ts';
import { parseDuration } from '../../model/words/durations.ts';
import type { AlertRule } from '../../parsers/board/prometheus.ts';
import type { Prometheus } from '../board/prometheus.ts';
import { forecastQuery, freeQuery, mostFreeQuery } from './queries.ts';

/** `predict_linear(node_filesystem_avail_bytes{…}[6h], 24 * 60 * 60)`, as a server prints it. */
const forecastPattern =
  /predict_linear\(\s*node_filesystem_(?:avail|free)_bytes\s*(?:\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\})?\s*\[(\w+)\]\s*,\s*([\d.e+\s*]+?)\s*\)/i;

/** `24 * 60 * 60`, in ms; null when it is something else. */
const horizonOf = (text: string): number | null => {
  const factors = text.split('*').map((part) => Number(part.trim()));
  const seconds = factors.reduce((product, factor) => product * factor, 1);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : null;
};

/** What a rule forecasts; null for one that forecasts no file system. */
export const fillingRuleOf = (query: string): FillingRule | null => {
  const [, length = '', ahead = ''] = forecastPattern.exec(query) ?? [];
  const range = parseDuration(length);
  const horizon = horizonOf(ahead);
  return range === null || horizon === null ? null : { range, horizon };
};

/** That of the node mixin, for servers that do not tell their rules. */
const usualRule: FillingRule = { range: 6 * 3_600_000, horizon: 24 * 3_600_000 };

/** The rule of an alert; null where it does not forecast a filling. */
const ruleOf = (alert: FiredAlert, rules: readonly AlertRule[] | null): FillingRule | null => {
  if (rules === null) return /filling/i.test(alert.name) ? usualRule : null;
  const named = rules.filter(({ name }) => name === alert.name);
  const severe = named.filter(({ severity }) => severity === (alert.labels['severity'] ?? null));
  for (const { query } of severe.length > 0 ? severe : named) {
    const rule = fillingRuleOf(query);
    if (rule !== null) return rule;
  }
  return null;
};

/** So long after a change a server has a sample of what its copy left, ms. */
const sampledMs = 60_000;

/**
 * Whether the copy of the deploy alone makes a forecast of a filling file system fire: room fell at once by
 * the change, by enough for such a rule, and by what was measured since then it does not fill.
 */
export const copyCause = async (
  prometheus: Prometheus,
  alert: FiredAlert,
  rules: readonly AlertRule[] | null,
  { from: changedAt, to: now }: TimeSpan,
): Promise<AlertCause | null> => {
  const rule = ruleOf(alert, rules);
  if (rule === null || alert.labels['mountpoint'] === undefined) return null;
  const ask = async (query: string, at: number): Promise<number | null> => {
    const answer = await prometheus.query(query, at);
    const value = answer.ok ? answer.value.series[0]?.samples[0]?.[1] : undefined;
    return value === undefined || !Number.isFinite(value) ? null : value;
  };
  const [before, after, ahead] = await Promise.all([
    ask(mostFreeQuery(alert.labels), changedAt),
    ask(freeQuery(alert.labels), Math.min(now, changedAt + sampledMs)),
    // Two samples at least; the copy was over before the change was.
    ask(forecastQuery(alert.labels, { from: changedAt, to: now }, rule.horizon), now),
  ]);
  if (before === null || after === null || (ahead !== null && ahead <= 0)) return null;
  const bytes = before - after;
  const until = fillingUntil(rule, { at: changedAt, bytes, freeBefore: before });
  return until === null ? null : { kind: 'copy', bytes, until };
};
