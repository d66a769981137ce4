import { progressOfPlan } from '../../model/build/agreed-counts.ts';
import { type BuildProgress, isEmptyProgress } from '../../model/build/progress.ts';
import { chartAbout } from '../../model/watch/chart.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { doneHostsWords } from '../../screen/rows/done-hosts.ts';
import { lockCounts } from '../../screen/rows/lock.ts';
import { stepName, stepWords } from '../../screen/texts/steps.ts';
import { type FleetHost, shownFleet } from '../../state/remembered.ts';
import { type StageName, type StageState, stageOrder } from '../../state/stage.ts';
import { type AppState, fleetPlan } from '../../state/state.ts';
import type { ScreenState } from '../../store.ts';
import { hostWords } from './rows.ts';
import { chartWords, lockWords } from './views.ts';
import { spoken } from './words.ts';

/** Columns whose words are states; what is asked just now is none. */
const stateColumns = ['position', 'work', 'health'] as const;
const passing = /(?:asking|evaluating|being evaluated|checking)\b/;

/** A state without how far it has come and how fast: that is told at its own rate, and is no new state. */
const withoutNumbers = (words: string): string =>
  words.replaceAll(/\d[\d.,/]*(?: ?[KMGT]?i?B(?:\/s)?)?/g, '').trim();

/** What was last said of hosts: for each of them the words of each column. */
type SaidOfHosts = ReadonlyMap<string, readonly string[]>;

const statesOf = (app: AppState, host: FleetHost | undefined, now: number): readonly string[] =>
  host === undefined
    ? stateColumns.map(() => '')
    : stateColumns.map((column) => hostWords(app, host, now, [column]).join(', '));

/** What is known of the hosts now, where nothing was said of them yet. */
const knownOfHosts = (app: AppState, now: number): SaidOfHosts => {
  const { names, hosts } = shownFleet(app);
  return new Map(names.map((name) => [name, statesOf(app, hosts[name], now)]));
};

const isNews = (words: string, before: readonly string[]): boolean =>
  words !== '' &&
  !passing.test(words) &&
  !before.some((one) => withoutNumbers(one) === withoutNumbers(words));

/** Hosts with another state than was said last, those with the same one together. */
const hostChanges = (
  said: SaidOfHosts,
  before: AppState,
  app: AppState,
  now: number,
): { readonly lines: readonly string[]; readonly said: SaidOfHosts } => {
  const [old, fleet] = [shownFleet(before), shownFleet(app)];
  const news = new Map<string, string[]>();
  const told = new Map(said);
  for (const name of fleet.names) {
    if (old.hosts[name] === fleet.hosts[name] && before.packages[name] === app.packages[name])
      continue;
    const known = said.get(name) ?? [];
    const states = statesOf(app, fleet.hosts[name], now);
    for (const words of new Set(states.filter((one) => isNews(one, known))))
      news.set(words, [...(news.get(words) ?? []), name]);
    // What passes leaves what was said before as it is: the same state after a question is no news.
    told.set(
      name,
      states.map((words, at) => (words === '' || passing.test(words) ? (known[at] ?? '') : words)),
    );
  }
  return {
    lines: [...news].map(([words, names]) => `${spoken(hostList(names))}: ${words}`),
    said: told,
  };
};

const isOther = (old: StageState, state: StageState): boolean =>
  old !== state && (old.kind !== state.kind || stepWords(old, 0) !== stepWords(state, 0));

const changedSteps = (before: AppState, app: AppState): readonly StageName[] =>
  app.stages === before.stages
    ? []
    : stageOrder(app).filter((name) => isOther(before.stages[name], app.stages[name]));

const bareWords = (state: StageState): string =>
  state.kind === 'failed' ? state.reason : stepWords(state, 0);

/** A step with what is known of it; what a notice has just said of it is not said twice. */
const stepLine = (
  name: StageName,
  state: StageState,
  now: number,
  notices: readonly string[],
): string => {
  const title = `step ${stepName(name, state)}`;
  if (state.kind === 'running') return `${title}: running`;
  if (!notices.some((notice) => notice.includes(bareWords(state))))
    return `${title}: ${spoken(stepWords(state, now))}`;
  return state.kind === 'failed' ? `${title}: failed` : '';
};

const newNotices = (before: AppState, app: AppState): AppState['notices'] => {
  const last = before.notices.at(-1)?.id ?? 0;
  return app.notices.filter(({ id }) => id > last);
};

const chartChange = (before: ScreenState, now: ScreenState): readonly string[] => {
  const { screen } = now.ui;
  if (screen.kind !== 'host' || screen.tab !== 'charts') return [];
  const about = { host: screen.host, ...now.ui.chart };
  return chartAbout(before.app.charts, about) !== chartAbout(now.app.charts, about)
    ? chartWords(now, screen.host)
    : [];
};

const lockChange = (before: AppState, app: AppState): readonly string[] =>
  before.lock.kind !== 'read' ||
  app.lock.kind !== 'read' ||
  lockCounts(before.lock).changed === lockCounts(app.lock).changed
    ? []
    : lockWords(app);

/** What was heard so far of what happens by itself. */
interface FactsSaid {
  readonly state: ScreenState;
  readonly hosts: SaidOfHosts;
}

export const heardSoFar = (state: ScreenState): FactsSaid => ({
  state,
  hosts: knownOfHosts(state.app, state.ui.now),
});

/** What has happened meanwhile, in the order in which it happens: a step begins, hosts change, messages, how steps ended. */
export const changesByFacts = (
  heard: FactsSaid,
  now: ScreenState,
): { readonly lines: readonly string[]; readonly heard: FactsSaid } => {
  const { app, ui } = now;
  const before = heard.state;
  const notices = newNotices(before.app, app);
  const texts = notices.map(({ text }) => text);
  const steps = changedSteps(before.app, app);
  const isRunning = (name: StageName): boolean => app.stages[name].kind === 'running';
  const said = (names: readonly StageName[]): readonly string[] =>
    names.map((name) => stepLine(name, app.stages[name], ui.now, texts));
  const hosts = hostChanges(heard.hosts, before.app, app, ui.now);
  const lines = [
    ...said(steps.filter(isRunning)),
    ...hosts.lines,
    ...notices.map(({ tone, text }) => `${tone === 'info' ? '' : `${tone}: `}${spoken(text)}`),
    ...said(steps.filter((name) => !isRunning(name))),
    ...lockChange(before.app, app),
    ...chartChange(before, now),
  ];
  return {
    lines: lines.filter((line) => line !== ''),
    heard: { state: now, hosts: hosts.said },
  };
};

const builtWords = ({ builds, fetches }: BuildProgress): readonly string[] => [
  builds.expected === 0 ? '' : `${builds.done} of ${builds.expected} built`,
  builds.failed === 0 ? '' : `${builds.failed} failed`,
  fetches.expected === 0 ? '' : `${fetches.done} of ${counted(fetches.expected, 'path')} fetched`,
];

/** How far the run has come: hosts that are done, and what is built and fetched; null while none is active. */
export const progressWords = (app: AppState): string | null => {
  const { run, runProgress } = app;
  if (run.kind !== 'active') return null;
  const hosts = doneHostsWords(app);
  const built =
    runProgress === null || isEmptyProgress(runProgress)
      ? []
      : builtWords(progressOfPlan(runProgress, app.plans[fleetPlan]));
  const parts = [hosts === null ? '' : `${hosts} done`, ...built].filter((part) => part !== '');
  return parts.length === 0 ? null : `${run.goal}: ${parts.join(', ')}`;
};
