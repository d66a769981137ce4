import { viewTitles } from '../../actions/rows/views.ts';
import { requestNumber } from '../../model/forge/waiting.ts';
import { pendingWords } from '../../model/watch/run-watch.ts';
import { linkTo } from '../../model/words/addresses.ts';
import { showAge } from '../../model/words/format-time.ts';
import {
  joinFitting,
  type Line,
  lineWidth,
  muted,
  type Span,
  span,
  spread,
  strong,
  type Tone,
} from '../../model/words/line.ts';
import { counted as countOf, hostList } from '../../model/words/sentences.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import { endingSign, frameAt, glyph } from '../../screen/glyphs.ts';
import { keyName } from '../../screen/key-names.ts';
import { type CountedAlso, countedAlso, troubleCounts } from '../../screen/rows/fleet.ts';
import { lockCounts } from '../../screen/rows/lock.ts';
import { stepName, stepSign } from '../../screen/texts/steps.ts';
import { type Ui, type ViewName, viewNames } from '../../screen/ui.ts';
import type { ClosedCommit } from '../../state/closed-commit.ts';
import {
  countLeft,
  type LeftOver,
  leftShort,
  leftWords,
  unpushedCommits,
} from '../../state/left-over.ts';
import { countRemembered, shownBoard, shownFleet } from '../../state/remembered.ts';
import {
  type OrderedSteps,
  type StageName,
  type StageState,
  stageAfter,
  stageOrder,
} from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import type { Trouble } from '../../state/trouble.ts';

const shortPath = (path: string, cells: number): string =>
  path.length <= cells ? path : `${glyph.ellipsis}${path.slice(path.lastIndexOf('/'))}`;

/** Why git does not read the checkout, short; the check board has all of it, with what helps. */
const gitProblemWords = (problem: string): string => {
  const said = withoutControls(problem.replace(/^git \S+ was refused: /, ''));
  const short = said.length > 40 ? `${said.slice(0, 39)}${glyph.ellipsis}` : said;
  return `git: ${short}`;
};

const treeWords = (app: AppState): Line => {
  if (app.git === null)
    return app.gitProblem === null
      ? [muted('reading git')]
      : app.gitProblem.includes('not a git repository')
        ? [muted('no git repository')]
        : [span(gitProblemWords(app.gitProblem), 'bad')];
  const { branch, dirty, conflicted } = app.git;
  const name = span(branch ?? 'detached head', branch === null ? 'warn' : 'plain');
  const state: Span =
    conflicted.length > 0
      ? span(countOf(conflicted.length, 'conflict'), 'bad')
      : dirty.length === 0
        ? muted('clean')
        : span(
            dirty.length === 1 ? `${dirty[0]} changed` : `${dirty.length} files changed`,
            'warn',
          );
  const [waiting] = app.waitingRequests;
  const request: Line =
    waiting === undefined
      ? []
      : [
          muted(' · '),
          linkTo(span(`request ${requestNumber(waiting.url)} open`, 'warn'), waiting.url),
        ];
  return [name, muted(' · '), state, ...request];
};

/** Flake, branch, clean or dirty; age of nixpkgs; hosts. */
export const titleLine = (app: AppState, now: number, columns: number): Line => {
  const headline =
    app.lock.kind === 'read' ? app.lock.headline : (app.remembered?.lock?.headline ?? null);
  const flake = app.flakePath ?? app.remembered?.flake ?? null;
  const age =
    headline === null || headline.lastModified === null
      ? null
      : `${showAge(now - headline.lastModified * 1_000)} old`;
  const left: Line = [
    strong(' nixup'),
    ...(app.demo ? [{ text: ' demo ', tone: 'warn', inverse: true } as const] : []),
    ...(app.readOnly ? [span('  read-only', 'warn')] : []),
    span('  '),
    span(
      flake === null
        ? 'opening the flake'
        : shortPath(withoutControls(flake), Math.floor(columns / 4)),
    ),
    span('  '),
    ...treeWords(app),
  ];
  const { names } = shownFleet(app);
  const hosts = muted(
    app.fleet.kind === 'listed' || names.length > 0 ? `${countOf(names.length, 'host')} ` : '',
  );
  const nixpkgs: Line =
    headline === null ? [] : [muted(`${headline.name} `), span(age ?? 'no date'), span('   ')];
  const branch: Line =
    headline?.branch == null
      ? nixpkgs
      : [muted(`${headline.name} `), span(`${headline.branch} · ${age ?? 'no date'}`), span('   ')];
  const free = columns - lineWidth(left) - 2;
  const right = [[...branch, hosts], [...nixpkgs, hosts], nixpkgs, [hosts]].find(
    (line) => lineWidth(line) <= free,
  );
  return spread(left, right ?? [], columns);
};

