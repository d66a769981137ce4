import { showCommand } from './command.ts';
import type { Failure } from './failure.ts';
import { showDuration, showMoment } from './format-time.ts';
import { revertWords } from './supervision.ts';

/** What a person needs after something went wrong. `tail` are the last lines of the program that said so. */
export interface Explanation {
  /** One sentence: what happened, to which host. */
  readonly what: string;
  /** One sentence: what to do next, with the exact command where there is one. */
  readonly next: string;
  readonly tail: readonly string[];
}

const told = (what: string, next: string, tail: readonly string[] = []): Explanation => ({
  what,
  next,
  tail,
});

const shell = (file: string, ...args: readonly string[]): string => showCommand({ file, args });

const nearestHint = (nearest: string | null): string =>
  nearest === null ? '' : ` Did you mean ${nearest}?`;

const place = (file: string, line: number | null): string =>
  line === null ? file : `${file}, line ${line}`;

const onHost = (host: string | null): string => (host === null ? '' : ` of ${host}`);

/** Packages that bring a program which nixup runs. */
const packageOf = (program: string): string => (program === 'ssh' ? 'openssh' : program);

/** Nix says only that a builder failed; why, the builder said last. */
const lastWords = (cause: string, tail: readonly string[]): string => {
  const last = tail.findLast((line) => line.trim() !== '')?.trim();
  return last === undefined || !/\bbuilder\b.*\bfailed\b/.test(cause) || cause.includes(last)
    ? ''
    : ` It said last: ${last}`;
};

const explainNix = (failure: NixFailure): Explanation => {
  switch (failure.code) {
    case 'evaluation-failed':
      return told(
        `The configuration${onHost(failure.host)} does not evaluate: ${failure.cause}`,
        'Mend the configuration, then press t, or run: nixup test',
        failure.tail,
      );
    case 'build-failed':
      return told(
        `The build${onHost(failure.host)} failed: ${failure.cause}${lastWords(failure.cause, failure.tail)}`,
        failure.derivation === null
          ? 'Read the log (L), mend the cause, then test again (t).'
          : `Read the whole log with: ${shell('nix', 'log', failure.derivation)}`,
        failure.tail,
      );
    case 'input-unknown':
      return told(
        `The flake has no input ${failure.name}.${nearestHint(failure.nearest)}`,
        'See the inputs with: nix flake metadata',
      );
    case 'lock-not-written':
      return told(
        `The lock file was not written: ${failure.detail}`,
        'The lock is as it was. See what Nix says with: nix flake update',
      );
    case 'revert-refused':
      return told(
        `The input ${failure.input} cannot be put back: ${failure.detail}`,
        'Put the whole lock back with: git checkout -- flake.lock',
      );
  }
};

type NixFailure = Extract<
  Failure,
  {
    code:
      | 'evaluation-failed'
      | 'build-failed'
      | 'input-unknown'
      | 'lock-not-written'
      | 'revert-refused';
  }
>;

type DeedFailure = Extract<
  Failure,
  {
    code:
      | 'copy-failed'
      | 'activation-failed'
      | 'activation-unproven'
      | 'persistence-unproven'
      | 'generation-gone'
      | 'restart-silent'
      | 'space-short'
      | 'taken-back';
  }
>;

const explainDeed = (failure: DeedFailure): Explanation => {
  const { host } = failure;
  switch (failure.code) {
    case 'copy-failed':
      return told(
        `Copying to ${host} failed: ${failure.detail}`,
        failure.remedy ?? `Nothing changed on ${host}. Try again with: nixup deploy ${host}`,
        failure.tail,
      );
    case 'activation-failed':
      return told(
        `The activation on ${host} ${failure.exitCode === null ? 'did not end properly' : `ended with status ${failure.exitCode}`}: ${failure.meaning}.`,
        failure.isUntouched === true
          ? `${host} runs what it ran. Mend the cause, then: nixup deploy ${host}${/--mode boot/.test(failure.meaning) ? ' --mode boot' : ''}`
          : `See what failed with: ${shell('ssh', host, 'systemctl --failed')}, or go back with: nixup rollback ${host}`,
        failure.tail,
      );
    case 'activation-unproven':
      return told(
        `${host} runs ${failure.found ?? 'an unknown system'} instead of ${failure.expected}.`,
        `Somebody else may have switched it. Look again with: nixup status ${host}`,
      );
    case 'persistence-unproven':
      return told(
        `${host} runs the new system, but it is not proven that it boots it: ${failure.detail}`,
        `Look before the next reboot: ${shell('ssh', host, 'bootctl status')}`,
      );
    case 'generation-gone':
      return told(
        `${failure.generation === null ? 'The recorded generation' : `Generation ${failure.generation}`} is not on ${host} any more: ${failure.detail}`,
        `Choose one that is there (Enter on ${host}, tab generations), or run: nixup rollback ${host} --generation N`,
      );
    case 'taken-back':
      return explainTakenBack(failure);
    case 'restart-silent':
      return failure.isDown
        ? told(
            `${host} does not answer ${showDuration(failure.afterMs)} after its restart.`,
            `Its default is still the old system: a power cycle starts that one. It may also wait at its console, for a disk password or a person. What is true: nixup status ${host}`,
          )
        : told(
            `${host} was asked to restart ${showDuration(failure.afterMs)} ago, and still runs as before.`,
            `See what holds it: ${shell('ssh', host, 'systemctl list-jobs')}. When it is up again: nixup resume`,
          );
    case 'space-short':
      return told(
        `${host} has too little space: ${failure.detail}`,
        `${failure.isUntouched === false ? '' : 'Nothing was changed. '}See what fills it with: ${shell('ssh', host, 'df -h / /nix /boot')}`,
      );
  }
};

