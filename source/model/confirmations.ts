import { type Command, showCommand } from './command.ts';
import type { CommitPlan } from './commit-plan.ts';
import { counted } from './counted.ts';
import { showStorePath } from './format-size.ts';
import { showAge } from './format-time.ts';
import type { Policy, StorePath } from './host.ts';
import { widthOf } from './line.ts';
import {
  type AlsoBack,
  type DeployPlan,
  hostsOnly,
  type LeftOut,
  type RollbackPlan,
  type RollbackTarget,
} from './plan.ts';
import type { HostPreview } from './preview.ts';
import { previewLines } from './preview-lines.ts';
import { aRun } from './run-words.ts';
import type { AppState } from './state.ts';
import type { Choice, Confirmation, Required, TonedText, Wish } from './ui.ts';

const plain = (text: string): TonedText => ({ text, tone: 'plain' });
const quiet = (text: string): TonedText => ({ text, tone: 'muted' });
const warning = (text: string): TonedText => ({ text, tone: 'warn' });

const commandLine = (command: Command): string =>
  command.host === undefined ? showCommand(command) : `${command.host}: ${showCommand(command)}`;

const no: Choice = { label: 'No', wish: null, guarded: false };

interface Opening {
  readonly title: string;
  readonly body: readonly TonedText[];
  readonly commands: readonly Command[];
  readonly choices: readonly Choice[];
  readonly required?: Required;
  readonly at: number;
}

const open = ({ title, body, commands, choices, required, at }: Opening): Confirmation => ({
  kind: 'confirm',
  title,
  body,
  commands: commands.map(commandLine),
  choices,
  focus: 0,
  required: required ?? { kind: 'nothing' },
  typed: '',
  top: 0,
  openedAt: at,
});

interface Target {
  readonly host: string;
  readonly policy: Policy;
  readonly fromGeneration: number | null;
  readonly from: StorePath | null;
  readonly restart?: 'planned' | 'offered';
  readonly notes?: readonly string[];
}

/** A protected host needs its name, and so does one that is restarted or has a step by hand first; a fleet its count. */
const requiredFor = (targets: readonly Target[]): Required => {
  const guarded = targets.filter(
    (target) =>
      target.policy === 'protected' ||
      target.restart === 'planned' ||
      (target.notes ?? []).length > 0,
  );
  if (guarded.length > 0)
    return { kind: 'name', name: guarded.map((target) => target.host).join(' ') };
  return targets.length > 1 ? { kind: 'count', count: targets.length } : { kind: 'nothing' };
};

const hostsNamed = (targets: readonly Target[]): string =>
  targets.length === 1 ? (targets[0]?.host ?? '') : `${targets.length} hosts`;

const fromOf = (target: Target): string => {
  if (target.fromGeneration !== null) return `g${target.fromGeneration}`;
  return target.from === null ? 'unknown' : showStorePath(target.from);
};

const aligned = (targets: readonly Target[]): number =>
  Math.max(0, ...targets.map((target) => widthOf(target.host)));

/** `p510 and samsung pending: asleep`: hosts with the same reason share it. */
export const leftOutWords = (leftOut: readonly LeftOut[]): string => {
  const reasons = new Map<string, string[]>();
  for (const { host, kind, reason } of leftOut) {
    const key = `${kind}: ${reason}`;
    reasons.set(key, [...(reasons.get(key) ?? []), host]);
  }
  return [...reasons].map(([reason, hosts]) => `${hosts.join(', ')} ${reason}`).join(' · ');
};

const leftOutLine = (leftOut: readonly LeftOut[]): readonly TonedText[] =>
  leftOut.length === 0 ? [] : [quiet(`not now: ${leftOutWords(leftOut)}`)];

const previewTexts = (
  { preview }: { readonly preview?: HostPreview },
  isRestarted: boolean,
): readonly TonedText[] =>
  preview === undefined
    ? [quiet('   what it would do could not be asked')]
    : previewLines(preview, isRestarted).map(({ text, tone }) => ({ text: `   ${text}`, tone }));

/** Who can go back how: by themselves until they are confirmed, and by a key after that. */
const wayBackLines = (plan: DeployPlan): readonly TonedText[] => [
  quiet('way back: r takes each host to the system that it runs now'),
  ...(plan.mode === 'switch'
    ? [
        quiet(
          'what runs now is kept as known good: the profile nixup-known-good, with a boot entry',
        ),
      ]
    : []),
];