const stepTone = (state: StageState, isNext: boolean): Tone => {
  switch (state.kind) {
    case 'passed':
      return 'good';
    case 'begun':
      return 'accent';
    case 'partly':
      return endingSign[state.ending].tone;
    case 'failed':
      return 'bad';
    case 'running':
      return 'busy';
    case 'skipped':
      return 'muted';
    case 'outdated':
      return 'warn';
    case 'todo':
      return isNext ? 'accent' : 'muted';
  }
};

/** The sign of a step; a spinner only on what works right now. */
const stageSign = (state: StageState, isNext: boolean, now: number): Span =>
  span(state.kind === 'running' ? frameAt(now) : stepSign(state, isNext), stepTone(state, isNext));

/** The key of a view; nothing where it can only be named. */
const tabKey = (view: ViewName): string => {
  const key = keyName(`show-${view}`);
  return [...key].length === 1 ? key : '';
};

/** The key for the next step, and what it does; the longest text that fits. */
const nextKeys = (
  steps: OrderedSteps,
  next: StageName | undefined,
  left: readonly LeftOver[],
  closed: ClosedCommit | null,
): readonly Line[] => {
  const { stages } = steps;
  const running = stageOrder(steps).find((name) => stages[name].kind === 'running');
  if (running !== undefined) {
    // No key begins a step while another one runs.
    const after = running === next ? stageAfter(steps, running) : next;
    return after === undefined
      ? [[]]
      : [
          [muted(`then ${keyName('move-on')} ${after} `)],
          [muted(`${keyName('move-on')} ${after} `)],
        ];
  }
  if (next === 'commit' && closed !== null)
    return [`test ${hostList(closed.hosts)}`, 'test'].map((words) => [
      strong(keyName('move-on'), 'accent'),
      span(` ${words} `),
    ]);
  if (next !== undefined)
    return [...new Set([stepName(next, stages[next]), next])].map((words) => [
      strong(keyName('move-on'), 'accent'),
      span(` ${words} `),
    ]);
  if (left.length === 0) return [[span('done ', 'good')]];
  const key = (words: string): Line => [
    strong(keyName('move-on'), 'accent'),
    span(` ${words} `, 'warn'),
  ];
  return [
    key(`left: ${left.map(leftWords).join(' · ')}`),
    key(`left: ${left.map(leftShort).join(' · ')}`),
    key(`${countLeft(left)} left`),
  ];
};

/** The keys after the reasons of steps that are marked with a sign alone, as many of them as fit. */
const withReasons = (keys: readonly Line[], open: readonly string[]): readonly Line[] => [
  ...open.flatMap((_reason, index): readonly Line[] => {
    // Each begins with its sign, and one of the signs is a dot.
    const reasons = open.slice(0, open.length - index).join('  ');
    return keys.slice(0, 1).map((key) => [span(reasons, 'warn'), span('   '), ...key]);
  }),
  ...keys,
];

/**
 * The eight steps with their state; the next one in bold, and the key that does it: where the commit
 * is `closed` that is the test. Where there is room, the reasons of steps that stand open are beside it.
 */
