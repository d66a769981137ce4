import type { CheckRow } from '../../model/board/board.ts';
import {
  generationMarks,
  runningGeneration,
  runningKernel,
  showGeneration,
} from '../../model/host/generation.ts';
import type { HostFacts } from '../../model/host/host.ts';
import { activationOrigin } from '../../model/host/last-activations.ts';
import { oldCodeWords } from '../../model/host/old-code.ts';
import { otherSystemWords } from '../../model/host/other-system.ts';
import { showUnitFailure } from '../../model/host/unit-failure.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import { upgraderWords } from '../../model/host/upgraders.ts';
import { memoLast } from '../../model/memo.ts';
import type { PackageDifference } from '../../model/packages/packages.ts';
import type { HostPackages } from '../../model/packages/packages-state.ts';
import { reviewPackages } from '../../model/packages/review.ts';
import { whatChanges } from '../../model/packages/what-changes.ts';
import { quietSentence, watchVerdict } from '../../model/watch/report.ts';
import {
  showLatency,
  showLoad,
  showRevision,
  showShare,
  showSize,
  showStorePath,
} from '../../model/words/format.ts';
import { showAge, showDuration, showMoment, showShortDate } from '../../model/words/format-time.ts';
import {
  fitLine,
  fitText,
  type Line,
  lineWidth,
  muted,
  type Span,
  span,
  widthOf,
  wrapText,
} from '../../model/words/line.ts';
import type { LogRing } from '../../model/words/log.ts';
import { counted } from '../../model/words/sentences.ts';
import { foreignActivation } from '../../state/activation-lock.ts';
import {
  awaitsReboot,
  comparedNow,
  criticalDown,
  criticalUnits,
  isBuilt,
  runningRevision,
} from '../../state/hosts.ts';
import { isPartlyUnknown, outcomeIn } from '../../state/outcome.ts';
import { activationEnd } from '../../state/past/activation-end.ts';
import {
  type FleetHost,
  isRemembered,
  nameOf,
  shownAnswer,
  shownFleet,
} from '../../state/remembered.ts';
import type { Goal, HostOutcome, HostOutcomeStatus, RunSummary } from '../../state/run.ts';
import type { AppState, HostState } from '../../state/state.ts';
import { glyph } from '../glyphs.ts';
import { keyName } from '../key-names.ts';
import { type HealthRow, healthRowsOf } from '../rows/health.ts';
import type { Ui } from '../ui.ts';
import {
  answerLines,
  bootWords,
  builtSpan,
  labelled,
  nameLine,
  rememberedHostLines,
  troubleLines,
} from './details.ts';
import { wordsOfRow } from './health-words.ts';
import { asFarAsSeen, fillSections, type Section } from './pane-sections.ts';
import { activityLine, barText, progressLine } from './progress.ts';

/** Cells that a label takes, with the blank before it. */
const labelCells = 12;

/** Lines below one label. */
const under = (label: string, lines: readonly Line[]): Section =>
  lines.map((line, index) => labelled(index === 0 ? label : '', ...line));

const wrapped = (text: string, cells: number, tone: Span['tone'] = 'plain'): readonly Line[] =>
  wrapText(text, cells - labelCells - 1).map((line): Line => [span(line, tone)]);

/** A sign with its words beside it, in as many lines as they take. */
const signed = (
  [sign, tone]: readonly [sign: string, tone: Span['tone']],
  text: string,
  cells: number,
): readonly Line[] =>
  wrapText(text, cells - labelCells - 3).map(
    (line, index): Line => [span(index === 0 ? `${sign} ` : '  ', tone), span(line)],
  );

/** A system without what is the same in all of the host: `26.05.4193 (k3j9x2a)`. */
const shortSystem = (path: string, { entry }: HostState): string =>
  showStorePath(path).replace(`nixos-system-${entry.hostName ?? entry.name}-`, '');

