const refusedSetting = /ignoring untrusted flake configuration setting '([^']+)'/;

/**
 * The setting of a flake's `nixConfig` that Nix leaves aside because nobody
 * agreed to it; with `internal-json` it never asks. Null for every other line.
 */
export const refusedFlakeSetting = (line: string): string | null =>
  refusedSetting.exec(line)?.[1] ?? null;
