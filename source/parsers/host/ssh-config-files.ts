/** The files that ssh says it reads (`ssh -v`, readconf.c: read_config_file_depth), those of `Include` too. */
export const readConfigFiles = (said: string): readonly string[] => [
  ...new Set(
    said
      .split(/\r?\n/)
      .flatMap((line) => /^debug1: Reading configuration data (.+)$/.exec(line)?.[1] ?? []),
  ),
];

const isSaid = (line: string): boolean => !/^\s*(?:#|$)/.test(line);

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
