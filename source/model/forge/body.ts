import type { CommitFacts } from '../commit/facts.ts';
import type { HostWork } from '../host/host.ts';
import { isFollows, isOwnInput, type LockChange, lockedSide } from '../lock/change.ts';
import { commitsWords } from '../lock/commit-count.ts';
import type { StorePath } from '../nix/store-path.ts';
import { showCommit, showRevision, showSizeChange, showStorePath } from '../words/format.ts';
import { showDate } from '../words/format-time.ts';
import { counted } from '../words/sentences.ts';
import { type BodyPart, fitBody } from './fit.ts';
import { inert, inertHtml } from './inert.ts';

/** What the table of hosts says of one besides what was done with it. */
export interface RequestHost {
  readonly name: string;
  readonly system: StorePath | null;
  readonly kernel: string | null;
  /** `3 upgraded, 1 added`; null where it is not known. */
  readonly packages: string | null;
  readonly sizeDelta: number | null;
  readonly needsRestart: boolean | null;
}

/** How the watch after the deploy stands. */
export type RequestWatch =
  | { readonly kind: 'none' }
  | { readonly kind: 'pending'; readonly time: string }
  /** The time is over, and nobody asked how it went. */
  | { readonly kind: 'due'; readonly time: string }
  | {
      readonly kind: 'ended';
      readonly time: string;
      readonly verdict: string;
      readonly isWell: boolean;
    };

/** What the text of a pull request is made of. */
export interface RequestFacts {
  readonly facts: CommitFacts;
  /** The commit that it is for. */
  readonly revision: string;
  /** The commit before it, whose lock is known to be good; null where there is none. */
  readonly before: string | null;
  readonly run: string | null;
  /** The day of the commit, as in 2026-11-29. */
  readonly day: string;
  readonly hosts: readonly RequestHost[];
  readonly subjects: readonly { readonly input: string; readonly subjects: readonly string[] }[];
  /** Packages that change, for each group of hosts that change alike. */
  readonly packages: readonly {
    readonly hosts: readonly string[];
    readonly lines: readonly string[];
  }[];
  /** The last lines of each host that failed. */
  readonly failures: readonly { readonly host: string; readonly lines: readonly string[] }[];
  readonly watch: RequestWatch;
  /** Other commits that the request brings, as they were not pushed: the newest first. */
  readonly carried: readonly string[];
  /** The table of inputs holds what those commits changed too. */
  readonly isWhole?: boolean;
}

const longestSubject = 200;
const linesOfFailure = 20;

const part = (
  before: readonly string[],
  lines: readonly string[],
  after: readonly string[] = [],
): BodyPart =>
  lines.length === 0 ? { before: [], lines: [], after: [] } : { before, lines, after };

const details = (title: string, lines: readonly string[]): BodyPart =>
  part(['<details>', `<summary>${title}</summary>`, ''], lines, ['', '</details>']);

const short = (text: string): string =>
  inert(text.length > longestSubject ? `${text.slice(0, longestSubject)}…` : text);

/** `flake.lock: 4 inputs, 2026-11-29`; the subject of the commit where no input moved. */
export const requestTitle = (facts: CommitFacts, subject: string, day: string): string => {
  const moved = facts.changes.filter(({ change }) => change.kind !== 'metadata');
  const own = moved.filter(({ change }) => isOwnInput(change));
  const inputs = own.length > 0 ? own : moved;
  return inputs.length === 0 ? subject : `flake.lock: ${counted(inputs.length, 'input')}, ${day}`;
};

const isDeployed = ({ kind }: HostWork): boolean => kind === 'succeeded' || kind === 'unchanged';

const namesWith = (facts: CommitFacts, is: (work: HostWork) => boolean): readonly string[] =>
  facts.hosts.flatMap(({ name, work }) => (is(work) ? [name] : []));

const isBack = (work: HostWork): boolean =>
  work.kind === 'rolledBack' || (work.kind === 'succeeded' && work.deed === 'rollback');

const watchWords = (watch: RequestWatch): readonly string[] => {
  switch (watch.kind) {
    case 'none':
      return [];
    case 'pending':
      return [`watched for ${watch.time}, not over yet`];
    case 'due':
      return [`watched for ${watch.time}, no report yet`];
    case 'ended':
      return [`watched ${watch.time}: ${watch.verdict}`];
  }
};

