import type { Command } from '../../model/command.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { storeAddress } from '../host/commands.ts';
import { sshOptions } from '../ssh/ssh.ts';
import type { World } from '../world/world.ts';
import { nixCommand } from './command.ts';

/** Another machine that builds in its own store. */
export interface BuildPlace {
  readonly host: string;
  /** Its store, as Nix addresses it. */
  readonly store: string;
  readonly env: Readonly<Record<string, string>>;
}

export const buildPlaceOf = (world: Pick<World, 'folders'>, entry: HostEntry): BuildPlace => ({
  host: entry.name,
  store: storeAddress(entry),
  env: {
    NIX_SSHOPTS: sshOptions({ sshOptions: [], socketFolder: world.folders.runtime }, false).join(
      ' ',
    ),
  },
});

/** A call of Nix about that machine's store; derivations are those of this one. */
export const atPlace = (
  place: BuildPlace | undefined,
  words: readonly string[],
  args: readonly string[],
): Command => {
  if (place === undefined) return nixCommand(words, args);
  const stores = words[0] === 'build' ? ['--eval-store', 'auto'] : [];
  return { ...nixCommand(words, ['--store', place.store, ...stores, ...args]), env: place.env };
};

/** Brings what another machine built into this machine's store: it deploys from there. */
export const fetchBuilt = (place: BuildPlace, path: StorePath): Command => ({
  ...nixCommand(['copy'], ['--no-check-sigs', '--from', place.store, '--', path]),
  env: place.env,
});

/** Gives the place the derivation and what it is made from: it cannot plan what it does not know. */
export const sendDerivation = (place: BuildPlace, derivation: StorePath): Command => ({
  ...nixCommand(['copy'], ['--derivation', '--to', place.store, '--', derivation]),
  env: place.env,
});
