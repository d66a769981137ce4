import type { Failure } from '../failure.ts';
import { revertWords } from '../host/supervision.ts';
import { adviceOf, advise } from '../words/advice.ts';
import { showDuration } from '../words/format-time.ts';
import { type Explanation, shell, told } from './explanation.ts';

/** Failures of what is done on a host. */
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

/** Why it could not be proven what the host boots next. */
const explainUnprovenBoot = ({
  host,
  detail,
  after,
}: Extract<Failure, { code: 'persistence-unproven' }>): Explanation => {
  const look = shell('ssh', host, 'bootctl status');
  if (after === 'back')
    return told(
      `${host} runs the old system, but it is not proven that it boots it too: ${detail}`,
      advise(
        `See what it boots: ${look}. Before its next reboot, take profile and boot default back`,
        shell('nixup', 'rollback', host),
      ),
    );
  return told(
    after === 'clean'
      ? `Old generations were removed on ${host}, and it is not proven what it boots after that: ${detail}`
      : `${host} runs the new system, but it is not proven that it boots it: ${detail}`,
    advise('Look before the next reboot', look),
  );
};

// Over 60 lines: the words for each kind of failure.
/**
 * What happened to a host in a deploy or rollback that failed, and in which state the host is now.
 */
export const explainDeed = (failure: DeedFailure): Explanation => {
  const { host } = failure;
  switch (failure.code) {
    case 'copy-failed':
      return told(
        `Copying to ${host} failed: ${failure.detail}`,
        failure.remedy === null
          ? advise(`Nothing changed on ${host}. Try again with`, shell('nixup', 'deploy', host))
          : adviceOf({ ...failure, remedy: failure.remedy }),
        failure.tail,
      );
    case 'activation-failed':
      return told(
        `The activation on ${host} ${failure.exitCode === null ? 'did not end properly' : `ended with status ${failure.exitCode}`}: ${failure.meaning}.`,
        failure.isUntouched === true
          ? advise(
              `${host} runs what it ran. Fix the cause, then`,
              shell(
                'nixup',
                'deploy',
                host,
                ...(failure.isForBoot === true ? ['--mode', 'boot'] : []),
              ),
            )
          : advise(
              `See what failed with: ${shell('ssh', host, 'systemctl --failed')}, or go back with`,
              shell('nixup', 'rollback', host),
            ),
        failure.tail,
      );
    case 'activation-unproven':
      if (failure.isRestarted === true)
        return told(
          `${host} was restarted before the new system was confirmed, and boots what it booted before: it runs ${failure.found ?? 'an unknown system'}.`,
          advise('Find out who restarted it, then deploy again', shell('nixup', 'deploy', host)),
        );
      return told(
        `${host} runs ${failure.found ?? 'an unknown system'} instead of ${failure.expected}.`,
        advise(
          'Somebody else may have switched it. Look again with',
          shell('nixup', 'status', host),
        ),
      );
    case 'persistence-unproven':
      return explainUnprovenBoot(failure);
    case 'generation-gone':
      return told(
        `${failure.generation === null ? 'The recorded generation' : `Generation ${failure.generation}`} is not on ${host} any more: ${failure.detail}`,
        advise(
          `Choose one that is there (Enter on ${host}, tab generations), or run`,
          shell('nixup', 'rollback', host, '--generation', 'N'),
        ),
      );
    case 'taken-back':
      return explainTakenBack(failure);
    case 'restart-silent':
      return failure.isDown
        ? told(
            `${host} does not answer ${showDuration(failure.afterMs)} after its restart.`,
            advise(
              'Its boot default was read as the old system before the restart: a power cycle should start that one. It may also wait at its console, for a disk password or a person. What is true',
              shell('nixup', 'status', host),
            ),
          )
        : told(
            `${host} was asked to restart ${showDuration(failure.afterMs)} ago, and still runs as before.`,
            advise(
              `See what holds it: ${shell('ssh', host, 'systemctl list-jobs')}. When it is up again`,
              'nixup resume',
            ),
          );
    case 'space-short':
      return told(
        `${host} has too little space: ${failure.detail}`,
        advise(
          `${failure.isUntouched === false ? '' : 'Nothing was changed. '}See what fills it with`,
          shell('ssh', host, 'df -h / /nix /boot /run'),
        ),
      );
  }
};

const because = (detail: string | null): string =>
  detail === null ? '' : ` (${detail.replace(/\.$/, '')})`;

/**
 * Into which system a reboot would lead, by the boot default that was read after the host could not
 * go back.
 */
const nextAfterFailedRevert = ({
  host,
  boot,
}: Extract<Failure, { code: 'taken-back' }>): string => {
  if (boot === undefined)
    return `What ${host} boots was not read: look before a reboot with: nixup status ${host}.`;
  const { found, old } = boot;
  if (found.kind === 'unverifiable')
    return `What ${host} boots could not be read (${found.reason}): look at its boot menu before a reboot.`;
  return found.toplevel === old
    ? `Its boot default, read now, is the old system: a reboot takes it there.`
    : `Its boot default, read now, is ${found.toplevel} and not the old system: a reboot does not take it back. Fix it with: nixup rollback ${host}.`;
};

const explainTakenBack = (failure: Extract<Failure, { code: 'taken-back' }>): Explanation => {
  const { host, result, detail } = failure;
  switch (result.kind) {
    case 'reverted':
      return told(
        `${host} went back to its old system by itself: ${revertWords(result.why)}${because(detail)}`,
        advise(
          'Profile and boot default are the old ones. See its log with',
          shell('ssh', host, 'journalctl -b -u "nixup-*"'),
        ),
      );
    case 'revert-failed':
      return told(
        `${host} could not go back by itself (${revertWords(result.why)}${because(detail)}): its old system's activation ended with ${result.exitCode ?? 'no status'}.`,
        advise(
          `${nextAfterFailedRevert(failure)} See why with`,
          shell('ssh', host, 'journalctl -b -u "nixup-*"'),
        ),
      );
    case 'rebooted':
      return told(
        `${host} could not go back by itself while it ran (${revertWords(result.why)}${because(detail)}): its old system's activation ended with ${result.exitCode ?? 'no status'}. It rebooted into its boot default instead.`,
        advise(
          'Read why, in the journal of the boot before',
          shell('ssh', host, 'journalctl -b -1 -u "nixup-*"'),
        ),
      );
    case 'foreign':
      return told(
        `Somebody else switched ${host} in the meantime, to ${result.current ?? 'an unknown system'}; it was left alone.`,
        advise(
          `Find out who did it: ${shell('ssh', host, 'journalctl -b -t nixos')}. Then see what ${host} runs`,
          shell('nixup', 'status', host),
        ),
      );
    case 'untouched':
      return told(
        `The activation on ${host} was refused before it changed anything${because(detail)}.`,
        advise('Fix the cause, then deploy again', shell('nixup', 'deploy', host)),
      );
    case 'committed':
    case 'kept':
      return told(
        `${host} was confirmed already${because(detail)}.`,
        advise('Look at it with', shell('nixup', 'status', host)),
      );
  }
};
