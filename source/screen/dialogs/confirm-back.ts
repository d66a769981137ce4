import type { Command } from '../../model/command.ts';
import {
  type AlsoBack,
  hostsOnly,
  type RollbackPlan,
  type RollbackTarget,
  stayBehind,
} from '../../model/deploy/plan.ts';
import { showGeneration } from '../../model/host/generation.ts';
import { showCommit, showStorePath } from '../../model/words/format.ts';
import { hostList } from '../../model/words/sentences.ts';
import { doneSince } from '../../state/done-since.ts';
import { filesDoneWords, filesWords } from '../../state/partly-back.ts';
import type { AppState } from '../../state/state.ts';
import type { Confirmation } from '../overlay.ts';
import { pinned, plain, quiet } from '../toned.ts';
import { ask, no } from './confirmation.ts';
import {
  aligned,
  briefLines,
  fullHeading,
  hostsNamed,
  leftOutLine,
  leftOutWords,
  requiredFor,
  targetLines,
} from './confirmation-targets.ts';

/** `g3, as g5  `: the generation that is gone back to, and the new one that is made of it. */
const wordsOfGenerations = ({ toGeneration, madeGeneration }: RollbackTarget): string => {
  const made = madeGeneration === null ? '' : `as ${showGeneration(madeGeneration)}`;
  const words = [
    ...(toGeneration === null ? [] : [showGeneration(toGeneration)]),
    ...(made === '' ? [] : [made]),
  ];
  return words.length === 0 ? '' : `${words.join(', ')}  `;
};

const alsoWords = ({ lock, commit, push }: AlsoBack): string =>
  `${lock ? ', the lock' : ''}${commit ? ', the commit' : ''}${push ? ', and push' : ''}`;

/** What goes back after the hosts, and which hosts then run what the branch no longer has. */
export const filesBackTexts = (
  { files, leftOut }: Pick<RollbackPlan, 'files' | 'leftOut'>,
  also: AlsoBack,
): readonly string[] => {
  const left = stayBehind(leftOut);
  if (left.length > 0)
    return also.lock || also.commit
      ? [
          `${filesWords(also)} ${also.lock && also.commit ? 'stay as they are' : 'stays as it is'}, because not every host goes back: ${leftOutWords(left)}`,
        ]
      : [];
  const others = files?.others ?? [];
  return [
    ...(also.lock ? ['then the lock goes back to the committed one'] : []),
    ...(also.commit
      ? [
          files?.commit == null
            ? `no commit is reverted: ${files?.noCommit ?? 'none is known'}`
            : `then commit ${showCommit(files.commit)} is reverted: a new commit of its lock alone`,
        ]
      : []),
    ...(files?.pushesTo == null ? [] : [`then that is pushed to ${files.pushesTo}`]),
    ...(others.length === 0
      ? []
      : [
          `${hostList(others)} ${others.length === 1 ? 'runs' : 'run'} what the lock says now too, and ${others.length === 1 ? 'is' : 'are'} not rolled back: deploy to ${others.length === 1 ? 'it' : 'them'} after that, or roll ${others.length === 1 ? 'it' : 'them'} back`,
        ]),
  ];
};

/** The commands for what goes back after the hosts; none where it stays because a host stays. */
export const filesBackCommands = ({
  files,
  leftOut,
}: Pick<RollbackPlan, 'files' | 'leftOut'>): readonly Command[] =>
  stayBehind(leftOut).length === 0 ? (files?.commands ?? []) : [];

/** Asks before a rollback; the plan is frozen in it. */
export const confirmRollback = (
  plan: RollbackPlan,
  at: number,
  also: AlsoBack = hostsOnly,
): Confirmation => {
  const { targets } = plan;
  const name = aligned(targets);
  // Lock and commit stay where a host stays; the run tells it again.
  const files = stayBehind(plan.leftOut).length === 0 ? also : hostsOnly;
  return ask({
    title: `Roll back ${hostsNamed(targets)}`,
    body: [
      ...briefLines(targets, name),
      ...fullHeading(targets),
      ...targets.flatMap((target) =>
        targetLines(target, { name, generations: wordsOfGenerations(target) }),
      ),
      ...leftOutLine(plan.leftOut).map(pinned),
      ...filesBackTexts(plan, also).map(plain).map(pinned),
      quiet(
        'Restores the running system, the profile and the default boot entry. The profile gets a new number for it, because boot loaders prefer the highest. No generation is deleted. The system that is left stays a generation, and is not kept as known good.',
      ),
    ],
    commands: [...targets.flatMap((target) => target.commands), ...filesBackCommands(plan)],
    choices: [
      no,
      {
        label: `Roll back ${hostsNamed(targets)}${alsoWords(files)}`,
        wish: { kind: 'rollback', plan, also },
        guarded: true,
      },
      ...(files.push
        ? [
            {
              label: 'the same without the push',
              wish: { kind: 'rollback', plan, also: { ...also, push: false } } as const,
              guarded: true,
            },
          ]
        : []),
    ],
    required: requiredFor(targets),
    at,
  });
};

/**
 * The menu of an unfinished run names its hosts and what is true on each: one
 * key is enough there, but for protected hosts and those that a later run
 * changed, whose names must be typed.
 */
export const confirmResume = (
  choice: 'finish' | 'rollback' | 'leave',
  app: AppState,
  commands: readonly Command[],
  at: number,
): Confirmation | null => {
  const { interrupted, hosts } = app;
  if (interrupted === null || choice === 'leave') return null;
  const systems = choice === 'finish' ? interrupted.targets : interrupted.origins;
  const isProtected = (host: string): boolean => hosts[host]?.entry.policy === 'protected';
  const changed = new Map(doneSince(interrupted, choice).map(({ host, run }) => [host, run]));
  const names = Object.keys(systems).filter((host) => isProtected(host) || changed.has(host));
  const files = choice === 'finish' ? interrupted.alsoBack : undefined;
  if (names.length === 0 && files === undefined) return null;
  const words = choice === 'finish' ? 'Finish' : 'Roll back';
  return ask({
    title: `${words} the unfinished run`,
    body: [
      ...Object.entries(systems).map(([host, system]) =>
        plain(
          `${host} → ${showStorePath(system)}${isProtected(host) ? '   protected' : ''}${changed.has(host) ? `   changed since by ${changed.get(host)}` : ''}`,
        ),
      ),
      ...(files === undefined ? [] : [plain(`then nixup ${filesDoneWords(files)}`)]),
    ],
    commands,
    choices: [no, { label: words, wish: { kind: 'resume', choice }, guarded: true }],
    ...(names.length === 0
      ? {}
      : {
          required: {
            kind: 'name',
            names,
            count: Object.keys(systems).length > names.length ? Object.keys(systems).length : null,
          },
        }),
    at,
  });
};