export const stagesLine = (
  steps: OrderedSteps,
  next: StageName | undefined,
  now: number,
  columns: number,
  left: readonly LeftOver[] = [],
  closed: ClosedCommit | null = null,
  open: readonly string[] = [],
): Line => {
  const { stages } = steps;
  const order = stageOrder(steps);
  const keys = withReasons(nextKeys(steps, next, left, closed), open);
  const fitting = (line: Line): Line | undefined =>
    keys.find((key) => lineWidth(line) + lineWidth(key) < columns);
  if (columns < 80) {
    const signs = order.map((name) => stageSign(stages[name], name === next, now));
    const step = next === undefined ? 8 : order.indexOf(next) + 1;
    const line = [span(' '), ...signs, muted(`  step ${step} of 8`)];
    return spread(line, fitting(line) ?? keys.at(-1) ?? [], columns);
  }
  // The last `hidden` steps are signs, with their number; the next one always has its name.
  const words = (counts: 'all' | 'next', hidden = 0): Line => {
    const line = named(counts, hidden);
    return hidden === 0 ? line : [...line, muted(` ${hidden} more`)];
  };
  const named = (counts: 'all' | 'next', hidden: number): Line =>
    order.flatMap((name, index): Line => {
      const isNext = name === next;
      if (!isNext && index >= order.length - hidden)
        return [
          ...(index === order.length - hidden ? [span(' ')] : []),
          stageSign(stages[name], isNext, now),
        ];
      const text = ` ${counts === 'all' || isNext ? stepName(name, stages[name]) : name}`;
      return [
        span(' '),
        stageSign(stages[name], isNext, now),
        isNext ? strong(text) : span(text, stages[name].kind === 'todo' ? 'muted' : 'plain'),
      ];
    });
  // Names of later steps are left out first: what `m` does is shown at every width.
  const lines = [
    words('all'),
    ...order.flatMap((_name, hidden) => (hidden === 1 ? [] : [words('next', hidden)])),
  ];
  for (const line of lines) {
    const key = fitting(line);
    if (key !== undefined) return spread(line, key, columns);
  }
  return spread(words('next', order.length), keys.at(-1) ?? [], columns);
};

const nothingAlso: CountedAlso = {
  failedLeft: 0,
  takenBack: 0,
  reboot: 0,
  pending: 0,
};

/** `failed, not deployed`; `failed, 1 not deployed` where that is not all of them. */
const withAlso = (words: string, count: number, also: number, what: string): string => {
  if (also === 0) return words;
  return also === count ? `${words}, ${what}` : `${words}, ${also} ${what}`;
};

const counted = (count: number, words: string, tone: Span['tone']): readonly Line[] =>
  count === 0 ? [] : [[span(`${count} ${words}`, tone ?? 'plain')]];

const alarmWord = (alarms: number): string => (alarms === 1 ? 'alarm' : 'alarms');

/**
 * Alarms that nobody looked at come first and are left out last; in a narrow window in fewer words.
 */
const alarmCounts = (
  { alarms, isReviewed }: { readonly alarms: number; readonly isReviewed: boolean },
  columns: number,
): readonly Line[] => {
  const words = alarmWord(alarms);
  return counted(
    alarms,
    isReviewed
      ? `${words} ${columns < 60 ? 'reviewed' : 'in the lock'}`
      : `${words} ${columns < 60 ? '' : 'in the lock '}to review`,
    'warn',
  );
};

/** Of hosts that are shown where they stood earlier: how many, and how old the oldest of them is. */
interface Earlier {
  /** Null where that is every host. */
  readonly count: number | null;
  readonly ageMs: number;
}

