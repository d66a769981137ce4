import { type Command, quoteWords, showShortCommand } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise } from '../../model/words/advice.ts';
import { showRevision } from '../../model/words/format.ts';
import { showLimit } from '../../model/words/format-time.ts';
import { type PushRefusal, readPushRefusal } from '../../parsers/git/push.ts';
import { redact } from '../../parsers/redact.ts';
import { askingOn, type LentTerminal } from '../world/lent-terminal.ts';
import {
  askGit,
  type GitPlace,
  type GitWorld,
  gitChange,
  gitQuestion,
  refusing,
  tailOf,
  withoutLiteral,
} from './command.ts';
import type { RepositoryState } from './observe.ts';

export interface PushTarget {
  readonly remote: string;
  /** The local branch, without `refs/heads/`. */
  readonly branch: string;
  /** A commit of the branch, up to which it is pushed; its tip when absent. */
  readonly revision?: string | undefined;
  /** The full name of the branch there; `refs/heads/BRANCH` when absent. */
  readonly remoteRef?: string | undefined;
  /** Remembers the remote branch as upstream. */
  readonly setUpstream?: boolean | undefined;
  /** What git, its hooks and those of the server say, line by line. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** To the branch's upstream; to `origin`, remembered as upstream, where it has none. */
export const pushTarget = (
  { remote, remoteRef }: Pick<RepositoryState, 'remote' | 'remoteRef'>,
  branch: string,
): PushTarget => ({
  remote: remote ?? 'origin',
  branch,
  ...(remoteRef === null ? { setUpstream: true } : { remoteRef }),
});

export interface Pushed {
  readonly remote: string;
  readonly ref: string;
  readonly revision: string;
}

const pushTimeoutMs = 120_000;
const tryTimeoutMs = 20_000;

/** git-check-ref-format(1), in short; keeps refspec syntax and options out. */
const isSafeName = (name: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids them
  !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\.lock$|^[-./+]|[./]$/.test(name) && name !== '';

const refused = refusing('push');

const refspec = (target: PushTarget): { readonly ref: string; readonly spec: string } => {
  const ref = target.remoteRef ?? `refs/heads/${target.branch}`;
  return { ref, spec: `${target.revision ?? `refs/heads/${target.branch}`}:${ref}` };
};

/** What pushes the branch, as it is shown and as it runs. */
export const pushCommand = (root: string, target: PushTarget): Command =>
  withoutLiteral(
    gitChange(root, [
      'push',
      // What is published is the branch that is named, whatever push.followTags says.
      '--no-follow-tags',
      ...(target.setUpstream === true ? ['--set-upstream'] : []),
      '--',
      target.remote,
      refspec(target).spec,
    ]),
  );

const isSafeTarget = (target: PushTarget): boolean =>
  isSafeName(target.remote) &&
  isSafeName(target.branch) &&
  isSafeName(refspec(target).ref) &&
  (target.revision === undefined || /^[0-9a-f]{40,64}$/.test(target.revision));

// Over 60 lines: the words for each kind of refusal.
/** The failure of a push in words for a person. */
const pushFailure = (refusal: PushRefusal, target: PushTarget, root: string): Failure => {
  const place = `${target.remote}/${target.branch}`;
  const inRoot = (...words: readonly string[]): string => quoteWords(['git', '-C', root, ...words]);
  switch (refusal.kind) {
    case 'behind':
      return refused(
        `${place} has commits that are not here`,
        advise(
          'take them over, then test again: the tree changes',
          inRoot('pull', '--rebase', '--autostash'),
        ),
      );
    case 'refused-by-server':
      return refused(
        `the server refused ${place}: ${refusal.detail}`,
        advise('push to a branch and open a pull request', 'nixup commit --pr'),
      );
    case 'refused-by-hook':
      return refused(
        `the hook pre-push refused it: ${refusal.detail}`,
        `do what it says, then push again; to see all that it says: ${showShortCommand(pushCommand(root, target))}`,
      );
    case 'mirror':
      return refused(
        `${target.remote} is a mirror, to which git pushes every branch and tag or nothing`,
        `to push this branch alone, and no more: ${inRoot('config', `remote.${target.remote}.mirror`, 'false')}`,
      );
    case 'checked-out':
      return refused(
        `${target.remote} is a checkout that has the branch ${target.branch} checked out: ${refusal.detail}`,
        'push to a bare repository, or take the commit from there with git pull; the commit is safe',
      );
    case 'login':
      return refused(
        `the login at ${target.remote} was refused: ${refusal.detail}`,
        advise('try it by hand', inRoot('push', '--dry-run', target.remote)),
      );
    case 'host-key':
      return refused(
        `the host key of ${target.remote} is unknown or changed`,
        advise('compare and accept it by hand', inRoot('ls-remote', target.remote)),
      );
    case 'no-repository':
      return refused(
        `there is no repository at ${target.remote}, or this login may not see it: ${refusal.detail}`,
        advise('check its address', inRoot('remote', '-v')),
      );
    case 'offline':
      return refused(
        `the server of ${target.remote} cannot be found from here: ${refusal.detail}`,
        'connect to the network, then push again; the commit is safe',
      );
    case 'unreachable':
      return refused(
        `the server of ${target.remote} does not answer: ${refusal.detail}`,
        'push again later; the commit is safe',
      );
    case 'unknown':
      return refused(refusal.detail, advise('try it by hand', inRoot('push')));
  }
};

const refusalOf = (failure: Failure): PushRefusal | null => {
  if (failure.code === 'command-timeout')
    return { kind: 'unreachable', detail: `no answer within ${showLimit(failure.afterMs)}` };
  return failure.code === 'command-failed' ? readPushRefusal(tailOf(failure)) : null;
};

/** What a person at the terminal can answer. */
const asksSomebody: ReadonlySet<PushRefusal['kind']> = new Set(['login', 'host-key']);

const refuseTarget = (target: PushTarget): Failure =>
  refused(
    `nixup does not push the branch ${JSON.stringify(target.branch)} to ${JSON.stringify(target.remote)}: a name of these would be taken for something else than a branch`,
    advise('give the branch another name', 'git branch --move NEW-NAME'),
  );

/**
 * Where git pushes to: a remote may have other addresses for that than for a fetch
 * (`pushurl`, `url.*.pushInsteadOf`), and more than one. The remote itself where git does not say,
 * and where there is no other.
 */
const pushAddresses = async (
  world: GitWorld,
  place: GitPlace,
  remote: string,
): Promise<readonly string[]> => {
  const addresses = async (...words: readonly string[]): Promise<readonly string[]> => {
    const asked = await askGit(
      world.exec,
      gitQuestion(place.root, ['remote', 'get-url', '--all', ...words, '--', remote]),
    );
    return asked.ok ? asked.value.stdout.split('\n').filter((one) => one !== '') : [];
  };
  const [push, fetch] = [await addresses('--push'), await addresses()];
  return push.length === 0 || push.join('\n') === fetch[0] ? [remote] : push;
};

const explainPush = (failure: Failure, target: PushTarget, root: string): Failure => {
  const refusal = refusalOf(failure);
  return refusal === null ? failure : pushFailure(refusal, target, root);
};

/** What `git ls-remote` says of the branch at an address. */
const lookAt = async (
  world: GitWorld,
  place: GitPlace,
  target: PushTarget,
  address: string,
  terminal: LentTerminal | null,
): Promise<Result<string, Failure>> => {
  const look = gitChange(place.root, ['ls-remote', '--', address, refspec(target).ref]);
  const options = { quiet: true, timeoutMs: pushTimeoutMs, untilExit: true };
  let there = await world.exec(look, { ...options, group: true });
  // A person who had to be asked for the push is asked for this question too.
  if (
    !there.ok &&
    terminal !== null &&
    asksSomebody.has(refusalOf(there.failure)?.kind ?? 'unknown')
  )
    there = await terminal.lend(`Git asks again, to see what ${target.remote} has.`, () =>
      world.exec(askingOn(terminal, look), options),
    );
  return there.ok
    ? success(there.value.stdout)
    : failed(explainPush(there.failure, target, place.root));
};

/** Pushes one branch, and proves that the remote branch points at the commit. */
export const pushBranch = async (
  world: GitWorld,
  place: GitPlace,
  target: PushTarget,
  terminal: LentTerminal | null = null,
): Promise<Result<Pushed, Failure>> => {
  if (!isSafeTarget(target)) return failed(refuseTarget(target));
  const { ref } = refspec(target);
  const command = pushCommand(place.root, target);
  // A hook, or the master of a shared connection of ssh, may hold its output for hours.
  const options = { timeoutMs: pushTimeoutMs, untilExit: true, onLine: target.onLine };
  let pushed = await world.exec(command, { ...options, group: true });
  const refusal = pushed.ok ? null : refusalOf(pushed.failure);
  if (terminal !== null && refusal !== null && asksSomebody.has(refusal.kind))
    pushed = await terminal.lend(
      `Git asks for what ${target.remote} wants to know: a passphrase, a login or a host key.`,
      () => world.exec(askingOn(terminal, command), options),
    );
  if (!pushed.ok) return failed(explainPush(pushed.failure, target, place.root));
  const local = await world.exec(
    gitChange(place.root, [
      'rev-parse',
      '--verify',
      target.revision ?? `refs/heads/${target.branch}`,
    ]),
    { quiet: true },
  );
  if (!local.ok) return local;
  const revision = local.value.stdout.trim();
  for (const address of await pushAddresses(world, place, target.remote)) {
    const there = await lookAt(world, place, target, address, terminal);
    if (!there.ok) return there;
    const line = there.value.split('\n').find((one) => one.endsWith(`\t${ref}`)) ?? '';
    const found = line.split('\t')[0] ?? '';
    if (found !== revision)
      return failed(
        refused(
          `git reported success, but ${target.remote} has ${found === '' ? 'no such branch' : showRevision(found)} instead of ${showRevision(revision)}`,
          advise(
            'look at it',
            quoteWords(['git', '-C', place.root, 'ls-remote', redact(address), ref]),
          ),
        ),
      );
  }
  return success({ remote: target.remote, ref, revision });
};

/** Whether a push would be taken. Hooks and branch protection of the server are not asked by it. */
export type PushRights =
  | { readonly kind: 'allowed'; readonly remote: string; readonly branch: string }
  | { readonly kind: 'no-branch' }
  | { readonly kind: 'no-remote' }
  | { readonly kind: 'no-upstream'; readonly remote: string; readonly branch: string }
  | {
      readonly kind: 'refused';
      readonly refusal: PushRefusal;
      readonly failure: Failure;
      /** A real push asks somebody at the terminal for what is missing. */
      readonly isAsked: boolean;
    };

/** Tries a push without doing it; nothing is sent. */
export const tryPush = async (
  world: GitWorld,
  place: GitPlace,
  from: {
    readonly branch: string | null;
    readonly remote: string | null;
    readonly remoteRef: string | null;
  },
  terminal: LentTerminal | null = null,
): Promise<Result<PushRights, Failure>> => {
  const { branch, remote, remoteRef } = from;
  if (branch === null) return success({ kind: 'no-branch' });
  if (remote === null) return success({ kind: 'no-remote' });
  const target = { remote, branch, remoteRef: remoteRef ?? undefined };
  if (!isSafeTarget(target)) return failed(refuseTarget(target));
  if (remoteRef === null) return success({ kind: 'no-upstream', remote, branch });
  const tried = await world.exec(
    gitChange(place.root, [
      ...['push', '--dry-run', '--no-verify', '--no-follow-tags', '--', remote],
      refspec(target).spec,
    ]),
    { quiet: true, timeoutMs: tryTimeoutMs, group: true, untilExit: true },
  );
  if (tried.ok) return success({ kind: 'allowed', remote, branch });
  const refusal = refusalOf(tried.failure);
  return refusal === null
    ? tried
    : success({
        kind: 'refused',
        refusal,
        failure: pushFailure(refusal, target, place.root),
        isAsked: terminal !== null && asksSomebody.has(refusal.kind),
      });
};