/** The hash of a system leaves where there is little room, as long as its version tells it from the other one. */
const fittingSystem = (
  path: string,
  other: string | null,
  host: HostState,
  cells: number,
): string => {
  const whole = shortSystem(path, host);
  const version = whole.replace(/ \(\w+\)$/, '');
  const isClear =
    other === null || other === path || !shortSystem(other, host).startsWith(`${version} `);
  return cells < 58 && isClear ? version : whole;
};

/** The system that the flake wants, where that is known. */
const wantedOf = ({ expectation }: HostState): string | null =>
  expectation.kind === 'known' ? expectation.toplevel : null;

const runsSection = (host: HostState, now: number, cells: number): Section => {
  const { facts, probe } = host;
  if (facts === null || facts.current === null)
    return under('runs', [[muted(probe.kind === 'probing' ? 'being asked' : 'not known yet')]]);
  const generation = runningGeneration(facts);
  const line: Line = [
    ...(generation === undefined
      ? []
      : [span(`${showGeneration(generation.number)} of ${showShortDate(generation.at)}   `)]),
    span(fittingSystem(facts.current, wantedOf(host), host, cells)),
    ...(probe.kind === 'failed'
      ? [muted(`   as of ${showAge(now - facts.at)} ago`)]
      : awaitsReboot(host)
        ? [span('   reboot needed', 'warn')]
        : []),
  ];
  return under('runs', [line]);
};

const wantsSection = (host: HostState, cells: number): Section => {
  const { expectation, entry, facts } = host;
  const line = (): Line => {
    if (entry.role.kind === 'left-out' || entry.role.kind === 'refused')
      return [muted('never: it is left out of tests and deploys')];
    switch (expectation.kind) {
      case 'unknown':
        return [muted('not evaluated yet')];
      case 'evaluating':
        return [span('being evaluated', 'busy')];
      case 'failed':
        return [span('does not evaluate', 'bad')];
      case 'known':
        return expectation.toplevel === facts?.current
          ? [muted('the same')]
          : [
              span(fittingSystem(expectation.toplevel, facts?.current ?? null, host, cells)),
              builtSpan(host),
            ];
    }
  };
  return under('would run', [line()]);
};

/** Packages one after the other, as many in a line as fit. */
const packageLines = memoLast((difference: PackageDifference, cells: number): readonly Line[] => {
  const lines: Line[] = [];
  let line: Span[] = [];
  for (const { name, kind, old, new: fresh, major } of reviewPackages(difference.changes)) {
    const versions =
      kind === 'added'
        ? `+ ${fresh.join(', ')}`
        : kind === 'removed'
          ? `- ${old.join(', ')}`
          : kind === 'rebuilt'
            ? 'rebuilt'
            : `${old.join(', ')} ${glyph.arrow} ${fresh.join(', ')}`;
    const part: Line = [
      span(`${name} `, major || kind === 'downgraded' ? 'warn' : 'plain'),
      muted(versions),
    ];
    if (line.length > 0 && lineWidth(line) + 3 + lineWidth(part) > cells) {
      lines.push(line);
      line = [];
    }
    line = line.length === 0 ? [...part] : [...line, span('   '), ...part];
  }
  return line.length === 0 ? lines : [...lines, line];
});

const changesSection = (
  host: HostState,
  packages: HostPackages | undefined,
  cells: number,
): Section => {
  const compared = comparedNow(host, packages);
  const { expectation, facts } = host;
  const isSame = expectation.kind === 'known' && expectation.toplevel === facts?.current;
  switch (compared?.kind) {
    case 'compared':
      return compared.difference.changes.length === 0
        ? under('changes', isSame ? [] : [[muted('no package; settings only')]])
        : under('changes', [
            ...wrapped(whatChanges(compared).long, cells),
            ...packageLines(compared.difference, cells - labelCells - 1),
          ]);
    case 'comparing':
      return under('changes', [[muted('being compared')]]);
    case 'building':
      return under('changes', [[muted('compared once the new system is built')]]);
    case 'unknown':
      return isSame ? [] : under('changes', wrapped(`not known: ${compared.why}`, cells, 'muted'));
    case undefined:
      return isSame || expectation.kind !== 'known'
        ? []
        : under('changes', [
            [
              muted(
                isBuilt(host)
                  ? 'not compared yet; Packages compares it'
                  : 'not compared yet; it is built first',
              ),
            ],
          ]);
  }
};

