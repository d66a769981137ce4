import { type Command, hostCommandLine } from '../../model/command.ts';
import {
  type DeployPlan,
  isGated,
  type LeftOut,
  type RollbackPlan,
} from '../../model/deploy/plan.ts';
import { previewLines } from '../../model/deploy/preview-lines.ts';
import type { Failure } from '../../model/failure.ts';
import { showGeneration } from '../../model/host/generation.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { showStorePath } from '../../model/words/format.ts';
import { counted } from '../../model/words/sentences.ts';
import type { GlobalFlags } from '../arguments/invocation.ts';
import { alignRows } from '../arguments/text-table.ts';
import { saysYes, typesCount, typesName } from './agreement.ts';
import type { Console } from './console.ts';

/** What a target of a deploy and one of a rollback have in common. */
type PlanTarget = DeployPlan['targets'][number] | RollbackPlan['targets'][number];

interface Plan<Item extends PlanTarget> {
  readonly targets: readonly Item[];
  readonly leftOut: readonly LeftOut[];
}

/** The words for one kind of change. */
interface ConfirmationWords {
  /** `Deploy to`, `Roll back`. */
  readonly verb: string;
  /** The command line that does it without questions. */
  readonly command: string;
  /** Hosts that a person named, who may repeat there what ended badly; absent for a run without a person. */
  readonly askedFor?: readonly string[];
  /** Steps before the deploy that were not done, as on the screen. */
  readonly undone?: readonly string[];
  /** Alarms of the lock that nobody looked at, as sentences. */
  readonly alarms?: readonly string[];
  /** What is done after the hosts, depending on the hosts that are left out. */
  readonly further?: (leftOut: readonly LeftOut[]) => Further;
}

export interface Further {
  readonly texts: readonly string[];
  readonly commands: readonly Command[];
}

/** What will run, as the dialogs of the screen list it; nothing where nothing will. */
export const commandLines = (commands: readonly Command[]): readonly string[] =>
  commands.length === 0
    ? []
    : ['commands:', ...commands.map((command) => `  ${hostCommandLine(command)}`)];

const generation = (number: number | null): string =>
  number === null ? '?' : showGeneration(number);

/** `g3, as g5`: the profile gets a new number for the system that is gone back to. */
const backTo = ({ toGeneration, madeGeneration }: RollbackPlan['targets'][number]): string =>
  madeGeneration === null
    ? generation(toGeneration)
    : `${generation(toGeneration)}, as ${showGeneration(madeGeneration)}`;

const targetRow = (target: PlanTarget): readonly string[] => [
  `  ${target.host}`,
  `${generation(target.fromGeneration)} → ${'toGeneration' in target ? backTo(target) : 'new'}`,
  showStorePath(target.to),
  [
    ...(target.policy === 'auto' ? [] : [target.policy]),
    ...('dirty' in target && target.dirty ? ['uncommitted changes'] : []),
    ...('goesBack' in target && target.goesBack !== undefined ? [target.goesBack] : []),
    ...(target.repeats === undefined ? [] : [target.repeats.words]),
  ].join(', '),
];

const isRestarted = (target: PlanTarget): boolean =>
  'restart' in target && target.restart === 'planned';

const previewOf = (target: PlanTarget): readonly string[] =>
  target.preview === undefined
    ? [`  ${target.host}: what it would do could not be asked`]
    : [
        ...previewLines(target.preview, isRestarted(target)).map(
          ({ text }) => `  ${target.host}: ${text}`,
        ),
        ...('restart' in target && target.restart === 'offered'
          ? [`  ${target.host}: to boot it into the new system as well: --reboot`]
          : []),
      ];

const notesOf = (target: PlanTarget): readonly string[] => ('notes' in target ? target.notes : []);

const alarmLines = ({ undone = [], alarms = [] }: ConfirmationWords): readonly string[] => [
  ...alarms.map((alarm) => `  not reviewed, an alarm of the lock: ${alarm}`),
  ...undone.map((words) => `  ${words}`),
];

/** Hosts that would go to something older than they run: also told beside `--json`. */
const goingBackLines = ({ targets }: Plan<PlanTarget>): readonly string[] =>
  targets.flatMap((target) =>
    'goesBack' in target && target.goesBack !== undefined
      ? [`  ${target.host} ${target.goesBack}`]
      : [],
  );

const preview = (
  words: ConfirmationWords,
  plan: Plan<PlanTarget>,
  further: Further | undefined,
): readonly string[] => [
  `${words.verb} ${counted(plan.targets.length, 'host')}`,
  ...alarmLines(words),
  ...alignRows(plan.targets.map(targetRow)),
  ...plan.targets.flatMap(previewOf),
  ...alignRows(plan.leftOut.map(({ host, kind, reason }) => [`  ${host}`, kind, reason])),
  ...plan.targets.flatMap((target) =>
    notesOf(target).map((note) => `  ${target.host}: first, by hand: ${note}`),
  ),
  ...(further?.texts ?? []).map((text) => `  ${text}`),
  ...commandLines([
    ...plan.targets.flatMap(({ commands }) => commands),
    ...(further?.commands ?? []),
  ]),
];

