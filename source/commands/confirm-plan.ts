import { showCommand } from '../model/command.ts';
import type { Failure } from '../model/failure.ts';
import { showStorePath } from '../model/format-size.ts';
import type { DeployPlan, LeftOut, RollbackPlan } from '../model/plan.ts';
import { failed, type Result, success } from '../model/result.ts';
import type { Console } from './console.ts';
import type { Flags } from './invocation.ts';
import { alignRows } from './text-table.ts';

/** What a target of a deploy and one of a rollback have in common. */
type Target = DeployPlan['targets'][number] | RollbackPlan['targets'][number];

interface Plan<Item extends Target> {
  readonly targets: readonly Item[];
  readonly leftOut: readonly LeftOut[];
}

/** The words for one kind of change. */
export interface ConfirmationWords {
  /** `Deploy to`, `Roll back`. */
  readonly deed: string;
  /** The command line that does it without questions. */
  readonly command: string;
}

const generation = (number: number | null): string => (number === null ? '?' : `g${number}`);

const targetRow = (target: Target): readonly string[] => [
  `  ${target.host}`,
  `${generation(target.fromGeneration)} → ${'toGeneration' in target ? generation(target.toGeneration) : 'new'}`,
  showStorePath(target.to),
  [
    ...(target.policy === 'auto' ? [] : [target.policy]),
    ...('dirty' in target && target.dirty ? ['uncommitted changes'] : []),
  ].join(', '),
];

const preview = (words: ConfirmationWords, plan: Plan<Target>): readonly string[] => [
  `${words.deed} ${plan.targets.length === 1 ? '1 host' : `${plan.targets.length} hosts`}`,
  ...alignRows(plan.targets.map(targetRow)),
  ...alignRows(plan.leftOut.map(({ host, kind, reason }) => [`  ${host}`, kind, reason])),
  ...plan.targets.flatMap((target) =>
    'notes' in target ? target.notes.map((note) => `  ${target.host}: first ${note}`) : [],
  ),
  'commands:',
  ...plan.targets.flatMap(({ commands }) => commands.map((command) => `  ${showCommand(command)}`)),
];

const isYes = (answer: string | undefined): boolean => /^y(es)?$/i.test(answer ?? '');

const without = <Item extends Target>(
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
 * Asks whether the plan may be done. Danger is graded: one host a yes, several
 * their count typed, a protected host its name. Without a terminal, or with
 * `--yes`, nothing is asked, and a protected host needs `--confirm`. Answers
 * the plan without the hosts that were not agreed to.
 */
export const confirmPlan = async <Item extends Target>(
  plan: Plan<Item>,
  flags: Flags,
  console: Console,
  words: ConfirmationWords,
): Promise<Result<Plan<Item>, Failure>> => {
  if (plan.targets.length === 0) return success(plan);
  const mayAsk = console.canAsk && !flags.yes;
  if (!mayAsk && !flags.yes) return failed(notAgreed(words));
  // Also with --yes: what is about to be done is said before it is.
  if (!flags.json) for (const line of preview(words, plan)) console.tell(line);

  let agreed = plan;
  for (const { host, policy } of plan.targets) {
    if (flags.confirm.includes(host)) continue;
    if (policy === 'protected') {
      const isTyped =
        mayAsk && (await console.ask(`${host} is protected. Type its name:`)) === host;
      if (!isTyped) agreed = without(agreed, host, 'protected', `it needs --confirm ${host}`);
    } else if (policy === 'ask' && mayAsk) {
      if (!isYes(await console.ask(`${words.deed} ${host} too? [y/N]`)))
        agreed = without(agreed, host, 'skipped', 'not agreed to');
    }
  }
  const count = agreed.targets.length;
  if (!mayAsk || count === 0) return success(agreed);
  const isAgreed =
    count === 1
      ? isYes(await console.ask(`${words.deed} ${agreed.targets[0]?.host ?? ''}? [y/N]`))
      : (await console.ask(`Type ${count} to do it on ${count} hosts:`)) === String(count);
  return isAgreed ? success(agreed) : failed(notAgreed(words));
};

/** Whether a gate refused a host, or nobody agreed to a protected one: exit status 3. */
export const refusedStatus = (leftOut: readonly LeftOut[]): number =>
  leftOut.some(({ kind }) => kind === 'refused' || kind === 'protected') ? 3 : 0;
