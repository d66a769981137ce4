/** A flake as it was named on the command line. */
export interface FlakeArgument {
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

/**
 * Reads `PATH`, `PATH?submodules=1` and `git+file:///PATH?dir=nix&submodules=1`
 * (nix-flake(1), "Path-like syntax"). Anything else behind a `?` is a part of the folder's name.
 */
export const readFlakeArgument = (text: string): FlakeArgument => {
  const [, place = text, query] =
    /^(.*?)\?((?:submodules|dir)=[^&]*(?:&(?:submodules|dir)=[^&]*)*)$/.exec(text) ?? [];
  const fields = new URLSearchParams(query ?? '');
  const isUrl = /^git\+file:(?:\/\/)?\//.test(place);
  const bare = isUrl ? decoded(place.replace(/^git\+file:(?:\/\/)?/, '')) : place;
  const dir = fields.get('dir');
  return {
    folder: dir === null || dir === '' ? bare || '.' : `${bare}/${dir}`,
    readsSubmodules: /^(?:1|true)$/.test(fields.get('submodules') ?? ''),
  };
};
