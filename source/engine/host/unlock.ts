import { asSentence, explain } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { EngineContext } from '../run/context.ts';
import { probeHosts } from '../survey/survey.ts';

/** How often a wrong password may be typed for one host. */
const tries = 3;

/** Whether the host answers, and its login user is root by a password at most. */
const isLocked = (context: EngineContext, host: string): boolean => {
  const known = context.state().hosts[host];
  return (
    known?.probe.kind === 'answered' &&
    known.facts !== null &&
    known.facts.elevation === null &&
    known.entry.elevate !== 'root'
  );
};

/** sudo, where the config does not name another: nearly every host has it. */
const toolOf = ({ elevate }: HostEntry): string => (elevate === 'auto' ? 'sudo' : elevate);

/**
 * Asks for the password of sudo, doas or run0 where a host wants one: once, proven at once
 * on the host, tried on the next hosts before they are asked for, and kept in
 * memory until nixup ends. Answers the hosts that stay locked.
 */
export const unlockHosts = async (
  context: EngineContext,
  hosts: readonly string[],
  ask: AskSecret,
): Promise<readonly string[]> => {
  const locked = hosts.filter((host) => isLocked(context, host));
  const unlocked: string[] = [];
  let last: string | null = null;
  for (const host of locked) {
    const entry = context.state().hosts[host]?.entry;
    if (entry === undefined) continue;
    let why: string | null = null;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const isRepeated: boolean = attempt === 0 && last !== null;
      const password: string | null = isRepeated
        ? last
        : await ask(
            `${why === null ? '' : `${asSentence(why)} `}Password of ${toolOf(entry)} on ${host}:`,
          );
      if (password === null || password === '') break;
      const given = await context.hosts.passwords.give(entry, password);
      if (given.ok) {
        last = password;
        unlocked.push(host);
        break;
      }
      if (given.failure.code !== 'elevation-refused') break;
      if (!isRepeated) why = explain(given.failure).what;
    }
  }
  const entries = unlocked.flatMap((host) => context.state().hosts[host]?.entry ?? []);
  if (entries.length > 0) await probeHosts(context, entries);
  return locked.filter((host) => !unlocked.includes(host));
};

/** Asks a person for something that must not be shown; null where they leave. */
export type AskSecret = (question: string) => Promise<string | null>;