const because = (detail: string | null): string =>
  detail === null ? '' : ` (${detail.replace(/\.$/, '')})`;

const explainTakenBack = (failure: Extract<Failure, { code: 'taken-back' }>): Explanation => {
  const { host, result, detail } = failure;
  switch (result.kind) {
    case 'reverted':
      return told(
        `${host} went back to its old system by itself: ${revertWords(result.why)}${because(detail)}`,
        `Profile and boot default are the old ones. Read its log (L), or: ${shell('ssh', host, 'journalctl -b -u "nixup-*"')}`,
      );
    case 'revert-failed':
      return told(
        `${host} could not go back by itself (${revertWords(result.why)}${because(detail)}): its old system's activation ended with ${result.exitCode ?? 'no status'}.`,
        `Its boot default is still the old system: reboot it, or look with: ${shell('ssh', host, 'journalctl -b -u "nixup-*"')}`,
      );
    case 'foreign':
      return told(
        `Somebody else switched ${host} in the meantime, to ${result.current ?? 'an unknown system'}; it was left alone.`,
        `Look who, then at where it stands: ${shell('ssh', host, 'journalctl -b -t nixos')}, nixup status ${host}`,
      );
    case 'untouched':
      return told(
        `The activation on ${host} was refused before it changed anything${because(detail)}.`,
        `Deploy again when its cause is mended: nixup deploy ${host}`,
      );
    case 'committed':
    case 'kept':
      return told(
        `${host} was confirmed already${because(detail)}.`,
        `Look at it with: nixup status ${host}`,
      );
  }
};

type HostFailure = Extract<
  Failure,
  {
    code:
      | 'host-unreachable'
      | 'host-timeout'
      | 'host-key-unknown'
      | 'host-key-changed'
      | 'login-refused'
      | 'identity-mismatch'
      | 'not-nixos'
      | 'elevation-refused';
  }
>;

const explainHost = (failure: HostFailure): Explanation => {
  const { host } = failure;
  switch (failure.code) {
    case 'host-unreachable':
      return told(
        `${host} cannot be reached: ${failure.detail}`,
        `A host that is asleep is normal: it waits for its turn. Wake it and press R, or try: ${shell('ssh', host)}`,
      );
    case 'host-timeout':
      return told(
        `${host} did not answer within ${showDuration(failure.afterMs)}.`,
        `Wake it or mend its network, then press R. Try by hand: ${shell('ssh', host)}`,
      );
    case 'host-key-unknown':
      return told(
        `The host key of ${host} (${failure.address}) is not known here.`,
        `Connect once by hand and compare the key: ${shell('ssh', failure.address)}`,
      );
    case 'host-key-changed':
      return told(
        `The host key of ${host} (${failure.address}) is not the one that is known: another machine may be answering.`,
        `When the host was installed anew, forget the old key with: ${shell('ssh-keygen', '-R', failure.address)}`,
      );
    case 'login-refused':
      return told(
        `${host} refuses the login: ${failure.detail}`,
        `Load the key that it accepts with ssh-add, or copy yours: ${shell('ssh-copy-id', host)}`,
      );
    case 'identity-mismatch':
      return told(
        `The machine that answers for ${host} is another one: its ${failure.fact} is ${failure.found}, expected ${failure.expected}.`,
        `Nothing was changed. Check the address of ${host} in DNS, DHCP and nixup.toml ([hosts.${host}] address).`,
      );
    case 'not-nixos':
      return told(
        `${host} does not look like NixOS: ${failure.detail}`,
        `Check its address, or set deploy = false in [hosts.${host}] of nixup.toml.`,
      );
    case 'elevation-refused':
      return told(
        `The login user does not become root on ${host}: ${failure.detail}`,
        `Allow it without a password (security.sudo.wheelNeedsPassword = false, or a rule for it), or log in as root. Try: ${shell('ssh', host, 'sudo -n true')}`,
      );
  }
};

