import { mustRunIn, run } from './enter.ts';
import { type Ended, nixup, type ProgramOptions } from './program.ts';
import { openScreen, type Screen } from './screen.ts';
import { asUser, type User } from './users.ts';

/** A checkout of the fleet, and who works in it. */
export interface Desk {
  readonly user: User;
  readonly folder: string;
}

const timeoutMs = 300_000;

/** Runs the built program at that desk, to its end. */
export const nixupAt = (
  { user, folder }: Desk,
  words: readonly string[],
  options: ProgramOptions = {},
): Promise<Ended> => nixup(words, { folder, user, timeoutMs, ...options });

export const screenAt = ({ user, folder }: Desk): Screen => openScreen([], { user, folder });

/** Runs a script in the checkout as that user; its output without the last line break. */
export async function scriptAt({ user, folder }: Desk, script: string): Promise<string> {
  const words = asUser(user, ['/bin/sh', '-euc', '"$SCRIPT"']).join(' ');
  const done = await run('workstation', `cd ${folder}; exec ${words}`, {
    env: { SCRIPT: script },
  });
  if (done.exitCode !== 0)
    throw new Error(`${script.slice(0, 200)} ended with ${done.exitCode}:\n${done.stderr}`);
  return done.stdout.trimEnd();
}

/** Makes ada, with a checkout that she and root share, as git wants it where two users write. */
export const makeAda = (): Promise<string> =>
  mustRunIn(
    'workstation',
    `useradd --create-home --shell /bin/bash ada
     cp -a /root/.ssh /home/ada/.ssh
     printf 'Host *\\n  User root\\n' >> /home/ada/.ssh/config
     cp -a /root/fleet /home/ada/fleet
     cd /home/ada/fleet
     git config core.sharedRepository group
     chown -R ada: /home/ada
     # What root adds is of her group.
     find .git -type d -exec chmod g+ws '{}' +
     echo 'trusted-users = root ada' >> /etc/nix/nix.conf
     systemd-run --quiet --unit=nix-daemon-of-lab nix-daemon`,
  );