const policyWord = (target: Target): string =>
  target.policy === 'protected' ? '   protected' : '';

const provenLines = (plan: DeployPlan, app: AppState, at: number): readonly TonedText[] => {
  const times = plan.targets.flatMap(({ host }) => {
    const expectation = app.hosts[host]?.expectation;
    return expectation?.kind === 'known' && expectation.builtAt !== null
      ? [expectation.builtAt]
      : [];
  });
  const oldest = times.length === 0 ? null : Math.min(...times);
  const built =
    oldest === null
      ? []
      : [plain(`Built and tested ${showAge(at - oldest)} ago: exactly these paths.`)];
  return plan.targets.some((target) => target.dirty)
    ? [...built, warning('The tree was not committed when this was built.')]
    : built;
};

const modeWords: Readonly<Record<DeployPlan['mode'], string>> = {
  switch: 'Deploy to',
  boot: 'Make the next boot of',
  test: 'Activate until the next boot on',
  'dry-activate': 'Show what an activation would do on',
};

/** Asks before a deploy; the plan is frozen in it. */
export const confirmDeploy = (plan: DeployPlan, app: AppState, at: number): Confirmation => {
  const { targets } = plan;
  const name = aligned(targets);
  const wish: Wish = { kind: 'deploy', plan };
  const offered = targets.filter(({ restart }) => restart === 'offered');
  return open({
    title: `${modeWords[plan.mode]} ${hostsNamed(targets)}`,
    body: [
      ...targets.flatMap((target) => [
        plain(
          `${target.host.padEnd(name)}   ${fromOf(target).padEnd(5)} → ${showStorePath(target.to)}${policyWord(target)}`,
        ),
        ...previewTexts(target, target.restart === 'planned'),
      ]),
      ...targets.flatMap((target) =>
        target.notes.map((note) => warning(`first, by hand, for ${target.host}: ${note}`)),
      ),
      ...leftOutLine(plan.leftOut),
      ...provenLines(plan, app, at),
      ...wayBackLines(plan),
    ],
    commands: targets.flatMap((target) => target.commands),
    choices: [
      no,
      { label: `Deploy ${hostsNamed(targets)}`, wish, guarded: true },
      ...(offered.length === 0
        ? []
        : [
            {
              label: `with a restart of ${hostsNamed(offered)}`,
              wish: { kind: 'plan-restart', plan } as const,
              guarded: false,
            },
          ]),
    ],
    required: requiredFor(targets),
    at,
  });
};

/**
 * The menu of an unfinished run names its hosts and what is true on each: one
 * key is enough there, but for protected hosts, whose names must be typed.
 */
export const confirmResume = (
  choice: 'finish' | 'rollback' | 'leave',
  app: AppState,
  at: number,
): Confirmation | null => {
  const { interrupted, hosts } = app;
  if (interrupted === null || choice === 'leave') return null;
  const systems = choice === 'finish' ? interrupted.targets : interrupted.origins;
  const isProtected = (host: string): boolean => hosts[host]?.entry.policy === 'protected';
  const names = Object.keys(systems).filter(isProtected);
  if (names.length === 0) return null;
  const words = choice === 'finish' ? 'Finish' : 'Roll back';
  return open({
    title: `${words} the unfinished run`,
    body: Object.entries(systems).map(([host, system]) =>
      plain(`${host} → ${showStorePath(system)}${isProtected(host) ? '   protected' : ''}`),
    ),
    commands: [],
    choices: [no, { label: words, wish: { kind: 'resume', choice }, guarded: true }],
    required: { kind: 'name', name: names.join(' ') },
    at,
  });
};

/** `g3, as g5  `: the generation that is gone back to, and the new one that is made of it. */
const wordsOfGenerations = ({ toGeneration, madeGeneration }: RollbackTarget): string => {
  const made = madeGeneration === null ? '' : `as g${madeGeneration}`;
  const words = [
    ...(toGeneration === null ? [] : [`g${toGeneration}`]),
    ...(made === '' ? [] : [made]),
  ];
  return words.length === 0 ? '' : `${words.join(', ')}  `;
};

const alsoWords = ({ lock, commit }: AlsoBack): string =>
  `${lock ? ', the lock' : ''}${commit ? ', the commit' : ''}`;

