export interface NixVersion {
  /** As Nix writes it, such as `2.34.1` or `2.36.0pre20260801_d8`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly flavor: 'nix' | 'lix' | 'determinate';
}

/**
 * Reads `nix --version`: `nix (Nix) 2.34.1`, `nix (Lix, like Nix) 2.91.1`,
 * `nix (Determinate Nix 3.6.2) 2.29.0`. Null when it is none of these.
 */
export const parseNixVersion = (output: string): NixVersion | null => {
  const line = output.split('\n').find((text) => /^nix\b/.test(text));
  const text = line?.trim().split(/\s+/).at(-1);
  const numbers = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text ?? '');
  if (line === undefined || text === undefined || numbers === null) return null;
  return {
    text,
    major: Number(numbers[1]),
    minor: Number(numbers[2]),
    patch: Number(numbers[3] ?? 0),
    flavor: /\(lix/i.test(line) ? 'lix' : /\(determinate/i.test(line) ? 'determinate' : 'nix',
  };
};

/** Whether a version is this one or a later one. Versions of Lix (2.90 and up) count as later. */
export const isAtLeast = (
  version: NixVersion,
  [major, minor, patch]: readonly [number, number, number],
): boolean => {
  const differences = [version.major - major, version.minor - minor, version.patch - patch];
  return (differences.find((difference) => difference !== 0) ?? 0) >= 0;
};
