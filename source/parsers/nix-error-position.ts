import type { NixPosition } from '../model/nix-cause.ts';

const at = /\bat (\S.*?):(\d+):(\d+):?\s*$/;
/** The module system names files without a line: "in `/nix/store/…-source/hosts/p620.nix'". */
const inFile = /\b[Ii]n [`'"«]([^`'"»\s]+\.nix)['"»]/g;

/** `/nix/store/<hash>-source/hosts/a.nix` and `«git+file:…»/hosts/a.nix` are `hosts/a.nix`. */
const relativeToSource = (file: string): string =>
  file.replace(/^\/\S*?\/[0-9a-df-np-sv-z]{32}-source\//, '').replace(/^«[^»]*»\//, '');

/** Code of Nix itself, or an expression of ours. */
const isForeign = (file: string): boolean => /^«(?:string|nix-internal|none)»/.test(file);

const positionsOfLine = (line: string): readonly NixPosition[] => {
  const found = at.exec(line);
  if (found !== null && isForeign(found[1] ?? '')) return [];
  if (found !== null)
    return [
      {
        file: relativeToSource(found[1] ?? ''),
        line: Number(found[2]),
        column: Number(found[3]),
      },
    ];
  return [...line.matchAll(inFile)].map((match) => ({
    file: relativeToSource(match[1] ?? ''),
    line: null,
    column: null,
  }));
};

/** The places named in the lines of one error, those of the statement itself first, then its trace. */
export const positionsIn = (
  block: readonly string[],
  statementAt: number,
): readonly NixPosition[] => [
  ...block.slice(statementAt).flatMap((line) => positionsOfLine(line)),
  ...block
    .slice(0, statementAt)
    .flatMap((line) => positionsOfLine(line))
    .reverse(),
];

/** Folders of nixpkgs, where most errors surface and few are made. */
const nixpkgsFile = /^(?:lib|pkgs|nixos\/(?:lib|modules))\/|^<nix|^\/.*\/nixpkgs\//;

export const ownPosition = (positions: readonly NixPosition[]): NixPosition | null =>
  positions.find((position) => !nixpkgsFile.test(position.file)) ?? positions[0] ?? null;
