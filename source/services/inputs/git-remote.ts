import type { World } from '../world/world.ts';

/** Protocols that git may speak with a remote that a lock names: no helper programs. */
export const allowedProtocols = 'file:git:http:https:ssh';

/** A url that git may be given: none that is an option, or names a helper (`ext::`, gitremote-helpers(7)). */
export const isFetchable = (url: string): boolean =>
  /^(?:https?|ssh|git|file):\/\/[^-]|^\//.test(url);

/** For git that talks to a remote: English, and no question that nobody would see. */
export const remoteEnvironment = (
  world: Pick<World, 'environment'>,
): Readonly<Record<string, string>> => ({
  LC_ALL: 'C',
  GIT_ALLOW_PROTOCOL: allowedProtocols,
  GIT_SSH_COMMAND: world.environment['GIT_SSH_COMMAND'] ?? 'ssh -o BatchMode=yes',
});
