import { type Command, quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { type Advice, advise, advised, commandOnly } from '../../model/words/advice.ts';
import { askGit, type GitPlace, type GitWorld, gitChange, gitQuestion, tailOf } from './command.ts';

/** What the signature of a commit needs. */
type Signing =
  | { readonly kind: 'none' }
  | { readonly kind: 'silent' }
  /** Nobody was asked, and it could not be made: a passphrase, a card, or no such key. */
  | { readonly kind: 'asks'; readonly failure: Failure };

const probeTimeoutMs = 30_000;

const setting = async (world: GitWorld, place: GitPlace, name: string): Promise<string> => {
  const answer = await askGit(world.exec, gitQuestion(place.root, ['config', '--get', name]));
  return answer.ok ? answer.value.stdout.trim() : '';
};

/** How git is told to sign (git-config(1), gpg.format and user.signingKey); empty where it is not. */
interface SigningSettings {
  readonly format: string;
  readonly key: string;
  /** What signs; git finds its own where none is named. */
  readonly program: string;
}

const signingSettings = async (world: GitWorld, place: GitPlace): Promise<SigningSettings> => {
  const [format, key, program] = await Promise.all([
    setting(world, place, 'gpg.format'),
    setting(world, place, 'user.signingKey'),
    setting(world, place, 'gpg.program'),
  ]);
  return { format, key, program };
};

/** A key that stands in the configuration itself, and no file of it. */
const isLiteralKey = (key: string): boolean => /^(?:key::|ssh-)/.test(key);

/** The command that unlocks the signing key in a terminal. */
const unlocking = ({ format, key }: SigningSettings): string => {
  if (format === 'ssh') {
    const file = isLiteralKey(key) ? '' : key.replace(/\.pub$/, '');
    return quoteWords(file === '' ? ['ssh-add'] : ['ssh-add', file]);
  }
  const program = format === 'x509' ? ['gpgsm', '--sign'] : ['gpg', '--clearsign'];
  return `echo | ${quoteWords([...program, ...(key === '' ? [] : ['--local-user', key])])} > /dev/null`;
};

/** Git's last words on a signature; its own summary says nothing. */
const saidOnSigning = (failure: Failure): readonly string[] =>
  tailOf(failure).filter(
    (line) =>
      !/failed to write commit object|failed to sign the data|^\[GNUPG:\] (?!PINENTRY)/.test(line),
  );

const signingReason = (failure: Failure): string => {
  if (failure.code === 'command-timeout') return 'it waits for somebody who unlocks the key';
  const said = saidOnSigning(failure);
  return (
    said
      .find((line) => /passphrase|no such|not found|error|failed|secret key/i.test(line))
      ?.replace(/^(?:fatal|error|gpg):\s*/, '') ??
    said.at(-1) ??
    'it gave no reason'
  );
};

/** What hinders that no passphrase mends: null where the key is there, or nobody knows. */
interface Missing {
  readonly reason: string;
  readonly advice: Advice;
}

const nameTheFile = advise(
  'Name the file of the public key that signs',
  'git config user.signingKey FILE',
);

const missingForSsh = (key: string, said: string): Missing | null => {
  // builtin_get_default_ssh_key of git, gpg-interface.c
  if (/user\.signing.?key or gpg\.ssh\.defaultKeyCommand needs/i.test(said))
    return { reason: 'it is to be signed by ssh, and no key is named', advice: nameTheFile };
  if (!/load public key .*No such file/i.test(said)) return null;
  return isLiteralKey(key)
    ? { reason: 'the ssh agent does not have the key', advice: commandOnly('ssh-add') }
    : { reason: `there is no ${key}, which user.signingKey names`, advice: nameTheFile };
};

/** Older versions of git drop what gpg said: it is asked whether it has the key. */
const missingForGpg = async (
  world: GitWorld,
  place: GitPlace,
  { key, program }: SigningSettings,
  said: string,
): Promise<Missing | null> => {
  if (said !== '' && !/no secret key/i.test(said)) return null;
  const identity = key === '' ? await gitIdentity(world, place) : key;
  if (identity === '') return null;
  const asked: Command = {
    file: program === '' ? 'gpg' : program,
    args: ['--batch', '--list-secret-keys', '--', identity],
    env: { LC_ALL: 'C' },
  };
  const listed = await world.exec(asked, { quiet: true, timeoutMs: probeTimeoutMs });
  if (listed.ok || !tailOf(listed.failure).some((line) => /no secret key/i.test(line))) return null;
  return {
    reason: `gpg has no secret key for ${identity}`,
    advice: advise(
      'Import it, or name one of those that are there with git config user.signingKey',
      'gpg --list-secret-keys',
    ),
  };
};

/** `Anna <anna@example.org>`: whose key signs where none is named. */
const gitIdentity = async (world: GitWorld, place: GitPlace): Promise<string> => {
  const answer = await askGit(world.exec, gitQuestion(place.root, ['var', 'GIT_COMMITTER_IDENT']));
  return answer.ok ? answer.value.stdout.replace(/ \d+ [-+]\d{4}\s*$/, '') : '';
};

/** What is not there: the program, the key, or its file. */
const missing = async (
  world: GitWorld,
  place: GitPlace,
  settings: SigningSettings,
  failure: Failure,
): Promise<Missing | null> => {
  if (failure.code !== 'command-failed') return null;
  const said = saidOnSigning(failure).join('\n').trim();
  const program = /cannot run (.+?): No such file/.exec(said)?.[1];
  if (program !== undefined)
    return {
      reason: `there is no ${program}, which is to sign`,
      advice: { text: 'Install it, or name another one (gpg.program, gpg.ssh.program of git)' },
    };
  if (settings.format === 'ssh') return missingForSsh(settings.key, said);
  return settings.format === 'x509' ? null : await missingForGpg(world, place, settings, said);
};

/** Why a commit cannot be signed, and what helps. */
const signingFailure = async (
  world: GitWorld,
  place: GitPlace,
  failure: Failure,
): Promise<Failure> => {
  const settings = await signingSettings(world, place);
  const found = await missing(world, place, settings, failure);
  return {
    code: 'git-refused',
    operation: 'commit',
    detail:
      found === null
        ? `the key cannot sign without asking: ${signingReason(failure)}`
        : `it cannot be signed: ${found.reason}`,
    ...advised(found?.advice ?? commandOnly(unlocking(settings))),
  };
};

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
