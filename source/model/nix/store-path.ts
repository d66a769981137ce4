/** `/nix/store/<hash>-<name>`, nothing below it: safe as a word of any command. */
const storePath = /^\/nix\/store\/[0-9a-z]{32}-[A-Za-z0-9+._?=-]{1,211}$/;

export const isStorePath = (text: string): boolean => storePath.test(text);

/** `<hash>-<name>`. */
export const storePathName = (path: string): string => path.slice('/nix/store/'.length);

/** Store paths are absolute: `/nix/store/<hash>-<name>`. */
export type StorePath = string;
