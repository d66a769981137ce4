import { nameGeneration } from '../host/generation.ts';
import { chosenWords } from '../inputs/chosen-revision.ts';
import { isFollows, type LockChange, lockedSide } from '../lock/change.ts';
import { type CommitCount, commitsWords } from '../lock/commit-count.ts';
import { aboutHost } from '../words/about-host.ts';
import { showRevision } from '../words/format.ts';
import { showDate } from '../words/format-time.ts';
import { counted } from '../words/sentences.ts';
import { withoutControls } from '../words/without-controls.ts';
import { wrapWords } from '../words/wrap-words.ts';
import { type CommitFacts, isLock, type NotedPackage } from './facts.ts';
import { commitSubject } from './subject.ts';

const width = 72;

/** More of one kind are counted: a message is read by people. */
const mostBreaking = 30;
const mostPackages = 30;

const clean = (text: string): string => text.replace(/\s+/g, ' ').trim();

const bullet = (text: string): readonly string[] =>
  wrapWords(text, { first: '- ', rest: '  ', width });

const sideText = (side: LockChange['old']): string => {
  if (side === null) return '';
  if (isFollows(side)) return `follows ${side.follows === '' ? 'the flake itself' : side.follows}`;
  const locked = lockedSide(side);
  const revision = locked?.rev ?? locked?.dirtyRev;
  const date =
    locked?.lastModified === undefined ? '' : ` (${showDate(locked.lastModified * 1_000)})`;
  const name =
    revision === undefined
      ? (locked?.narHash?.slice(0, 18) ?? locked?.path ?? locked?.url ?? locked?.type ?? '')
      : showRevision(revision);
  return `${name}${date}`;
};

const sourceText = (side: LockChange['old']): string => {
  const locked = lockedSide(side);
  if (locked === null) return '';
  const place =
    locked.owner !== undefined && locked.repo !== undefined
      ? `${locked.type}:${locked.owner}/${locked.repo}`
      : (locked.url ?? locked.path ?? locked.id ?? locked.type);
  return locked.ref === undefined ? place : `${place} ${locked.ref}`;
};

const countText = (count: CommitCount | null): string => {
  return count === null ? '' : `, ${commitsWords(count)}`;
};

const alarmText = (alarms: LockChange['alarms']): string =>
  alarms.length === 0 ? '' : ` [${alarms.join(', ')}]`;

const chosenText = ({ chosen }: LockChange): string =>
  chosen === undefined ? '' : `, ${chosenWords(chosen, chosen.tip)}`;

const changeText = (change: LockChange, count: CommitCount | null): string => {
  const before = sideText(change.old);
  const after = sideText(change.new);
  const alarms = alarmText(change.alarms);
  switch (change.kind) {
    case 'added':
      return `${change.path}: added, ${after}${alarms}`;
    case 'removed':
      return `${change.path}: removed, was ${before}${alarms}`;
    case 'renamed':
      return `${change.path}: renamed from ${change.from ?? 'another name'}${alarms}`;
    case 'repointed':
      return `${change.path}: re-pointed from ${sourceText(change.old)} to ${sourceText(change.new)}, ${before} → ${after}${countText(count)}${alarms}`;
    case 'follows':
      return `${change.path}: ${before} → ${after}${alarms}`;
    case 'rehashed':
      return `${change.path}: ${after}, same revision with other content${alarms}`;
    case 'metadata':
      return `${change.path}: lock entry only, nothing that is built changes${alarms}`;
    case 'updated':
      return `${change.path}: ${before} → ${after}${countText(count)}${chosenText(change)}${alarms}`;
  }
};

const changeLines = (facts: CommitFacts): readonly string[] =>
  facts.changes.flatMap(({ change, count }) => bullet(changeText(change, count)));

interface HostEndings {
  readonly deployed: string[];
  readonly unchanged: string[];
  readonly unhealthy: string[];
  readonly rolledBack: string[];
  readonly failed: string[];
  readonly pending: string[];
  /** The host runs another system, and no deploy to it was tried. */
  readonly untouched: { readonly name: string; readonly text: string }[];
}

const generationText = (to: number | null): string =>
  to === null ? '' : ` (${nameGeneration(to)})`;

/** The host slept when it was asked: what it does later is another matter. */
const pendingText = (name: string, why: string): string =>
  `${name} (${why.replace(/^asleep\b/, 'was asleep')})`;