type ProcessFailure = Extract<
  Failure,
  {
    code:
      | 'program-missing'
      | 'command-failed'
      | 'command-killed'
      | 'command-timeout'
      | 'canceled'
      | 'output-unreadable';
  }
>;

const explainProcess = (failure: ProcessFailure): Explanation => {
  switch (failure.code) {
    case 'program-missing':
      return told(
        `The program ${failure.program} is not on PATH.`,
        `Install it, for instance with: nix shell nixpkgs#${packageOf(failure.program)}`,
      );
    case 'command-failed':
      return told(
        `A command ended with status ${failure.exitCode}: ${failure.command}`,
        'Read its last lines below; @ lists all commands that ran.',
        failure.tail,
      );
    case 'command-killed':
      return told(
        `A command was ended by ${failure.signal}: ${failure.command}`,
        failure.signal === 'SIGKILL'
          ? 'The machine may be out of memory. Lower [fleet] jobs in nixup.toml and try again.'
          : 'Try again; @ lists all commands that ran.',
        failure.tail,
      );
    case 'command-timeout':
      return told(
        `A command took longer than ${showDuration(failure.afterMs)} and was stopped: ${failure.command}`,
        'Run it by hand to see what it waits for.',
        failure.tail,
      );
    case 'canceled':
      return told(`Canceled: ${failure.what}`, 'Nothing to mend; start it again when you like.');
    case 'output-unreadable':
      return told(
        `The answer of a command could not be read: ${failure.detail}`,
        `Run it by hand and look at what it prints: ${failure.command}`,
      );
  }
};

/**
 * All advice for people: what happened, to which host, and what to do next.
 * Every code of {@link Failure} has its own words.
 */
export const explain = (failure: Failure): Explanation => {
  switch (failure.code) {
    case 'program-missing':
    case 'command-failed':
    case 'command-killed':
    case 'command-timeout':
    case 'canceled':
    case 'output-unreadable':
      return explainProcess(failure);
    case 'host-name-refused':
      return told(
        `The host name ${JSON.stringify(failure.name)} is refused: it could be taken for an option or a command.`,
        'Rename it in nixosConfigurations: letters, digits, dots, underscores and hyphens, beginning with a letter or digit.',
      );
    case 'host-unknown':
      return told(
        `The flake has no host ${failure.name}.${nearestHint(failure.nearest)}`,
        'See the hosts with: nixup status',
      );
    case 'host-unreachable':
    case 'host-timeout':
    case 'host-key-unknown':
    case 'host-key-changed':
    case 'login-refused':
    case 'identity-mismatch':
    case 'not-nixos':
    case 'elevation-refused':
      return explainHost(failure);
    case 'config-invalid':
      return told(`${place(failure.file, failure.line)}: ${failure.detail}`, failure.remedy);
    case 'lock-invalid':
      return told(
        `${place(failure.file, failure.line)}: ${failure.detail}`,
        `Put the committed lock back with: ${shell('git', 'checkout', '--', failure.file)}`,
      );
    case 'flake-missing':
      return told(
        `There is no flake.nix in ${failure.path}.`,
        "Go to the flake's folder, or name it: nixup --flake PATH",
      );
    case 'file-failed':
      return told(
        `The file ${failure.path} could not be used (${failure.operation}): ${failure.detail}`,
        `Check it with: ${shell('ls', '-ld', '--', failure.path)}`,
      );
    case 'evaluation-failed':
    case 'build-failed':
    case 'input-unknown':
    case 'lock-not-written':
    case 'revert-refused':
      return explainNix(failure);
    case 'copy-failed':
    case 'activation-failed':
    case 'activation-unproven':
    case 'persistence-unproven':
    case 'generation-gone':
    case 'restart-silent':
    case 'space-short':
    case 'taken-back':
      return explainDeed(failure);
    case 'gate-closed':
      return told(
        failure.host === null
          ? `Refused: ${failure.reason}`
          : `Refused for ${failure.host}: ${failure.reason}`,
        failure.remedy,
      );
    case 'run-active':
      return told(
        `Another run of nixup works on this flake: ${failure.owner}, since ${showMoment(failure.since)} UTC.`,
        'Wait until it has ended, or cancel it there with ^c.',
      );
    case 'git-refused':
      return told(`git ${failure.operation} was refused: ${failure.detail}`, failure.remedy);
    case 'http-failed':
      return told(
        `${failure.url} did not answer as it should: ${failure.detail}`,
        `Try by hand: ${shell('curl', '--fail', '--show-error', '--', failure.url)}`,
      );
  }
};
