import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { World } from '../world/world.ts';
import { elevationRefusedStatus } from './elevation.ts';
import { judgeRemoteFailure, refusal } from './run.ts';
import { type SshSettings, scriptCommand } from './ssh.ts';

const timeoutMs = 30_000;

/** Passwords for becoming root, by host: in memory, on standard input of the tool that asks, and nowhere else. */
export interface Passwords {
  of(host: string): string | null;
  /** Proves the password on the host at once; kept only when it is the right one. */
  give(entry: HostEntry, password: string): Promise<Result<void, Failure>>;
}

export const createPasswords = (world: World, settings: SshSettings): Passwords => {
  const known = new Map<string, string>();
  return {
    of: (host) => known.get(host) ?? null,
    give: async (entry, password) => {
      const refused = refusal(entry);
      if (refused !== null) return failed(refused);
      // A password of several lines would be read as the script.
      const line = password.split('\n')[0] ?? '';
      const answer = await world.exec(scriptCommand(entry, settings, 'needed', false, true), {
        timeoutMs,
        input: `${line}\ntrue\n`,
        quiet: true,
      });
      if (answer.ok) {
        known.set(entry.name, line);
        return success(undefined);
      }
      const { failure } = answer;
      // Any failure of the password's script means, in whatever language: the password is wrong, or
      // cannot be used.
      return failed(
        failure.code === 'command-failed' &&
          failure.exitCode !== 255 &&
          failure.exitCode !== elevationRefusedStatus
          ? {
              code: 'elevation-refused',
              host: entry.name,
              detail: /not (?:in the sudoers|allowed)|may not run|not found/.test(
                failure.tail.join(' '),
              )
                ? (failure.tail.at(-1) ?? 'sudo refused')
                : 'the password is wrong',
            }
          : judgeRemoteFailure(entry, failure),
      );
    },
  };
};
