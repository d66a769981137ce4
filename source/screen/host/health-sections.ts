import type { CheckRow } from '../../model/board/board.ts';
import { showUnitFailure } from '../../model/host/unit-failure.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import { quietSentence, watchVerdict } from '../../model/watch/report.ts';
import { showAge } from '../../model/words/format-time.ts';
import { type Line, muted, span } from '../../model/words/line.ts';
import { criticalDown, criticalUnits } from '../../state/hosts.ts';
import type { AppState, HostState } from '../../state/state.ts';
import { glyph } from '../glyphs.ts';
import { type HealthRow, healthRowsOf } from '../rows/health.ts';
import { wordsOfRow } from './health-words.ts';
import { diskSection } from './machine-sections.ts';
import type { Section } from './pane-sections.ts';
import { historySection } from './past-sections.ts';
import { under, wrapped } from './section-lines.ts';

/** Rows of Health that stand below the verdict of the watch. */
const isWatched = ({ kind }: HealthRow): boolean =>
  kind === 'metric' || kind === 'noted' || kind === 'sampled';

export const unitsSection = (host: HostState, cells: number): Section => {
  const critical = criticalUnits(host);
  const down = criticalDown(host);
  const well = critical.filter((unit) => !down.includes(unit));
  const names = (units: readonly string[]): string =>
    units.map((unit) => shortUnitName(showUnitFailure(unit))).join(', ');
  const rows = healthRowsOf(host);
  const troubled = rows.flatMap((row): readonly Line[] => {
    if (row.kind === 'host' || isWatched(row)) return [];
    const { words, tone } = wordsOfRow(row);
    return wrapped(words, cells, tone);
  });
  return under('units', [
    ...troubled,
    ...(well.length === 0
      ? []
      : wrapped(
          `${glyph.proven} ${well.length} of ${critical.length} critical run: ${names(well)}`,
          cells,
        )),
    ...(rows.some(({ kind }) => kind === 'unit') ? [] : [[span(`${glyph.proven} no unit failed`)]]),
    ...(critical.length === 0 ? [[muted('no critical unit configured')]] : []),
  ]);
};

const verdictWords = {
  worse: 'worse than before its last change',
  better: 'better than before its last change',
  'as-before': 'as before its last change',
  early: 'too early to say',
  unknown: 'unknown',
  'not-configured': 'no metrics are configured',
} as const;

export const watchSection = (host: HostState, cells: number, now: number): Section => {
  const { watch } = host;
  const verdict = watch === undefined ? null : watchVerdict(watch);
  const tone = verdict === 'worse' ? 'bad' : verdict === 'unknown' ? 'warn' : 'plain';
  const quiet = watch === undefined ? null : quietSentence(watch, 'names');
  return under('watch', [
    ...(watch === undefined || verdict === null
      ? []
      : [[span(verdictWords[verdict], tone), muted(`   ${showAge(now - watch.at)} ago`)]]),
    ...healthRowsOf(host).flatMap((row): readonly Line[] => {
      if (row.kind === 'host' || !isWatched(row)) return [];
      if (row.kind === 'metric' && row.line.judged.verdict.kind === 'as-before') return [];
      const words = wordsOfRow(row);
      return wrapped(words.short, cells, words.tone);
    }),
    ...(quiet === null ? [] : wrapped(quiet, cells)),
  ]);
};

/** What the check board says of the host. */
export const checkSection = (
  board: readonly CheckRow[],
  { entry }: HostState,
  cells: number,
): Section => {
  const row = board.find(({ id }) => id === `hosts.${entry.name}`);
  if (row === undefined || row.state === 'checking' || row.state === 'not-set-up') return [];
  const [sign, tone] =
    row.state === 'green'
      ? ([glyph.proven, 'plain'] as const)
      : row.state === 'red'
        ? ([glyph.failed, 'bad'] as const)
        : ([glyph.look, 'warn'] as const);
  return under('check', [
    ...wrapped(`${sign} ${row.evidence}`, cells, tone),
    ...row.detail.flatMap((line) => wrapped(line, cells, 'muted')),
  ]);
};

/** How a host is, beside what its checks and the watch say: units that run, disks, and its past. */
export const healthBesideChecks = (
  host: HostState,
  { history }: Pick<AppState, 'history'>,
  columns: number,
): readonly Line[] => {
  const { facts } = host;
  if (facts === null) return [];
  const hasTrouble = healthRowsOf(host).some(({ kind }) => kind === 'unit');
  return [
    ...(hasTrouble ? [] : unitsSection(host, columns)),
    ...diskSection(facts, columns),
    ...historySection(host, history, columns),
  ];
};