const bootSection = (host: HostState): Section => {
  const { facts } = host;
  if (facts === null) return [];
  const { bootDefault, current } = facts;
  const isSame =
    bootDefault.kind === 'resolved' &&
    bootDefault.toplevel === current &&
    bootDefault.once === undefined;
  return under('boots', [
    isSame && bootDefault.kind === 'resolved'
      ? [muted(`the same, by ${bootDefault.loader}`)]
      : [span(bootWords(host), bootDefault.kind === 'resolved' ? 'warn' : 'muted')],
  ]);
};

/** The kernel that runs, and the one that a restart brings where that is another. */
const kernelSection = (facts: HostFacts): Section => {
  const { kernel, bootedKernel, nixVersion } = facts;
  return under('kernel', [
    [
      span(runningKernel(facts) ?? 'not known'),
      ...(bootedKernel === undefined || kernel === null
        ? []
        : [span(` runs, ${kernel} after a restart`, 'warn')]),
      muted(`   Nix ${nixVersion ?? 'not known'}`),
    ],
  ]);
};

/** Its generations; what each of them is stands before its version, which leaves first where there is little room. */
const generationsSection = (facts: HostFacts, cells: number): Section => {
  // What boots next has a row of its own.
  const marked = facts.generations.toReversed().map((one) => ({
    one,
    marks: generationMarks(one, facts)
      .filter((mark) => mark !== 'boots next')
      .join(', '),
  }));
  const room = cells - labelCells - 1;
  const longest = Math.max(0, ...marked.map(({ marks }) => widthOf(marks)));
  return under(
    'generation',
    marked.map(({ one, marks }): Line => {
      const line: Line = [
        span(fitText(showGeneration(one.number), 6)),
        muted(`${showShortDate(one.at)}  `),
        span(fitText(marks, longest === 0 ? 0 : Math.min(longest, 14) + 2), 'good'),
      ];
      if (widthOf(marks) > 14) return [...line.slice(0, -1), span(marks, 'good')];
      const version = one.nixosVersion ?? '';
      const kernel = one.kernel === null ? '' : `  kernel ${one.kernel}`;
      const forms = [`${version}${kernel}`, version, version.replace(/\.[0-9a-f]{7,}$/, '')];
      const free = room - lineWidth(line);
      return [...line, muted(forms.find((words) => widthOf(words) <= free) ?? '')];
    }),
  );
};

/** The commit of the flake that the running system is made of, and its profile where that is another system. */
const madeOfSection = ({ profile, current }: HostFacts, revision: string | null): Section => [
  ...under('commit', [
    [revision === null ? muted('not recorded in the system') : span(showRevision(revision))],
  ]),
  ...(profile === current
    ? []
    : under('profile', [[span(profile === null ? 'not known' : showStorePath(profile), 'warn')]])),
];

/** What somebody should know before the next deploy. */
const warnSection = (host: HostState, facts: HostFacts, cells: number): Section => {
  const foreign = foreignActivation(host);
  const other = host.deployed === undefined ? null : otherSystemWords(facts, host.deployed);
  const warned = (label: string, text: string): Section =>
    under(label, wrapped(text, cells, 'warn'));
  return [
    ...host.entry.notes.flatMap((note, index) => warned(index === 0 ? 'note' : '', note)),
    ...(other === null ? [] : warned('changed', `it ${other}`)),
    ...(foreign === null ? [] : warned('lock', foreign)),
    ...(facts.automaticUpgrades.length === 0
      ? []
      : warned(
          'by itself',
          `${(facts.upgraders ?? []).map(upgraderWords).join('; ')} would switch it`,
        )),
    ...(facts.copyTrusted === false
      ? warned('copying', 'its Nix does not trust the login user')
      : []),
  ];
};

