import { quoteWord, scriptLine } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { BootDefault, HostEntry } from '../../model/host/host.ts';
import { isStorePath, type StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type Advice, advise, advised, commandOnly } from '../../model/words/advice.ts';
import { forgetFirmwareOnce } from '../../parsers/boot/firmware-once.ts';
import {
  bootScript,
  forgetOnceScript,
  readBootDefault,
  readBootEntry,
  readNeverOnce,
} from '../../parsers/boot/loaders.ts';
import { keyedValue } from '../../parsers/keyed-lines.ts';
import {
  activateCommand,
  revertEnvironment,
  setProfileCommand,
  systemProfile,
} from '../host/commands.ts';
import { keepKnownGood } from '../host/known-good.ts';
import { runningSystem } from '../host/specialisation.ts';
import { isLostContact, type RunOnHost } from '../ssh/run.ts';

const timeoutMs = 5 * 60_000;

/** What is needed to undo the choice of a system for one boot. */
export interface BootedOnce {
  /**
   * The generation link that the profile was before, such as `system-41-link`; null where an ended
   * run began it.
   */
  readonly profileBefore: string | null;
}

/**
 * The newest generation of the old system, where nobody recorded which generation the profile was.
 */
const lookUpBefore = `for link in $(ls -v -d ${systemProfile}-*-link); do
    [ "$(readlink -f "$link")" = "$old" ] && before=\${link##*/}
  done`;

/** Restores profile and boot entries; a generation that was made only for this is removed. */
const undoScript = (old: StorePath, profileBefore: string | null): string => `
old=${quoteWord(old)}
before=${quoteWord(profileBefore ?? '')}
if [ -z "$before" ]; then
  ${lookUpBefore}
fi
after=$(readlink ${systemProfile})
${forgetOnceScript}
if [ -n "$before" ] && [ "$before" != "$after" ]; then
  number=\${before#system-}
  nix-env -p ${systemProfile} --switch-generation "\${number%-link}" >/dev/null 2>&1 </dev/null
  number=\${after#system-}
  nix-env -p ${systemProfile} --delete-generations "\${number%-link}" >/dev/null 2>&1 </dev/null
fi
NIXOS_NO_CHECK=${revertEnvironment.NIXOS_NO_CHECK} ${quoteWord(`${old}/bin/switch-to-configuration`)} boot >/dev/null 2>&1 </dev/null
echo "profile $(readlink -f ${systemProfile})"
`;

/**
 * The new system becomes a generation, so that it has a boot entry; the old
 * one installs the entries, so that it stays the default.
 */
const prepareScript = (
  entry: HostEntry,
  old: StorePath,
  to: StorePath,
  isOldGood: boolean,
): string => `
umask 022
old=${quoteWord(old)}
new=${quoteWord(to)}
before=$(readlink ${systemProfile})
# A run that was cut off may have made it a generation already.
if [ "$(readlink -f ${systemProfile})" = "$new" ]; then
  ${lookUpBefore}
fi
echo "profile-before $before"
${runningSystem}
if [ "$running" != "$old" ]; then echo "elsewhere $running"; exit 0; fi
${isOldGood ? keepKnownGood(systemProfile, '"$old"') : ''}
if [ "$(readlink -f ${systemProfile})" != "$new" ]; then
  said=$(${scriptLine(setProfileCommand(entry, to))} 2>&1 </dev/null) || { echo "trouble the profile could not be set: $said" | tail -n 1; exit 0; }
fi
said=$(${scriptLine(activateCommand(entry, old, 'boot', revertEnvironment))} 2>&1 </dev/null) || echo "trouble the boot entries could not be installed: $(echo "$said" | tail -n 1)"
${bootScript}
echo once-end
`;

/** The loader's files as they are, before anything is changed. */
const lookScript = `${bootScript}
echo once-look
`;

/** Answers before the host shuts down, so that its end is not taken for a lost connection. */
const restartScript = `
${forgetFirmwareOnce}
systemd-run --quiet --collect --on-active=1s --timer-property=AccuracySec=100ms systemctl reboot 2>/dev/null ||
  { ( sleep 1; systemctl reboot ) >/dev/null 2>&1 </dev/null & }
echo restarting
`;

/** Booting a system once: the default stays what it was until the new system is proven. */
export interface BootOnce {
  /**
   * Chooses the new system for the next boot only. Restores everything where that is not possible.
   */
  choose(
    entry: HostEntry,
    old: StorePath,
    to: StorePath,
    /** False: the old one is not kept as known good. */
    isOldGood?: boolean,
  ): Promise<Result<BootedOnce, Failure>>;
  /** Restarts the host now; whoever calls waits for its new boot id. */
  restart(entry: HostEntry): Promise<Result<void, Failure>>;
  /** Restores profile and boot entries of the old system. */
  undo(entry: HostEntry, old: StorePath, before: BootedOnce): Promise<Result<void, Failure>>;
}

