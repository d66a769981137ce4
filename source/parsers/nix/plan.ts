import { type BuildPlan, emptyPlan } from '../../model/build/plan.ts';
import { cleanLine } from './clean-line.ts';

const units: Readonly<Record<string, number>> = {
  B: 1,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
  TIB: 1024 ** 4,
};

const bytesOf = (amount: string | undefined, unit: string | undefined): number | null => {
  const factor = units[(unit ?? '').toUpperCase()];
  const number = Number(amount);
  return factor === undefined || !Number.isFinite(number) ? null : Math.round(number * factor);
};

const size = String.raw`([\d.]+) (\w*B)`;
const buildHeader = /^(?:this derivation|these(?: \d+)? derivations) will be built:$/;
const fetchHeader = new RegExp(
  `^(?:this path|these(?: \\d+)? paths) will be fetched(?: \\(${size} download, ${size} unpacked\\))?:$`,
);
const listed = /^ {2}(\/\S+\/[0-9a-z]{32}-\S+)$/;

/**
 * Reads what `nix build --dry-run` prints on standard error
 * (`printMissing` in Nix's `src/libmain/shared.cc`), of Nix 2.8 to 2.34. The
 * sizes of several such texts are added.
 */
export const parseBuildPlan = (lines: readonly string[]): BuildPlan => {
  const builds = new Set<string>();
  const fetches = new Set<string>();
  let { downloadBytes, unpackedBytes } = emptyPlan;
  let list: Set<string> | null = null;
  const add = (sum: number | null, more: number | null): number | null =>
    more === null ? sum : (sum ?? 0) + more;
  for (const raw of lines) {
    const line = cleanLine(raw);
    const path = listed.exec(line)?.[1];
    if (path !== undefined) {
      list?.add(path);
      continue;
    }
    const fetch = fetchHeader.exec(line);
    list = buildHeader.test(line) ? builds : fetch === null ? null : fetches;
    if (fetch === null) continue;
    downloadBytes = add(downloadBytes, bytesOf(fetch[1], fetch[2]));
    unpackedBytes = add(unpackedBytes, bytesOf(fetch[3], fetch[4]));
  }
  return { builds: [...builds], fetches: [...fetches], downloadBytes, unpackedBytes };
};