/** What counts: trouble first. As long as some of it is what was known earlier, it is dimmed and says so. */
export const countsLine = (
  counts: Readonly<Record<Trouble, number>>,
  lock: { readonly changed: number; readonly alarms: number; readonly isReviewed: boolean },
  unpushed: number,
  columns: number,
  earlier: Earlier | null = null,
  watch: Span | null = null,
  also: CountedAlso = nothingAlso,
): Line => {
  if (earlier !== null) {
    const age = muted(
      ` · ${earlier.count === null ? '' : `${earlier.count} `}as of ${showAge(earlier.ageMs)} ago`,
    );
    const words = countsLine(counts, lock, unpushed, columns - lineWidth([age]), null, watch, also);
    return [...words.map(({ text }) => muted(text)), age];
  }
  const listed = (named: CountedAlso, alarms: readonly Line[]): readonly Line[] => [
    ...(lock.isReviewed ? [] : alarms),
    ...counted(
      counts.failed,
      withAlso('failed', counts.failed, named.failedLeft, 'not deployed'),
      'bad',
    ),
    ...counted(counts.unreachable, 'unreachable', 'bad'),
    ...counted(counts.unhealthy, 'unhealthy', 'bad'),
    ...counted(counts.working, 'working', 'busy'),
    // That a watch goes on matters less than what is to be done; that it found something, more.
    ...(watch === null || watch.tone === 'plain' ? [] : [[watch]]),
    ...counted(unpushed, unpushed === 1 ? 'commit to push' : 'commits to push', 'accent'),
    ...counted(
      counts.behind,
      withAlso('to deploy', counts.behind, named.takenBack, 'rolled back'),
      'accent',
    ),
    ...counted(counts['newer than the flake'], 'newer than the flake', 'warn'),
    ...counted(counts['reboot needed'], 'to reboot', 'warn'),
    ...counted(named.reboot, 'also to reboot', 'warn'),
    ...(lock.isReviewed ? alarms : []),
    ...(watch?.tone === 'plain' ? [[watch]] : []),
    ...counted(counts.current, 'current', 'plain'),
    ...counted(counts.unknown, 'unknown', 'muted'),
    ...counted(
      counts.asleep,
      withAlso('asleep', counts.asleep, named.pending, 'deploy waits'),
      'muted',
    ),
    ...counted(counts['left out'], 'left out', 'muted'),
    ...counted(lock.changed, lock.changed === 1 ? 'input changed' : 'inputs changed', 'plain'),
  ];
  const laidOut = (cells: number): Line =>
    withAlarm(lock, columns, (alarms) => [
      span(' '),
      ...mostCounts((named) => listed(named, alarms), also, cells),
    ]);
  return watch?.tone === 'plain' ? withWatch(watch, laidOut, columns) : laidOut(columns);
};

/** Where a whole alarm has no room, its one word may have: the free cells are enough for it. */
const withAlarm = (
  lock: Parameters<typeof alarmCounts>[0],
  columns: number,
  laidOut: (alarms: readonly Line[]) => Line,
): Line => {
  const whole = laidOut(alarmCounts(lock, columns));
  if (lock.alarms === 0 || tellsAlarm(whole)) return whole;
  const short = laidOut(counted(lock.alarms, alarmWord(lock.alarms), 'warn'));
  return tellsAlarm(short) ? short : whole;
};

/** What a pending watch does not push out: trouble, what works, alarms, and what is to be done. */
const isKept = ({ tone, text }: Span): boolean =>
  tone === 'bad' || tone === 'busy' || tone === 'accent' || / alarms?\b/.test(text);

/** A watch that goes on is told beside what runs too: in fewer words, and before a count that matters less. */
const withWatch = (watch: Span, laidOut: (cells: number) => Line, columns: number): Line => {
  const line = laidOut(columns);
  if (line.includes(watch)) return line;
  const after = (counts: Line, told: Span): Line => [...counts, muted(' · '), told];
  const short = span('watch runs');
  const free = [watch, short].find((told) => lineWidth(after(line, told)) <= columns + 1);
  if (free !== undefined) return after(line, free);
  const fewer = laidOut(columns - lineWidth(after([], short)));
  const isEnough = line.filter(isKept).length === fewer.filter(isKept).length && fewer.length > 1;
  return isEnough ? after(fewer, short) : line;
};

/** Whether alarms are among the counts. */
const tellsAlarm = (line: Line): boolean => line.some(({ text }) => / alarms?\b/.test(text));

/** What stands with a count leaves before a count does. */
const mostCounts = (
  listed: (named: CountedAlso) => readonly Line[],
  also: CountedAlso,
  columns: number,
): Line => {
  // As mostly: nothing can leave.
  if (also.failedLeft === 0 && also.pending === 0 && also.takenBack === 0)
    return joinFitting(listed(also), ' · ', columns);
  const plainest = { ...nothingAlso, reboot: also.reboot };
  const forms = [also, { ...also, pending: 0 }, plainest].map((named) =>
    joinFitting(listed(named), ' · ', columns),
  );
  const counts = (line: Line): number => line.filter(({ text }) => text === ' · ').length;
  const most = Math.max(...forms.map(counts));
  return forms.find((line) => counts(line) === most) ?? [];
};

