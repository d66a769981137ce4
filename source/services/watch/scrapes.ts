import { explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import { judgeScrapes, type Scrapes, type ScrapeWatch } from '../../model/watch/scrapes.ts';
import { isDisturbed, type TimeSpan, type Windows } from '../../model/watch/windows.ts';
import type { PrometheusSeries, SeriesAnswer } from '../../parsers/board/prometheus.ts';
import { instanceOfSeries, keyOf, numbersByExporter } from './places.ts';
import {
  countLabel,
  type Instance,
  mostScrapesQuery,
  nowLabel,
  scrapesQuery,
  selectorOf,
} from './queries.ts';

/** A question to the server about one moment; its text is made when its turn comes, as that of many hosts is long. */
export type AskAt = (query: () => string, at: number) => Promise<Result<SeriesAnswer, Failure>>;

interface ScrapedHost {
  readonly host: string;
  readonly places: readonly Instance[];
  readonly otherChanges: readonly number[];
}

/** Scrapes of one window by exporter. */
interface Recorded {
  /** Every exporter of which there is anything. */
  readonly known: ReadonlyMap<string, unknown>;
  readonly scrapes: ReadonlyMap<string, Scrapes>;
  readonly last: ReadonlyMap<string, boolean>;
}

const readScrapes = (series: readonly PrometheusSeries[]): Recorded => {
  const values = numbersByExporter(series);
  const scrapes = new Map<string, Scrapes>();
  const last = new Map<string, boolean>();
  for (const [key, known] of values) {
    const [up, samples, now] = [known.get('up'), known.get(countLabel), known.get(nowLabel)];
    if (up !== undefined && samples !== undefined) scrapes.set(key, { up, samples });
    if (now !== undefined) last.set(key, now > 0);
  }
  return { known: values, scrapes, last };
};

/** Whether each exporter was up at a moment. */
const readUp = (series: readonly PrometheusSeries[]): ReadonlyMap<string, boolean> =>
  new Map(
    series.flatMap((one) => {
      const value = one.samples[0]?.[1];
      return value === undefined || Number.isNaN(value)
        ? []
        : [[keyOf(instanceOfSeries(one)), value > 0] as const];
    }),
  );

/** The first of these names that is known: the one that it has now, then earlier ones. */
const firstOf = <Value>(
  known: ReadonlyMap<string, Value> | undefined,
  places: readonly Instance[],
): Value | null => {
  for (const place of places) {
    const value = known?.get(keyOf(place));
    if (value !== undefined) return value;
  }
  return null;
};

/** Why nothing can be said of a host: an answer has nothing of it, and one of several servers did not give its part. */
const lackOf = (
  places: readonly Instance[],
  answers: readonly {
    readonly answer: SeriesAnswer | undefined;
    readonly known: ReadonlyMap<string, unknown> | undefined;
  }[],
): Failure | null =>
  answers
    .filter(({ known }) => firstOf(known, places) === null)
    .flatMap(({ answer }) => answer?.missing ?? [])
    .at(0) ?? null;

/**
 * What Prometheus recorded of its scrapes of these hosts since they were changed, and on the days before. `everyMs` is
 * the distance of the scrapes; where the server does not tell it (Mimir has no targets, and Prometheus knows none in the
 * first seconds), the days before count.
 */
export const askScrapes = async (
  ask: AskAt,
  hosts: readonly ScrapedHost[],
  windows: Windows & { readonly after: TimeSpan; readonly changedAt: number },
  everyMs: (place: Instance) => number | null,
): Promise<Result<ReadonlyMap<string, ScrapeWatch | null>, Failure>> => {
  const { after, before, changedAt } = windows;
  const places = hosts.flatMap((host) => host.places);
  const selector = selectorOf(places);
  const jobs = [...new Set(places.map(({ job }) => job))];
  const answers = await Promise.all([
    ask(() => scrapesQuery(selector, after), after.to),
    ask(() => mostScrapesQuery(jobs, after), after.to),
    ask(() => `up{${selector}}`, changedAt),
    ...before.map(({ span }) => ask(() => scrapesQuery(selector, span), span.to)),
  ]);
  const failure = answers.find((answer) => !answer.ok);
  if (failure !== undefined && !failure.ok) return failure;
  const [since, most, atChange, ...days] = answers.map((answer) =>
    answer.ok ? answer.value : undefined,
  );
  const now = readScrapes(since?.series ?? []);
  const earlier = days.map((day) => readScrapes(day?.series ?? []));
  const mostRecorded = most?.series[0]?.samples[0]?.[1] ?? 0;
  const upThen = readUp(atChange?.series ?? []);
  return {
    ok: true,
    value: new Map(
      hosts.map(({ host, places: own, otherChanges }) => {
        const lack = lackOf(own, [
          { answer: since, known: now.known },
          { answer: atChange, known: upThen },
          ...before.flatMap(({ span }, index) =>
            isDisturbed(span, otherChanges)
              ? []
              : [{ answer: days[index], known: earlier[index]?.known }],
          ),
        ]);
        if (lack !== null) return [host, { kind: 'unknown', why: explainInLine(lack) }] as const;
        const every = own.flatMap((place) => everyMs(place) ?? []).at(0) ?? null;
        return [
          host,
          judgeScrapes({
            after: firstOf(now.scrapes, own),
            last: firstOf(now.last, own),
            atChange: firstOf(upThen, own),
            days: before.flatMap(({ span }, index) => {
              const day = firstOf(earlier[index]?.scrapes, own);
              return day === null || isDisturbed(span, otherChanges) ? [] : [day];
            }),
            expected: every === null ? null : Math.floor((after.to - after.from) / every),
            mostRecorded,
          }),
        ] as const;
      }),
    ),
  };
};