/** Why a restart would not come back to the old system by itself; null where it would. */
const objectionTo = (found: BootDefault, old: StorePath, to: StorePath): string | null => {
  if (found.kind === 'unverifiable')
    return `whether the old system stays the default cannot be read: ${found.reason}`;
  if (found.toplevel === old) return null;
  return found.toplevel === to
    ? 'it makes the new system the default at once, as the newest generation, and would start it again if it does not come up'
    : `its default is neither the old system nor the new one, but ${found.toplevel}`;
};

const notRestarted = (entry: HostEntry, reason: string, next: Advice | string): Failure => ({
  code: 'gate-closed',
  host: entry.name,
  reason,
  ...advised(next),
});

const withSomebody = (entry: HostEntry, reason: string): Failure =>
  notRestarted(
    entry,
    `its boot loader cannot be told to start the new system once: ${reason}`,
    advise(
      'When somebody is there who can restart it, run',
      `nixup deploy ${entry.name} --mode boot`,
    ),
  );

/** The script that chooses the new system for one boot, by what the host answered when it was prepared. */
const scriptToChoose = (
  entry: HostEntry,
  old: StorePath,
  to: StorePath,
  prepared: string,
): Result<string, Failure> => {
  const trouble = keyedValue(prepared, 'trouble');
  if (trouble !== null)
    return failed(
      /No space left/.test(trouble)
        ? { code: 'space-short', host: entry.name, detail: trouble }
        : notRestarted(
            entry,
            `it was not restarted, because ${trouble}`,
            advise('Mend that there, then deploy again', `ssh ${entry.name}`),
          ),
    );
  const target = readBootEntry(prepared, to);
  if (target.kind === 'refused') return failed(withSomebody(entry, target.reason));
  const objection = objectionTo(readBootDefault(prepared), old, to);
  return objection === null
    ? success(target.loader.chooseOnce(target.entry))
    : failed(withSomebody(entry, objection));
};

// Over 60 lines: its three methods; the longest asks the host three times, each by the answer
// before.
export const createBootOnce = (run: RunOnHost): BootOnce => {
  const undo: BootOnce['undo'] = async (entry, old, before) => {
    const answer = await run(entry, undoScript(old, before.profileBefore), {
      does: 'profile and boot entries back to the old system',
      timeoutMs,
      privilege: 'needed',
    });
    if (!answer.ok) return answer;
    const profile = keyedValue(answer.value.stdout, 'profile');
    return profile === old
      ? success(undefined)
      : failed({
          code: 'persistence-unproven',
          host: entry.name,
          after: 'back',
          detail: `the profile is ${profile ?? 'not readable'} and not ${old}`,
        });
  };
  return {
    undo,
    choose: async (entry, old, to, isOldGood = true) => {
      if (!isStorePath(old) || !isStorePath(to))
        return failed(
          notRestarted(
            entry,
            'one of its systems is no store path',
            commandOnly(`nixup status ${entry.name}`),
          ),
        );
      // Where the loader never can do that, nothing of the host is changed.
      const looked = await run(entry, lookScript, {
        timeoutMs,
        privilege: 'needed',
        does: 'look at its boot loader',
      });
      if (!looked.ok) return looked;
      const never = readNeverOnce(looked.value.stdout);
      if (never !== null) return failed(withSomebody(entry, never));
      const prepared = await run(entry, prepareScript(entry, old, to, isOldGood), {
        timeoutMs,
        privilege: 'needed',
        does: 'nix-env --set the new system, boot entries with the old one as default',
      });
      if (!prepared.ok) return prepared;
      const { stdout } = prepared.value;
      const elsewhere = keyedValue(stdout, 'elsewhere');
      if (elsewhere !== null)
        return failed({
          code: 'activation-unproven',
          host: entry.name,
          expected: old,
          found: elsewhere,
        });
      const before: BootedOnce = { profileBefore: keyedValue(stdout, 'profile-before') };
      const takeBack = async (failure: Failure): Promise<Result<BootedOnce, Failure>> => {
        const undone = await undo(entry, old, before);
        return undone.ok ? failed(failure) : undone;
      };
      const script = scriptToChoose(entry, old, to, stdout);
      if (!script.ok) return takeBack(script.failure);
      const chosen = await run(entry, script.value, {
        timeoutMs,
        privilege: 'needed',
        does: 'boot the new system once',
      });
      if (!chosen.ok) return takeBack(chosen.failure);
      if (!/^chosen$/m.test(chosen.value.stdout))
        return takeBack(
          notRestarted(
            entry,
            `its boot loader did not take the entry for one boot: ${chosen.value.stdout.trim().split('\n').at(-1) ?? ''}`,
            advise('With somebody at its console', `nixup deploy ${entry.name} --mode boot`),
          ),
        );
      return success(before);
    },
    restart: async (entry) => {
      const answer = await run(entry, restartScript, {
        timeoutMs: 30_000,
        privilege: 'needed',
        does: 'systemctl reboot',
      });
      // A host that is gone at once has done what it was asked to.
      if (answer.ok || isLostContact(answer.failure)) return success(undefined);
      return answer;
    },
  };
};