/** Rows of Health that stand below the verdict of the watch. */
const isWatched = ({ kind }: HealthRow): boolean =>
  kind === 'metric' || kind === 'noted' || kind === 'sampled';

const unitsSection = (host: HostState, cells: number): Section => {
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

const loadSection = ({ load, uptimeSeconds }: HostFacts): Section =>
  under('load', [
    [
      load === null ? muted('not known: the host did not say') : span(showLoad(load)),
      muted(
        uptimeSeconds === null
          ? '   up since not known'
          : `   up ${showDuration(uptimeSeconds * 1_000)}`,
      ),
    ],
  ]);

const diskSection = ({ space }: HostFacts, cells: number): Section => {
  if (space.length === 0) return under('disks', [[muted('not known: the host did not say')]]);
  const isWide = cells >= 70;
  const name = Math.min(
    isWide ? 24 : 12,
    Math.max(...space.map(({ mount }) => widthOf(mount))) + 1,
  );
  return under(
    'disks',
    space.map(({ mount, freeBytes, totalBytes }): Line => {
      const used = totalBytes === 0 ? 0 : 1 - freeBytes / totalBytes;
      return [
        span(fitText(mount, name)),
        span(barText(used, isWide ? 20 : 10), used >= 0.9 ? 'warn' : 'plain'),
        span(` ${showShare(used)}`),
        muted(
          isWide
            ? ` used, ${showSize(freeBytes)} of ${showSize(totalBytes)} free`
            : `  ${showSize(freeBytes)} free`,
        ),
      ];
    }),
  );
};

const verdictWords = {
  worse: 'worse than before its last change',
  better: 'better than before its last change',
  'as-before': 'as before its last change',
  early: 'too early to say',
  unknown: 'not known',
  'not-configured': 'no metrics are configured',
} as const;

const watchSection = (host: HostState, cells: number, now: number): Section => {
  const { watch } = host;
  const verdict = watch === undefined ? null : watchVerdict(watch);
  const tone = verdict === 'worse' ? 'bad' : verdict === 'unknown' ? 'warn' : 'plain';
  const quiet = watch === undefined ? null : quietSentence(watch);
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

const outcomeSigns: Readonly<
  Record<HostOutcomeStatus, readonly [sign: string, tone: Span['tone']]>
> = {
  succeeded: [glyph.proven, 'good'],
  unchanged: [glyph.proven, 'muted'],
  unhealthy: [glyph.look, 'bad'],
  failed: [glyph.failed, 'bad'],
  rolledBack: [glyph.failed, 'bad'],
  pending: [glyph.absent, 'muted'],
  skipped: [glyph.absent, 'muted'],
  canceled: [glyph.absent, 'muted'],
};

/** What is known in part only has no proof for its sign. */
const signOf = (outcome: HostOutcome): readonly [sign: string, tone: Span['tone']] =>
  isPartlyUnknown(outcome) ? ['?', 'muted'] : outcomeSigns[outcome.status];

const outcomeWords: Readonly<Record<HostOutcomeStatus, string>> = {
  succeeded: 'well',
  unchanged: 'unchanged',
  unhealthy: 'unhealthy',
  failed: 'failed',
  rolledBack: 'rolled back',
  pending: 'pending',
  skipped: 'left out',
  canceled: 'canceled',
};

/** The runs in which something is known of the host, the newest first. */
const runsOf = memoLast((history: readonly RunSummary[], host: string) =>
  history.flatMap((run) => {
    const outcome = run.ending?.result.hosts[host];
    return outcome === undefined ? [] : [{ run, outcome }];
  }),
);

/** Ends of a run after which the host has been switched. */
const switchedBy: Partial<Readonly<Record<Goal, readonly HostOutcomeStatus[]>>> = {
  deploy: ['succeeded', 'unhealthy', 'rolledBack'],
  run: ['succeeded', 'unhealthy', 'rolledBack'],
  rollback: ['succeeded', 'unhealthy', 'rolledBack'],
};

/** What brought the host to its systems, the newest first: what it keeps itself, and runs of the journal that it does not keep. */
const deployedSection = (
  host: HostState,
  { activations = [] }: HostFacts,
  history: readonly RunSummary[],
  { cells, now }: { readonly cells: number; readonly now: number },
): Section => {
  const kept = new Set(activations.map((one) => one.run));
  const told = activations.toReversed().map((one) => {
    const { isDone, isBack } = activationEnd(one, host.entry.name, { history, activations });
    const origin = activationOrigin(one, now);
    const words = isDone || isBack ? origin : `a deploy ended with "${one.result}" ${origin}`;
    return { at: one.at, isDone, words: isBack ? `${words}, rolled back` : words };
  });
  const recorded = runsOf(history, host.entry.name).flatMap(({ run, outcome: { status } }) => {
    if (kept.has(run.id) || switchedBy[run.goal]?.includes(status) !== true) return [];
    const at = run.ending?.at ?? run.startedAt;
    const by = run.by === undefined ? '' : ` by ${run.by}`;
    const isDone = status === 'succeeded' || (status === 'rolledBack' && run.goal === 'rollback');
    const words = `${showAge(Math.max(0, now - at))} ago${by}, ${run.goal}: ${outcomeWords[status]}`;
    return [{ at, isDone, words }];
  });
  const all = [...told, ...recorded].toSorted((one, other) => other.at - one.at);
  if (all.length === 0) return under('deployed', [[muted('no deploy by nixup is recorded')]]);
  return under(
    'deployed',
    all.flatMap(({ isDone, words }) =>
      signed(isDone ? [glyph.proven, 'good'] : [glyph.failed, 'bad'], words, cells),
    ),
  );
};

/** How it was in each run: a sign for each, the newest last, and below them the runs. */
const historySection = (
  host: HostState,
  history: readonly RunSummary[],
  cells: number,
): Section => {
  const runs = runsOf(history, host.entry.name);
  if (runs.length === 0) return under('history', [[muted('no run with it is recorded yet')]]);
  const strip = runs
    .slice(0, 20)
    .toReversed()
    .map(({ outcome }): Span => {
      const [sign, tone] = signOf(outcome);
      return span(sign, tone);
    });
  return under('history', [
    [...strip, muted(`  ${counted(runs.length, 'run')}, the newest last`)],
    ...runs.flatMap(({ run, outcome }) => {
      const { status, reason } = outcome;
      const why = reason === null ? '' : `, ${reason}`;
      // A deploy that succeeded is said shorter here.
      const ended = status === 'unchanged' ? outcomeIn(run.goal, outcome) : outcomeWords[status];
      const words = `${showMoment(run.startedAt).slice(5)}  ${run.goal}: ${ended}${why}`;
      return signed(signOf(outcome), words, cells);
    }),
  ]);
};

const portsSection = ({ listens }: HostFacts, cells: number): Section =>
  listens === undefined || listens.length === 0
    ? []
    : under('ports', wrapped(listens.join(' '), cells, 'muted'));

const askedSection = (
  host: HostState,
  facts: HostFacts,
  { cells, now }: { readonly cells: number; readonly now: number },
): Section =>
  under('asked', [
    ...wrapped(
      `${showAge(Math.max(0, now - facts.at))} ago, answered in ${showLatency(facts.latencyMs)}, root by ${facts.elevation ?? 'unknown'}`,
      cells,
      'muted',
    ),
    ...(host.entry.buildOn === undefined ? [] : [[muted(`built on ${host.entry.buildOn}`)]]),
  ]);

const silentSection = (host: HostState): Section =>
  host.entry.role.kind === 'left-out' || host.entry.role.kind === 'refused'
    ? [[muted(' Not contacted: not a running host.')]]
    : [[muted(' Units, disks, load and kernel are not known: it has not answered yet.')]];

/** What the check board says of the host. */
const checkSection = (board: readonly CheckRow[], { entry }: HostState, cells: number): Section => {
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

/** The last lines of its log, in the rows that are left. */
const logLines = (log: LogRing | undefined, rows: number): readonly Line[] =>
  log === undefined || rows < 2
    ? []
    : under(
        'log',
        log.lines.slice(-rows).map((line): Line => [muted(line)]),
      );

interface Told {
  readonly host: HostState;
  readonly packages: HostPackages | undefined;
  readonly history: readonly RunSummary[];
  readonly board: readonly CheckRow[];
  readonly now: number;
}

/** What it runs and would run, and how it came to that. */
const systemSections = (
  { host, packages, history, now }: Told,
  cells: number,
): readonly Section[] => {
  const { facts } = host;
  const oldCode = host.probe.kind === 'failed' ? null : oldCodeWords(facts?.oldCode);
  return [
    runsSection(host, now, cells),
    answerLines(shownAnswer(host), now),
    wantsSection(host, cells),
    changesSection(host, packages, cells),
    ...(facts === null
      ? []
      : [
          warnSection(host, facts, cells),
          deployedSection(host, facts, history, { cells, now }),
          bootSection(host),
          kernelSection(facts),
          generationsSection(facts, cells),
          ...(oldCode === null ? [] : [under('old code', wrapped(oldCode, cells))]),
          madeOfSection(facts, runningRevision(host)),
        ]),
  ];
};

/** How it is. */
const stateSections = ({ host, history, board, now }: Told, cells: number): readonly Section[] => {
  const { facts } = host;
  return facts === null
    ? [silentSection(host), historySection(host, history, cells)]
    : [
        unitsSection(host, cells),
        loadSection(facts),
        diskSection(facts, cells),
        historySection(host, history, cells),
        watchSection(host, cells, now),
        checkSection(board, host, cells),
        portsSection(facts, cells),
        askedSection(host, facts, { cells, now }),
      ];
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

/** Two columns need so many cells. */
const twoColumns = 100;

/** In fewer rows a key would write more than it says: beside a long list the most wanted lines are enough. */
const fewRows = 6;

const besideEachOther = (
  left: readonly Line[],
  right: readonly Line[],
  cells: number,
): readonly Line[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, index): Line => {
    const other = right[index];
    const line = left[index] ?? [];
    return other === undefined ? line : [...fitLine(line, cells), ...other];
  });

/** Below each other, the state before how it came to it. */
const inOneColumn = (told: Told, cells: number): readonly Section[] => {
  const [runs = [], answer = [], wants = [], changes = [], ...more] = systemSections(told, cells);
  return [runs, answer, wants, changes, ...stateSections(told, cells), ...more];
};

/** In one column or in two, by the window alone: what is said of a host, and a message, never turn one into the other. */
const sectionLines = (
  told: Told,
  rows: number,
  columns: number,
  isInTwo: boolean,
): readonly Line[] => {
  if (!isInTwo) return fillSections(inOneColumn(told, columns), rows, columns);
  const half = Math.floor(columns / 2);
  return besideEachOther(
    fillSections(systemSections(told, half), rows, half - 1),
    fillSections(stateSections(told, columns - half), rows, columns - half),
    half,
  );
};

/** What is told of in the whole width: trouble, and what is built now. */
const headLines = (host: HostState, columns: number, now: number): readonly Line[] => [
  nameLine(host.entry),
  ...troubleLines(host, columns),
  ...(host.progress === null
    ? []
    : [
        progressLine(host.progress, columns),
        ...host.progress.activities.map((activity) => activityLine(activity, columns, now)),
      ]),
];

type Known = Pick<AppState, 'packages' | 'history' | 'board' | 'logs'>;

const toldOf = (host: HostState, known: Known, now: number): Told => ({
  host,
  packages: known.packages[nameOf(host)],
  history: known.history,
  board: known.board,
  now,
});

/**
 * All that is known of the selected host, in so many rows at most: trouble and what is built now in
 * the whole width, then what it runs and how it is, and the end of its log where rows are left.
 */
export const hostPane = (
  host: FleetHost,
  known: Known,
  {
    columns,
    rows,
    now,
    rowsWithoutMessage = rows,
  }: {
    readonly columns: number;
    readonly rows: number;
    readonly now: number;
    /** The rows that the pane has while no message takes some of them. */
    readonly rowsWithoutMessage?: number;
  },
): readonly Line[] => {
  if (isRemembered(host)) return asFarAsSeen(rememberedHostLines(host, now), rows, columns);
  const head = headLines(host, columns, now);
  if (head.length >= rows) return asFarAsSeen(head, rows, columns);
  const isInTwo = columns >= twoColumns && rowsWithoutMessage >= fewRows;
  const told = toldOf(host, known, now);
  const lines = [...head, ...sectionLines(told, rows - head.length, columns, isInTwo)];
  return [...lines, ...logLines(known.logs[nameOf(host)], rows - lines.length)];
};

/** More rows than anything takes. */
const everyRow = 10_000;

const notAsked = ({ role }: HostState['entry']): Line => [
  muted(
    role.kind === 'left-out' || role.kind === 'refused'
      ? ' Not contacted: not a running host.'
      : ` Not asked yet, or it did not answer. ${keyName('refresh')} asks again.`,
  ),
];

interface PageShown {
  readonly columns: number;
  readonly now: number;
  readonly rows: number;
  /** In one column, however wide it is: what stands beside each other cannot be read line by line. */
  readonly isInOne?: true;
}

/** All that is known of a host, for its page: the same as in its pane, and nothing is left out. */
const pageOf = (
  host: FleetHost,
  known: Known,
  { columns, now, isInOne }: PageShown,
): readonly Line[] => {
  if (isRemembered(host)) return rememberedHostLines(host, now);
  return [
    ...headLines(host, columns, now),
    ...(host.facts === null ? [notAsked(host.entry)] : []),
    ...sectionLines(
      toldOf(host, known, now),
      everyRow,
      columns,
      columns >= twoColumns && isInOne !== true,
    ),
  ];
};

/** So many lines of its log follow its page, where it has some: the tab has all. */
const pageLog = 5;

/** The page of a host: what does not fit is scrolled, and rows that are left have the end of its log. */
export const hostPage = (host: FleetHost, known: Known, shown: PageShown): readonly Line[] => {
  const lines = pageOf(host, known, shown);
  const room = Math.max(pageLog, shown.rows - lines.length);
  return [...lines, ...logLines(known.logs[nameOf(host)], room)];
};

/** Where the page of a host is scrolled to. */
export const pageTop = (
  { screen, details }: Pick<Ui, 'screen' | 'details'>,
  length: number,
  rows: number,
): number =>
  screen.kind === 'host' && details.of === `host ${screen.host}`
    ? Math.max(0, Math.min(details.top, length - rows))
    : 0;

/** Scrolls the page of a host as far as it goes. */
export const scrollPage = (app: AppState, ui: Ui, by: number, bodyRows: number): Ui => {
  if (ui.screen.kind !== 'host') return ui;
  const host = shownFleet(app).hosts[ui.screen.host];
  if (host === undefined) return ui;
  // The tabs have a row of it.
  const rows = Math.max(1, bodyRows - 1);
  const { length } = hostPage(host, app, { columns: ui.columns, now: ui.now, rows });
  const top = pageTop(ui, length, rows) + by;
  const last = Math.max(0, length - rows);
  return {
    ...ui,
    details: { of: `host ${ui.screen.host}`, top: Math.max(0, Math.min(last, top)) },
  };
};
