/** The files that ssh says it reads (`ssh -v`, readconf.c: read_config_file_depth), those of `Include` too. */
export const readConfigFiles = (said: string): readonly string[] => [
  ...new Set(
    said
      .split(/\r?\n/)
      .flatMap((line) => /^debug1: Reading configuration data (.+)$/.exec(line)?.[1] ?? []),
  ),
];

const isSaid = (line: string): boolean => !/^\s*(?:#|$)/.test(line);

/**
 * What `Include` lines of a text of ssh_config(5) name. A pattern is one of file names in a folder.
 * `isClear` is false where that cannot be said from the text alone: variables, tokens, patterns of folders.
 */
interface Included {
  readonly files: readonly string[];
  /** Folders in which a file may come to match. */
  readonly folders: readonly string[];
  readonly isClear: boolean;
}

/** Pure. `base` is the folder for relative names (readconf.c: `~/.ssh` in the file of a user, else that of the system's). */
export const includedPaths = (
  text: string,
  { home, base }: { readonly home: string; readonly base: string },
): Included => {
  const words = text
    .split('\n')
    .flatMap((line) => /^\s*"?include"?(?:\s*=\s*|\s+)(.+)$/i.exec(line)?.[1] ?? [])
    .flatMap((said) => said.match(/"[^"]*"|[^\s"]+/g) ?? [])
    .map((word) => word.replaceAll('"', ''));
  const files: string[] = [];
  const folders: string[] = [];
  let isClear = true;
  for (const word of words) {
    if (/[$%\\]|^~[^/]/.test(word)) isClear = false;
    const named = word.replace(/^~(?=\/)/, home);
    const path = named.startsWith('/') ? named : `${base}/${named}`;
    const cut = path.lastIndexOf('/');
    if (/[*?[]/.test(path.slice(0, cut))) isClear = false;
    else if (/[*?[]/.test(path.slice(cut))) folders.push(path.slice(0, cut));
    else files.push(path);
  }
  return { files, folders, isClear };
};

/** What a text of ssh_config(5) has to do with the ways to hosts. */
interface ConfigWays {
  /** It names a jump host or a program that makes connections. */
  readonly hasWays: boolean;
  /** It depends on more than its text: on a program that it runs, or on the network. */
  readonly isMoody: boolean;
}

/** Pure. Says rather too much than too little. */
export const waysInConfig = (text: string): ConfigWays => {
  const lines = text.split('\n').filter(isSaid);
  return {
    hasWays: lines.some((line) => /proxy(?:jump|command)/i.test(line)),
    isMoody: lines.some((line) => /^\s*"?match\b.*\b(?:exec|localnetwork)\b/i.test(line)),
  };
};
