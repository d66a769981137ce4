import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { type Advice, advise, advised } from '../../model/words/advice.ts';
import { readCopyTrouble } from '../../parsers/host/copy-error.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import { readNixLogLine } from '../../parsers/nix/log.ts';
import { judgeRemoteFailure } from '../ssh/run.ts';

/** Nix's own last words, from lines that may be its machine format. */
const readableTail = (failure: Failure): Failure =>
  failure.code === 'command-failed'
    ? {
        ...failure,
        tail: failure.tail.flatMap((line) => {
          const event = readNixLogLine(line);
          return event?.action === 'message' ? event.text.split('\n').map(cleanLine) : [];
        }),
      }
    : failure;

type CopyFailed = Extract<Failure, { readonly code: 'copy-failed' }>;

const untrustedRemedy = (entry: HostEntry): string =>
  `Its Nix takes unsigned paths only from trusted users. Log in as root (address = "root@${entry.address.replace(/^.*@/, '')}"), or sign what you build (secret-key-files here, trusted-public-keys there), or add the user to nix.settings.trusted-users on ${entry.name}, which makes it equal to root.`;

/** Why a copy failed, and what to do about it. Pure. */
export const explainCopyFailure = (entry: HostEntry, raw: Failure): Failure => {
  const failure = readableTail(raw);
  if (failure.code !== 'command-failed') return failure;
  const { tail } = failure;
  const host = entry.name;
  const copyFailed = (detail: string, next: Advice | string | null): CopyFailed => ({
    code: 'copy-failed',
    host,
    detail,
    ...(next === null ? { remedy: null } : advised(next)),
    tail,
  });
  const trouble = readCopyTrouble(tail);
  switch (trouble.kind) {
    case 'untrusted':
      return copyFailed(`the Nix of ${host} does not trust the login user`, untrustedRemedy(entry));
    case 'disk-full':
      return { code: 'space-short', host, detail: 'its disk became full while copying' };
    case 'interrupted':
      return {
        ...copyFailed(
          'the connection broke while copying',
          advise('What arrived stays there. Copy the rest with', `nixup deploy ${host}`),
        ),
        wasCut: true,
      };
    case 'talking-shell':
      return copyFailed(
        `its login shell prints ${JSON.stringify(trouble.said.slice(0, 60))} where Nix expects an answer`,
        advise(
          `Nothing changed on ${host}. Let its startup files print for terminals only (behind: case $- in *i*) …), then try again. See what it prints with`,
          `ssh ${entry.address} true`,
        ),
      );
    case 'nix-missing':
      return copyFailed(
        'Nix is not on the PATH of a login without a terminal',
        advise('Check with', `ssh ${host} nix-daemon --version`),
      );
    case 'path-missing':
      return copyFailed(
        'the system is not in the store of this machine any more',
        advise('Build it again with', `nixup test ${host}`),
      );
    case 'ssh':
      return judgeRemoteFailure(entry, { ...failure, exitCode: 255, tail: trouble.lines });
    case 'unknown':
      return copyFailed(trouble.detail, null);
  }
};