/** Asks before a rollback; the plan is frozen in it. */
export const confirmRollback = (
  plan: RollbackPlan,
  at: number,
  also: AlsoBack = hostsOnly,
): Confirmation => {
  const { targets } = plan;
  const name = aligned(targets);
  return open({
    title: `Roll back ${hostsNamed(targets)}`,
    body: [
      ...targets.flatMap((target) => [
        plain(
          `${target.host.padEnd(name)}   ${fromOf(target).padEnd(5)} → ${wordsOfGenerations(target)}${showStorePath(target.to)}${policyWord(target)}`,
        ),
        ...previewTexts(target, false),
      ]),
      ...leftOutLine(plan.leftOut),
      ...(also.lock ? [plain('then the lock goes back to the committed one')] : []),
      ...(also.commit ? [plain('then the last commit that nixup made is reverted')] : []),
      quiet(
        'The running system, the profile and the default boot entry are all taken back. The profile',
      ),
      quiet('gets a new number for it: boot loaders prefer the highest. No generation is deleted.'),
      quiet('The system that is left stays a generation, and is not kept as known good.'),
    ],
    commands: targets.flatMap((target) => target.commands),
    choices: [
      no,
      {
        label: `Roll back ${hostsNamed(targets)}${alsoWords(also)}`,
        wish: { kind: 'rollback', plan, also },
        guarded: true,
      },
    ],
    required: requiredFor(targets),
    at,
  });
};

/** Shows the commit's message as it would be written; after an edit the choice to commit has the focus. */
export const confirmCommit = (
  plan: CommitPlan,
  at: number,
  message: 'written' | 'edited' = 'written',
): Confirmation => {
  const confirmation = open({
    title: plan.branch === null ? 'Commit' : `Commit on ${plan.branch}`,
    body: [
      ...(message === 'edited' ? [plain('With the message as you edited it:'), plain('')] : []),
      ...plan.message.split('\n').map(plain),
      plain(''),
      quiet(`files: ${plan.paths.join(' ')}`),
    ],
    commands: plan.commands,
    choices: [
      no,
      { label: 'Edit the message', wish: { kind: 'edit-message', plan }, guarded: false },
      { label: 'Commit', wish: { kind: 'commit', plan }, guarded: true },
    ],
    at,
  });
  // Who has just edited and saved it has said what is wanted; the half second still guards it.
  return message === 'edited'
    ? { ...confirmation, focus: confirmation.choices.length - 1 }
    : confirmation;
};

export const confirmPush = (app: AppState, at: number): Confirmation =>
  open({
    title: `Push ${app.git?.branch ?? 'HEAD'}`,
    body: [
      plain(`${counted(app.git?.ahead ?? 0, 'commit')} to ${app.git?.upstream ?? 'the remote'}.`),
      ...(app.git?.remoteUrl == null ? [] : [quiet(app.git.remoteUrl)]),
    ],
    commands: [],
    choices: [no, { label: 'Push', wish: { kind: 'push' }, guarded: true }],
    at,
  });

/** Asks before an update goes over a lock that differs from the committed one. */
export const confirmUpdate = (
  inputs: readonly string[] | 'all',
  changed: number,
  at: number,
): Confirmation =>
  open({
    title: inputs === 'all' ? 'Update all inputs' : `Update ${inputs.join(', ')}`,
    body: [
      warning(`The lock differs from the committed one already: ${changed} changes.`),
      plain('The update goes on top of them. x in the view Lock puts single inputs back.'),
    ],
    commands: [],
    choices: [no, { label: 'Update', wish: { kind: 'update', inputs }, guarded: true }],
    at,
  });

export const confirmRevertLock = (inputs: readonly string[], at: number): Confirmation =>
  open({
    title: 'Put the lock back',
    body: [
      plain(`${counted(inputs.length, 'input')} back to the committed lock: ${inputs.join(', ')}`),
    ],
    commands: [],
    choices: [no, { label: 'Put back', wish: { kind: 'revert', inputs }, guarded: true }],
    at,
  });

export const confirmQuit = (app: AppState, at: number): Confirmation =>
  open({
    title: `${aRun(app.run.kind === 'none' ? 'run' : app.run.goal, 'A')} is running`,
    body: [
      plain('Leaving cancels it. A host in the middle of its activation goes on to its end;'),
      plain('the next start of nixup says what is true on each host.'),
    ],
    commands: [],
    choices: [
      { label: 'Stay', wish: null, guarded: false },
      { label: 'Cancel and leave', wish: { kind: 'quit' }, guarded: true },
    ],
    at,
  });
