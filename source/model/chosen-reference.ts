import type { Attributes } from './lock.ts';
import { textOf } from './lock-attributes.ts';

const query = (fields: readonly (readonly [string, string | undefined])[]): string => {
  const told = fields.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return told.length === 0 ? '' : told.join('&');
};

const flag = (attributes: Attributes, name: string): string | undefined =>
  attributes[name] === true ? '1' : undefined;

/**
 * How Nix is told of an input at one revision, with everything else as
 * flake.nix has it (`flake-ref` of nix-flake(1)). Null for a type that has none.
 * `allRefs`: no branch that is fetched has it.
 */
export const chosenReference = (
  source: Attributes,
  revision: string,
  allRefs: boolean,
): string | null => {
  const type = textOf(source, 'type');
  const dir = textOf(source, 'dir');
  switch (type) {
    case 'github':
    case 'gitlab':
    case 'sourcehut': {
      const words = query([
        ['host', textOf(source, 'host')],
        ['dir', dir],
      ]);
      const owner = (textOf(source, 'owner') ?? '').replaceAll('/', '%2F');
      const place = `${type}:${owner}/${textOf(source, 'repo') ?? ''}/${revision}`;
      return words === '' ? place : `${place}?${words}`;
    }
    case 'git': {
      const url = (textOf(source, 'url') ?? '').replace(/^git\+/, '');
      const words = query([
        ['rev', revision],
        ['ref', allRefs ? undefined : textOf(source, 'ref')],
        ['allRefs', allRefs ? '1' : undefined],
        ['dir', dir],
        ['submodules', flag(source, 'submodules')],
        ['shallow', flag(source, 'shallow')],
        ['lfs', flag(source, 'lfs')],
        ['exportIgnore', flag(source, 'exportIgnore')],
      ]);
      const absolute = url.startsWith('/') ? `file://${url}` : url;
      return `git+${absolute}${absolute.includes('?') ? '&' : '?'}${words}`;
    }
    default:
      return null;
  }
};
