import { isStorePath, type StorePath } from '../../model/nix/store-path.ts';
import type { Closure, PackagePath } from '../../model/packages/packages.ts';
import { parsePackageName } from './package-name.ts';

const hashLength = '/nix/store/'.length + 33;

/** `nix path-info --size`: a path and its size in a line. */
const sized = /^(\/nix\/store\/\S+)\s+(\d+)\s*$/;

const sizesOf = (lines: readonly string[]): readonly (readonly [StorePath, number])[] => {
  const pairs = lines.flatMap((line): readonly (readonly [StorePath, number])[] => {
    const [, path, size] = sized.exec(line) ?? [];
    return path === undefined || !isStorePath(path) ? [] : [[path, Number(size)]];
  });
  if (pairs.length > 0) return pairs;
  // `nix-store --query --requisites`, then `sizes`, then those of `--query --size` in the same order.
  const middle = lines.indexOf('sizes');
  const paths = lines.slice(0, Math.max(0, middle)).filter(isStorePath);
  const sizes = lines.slice(middle + 1).filter((line) => /^\d+$/.test(line));
  return paths.length === sizes.length
    ? paths.map((path, index) => [path, Number(sizes[index])])
    : [];
};

/**
 * Reads the closure of a toplevel from `nix path-info --recursive --size`, or
 * from the two answers of `nix-store`; null when the toplevel itself is not in it.
 */
export const parseClosure = (text: string, toplevel: StorePath): Closure | null => {
  const pairs = sizesOf(text.split('\n'));
  if (!pairs.some(([path]) => path === toplevel)) return null;
  const packages = pairs.flatMap(([path, size]): readonly PackagePath[] => {
    const parsed = path === toplevel ? null : parsePackageName(path.slice(hashLength));
    return parsed === null ? [] : [{ path, size, ...parsed }];
  });
  return { toplevel, size: pairs.reduce((sum, [, size]) => sum + size, 0), packages };
};
