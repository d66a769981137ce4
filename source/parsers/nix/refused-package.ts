import type {
  PackageProblem,
  PackageRefusal,
  RefusedPackage,
} from '../../model/nix/refused-package.ts';

/**
 * nixpkgs' words for a package that it refuses (`pkgs/stdenv/generic/check-meta.nix`), on one line.
 * To 25.11: `Package ‘NAME’ in PLACE REASON, refusing to evaluate.`; from 26.05 on
 * `Refusing to evaluate package 'NAME' in PLACE because it REASON`. Names hold quotes and places hold
 * anything at times: they are read up to the first reason that nixpkgs gives.
 */
const reasons = [
  'has an unfree license',
  'has a blocklisted license',
  // To 21.05.
  'has a blacklisted license',
  'contains elements not built from source',
  'is marked as (?:broken|insecure)',
  'is not available on the requested hostPlatform',
  'is not supported on',
  'has problems:',
].join('|');

const wordings = [
  new RegExp(
    `^Refusing to evaluate package ['‘](.+?)['’](?: in .*?)? because it (?=${reasons})`,
    's',
  ),
  new RegExp(
    `^Package ['‘](.+?)['’](?: in .*?)? (?=(?:${reasons})(?:.*), refusing to evaluate)`,
    's',
  ),
];

/** `- broken: …`, and `- NAME (kind "broken"): …` where a package names its problem itself. */
const problem = /(?:^|\s)- ([A-Za-z_"][^\s:()]*)(?: \(kind "([^"]+)"\))?: /g;

const problemsIn = (text: string): readonly PackageProblem[] => {
  const [listed = ''] = text.split(/\sSee also /);
  return [...listed.matchAll(problem)].map(([, name = '', kind = name]) => ({ name, kind }));
};

const platformIn = (text: string): string | null =>
  /hostPlatform\.(?:system|config) = "([^"]+)"/.exec(text)?.[1] ??
  /^is not supported on ['‘]([^'’]+)['’]/.exec(text)?.[1] ??
  null;

const refusalOf = (reason: string): PackageRefusal | null => {
  if (/^is marked as insecure/.test(reason)) return { reason: 'insecure' };
  if (/^has an unfree license/.test(reason)) return { reason: 'unfree' };
  if (/^has a (?:blocklisted|blacklisted) license/.test(reason))
    return { reason: 'blocked-license' };
  if (/^contains elements not built from source/.test(reason)) return { reason: 'not-from-source' };
  if (/^is marked as broken/.test(reason)) return { reason: 'broken' };
  if (/^is not (?:available on the requested hostPlatform|supported on)/.test(reason))
    return { reason: 'platform', platform: platformIn(reason) };
  if (/^has problems:/.test(reason)) return { reason: 'problems', problems: problemsIn(reason) };
  return null;
};

/** Null for a statement that is no such refusal, or whose reason is not known here. */
export const parseRefusedPackage = (statement: string): RefusedPackage | null => {
  for (const wording of wordings) {
    const found = wording.exec(statement);
    const refusal = found === null ? null : refusalOf(statement.slice(found[0].length));
    if (found?.[1] !== undefined && refusal !== null) return { package: found[1], refusal };
  }
  return null;
};

/** What nixpkgs adds about other ways to allow it; the remedies here say that shorter. */
const advice =
  /\s*(?:a\) To temporarily allow|You can install it anyway by allowing|See also https:\/\/nixos\.org\/manual|To allow evaluation regardless).*$/s;

export const withoutAdvice = (statement: string): string => statement.replace(advice, '');