/** `12 hosts built, 11 without new trouble, 1 asleep, watched 24 h: as before`. */
const verdict = ({ facts, watch }: Pick<RequestFacts, 'facts' | 'watch'>): string => {
  const deployed = namesWith(facts, (work) => isDeployed(work) && !isBack(work)).length;
  const some = (count: number, words: string): readonly string[] =>
    count === 0 ? [] : [`${count} ${words}`];
  return [
    `${counted(facts.built.length, 'host')} built`,
    ...some(deployed, 'deployed'),
    ...some(facts.healthy?.length ?? 0, 'without new trouble'),
    ...some(namesWith(facts, ({ kind }) => kind === 'unhealthy').length, 'unhealthy'),
    ...some(namesWith(facts, isBack).length, 'rolled back'),
    ...some(namesWith(facts, ({ kind }) => kind === 'failed').length, 'failed'),
    ...some(namesWith(facts, ({ kind }) => kind === 'pending').length, 'asleep or not reached'),
    ...watchWords(watch),
  ].join(', ');
};

const tick = (isDone: boolean, words: string): string => `- [${isDone ? 'x' : ' '}] ${words}`;

const checklist = ({ facts, watch }: RequestFacts): readonly string[] => {
  const all = facts.hosts.length;
  const built = tick(
    all > 0 && facts.built.length >= all,
    `built (${facts.built.length} of ${all})`,
  );
  const of = facts.deployable?.length ?? all;
  // Images alone are only built.
  if (of === 0) return [built];
  const deployed = namesWith(facts, (work) => isDeployed(work) && !isBack(work)).length;
  const healthy = facts.healthy?.length ?? 0;
  return [
    built,
    tick(deployed >= of, `deployed (${deployed} of ${of})`),
    tick(
      deployed > 0 && healthy >= deployed,
      deployed === 0
        ? 'no new trouble (no host was deployed)'
        : `no new trouble (${healthy} of ${deployed} deployed)`,
    ),
    tick(watch.kind === 'ended' && watch.isWell, watchWords(watch)[0] ?? 'watched (no watch runs)'),
  ];
};

const alarmLines = ({ facts }: RequestFacts): readonly string[] => [
  ...facts.changes.flatMap(({ change }) =>
    change.alarms.length === 0 ? [] : [`- **${inert(change.path)}**: ${change.alarms.join(', ')}`],
  ),
  ...(facts.breaking ?? []).map((text) => `- ${short(text)}`),
  ...(facts.unread === undefined || facts.unread.length === 0
    ? []
    : [`- not known of ${facts.unread.map(inert).join(', ')}: the commits could not be read`]),
];

const sideCell = (side: LockChange['old']): string => {
  if (side === null) return '–';
  if (isFollows(side))
    return inert(`follows ${side.follows === '' ? 'the flake itself' : side.follows}`);
  const locked = lockedSide(side);
  const revision = locked?.rev ?? locked?.dirtyRev;
  return revision === undefined
    ? inert(locked?.narHash?.slice(0, 18) ?? locked?.type ?? '')
    : `\`${showRevision(revision)}\``;
};

const dayOf = (side: LockChange['old']): string => {
  const at = lockedSide(side)?.lastModified;
  return at === undefined ? '–' : showDate(at * 1_000);
};

