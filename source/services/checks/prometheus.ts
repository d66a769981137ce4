import { explain } from '../../model/explain/explain.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import { type AskCheck, misconfigured, notPassed, passed, unasked } from './asker.ts';

/** Series that a sentence names. */
const namedSeries = 2;

/** Each value of an expression must be within its bounds; no value, and none that is a number, is not well. */
export const askPrometheus: AskCheck<'prometheus'> = async (
  { world, query },
  ask,
  { timeoutMs },
) => {
  if (query === null) return misconfigured('no Prometheus is set up in [monitoring] of nixup.toml');
  const answer = await query(ask.query, world.clock.now(), timeoutMs);
  // It says nothing of what the expression is about.
  if (!answer.ok) return unasked(explain(answer.failure).what);
  const values = answer.value.series.flatMap(({ labels, samples }) => {
    const value = samples.at(-1)?.[1];
    return value === undefined ? [] : [{ labels, value }];
  });
  if (values.length === 0) return notPassed(`Prometheus has no value of ${cleanLine(ask.query)}`);
  const isWell = (value: number): boolean =>
    !Number.isNaN(value) &&
    (ask.above === null || value > ask.above) &&
    (ask.below === null || value < ask.below);
  const wrong = values.filter(({ value }) => !isWell(value));
  const bounds = [
    ...(ask.above === null ? [] : [`above ${ask.above}`]),
    ...(ask.below === null ? [] : [`below ${ask.below}`]),
  ].join(' and ');
  if (wrong.length === 0)
    return passed(
      `${values.length === 1 ? values[0]?.value : `${values.length} values`}, ${bounds}`,
    );
  const named = wrong.slice(0, namedSeries).map(({ labels, value }) => {
    const of = ['instance', 'host', 'name', 'device', 'job'].flatMap((key) => labels[key] ?? [])[0];
    return `${Number.isNaN(value) ? 'no number' : value}${of === undefined ? '' : ` (${cleanLine(of)})`}`;
  });
  const more = wrong.length > namedSeries ? ` and ${wrong.length - namedSeries} more` : '';
  return notPassed(`${named.join(', ')}${more}, not ${bounds}`);
};