const without = <Item extends PlanTarget>(
  plan: Plan<Item>,
  host: string,
  kind: LeftOut['kind'],
  reason: string,
): Plan<Item> => ({
  targets: plan.targets.filter((target) => target.host !== host),
  leftOut: [...plan.leftOut, { host, kind, reason }],
});

const notAgreed = (words: ConfirmationWords): Failure => ({
  code: 'gate-closed',
  host: null,
  reason: 'nobody agreed to it',
  remedy: `When it is what you want, run: ${words.command}`,
});

/**
 * Whether a person asked to repeat what ended badly before: the host by its name, or a deploy of
 * all where only the connection may have been the cause.
 */
const isAsked = ({ host, repeats }: PlanTarget, words: ConfirmationWords): boolean =>
  words.askedFor !== undefined &&
  (words.askedFor.includes(host) || repeats?.kind === 'unconfirmed');

/** Why the host's own policy or notes refuse it; `console` null: nobody can be asked. */
const refusalOf = async (
  target: PlanTarget,
  console: Console | null,
  words: ConfirmationWords,
): Promise<Pick<LeftOut, 'kind' | 'reason'> | null> => {
  const { host, policy } = target;
  if (policy === 'protected') {
    const isTyped = console !== null && (await typesName(console, host, `${host} is protected.`));
    if (!isTyped) return { kind: 'protected', reason: `it needs --confirm ${host}` };
  }
  const { repeats } = target;
  if (repeats !== undefined && !isAsked(target, words)) {
    const because = `${host} ${repeats.words}. ${words.verb} it anyway?`;
    if (console === null || !(await typesName(console, host, because)))
      return {
        kind: 'repeated',
        reason: `not repeated: ${host} ${repeats.words}; to do it anyway: --confirm ${host}`,
      };
  }
  const leaves = target.preview?.leaves;
  if (leaves !== undefined) {
    const question = `${host} runs its specialisation ${leaves}, which the new system has not. Run it without?`;
    if (console === null || !(await saysYes(console, question)))
      return {
        kind: 'protected',
        reason: `the new system has not its specialisation ${leaves}; to run it without: --confirm ${host}`,
      };
  }
  const notes = notesOf(target).join('; ');
  if (notes !== '') {
    const isDone =
      console !== null && (await saysYes(console, `${host}: by hand, first: ${notes}. Done?`));
    if (!isDone)
      return {
        kind: 'protected',
        reason: `a step by hand comes first (${notes}); when it is done: --confirm ${host}`,
      };
  }
  if (policy !== 'ask' || console === null) return null;
  return (await saysYes(console, `${words.verb} ${host} too?`))
    ? null
    : { kind: 'declined', reason: 'not agreed to' };
};

/** A yes for one host, the name of each that is restarted, the count where there are several. */
const agrees = async (
  console: Console,
  targets: readonly PlanTarget[],
  { verb }: ConfirmationWords,
): Promise<boolean> => {
  const restarted = targets.filter(isRestarted);
  for (const { host } of restarted)
    if (!(await typesName(console, host, `${host} is restarted.`))) return false;
  const [only, ...others] = targets;
  if (only === undefined || others.length > 0)
    return await typesCount(console, targets.length, `do it on ${counted(targets.length, 'host')}`);
  return restarted.length > 0 || (await saysYes(console, `${verb} ${only.host}?`));
};

/**
 * Asks whether the plan may be done. Danger is graded: one host a yes, several
 * their count typed, a protected host its name. Without a terminal, or with
 * `--yes`, nothing is asked, and a protected host needs `--confirm`. Answers
 * the plan without the hosts that were not agreed to.
 */
export const confirmPlan = async <Item extends PlanTarget>(
  plan: Plan<Item>,
  flags: GlobalFlags,
  console: Console,
  words: ConfirmationWords,
): Promise<Result<Plan<Item>, Failure>> => {
  if (plan.targets.length === 0) return success(plan);
  const mayAsk = console.canAsk && !flags.yes;
  if (!mayAsk && !flags.yes) return failed(notAgreed(words));
  const askEach = async (): Promise<Plan<Item>> => {
    let left = plan;
    for (const target of plan.targets) {
      if (flags.confirm.includes(target.host)) continue;
      const refusal = await refusalOf(target, mayAsk ? console : null, words);
      if (refusal !== null) left = without(left, target.host, refusal.kind, refusal.reason);
    }
    return left;
  };
  // Without questions it is known at once which hosts stay, and what else stays because of them.
  const known = mayAsk ? null : await askEach();
  const before = words.further?.((known ?? plan).leftOut);
  // Also with --yes: what is about to be done is told before it is done.
  for (const line of flags.json
    ? [...alarmLines(words), ...goingBackLines(plan)]
    : preview(words, plan, before))
    console.tell(line);
  const agreed = known ?? (await askEach());
  const after = mayAsk ? words.further?.(agreed.leftOut).texts : undefined;
  if (after !== undefined && after.join() !== before?.texts.join())
    for (const text of after) console.tell(`  ${text}`);
  if (!mayAsk || agreed.targets.length === 0) return success(agreed);
  return (await agrees(console, agreed.targets, words))
    ? success(agreed)
    : failed(notAgreed(words));
};

/** Whether a gate refused a host, or nobody agreed to a protected or repeated one: exit status 3. */
export const refusedStatus = (leftOut: readonly LeftOut[]): number =>
  isGated({ leftOut }) ? 3 : 0;
