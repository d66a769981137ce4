import type { NixPosition } from '../../model/nix/cause.ts';

const at = /\bat (\S.*?):(\d+):(\d+):?\s*$/;
/** The module system names files without a line: "in `/nix/store/…-source/hosts/p620.nix'", "definitions from `…'". */
const inFile = /\b(?:[Ii]n|from) [`'"]([^`'"\s]+\.nix)['"]/g;

const sourceAhead = /^(\/\S*?\/[0-9a-df-np-sv-z]{32}-source|«[^»]*»)\/(.*)$/;

/** `/nix/store/<hash>-source/hosts/a.nix` and `«git+file:…»/hosts/a.nix` are `hosts/a.nix` of that source. */
const placeOf = (path: string): Pick<NixPosition, 'file' | 'source'> => {
  const [, source, file] = sourceAhead.exec(path) ?? [];
  return source === undefined || file === undefined ? { file: path } : { file, source };
};

/** Code of Nix itself, or an expression of ours. */
const isForeign = (file: string): boolean => /^«(?:string|nix-internal|none)»/.test(file);

const drawing = /^\s*\d*\|/;

const drawnBelow = (lines: readonly string[], at: number): readonly string[] => {
  const below = lines.slice(at + 1);
  const start = below.findIndex((line) => line.trim() !== '');
  if (start === -1) return [];
  const end = below.findIndex((line, index) => index >= start && !drawing.test(line));
  return below.slice(start, end === -1 ? undefined : end);
};

const positionsOfLine = (lines: readonly string[], index: number): readonly NixPosition[] => {
  const line = lines[index] ?? '';
  const found = at.exec(line);
  if (found !== null && isForeign(found[1] ?? '')) return [];
  if (found !== null) {
    const excerpt = drawnBelow(lines, index);
    return [
      {
        ...placeOf(found[1] ?? ''),
        line: Number(found[2]),
        column: Number(found[3]),
        ...(excerpt.length === 0 ? {} : { excerpt }),
      },
    ];
  }
  return [...line.matchAll(inFile)].map((match) => ({
    ...placeOf(match[1] ?? ''),
    line: null,
    column: null,
  }));
};

/** The places named in the lines of one error, those of the statement itself first, then its trace. */
export const positionsIn = (
  block: readonly string[],
  statementAt: number,
): readonly NixPosition[] => {
  const found = block.map((_, index) => positionsOfLine(block, index));
  return [...found.slice(statementAt).flat(), ...found.slice(0, statementAt).reverse().flat()];
};

/** Folders of nixpkgs, where most errors surface and few are made. */
const nixpkgsFile = /^(?:lib|pkgs|nixos\/(?:lib|modules))\/|^<nix|^\/.*\/nixpkgs\//;

export const ownPosition = (positions: readonly NixPosition[]): NixPosition | null =>
  positions.find((position) => !nixpkgsFile.test(position.file)) ?? positions[0] ?? null;
