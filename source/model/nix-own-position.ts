import type { NixCause, NixPosition } from './nix-cause.ts';

const within = (file: string, flake: string): string =>
  file.startsWith(`${flake}/`) ? file.slice(flake.length + 1) : file;

/**
 * The cause with its place in a file of the flake itself, where Nix named one:
 * of all files that an error runs through, only these can be mended at once.
 * `files` are the tracked files, relative to the flake's folder.
 */
export const placeInFlake = (
  cause: NixCause,
  flake: string,
  files: ReadonlySet<string>,
): NixCause => {
  const positions = cause.positions.map(
    (position): NixPosition => ({ ...position, file: within(position.file, flake) }),
  );
  const own = positions.find(({ file }) => files.has(file));
  const { position } = cause;
  const shown = position === null ? null : { ...position, file: within(position.file, flake) };
  return { ...cause, positions, position: own ?? shown };
};

/** `hosts/p620.nix:12:3`. */
export const showPosition = ({ file, line, column }: NixPosition): string =>
  [file, line, column].filter((part) => part !== null).join(':');
