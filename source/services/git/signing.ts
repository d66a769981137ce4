import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { advised, commandOnly } from '../../model/words/advice.ts';
import { askGit, type GitPlace, type GitWorld, gitChange, gitQuestion, tailOf } from './command.ts';

/** What the signature of a commit needs. */
type Signing =
  | { readonly kind: 'none' }
  | { readonly kind: 'silent' }
  /** Nobody was asked, and it could not be made: a passphrase, a card, or no such key. */
  | { readonly kind: 'asks'; readonly failure: Failure };

const setting = async (world: GitWorld, place: GitPlace, name: string): Promise<string> => {
  const answer = await askGit(world.exec, gitQuestion(place.root, ['config', '--get', name]));
  return answer.ok ? answer.value.stdout.trim() : '';
};

/** The command that unlocks the signing key in a terminal. */
const unlocking = async (world: GitWorld, place: GitPlace): Promise<string> => {
  const [format, key] = await Promise.all([
    setting(world, place, 'gpg.format'),
    setting(world, place, 'user.signingKey'),
  ]);
  if (format === 'ssh') {
    const file = /^(?:key::|ssh-)/.test(key) ? '' : key.replace(/\.pub$/, '');
    return quoteWords(file === '' ? ['ssh-add'] : ['ssh-add', file]);
  }
  const program = format === 'x509' ? ['gpgsm', '--sign'] : ['gpg', '--clearsign'];
  return `echo | ${quoteWords([...program, ...(key === '' ? [] : ['--local-user', key])])} > /dev/null`;
};

/** Git's last words on a signature; its own summary says nothing. */
const signingReason = (failure: Failure): string => {
  if (failure.code === 'command-timeout') return 'it waits for somebody who unlocks the key';
  const said = tailOf(failure).filter(
    (line) =>
      !/failed to write commit object|failed to sign the data|^\[GNUPG:\] (?!PINENTRY)/.test(line),
  );
  return (
    said
      .find((line) => /passphrase|no such|not found|error|failed|secret key/i.test(line))
      ?.replace(/^(?:fatal|error|gpg):\s*/, '') ??
    said.at(-1) ??
    'it gave no reason'
  );
};

/** Why a commit cannot be signed, and the command that helps. */
const signingFailure = async (
  world: GitWorld,
  place: GitPlace,
  failure: Failure,
): Promise<Failure> => ({
  code: 'git-refused',
  operation: 'commit',
  detail: `the key cannot sign without asking: ${signingReason(failure)}`,
  ...advised(commandOnly(await unlocking(world, place))),
});

const probeTimeoutMs = 30_000;

/**
 * Whether a commit would be signed without a question: a signed commit object
 * is made that nothing points at, by git's own way of signing. No reference,
 * index or file changes.
 */
export const observeSigning = async (world: GitWorld, place: GitPlace): Promise<Signing> => {
  const wanted = await askGit(
    world.exec,
    gitQuestion(place.root, ['config', '--type=bool', '--get', 'commit.gpgSign']),
  );
  if (!wanted.ok || wanted.value.stdout.trim() !== 'true') return { kind: 'none' };
  const signed = await world.exec(
    gitChange(place.root, ['commit-tree', '-S', '-m', 'nixup: can this be signed?', 'HEAD^{tree}']),
    { quiet: true, timeoutMs: probeTimeoutMs, group: true },
  );
  return signed.ok
    ? { kind: 'silent' }
    : { kind: 'asks', failure: await signingFailure(world, place, signed.failure) };
};
