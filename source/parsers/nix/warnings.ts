import type { NixCause } from '../../model/nix/cause.ts';

/** Said for each builder that Nix could not use, before it looks for another (`src/build-remote/build-remote.cc`). */
const refusal = /^cannot build on '(?:[a-z-]+:\/\/)?(?:[^@'/]*@)?([^'/?]+)[^']*':\s*(.*)$/;

const plainReason = (text: string): string => text.replace(/\berror:\s*/g, '').trim();

/** Why each builder was left out, by its name; the last word on each counts. */
export const unusableBuilders = (lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    lines.flatMap((line) => {
      const [, builder, reason] = refusal.exec(line) ?? [];
      return builder === undefined || reason === undefined
        ? []
        : [[builder, plainReason(reason)] as const];
    }),
  );

/** That nothing can build it, as the silence of the builders that should. */
export const withUnusableBuilders = (cause: NixCause, lines: readonly string[]): NixCause => {
  if (cause.class !== 'no-builder') return cause;
  const builders = [...unusableBuilders(lines)];
  if (builders.length === 0) return cause;
  const told = builders.map(([builder, reason]) => `${builder} (${reason})`).join(', ');
  const subject = builders.length === 1 ? 'The builder' : 'The builders';
  return {
    ...cause,
    class: 'builder-lost',
    message: `${subject} ${told} could not be used, and nothing else builds for this system`,
  };
};

const refusedSetting = /ignoring untrusted flake configuration setting '([^']+)'/;

/**
 * The setting of a flake's `nixConfig` that Nix leaves aside because nobody
 * agreed to it; with `internal-json` it never asks. Null for every other line.
 */
export const refusedFlakeSetting = (line: string): string | null =>
  refusedSetting.exec(line)?.[1] ?? null;