const endingsOf = (hosts: CommitFacts['hosts']): HostEndings => {
  const endings: HostEndings = {
    deployed: [],
    unchanged: [],
    unhealthy: [],
    rolledBack: [],
    failed: [],
    pending: [],
    untouched: [],
  };
  for (const { name, work } of hosts) {
    switch (work.kind) {
      case 'succeeded':
        if (work.deed === 'rollback') endings.rolledBack.push(name);
        else endings.deployed.push(`${name}${generationText(work.generation)}`);
        break;
      case 'unchanged':
        endings.unchanged.push(name);
        break;
      case 'unhealthy':
        endings.unhealthy.push(
          `${name}${generationText(work.generation)}: ${work.problems.join('; ')}`,
        );
        break;
      case 'rolledBack':
        endings.rolledBack.push(aboutHost(name, work.reason));
        break;
      case 'failed':
        endings.failed.push(aboutHost(name, work.reason));
        break;
      case 'pending':
      case 'waiting':
        endings.pending.push(pendingText(name, work.why));
        break;
      case 'idle':
      case 'queued':
      case 'running':
      case 'built':
      case 'rollingBack':
      case 'canceled':
        endings.untouched.push({ name, text: name });
        break;
      case 'skipped':
        endings.untouched.push({ name, text: `${name} (${clean(work.reason)})` });
        break;
    }
  }
  return endings;
};

/** Before any deploy there is nothing to say of the hosts. */
const isDeployTried = ({
  deployed,
  unhealthy,
  rolledBack,
  failed,
  pending,
  untouched,
}: HostEndings): boolean =>
  [deployed, unhealthy, rolledBack, failed, pending].some(({ length }) => length > 0) ||
  untouched.some(({ name, text }) => name !== text);

const paragraph = (label: string, parts: readonly string[]): readonly string[] =>
  parts.length === 0
    ? []
    : wrapWords(`${label}: ${parts.join(', ')}`, { first: '', rest: '  ', width });

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines];

/** As bullets, at most so many; the others are counted. */
const bullets = (texts: readonly string[], most: number): readonly string[] => [
  ...texts.slice(0, most).flatMap(bullet),
  ...(texts.length > most ? bullet(`… ${texts.length - most} more`) : []),
];

/** `alpha, beta`; the count where there are many. */
const hostsText = (hosts: readonly string[]): string =>
  hosts.length > 6 ? counted(hosts.length, 'host') : hosts.join(', ');

const packageText = ({ name, old, new: now, hosts }: NotedPackage): string =>
  `${name}: ${old.join(', ')} → ${now.join(', ')} (${hostsText(hosts)})`;

/** What may break, and of which inputs nobody could read it. */
const breakingLines = ({ breaking = [], unread = [] }: CommitFacts): readonly string[] => [
  ...bullets(breaking.map(clean), mostBreaking),
  ...(unread.length === 0
    ? []
    : bullet(`not known of ${unread.join(', ')}: the commits could not be read`)),
];

/** What was done with the hosts, a paragraph for each ending. */
const resultLines = (facts: CommitFacts): readonly string[] => {
  const endings = endingsOf(facts.hosts);
  // Images and hosts that are only built are no part of a deploy.
  const untouched = endings.untouched.filter(
    ({ name }) => facts.deployable?.includes(name) !== false,
  );
  return [
    ...paragraph('Built', facts.built),
    ...paragraph('Tested', facts.tests),
    ...paragraph('Deployed', endings.deployed),
    ...paragraph('No new trouble', facts.healthy ?? []),
    ...paragraph('Unchanged', endings.unchanged),
    ...endings.unhealthy.flatMap((one) => paragraph('Unhealthy', [clean(one)])),
    ...endings.rolledBack.flatMap((one) => paragraph('Rolled back', [clean(one)])),
    ...endings.failed.flatMap((one) => paragraph('Failed', [clean(one)])),
    ...paragraph('Pending', endings.pending.map(clean)),
    ...(isDeployTried(endings)
      ? paragraph(
          'Not deployed',
          untouched.map(({ text }) => text),
        )
      : []),
  ];
};

/**
 * The message of a commit, from facts only. Subject of at most 72 characters,
 * then what moved from where to where, what was tested, where it runs.
 */
export const commitMessage = (facts: CommitFacts): string => {
  const others = facts.files.filter((file) => !isLock(file));
  const results = resultLines(facts);
  const lines = [
    commitSubject(facts),
    ...section('Inputs', changeLines(facts)),
    ...section(
      'Held',
      (facts.held ?? []).flatMap(({ input, reason }) => bullet(`${input}: ${clean(reason)}`)),
    ),
    ...section(
      'Files',
      facts.changes.length > 0 || others.length > 1 ? others.flatMap((file) => bullet(file)) : [],
    ),
    ...section('Breaking changes', breakingLines(facts)),
    ...section('Packages', bullets((facts.packages ?? []).map(packageText), mostPackages)),
    ...(results.length === 0 ? [] : ['', ...results]),
    ...(facts.nixBlock === undefined ? [] : ['', ...facts.nixBlock.trimEnd().split('\n')]),
  ];
  return `${lines.map(withoutControls).join('\n')}\n`;
};
