import { showGeneration } from '../../model/host/generation.ts';
import type { Generation } from '../../model/host/host.ts';
import { linkRows } from '../../model/words/addresses.ts';
import { showRevision } from '../../model/words/format.ts';
import { showAge, showMoment } from '../../model/words/format-time.ts';
import { type Line, muted, type Span, span, strong, wrapText } from '../../model/words/line.ts';
import { outcomeIn } from '../../state/outcome.ts';
import type { RunSummary } from '../../state/run.ts';
import { glyph } from '../glyphs.ts';
import { keyName } from '../key-names.ts';
import { outcomeSign } from './past-sections.ts';

/** What two generations differ in, as far as their profiles tell. */
const moves = (before: Generation, now: Generation): readonly string[] =>
  [
    ['NixOS', before.nixosVersion, now.nixosVersion] as const,
    ['kernel', before.kernel, now.kernel] as const,
    [
      'revision',
      before.revision === null ? null : showRevision(before.revision),
      now.revision === null ? null : showRevision(now.revision),
    ] as const,
  ].flatMap(([what, from, to]) =>
    from === to ? [] : [`${what} ${from ?? 'unknown'} ${glyph.arrow} ${to ?? 'unknown'}`],
  );

/** The runs that brought the host to this system, the newest first. */
const runsTo = (history: readonly RunSummary[], host: string, path: string) =>
  history.flatMap((run) => {
    const outcome = run.ending?.result.hosts[host];
    return outcome === undefined || outcome.to !== path || outcome.generation === null
      ? []
      : [{ run, outcome }];
  });

/** A generation below the list of all: its system, what it has other than the one before it, and the runs that brought it. */
export const generationLines = (
  generation: Generation,
  all: readonly Generation[],
  {
    host,
    history,
    columns,
    now,
  }: {
    readonly host: string;
    readonly history: readonly RunSummary[];
    readonly columns: number;
    readonly now: number;
  },
): readonly Line[] => {
  const older = all.filter(({ number }) => number < generation.number);
  const before = older.toSorted((one, other) => other.number - one.number)[0];
  const named = (label: string, words: readonly Span[]): Line => [
    muted(` ${label.padEnd(10)} `),
    ...words,
  ];
  const said = (label: string, text: string): readonly Line[] =>
    linkRows(
      text,
      wrapText(text, Math.max(12, columns - 14)).map((row, at) =>
        named(at === 0 ? label : '', [span(row)]),
      ),
    );
  const changed = before === undefined ? [] : moves(before, generation);
  const runs = runsTo(history, host, generation.path);
  return [
    [strong(` ${showGeneration(generation.number)} of ${host}`)],
    ...said('system', generation.path),
    ...(before === undefined
      ? said('changes', 'no older generation is in the profile')
      : said(
          'changes',
          before.path === generation.path
            ? `the same system as ${showGeneration(before.number)}`
            : `${changed.length === 0 ? 'NixOS, kernel and revision as' : changed.join('   ')}${changed.length === 0 ? ' in' : '   since'} ${showGeneration(before.number)}`,
        )),
    ...(runs.length === 0
      ? said('runs', 'no run of nixup that is known here brought it')
      : runs.slice(0, 4).map(({ run, outcome }, at): Line => {
          const [sign, tone] = outcomeSign(run, outcome);
          return named(at === 0 ? 'runs' : '', [
            span(`${sign} `, tone),
            span(
              `${run.goal} of ${showMoment(run.startedAt)}, ${showAge(Math.max(0, now - run.startedAt))} ago: ${outcomeIn(run.goal, outcome)}`,
            ),
          ]);
        })),
    [muted(` ${keyName('open')} compares its packages with what runs`)],
  ];
};
