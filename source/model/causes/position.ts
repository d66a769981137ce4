import type { NixCause, NixPosition } from '../nix/cause.ts';

/** What tells a person's own files from those of the flake's inputs. */
export interface FlakeFiles {
  /** The flake's folder. */
  readonly flake: string;
  /** Its tracked files, relative to that folder; empty outside of git. */
  readonly files: ReadonlySet<string>;
  /** The input whose source Nix names so; null where none has it. */
  readonly inputOfSource: (source: string) => string | null;
}

/** A flake below the root of its repository: its source is the whole repository, its files are not. */
const belowRoot = (file: string, files: ReadonlySet<string>): string => {
  const parts = file.split('/');
  const from = parts.findIndex((_, index) => files.has(parts.slice(index).join('/')));
  return from === -1 ? file : parts.slice(from).join('/');
};

const placed = (
  position: NixPosition,
  { flake, files, inputOfSource }: FlakeFiles,
): NixPosition => {
  const { source, ...place } = position;
  const { file } = place;
  if (source === undefined)
    return { ...place, file: file.startsWith(`${flake}/`) ? file.slice(flake.length + 1) : file };
  const input = inputOfSource(source);
  return input === null ? { ...place, file: belowRoot(file, files) } : { ...place, input };
};

const sourceAhead = /(?:\/[^\s'"`]*?\/[0-9a-df-np-sv-z]{32}-source|«[^»\s]+»)\//g;

/** Paths in Nix's words as a person knows them: `hosts/p620.nix`, or `nixpkgs/lib/modules.nix` in an input. */
const inKnownWords = (text: string, { inputOfSource }: FlakeFiles): string =>
  text.replace(sourceAhead, (prefix) => {
    const input = inputOfSource(prefix.slice(0, -1));
    return input === null ? '' : `${input}/`;
  });

/**
 * The cause with its place in a file of the flake itself, where Nix named one:
 * of all files that an error runs through, only these can be mended at once.
 * Inputs have a flake.nix and a lib too, so a file counts by its source.
 */
export const placeInFlake = (cause: NixCause, own: FlakeFiles): NixCause => {
  const positions = cause.positions.map((position) => placed(position, own));
  const mine = positions.find(({ file, input }) => input === undefined && own.files.has(file));
  const { position } = cause;
  return {
    ...cause,
    message: inKnownWords(cause.message, own),
    // A builder's log is the builder's own words.
    tail:
      cause.derivation === null ? cause.tail.map((line) => inKnownWords(line, own)) : cause.tail,
    positions,
    position: mine ?? (position && placed(position, own)),
  };
};

/** Whether a person can mend it there: a file of the flake, not of one of its inputs. */
export const isOwnPlace = ({ input, source }: NixPosition): boolean =>
  input === undefined && source === undefined;

/** `hosts/p620.nix:12:3`, and `lib/modules.nix:1:2 of nixpkgs` for a file of an input. */
export const showPosition = ({ file, line, column, input }: NixPosition): string => {
  const place = [file, line, column].filter((part) => part !== null).join(':');
  return input === undefined ? place : `${place} of ${input}`;
};
