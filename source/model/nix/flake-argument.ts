/** A flake as it was named on the command line. */
interface FlakeArgument {
  readonly folder: string;
  /** Nix is to read the submodules of its repository as well. */
  readonly readsSubmodules: boolean;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** What else Nix takes behind a `?` of a flake (nix-flake(1)): it names no checkout to work in. */
const otherFields =
  /\?(?:[^&]*&)*(ref|rev|narHash|lastModified|revCount|host|lfs|allRefs|exportIgnore|name)=/;

/**
 * Why a flake is none that nixup can work in: it changes a checkout on this disk. Null where it is
 * a folder, as far as the text tells.
 */
export const refusedFlake = (text: string): string | null => {
  const what = JSON.stringify(text);
  const folder = 'name its folder, such as --flake /etc/nixos';
  if (/^path:/.test(text)) {
    const bare = text.replace(/^path:(?:\/\/(?=\/))?/, '').replace(/\?.*$/, '');
    return `${what} is a copy for Nix, and nixup works in the folder itself: --flake ${bare || '.'}`;
  }
  const scheme =
    /^(?:flake|github|gitlab|sourcehut|tarball|file|hg|https?|git|git\+[a-z]+|[a-z]+\+https?):/.exec(
      text,
    )?.[0];
  if (scheme !== undefined && !scheme.startsWith('git+file:'))
    return `${what} is no checkout on this disk: clone it, and ${folder}`;
  const field = otherFields.exec(text)?.[1];
  return field === undefined
    ? null
    : `${what} asks for ${field}, and nixup works in the checkout as it is: ${folder}`;
};

/**
 * Reads `PATH`, `PATH?submodules=1` and `git+file:///PATH?dir=nix&submodules=1`
 * (nix-flake(1), "Path-like syntax"). Anything else behind a `?` is a part of the folder's name.
 * `shallow=1` says nothing more: Nix sets it by itself where the checkout is shallow (flakeref.cc).
 */
export const readFlakeArgument = (text: string): FlakeArgument => {
  const [, place = text, query] =
    /^(.*?)\?((?:submodules|dir|shallow)=[^&]*(?:&(?:submodules|dir|shallow)=[^&]*)*)$/.exec(
      text,
    ) ?? [];
  const fields = new URLSearchParams(query ?? '');
  const isUrl = /^git\+file:(?:\/\/)?\//.test(place);
  const bare = isUrl ? decoded(place.replace(/^git\+file:(?:\/\/)?/, '')) : place;
  const dir = fields.get('dir');
  return {
    folder: dir === null || dir === '' ? bare || '.' : `${bare}/${dir}`,
    readsSubmodules: /^(?:1|true)$/.test(fields.get('submodules') ?? ''),
  };
};