/** Counts of the lock, as they are or, until it is read, as they were. */
const lockNumbers = (app: AppState): { readonly changed: number; readonly alarms: number } =>
  app.lock.kind === 'absent' && app.remembered?.lock != null
    ? app.remembered.lock
    : lockCounts(app.lock);

/**
 * The clock of the counts: it stands still as long as the age that they tell reads the same, so that
 * nothing is drawn anew for it. The end of a watch is told to the minute.
 */
export const countsClock = (app: AppState, now: number): number => {
  const { oldest } = countRemembered(shownFleet(app).hosts);
  if (oldest === null) return app.watches.length === 0 ? 0 : Math.floor(now / 60_000) * 60_000;
  const age = Math.max(0, now - oldest);
  const step = age < 60_000 ? 1_000 : 60_000;
  return oldest + Math.floor(age / step) * step;
};

/** From here on the end of a watch has its day. */
const columnsForDate = 100;

/** The watch after the last deploy: until when, or what it found. */
const watchSpan = ({ watches }: AppState, now: number, columns: number): Span | null => {
  const words = pendingWords(watches, now, columns < columnsForDate);
  if (words === null) return null;
  return span(words.text, words.phase === 'running' ? 'plain' : 'warn');
};

/** What counts in the present state, and how old what is shown of it may be. */
export const stateCounts = (app: AppState, now: number, columns: number): Line => {
  const { names, hosts } = shownFleet(app);
  const { count, oldest } = countRemembered(hosts);
  const { changed, alarms } = lockNumbers(app);
  return countsLine(
    troubleCounts(hosts),
    { changed, alarms, isReviewed: app.stages.review.kind === 'passed' },
    unpushedCommits(app),
    columns,
    oldest === null ? null : { count: count === names.length ? null : count, ageMs: now - oldest },
    watchSpan(app, now, columns),
    countedAlso(hosts, app.pending),
  );
};

/** The views with their numbers; counts where there is room. */
export const viewsLine = (app: AppState, screen: Ui['screen'], columns: number): Line => {
  const { changed } = lockNumbers(app);
  const red = shownBoard(app).filter((row) => row.state === 'red').length;
  const count: Readonly<Partial<Record<ViewName, string>>> = {
    ...(changed === 0 ? {} : { lock: String(changed) }),
    ...(red === 0 ? {} : { check: `${glyph.failed}${red}` }),
  };
  const views = (shows: 'counts' | 'names' | 'numbers', gap: string): Line =>
    viewNames.flatMap((view): Line => {
      const isShown = screen.kind === 'view' && screen.view === view;
      const number = shows === 'counts' ? count[view] : undefined;
      const name = shows === 'numbers' && !isShown ? '' : ` ${viewTitles[view].title}`;
      const title = `${tabKey(view)}${name}${number === undefined ? '' : ` ${number}`}`;
      return [
        isShown
          ? { text: title, bold: true, inverse: true }
          : { ...muted(title), press: `act:show-${view}` },
        span(gap),
      ];
    });
  const host: Line =
    screen.kind === 'host' ? [{ text: screen.host, bold: true, inverse: true }] : [];
  // Where there is no room, these are left out in this order: wide gaps, counts, the names of views
  // that are not shown.
  const candidates = [
    views('counts', '  '),
    views('counts', ' '),
    views('names', ' '),
    views('numbers', ' '),
  ];
  // The gap at the end stays only where the host follows.
  const ended = host.length === 0 ? candidates.map((line) => line.slice(0, -1)) : candidates;
  const room = columns - lineWidth(host);
  const chosen = ended.find((line) => lineWidth(line) < room) ?? ended.at(-1) ?? [];
  return [span(' '), ...chosen, ...host];
};