/** Only an address that can stand in a link. */
const linkTo = (url: string | null): string =>
  url !== null && /^https:\/\/[^\s<>()"'`|\\]+$/.test(url) ? `[compare](${url})` : '–';

const inputRows = ({ facts }: RequestFacts): readonly string[] =>
  facts.changes.map(
    ({ change, count }) =>
      `| ${inert(change.path)} | ${change.kind} | ${sideCell(change.old)} → ${sideCell(change.new)} | ${dayOf(change.old)} → ${dayOf(change.new)} | ${count === null ? '–' : commitsWords(count)} | ${linkTo(change.compareUrl)} |`,
  );

const healthCell = (facts: CommitFacts, name: string, work: HostWork): string => {
  switch (work.kind) {
    case 'unhealthy':
      return `unhealthy: ${short(work.problems.join('; '))}`;
    case 'rolledBack':
      return `rolled back: ${short(work.reason)}`;
    case 'failed':
      return `failed: ${short(work.reason)}`;
    case 'pending':
      return `not reached: ${short(work.why)}`;
    case 'skipped':
      return `not deployed: ${short(work.reason)}`;
    case 'succeeded':
      if (work.deed === 'rollback') return 'rolled back';
      return facts.healthy?.includes(name) === true ? 'as before' : 'not compared';
    case 'unchanged':
      return facts.healthy?.includes(name) === true ? 'as before' : 'unchanged';
    case 'idle':
    case 'built':
    case 'queued':
    case 'running':
    case 'waiting':
    case 'rollingBack':
    case 'canceled':
      return 'not deployed';
  }
};

const generationOf = (work: HostWork): string =>
  'generation' in work && work.generation !== null ? String(work.generation) : '–';

const restartCell = (needsRestart: boolean | null | undefined): string =>
  needsRestart == null ? '–' : needsRestart ? 'yes' : 'no';

const hostRows = ({ facts, hosts }: RequestFacts): readonly string[] => {
  const known = new Map(hosts.map((host) => [host.name, host]));
  return facts.hosts.map(({ name, work }) => {
    const host = known.get(name);
    const cells = [
      inert(name),
      host?.system == null ? '–' : `\`${showStorePath(host.system).replaceAll('`', '')}\``,
      host?.kernel == null ? '–' : inert(host.kernel),
      host?.packages == null ? '–' : inert(host.packages),
      host?.sizeDelta == null ? '–' : inert(showSizeChange(host.sizeDelta)),
      restartCell(host?.needsRestart),
      generationOf(work),
      healthCell(facts, name, work),
    ];
    return `| ${cells.join(' | ')} |`;
  });
};

const wayBack = ({ revision, before, isWhole }: RequestFacts): readonly string[] => [
  '### How to go back',
  '',
  `Hosts, and the lock with them: \`nixup rollback --lock\`. The commit alone: \`git revert ${showCommit(revision)}\`.`,
  ...(before === null
    ? []
    : [
        `The lock before ${isWhole === true ? 'all of this' : 'this one'} is that of \`${showCommit(before)}\`.`,
      ]),
];

/** In a comment of HTML, which `--` and `>` would end. */
const forMachines = ({ facts, revision, run, day }: RequestFacts): string => {
  const value = {
    version: 1,
    run,
    revision,
    day,
    inputs: facts.changes.slice(0, 200).map(({ change }) => ({
      path: change.path,
      kind: change.kind,
      old: lockedSide(change.old)?.rev ?? null,
      new: lockedSide(change.new)?.rev ?? null,
    })),
    hosts: Object.fromEntries(facts.hosts.slice(0, 200).map(({ name, work }) => [name, work.kind])),
  };
  const json = JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
  return `<!-- nixup: ${json.replaceAll('--', '-\\u002d')} -->`;
};

const unmarked = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => `    ${line.slice(0, 400)}`);

/** Whoever merges the request gets these commits too. */
const carriedPart = (carried: readonly string[], isWhole = false): BodyPart =>
  part(
    [
      '### Other commits that come with it',
      '',
      `They were on the branch before this commit, and not pushed. ${
        isWhole
          ? 'The table of inputs holds what they change in flake.lock too; what else they change is not in this text.'
          : 'What they change is not in the tables of this text.'
      }`,
      '',
    ],
    carried.map((line) => `- ${short(line)}`),
  );

/** The same for a text that is only the message of a commit. */
export const carriedLines = (carried: readonly string[]): readonly string[] => {
  const { before, lines } = carriedPart(carried);
  return lines.length === 0 ? [] : ['', ...before, ...lines];
};

/** The text of a pull request: the verdict first, and at most 60,000 characters. Pure. */
export const requestBody = (request: RequestFacts): string => {
  const { facts, subjects, packages, failures } = request;
  const held = facts.held ?? [];
  const parts: readonly BodyPart[] = [
    { before: [`${verdict(request)}.`, '', ...checklist(request)], lines: [], after: [] },
    part(['### Alarms and what may break', ''], alarmLines(request)),
    carriedPart(request.carried, request.isWhole),
    part(
      ['### Held', ''],
      held.map(({ input, reason }) => `- **${inert(input)}**: ${short(reason)}`),
    ),
    part(
      [
        '### Inputs',
        '',
        '| input | change | old → new | dates | commits | |',
        '|---|---|---|---|---|---|',
      ],
      inputRows(request),
    ),
    part(
      [
        '### Hosts',
        '',
        '| host | system | kernel | packages | size | restart | generation | health |',
        '|---|---|---|---|---|---|---|---|',
      ],
      hostRows(request),
    ),
    ...packages.map(({ hosts, lines }) =>
      details(
        `Packages of ${inertHtml(hosts.length > 6 ? counted(hosts.length, 'host') : hosts.join(', '))}`,
        lines.map((line) => `- ${short(line)}`),
      ),
    ),
    ...subjects.map((one) =>
      details(
        `Commits of ${inertHtml(one.input)} (${one.subjects.length})`,
        one.subjects.map((subject) => `- ${short(subject)}`),
      ),
    ),
    ...failures.map(({ host, lines }) =>
      details(`Why ${inertHtml(host)} failed`, unmarked(lines.slice(-linesOfFailure))),
    ),
    { before: wayBack(request), lines: [], after: [] },
  ];
  return fitBody(parts, forMachines(request));
};
