import type { Generation } from '../../model/host/host.ts';
import type { KeyedValues } from '../keyed-lines.ts';

/** `6.12.8` of `/nix/store/<hash>-linux-6.12.8/bzImage`; the whole name where it has no version. */
export const kernelVersion = (path: string | null): string | null => {
  const name = /\/nix\/store\/[a-z0-9]+-([^/]+)/.exec(path ?? '')?.[1];
  if (name === undefined) return null;
  return /-(\d.*)$/.exec(name)?.[1] ?? name;
};

const generationNumber = (link: string): string | null =>
  /system-(\d+)-link/.exec(link)?.[1] ?? null;

const byGeneration = (lines: readonly string[], pattern: RegExp): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const line of lines) {
    const match = pattern.exec(line);
    const number = generationNumber(match?.[1] ?? '');
    if (number !== null && match?.[2] !== undefined && !found.has(number))
      found.set(number, match[2]);
  }
  return found;
};

/** A line of `grep` over the files in which NixOS keeps the revision of the flake. */
export const revisionLine =
  /^(\S+?)(?:\/sw\/bin\/nixos-version|(?:\/etc)?\/nixos-version\.json):.*"([^"]+)"$/;

/** Generations of the system profile, oldest first. */
export const readGenerations = (lines: KeyedValues): readonly Generation[] => {
  const versions = byGeneration(lines.all('version'), /^(\S+) (.*)$/);
  const kernels = byGeneration(lines.all('kernel-link'), /^'([^']+)' -> '([^']+)'/);
  const revisions = byGeneration(lines.all('revision'), revisionLine);
  return lines
    .all('generation')
    .map((line) => /^(\d+) '[^']*system-(\d+)-link' -> '([^']+)'/.exec(line))
    .flatMap((match) => {
      const [, seconds, number, path] = match ?? [];
      return seconds === undefined || number === undefined || path === undefined
        ? []
        : [
            {
              number: Number(number),
              path,
              at: Number(seconds) * 1000,
              nixosVersion: versions.get(number)?.trim() ?? null,
              revision: revisions.get(number) ?? null,
              kernel: kernelVersion(kernels.get(number) ?? null),
            },
          ];
    })
    .sort((left, right) => left.number - right.number);
};
