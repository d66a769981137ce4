import { quoteWords } from '../model/command.ts';
import { type AlsoBack, type LeftOut, stayBehind } from '../model/deploy/plan.ts';
import { type Advice, advise } from '../model/words/advice.ts';
import { hostList } from '../model/words/sentences.ts';
import { outcomeSentence } from './outcome.ts';
import { exitCodeOf, type HostOutcome } from './run.ts';

/** How a rollback ended that did not bring every host back; `exitCode` absent: from its hosts. */
interface PartlyBack {
  readonly exitCode?: number;
  readonly summary: string;
  readonly next?: Advice;
}

/** Reasons for which a host that answered was left as it is: a gate, or a person. */
const keptWords = ({ host, kind, reason }: LeftOut): readonly string[] => {
  switch (kind) {
    case 'refused':
    case 'repeated':
      return [`${host} ${reason}`];
    case 'protected':
      return [`${host} is protected: ${reason}`];
    case 'declined':
      return [`${host} was ${reason}`];
    // These are among the outcomes.
    case 'unchanged':
    case 'pending':
    case 'failed':
    case 'mistaken':
    case 'unhealthy':
    case 'skipped':
      return [];
  }
};

/** What goes back beside the hosts, in words. */
export const filesWords = ({ lock, commit }: Pick<AlsoBack, 'lock' | 'commit'>): string =>
  lock && commit ? 'lock and commit' : lock ? 'the lock' : 'the commit';

/** The rollback of these hosts, with what is to go back after them. */
export const rollbackCommand = (
  hosts: readonly string[],
  { lock, commit, push }: AlsoBack,
  toConfirm: readonly string[] = [],
): string =>
  quoteWords([
    'nixup',
    'rollback',
    ...hosts,
    ...(lock ? ['--lock'] : []),
    ...(commit ? ['--commit'] : []),
    ...(push ? ['--push'] : []),
    ...toConfirm.flatMap((host) => ['--confirm', host]),
  ]);

/** What a rollback that was cut off still had to do once its hosts are back. */
export const filesToComeWords = (also: AlsoBack): string =>
  also.lock || also.commit
    ? `After its hosts the run was to take ${filesWords(also)} back${also.push ? ', and to push' : ''}.`
    : 'After its hosts the run was to push.';

/** What is done after the hosts, in words that follow `then`. */
export const filesDoneWords = (also: AlsoBack): string =>
  [
    ...(also.lock || also.commit ? [`takes ${filesWords(also)} back`] : []),
    ...(also.push ? ['pushes'] : []),
  ].join(' and ');

/**
 * The command that brings the rest back, and the one that leaves the rest and takes lock and commit
 * back all the same.
 */
const waysOn = (
  rest: readonly string[],
  toConfirm: readonly string[],
  back: readonly string[],
  also: AlsoBack,
  stuck: readonly string[],
  alone: string | null,
): Advice => {
  // The same rollback would end the same where a host has no system to go back to.
  const others = rest.filter((host) => !stuck.includes(host));
  if (others.length === 0)
    return back.length > 0
      ? advise(
          `Leave ${hostList(rest)} and take ${filesWords(also)} back`,
          rollbackCommand(back, also),
        )
      : alone === null
        ? { text: `There is nothing of ${filesWords(also)} to take back.` }
        : advise(`To take ${filesWords(also)} back without ${hostList(rest)}`, alone);
  const whole = rollbackCommand(others, also, toConfirm);
  return back.length === 0
    ? advise('Next', whole)
    : advise(
        `Next: ${whole}; or leave ${hostList(rest)} and take ${filesWords(also)} back`,
        rollbackCommand(back, also),
      );
};

/** The commands that take lock and commit back where no host goes back; null where both are as they were. */
export const filesAloneCommand = (
  { lock, commit }: AlsoBack,
  root: string,
  isLockChanged: boolean,
  revision: string | null,
): string | null => {
  const commands = [
    ...((lock || commit) && isLockChanged ? ['nixup revert --all'] : []),
    ...(commit && revision !== null ? [quoteWords(['git', '-C', root, 'revert', revision])] : []),
  ];
  return commands.length === 0 ? null : commands.join(' && ');
};

/**
 * Hosts that a rollback did not bring back, and why lock and commit stay therefore: these hosts
 * still run what the lock says. Null where every host is back. Pure.
 */
export const partlyBack = (
  leftOut: readonly LeftOut[],
  outcomes: Readonly<Record<string, HostOutcome>>,
  also: AlsoBack,
  alone: string | null = null,
): PartlyBack | null => {
  const left = stayBehind(leftOut);
  const byHosts = exitCodeOf(Object.values(outcomes));
  if (left.length === 0 && byHosts === 0) return null;
  const kept = left.flatMap(keptWords);
  const keptHosts = new Set(left.flatMap((one) => (keptWords(one).length > 0 ? [one.host] : [])));
  // A host that its role leaves out is no part of a rollback.
  const others = Object.fromEntries(
    Object.entries(outcomes).filter(
      ([host, { status }]) => !keptHosts.has(host) && status !== 'skipped',
    ),
  );
  const takesFiles = also.lock || also.commit;
  const isBack = ([, { status }]: readonly [string, HostOutcome]): boolean =>
    status === 'succeeded' || status === 'unchanged';
  const all = Object.entries(outcomes);
  const back = all.filter(isBack).map(([host]) => host);
  const leftHosts = new Set(left.map(({ host }) => host));
  // Without names the command would roll back every host; a host that its role leaves out cannot be
  // rolled back.
  const rest = all
    .filter(
      ([host, outcome]) =>
        leftHosts.has(host) || (!isBack([host, outcome]) && outcome.status !== 'skipped'),
    )
    .map(([host]) => host);
  const toConfirm = left.flatMap(({ host, kind }) =>
    kind === 'protected' || kind === 'repeated' ? [host] : [],
  );
  const stuck = left.filter(({ hasNoWayBack }) => hasNoWayBack === true).map(({ host }) => host);
  const isRefused = left.some(
    ({ kind }) =>
      kind === 'refused' ||
      kind === 'protected' ||
      kind === 'repeated' ||
      (kind === 'declined' && takesFiles),
  );
  return {
    ...(isRefused && (byHosts === 0 || byHosts === 4) ? { exitCode: 3 } : {}),
    summary: [
      ...(Object.keys(others).length === 0 ? [] : [outcomeSentence(others, 'rollback')]),
      ...(kept.length === 0 ? [] : [`not rolled back: ${kept.join('; ')}`]),
      ...(takesFiles
        ? [
            `${filesWords(also)} ${also.lock && also.commit ? 'stay' : 'stays'} until every host is back`,
          ]
        : []),
    ]
      .join(' · ')
      .concat(takesFiles ? '.' : ''),
    ...(takesFiles && rest.length > 0
      ? { next: waysOn(rest, toConfirm, back, also, stuck, alone) }
      : {}),
  };
};
