import { expect, test } from 'vitest';
import { olderNixos } from '../../source/model/host/system-version.ts';
import { goesBackWords } from '../../source/state/goes-back.ts';
import { positionOf } from '../../source/state/hosts.ts';
import { hostOf } from '../fixtures/states.ts';

const system = (version: string): string =>
  `/nix/store/${'0'.repeat(32)}-nixos-system-razer-${version}`;

test.each([
  // nixpkgs: flake.nix gives the day and the revision of nixpkgs.
  ['26.05.20261120.d6524aa', '26.05.20261115.64c08a7', '26.05.20261120 → 26.05.20261115'],
  ['26.05.20261115.64c08a7', '26.05.20261120.d6524aa', null],
  ['26.05.20261120.d6524aa', '26.05.20261120.d6524aa', null],
  ['26.05.20261120.dirty', '25.11.20261125.abcdef0', '26.05.20261120 → 25.11.20261125'],
  // A channel has the number of commits since the branch was made.
  ['26.05.4193.d6524aa', '26.05.3980.64c08a7', '26.05.4193 → 26.05.3980'],
  ['26.11pre912345.d6524aa', '26.05.4193.64c08a7', '26.11pre912345 → 26.05.4193'],
  // A pre-release comes before its release, and counts from another commit (nixos/release.nix:
  // "pre", then "beta" on the release's branch, then ".").
  ['26.11pre912345.d6524aa', '26.11.4193.64c08a7', null],
  ['26.11pre912345.d6524aa', '26.11beta120.64c08a7', null],
  ['26.11beta5000.d6524aa', '26.11.4193.64c08a7', null],
  ['26.11.4193.64c08a7', '26.11pre912345.d6524aa', '26.11.4193 → 26.11pre912345'],
  ['26.11.4193.64c08a7', '26.11beta120.d6524aa', '26.11.4193 → 26.11beta120'],
  ['26.11pre912345.d6524aa', '26.11pre912300.64c08a7', '26.11pre912345 → 26.11pre912300'],
  ['26.11pre912300.d6524aa', '26.11pre912345.64c08a7', null],
  // A flake's unstable has a day and no "pre": which of the two is older is not known.
  ['26.11.20261120.d6524aa', '26.11pre912345.64c08a7', null],
  ['26.11pre912345.d6524aa', '26.11.20261120.64c08a7', null],
  // Days and numbers are not compared.
  ['26.05.20261120.d6524aa', '26.05.4193.64c08a7', null],
  // A label of its own says nothing.
  ['my-label', '26.05.4193.64c08a7', null],
  ['26.05.4193.64c08a7', '26.05pre-git', null],
] as const)('%s to %s is a way back: %s', (from, to, words) => {
  expect(olderNixos(system(from), system(to))).toBe(words);
});

const running = (from: string, to: string, over: Parameters<typeof hostOf>[1] = {}) => {
  const host = hostOf('razer', over);
  if (host.facts === null) throw new Error('it answers');
  return {
    ...host,
    facts: { ...host.facts, current: system(from), revision: null },
    expectation: {
      kind: 'known' as const,
      toplevel: system(to),
      derivation: null,
      tree: null,
      builtAt: 1,
    },
  };
};

test('a host that runs a newer NixOS than the flake says is not one to deploy to', () => {
  const host = running('26.05.4193.d6524aa', '26.05.3980.64c08a7', {
    ancestry: { kind: 'behind', commits: 1 },
  });
  expect(positionOf(host)).toEqual({ kind: 'ahead' });
  expect(goesBackWords(host, system('26.05.3980.64c08a7'))).toBe(
    'goes back to an older system (NixOS 26.05.4193 → 26.05.3980)',
  );
});

test('what git alone tells to be newer or of another branch is said as well', () => {
  const same = '26.05.4193.d6524aa';
  const ahead = running(same, `${same}x`, { ancestry: { kind: 'ahead' } });
  expect(goesBackWords(ahead, system('other'))).toMatch(/it runs a newer one than the flake/);
  const diverged = running(same, `${same}x`, { ancestry: { kind: 'diverged' } });
  expect(goesBackWords(diverged, system('other'))).toBe(
    'runs a system of another branch: commits that only that branch has are not in the new one',
  );
  const behind = running(same, `${same}x`, { ancestry: { kind: 'behind', commits: 2 } });
  expect(goesBackWords(behind, system('other'))).toBeNull();
});
