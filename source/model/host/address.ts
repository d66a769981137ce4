/** Names of hosts that may appear in commands: letters, digits, dots, dashes, underscores. */
const safeName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;

const safeStart = /^[A-Za-z0-9]/;

const user = '(?:[A-Za-z0-9_][A-Za-z0-9._-]*@)?';
const name = '[A-Za-z0-9_][A-Za-z0-9._-]*';
const bracketed = '\\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?\\]';
const bare = '[0-9A-Fa-f]*:[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?';

const destination = new RegExp(`^${user}(?:${name}|${bracketed}|${bare})$`);
const address = new RegExp(`^ssh://${user}(?:${name}|${bracketed})(?::[0-9]{1,5})?$`);

/** Names that every JavaScript object knows would be found in tables that lack them. */
const isBuiltInName = (text: string): boolean => text in Object.prototype;

/** Why a name is refused, as the end of a sentence about it. */
export const refusedNameWords = (text: string): string =>
  isBuiltInName(text)
    ? 'it is a word that nixup keeps for itself'
    : safeStart.test(text)
      ? 'it has other signs than letters from a to z, digits, dots, dashes and underscores, or more than 253 of them'
      : 'it does not begin with a digit or a letter from a to z';

/**
 * Whether a host's name is harmless in every command: it can neither start an
 * option nor carry a word of a shell or of Nix.
 */
export const isSafeHostName = (text: string): boolean =>
  safeName.test(text) && !isBuiltInName(text);

/** Whether an address is an ssh destination, `[user@]host` or `ssh://[user@]host[:port]`, and no more. */
export const isSafeAddress = (text: string): boolean =>
  text.length <= 320 && (destination.test(text) || address.test(text));

/** The host's name in an ssh destination: without scheme, user, port and brackets. */
export const hostInAddress = (text: string): string =>
  text
    .replace(/^ssh:\/\//, '')
    .replace(/^.*@/, '')
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^([^:]*):\d+$/, '$1');
