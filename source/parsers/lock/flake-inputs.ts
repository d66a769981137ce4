/** Where `flake.nix` says from where an input comes. */
export interface InputPlace {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly url: string;
}

const token =
  /#[^\n]*|\/\*[\s\S]*?\*\/|((?:[A-Za-z_][\w'-]*|"[^"\n]+")(?:\.(?:[A-Za-z_][\w'-]*|"[^"\n]+"))*)\s*=\s*(\{|"((?:[^"\\]|\\.)*)"|true(?![\w'-]))|"(?:[^"\\]|\\.)*"|''[\s\S]*?''|[{}]/g;

/** `inputs."nixpkgs-25.11".url` has three. */
const names = (path: string): readonly string[] =>
  [...path.matchAll(/"([^"]*)"|[^."]+/g)].map(([plain, quoted]) => quoted ?? plain);

interface Assigned {
  /** `inputs`, its name, and what is said of it. */
  readonly path: readonly string[];
  readonly index: number;
  /** Null for `true`. */
  readonly text: string | null;
}

/** Texts and `true` that stand in the flake's own attributes, wherever braces are set around their parts. */
const assignedIn = (text: string): readonly Assigned[] => {
  const found: Assigned[] = [];
  const open: (readonly string[])[] = [];
  for (const match of text.matchAll(token)) {
    const [whole, name, value, quoted] = match;
    if (whole === '}') open.pop();
    else if (whole === '{') open.push([]);
    else if (name !== undefined && value === '{') open.push(names(name));
    // Braces without a name are those of the flake, of a function or of what it gives.
    else if (name !== undefined && open.slice(1).every((part) => part.length > 0))
      found.push({
        path: [...open.flat(), ...names(name)],
        index: match.index,
        text: quoted ?? null,
      });
  }
  return found;
};

/**
 * The `url` lines of inputs, by their text: whoever computes an input is not
 * found. Enough to name a place to a person; nothing is decided by it.
 */
export const inputPlaces = (text: string): readonly InputPlace[] =>
  assignedIn(text).flatMap(({ path, index, text: url }) => {
    const [inputs, input, last] = path;
    return path.length === 3 &&
      inputs === 'inputs' &&
      last === 'url' &&
      input !== undefined &&
      url !== null
      ? [{ name: input, line: text.slice(0, index).split('\n').length, url }]
      : [];
  });

/**
 * Whether a flake asks for the submodules of its own repository (`inputs.self`
 * of nix-flake(1), Nix 2.27 and later). Inputs are literals, so its text tells.
 */
export const readsOwnSubmodules = (text: string): boolean =>
  text.includes('submodules') &&
  assignedIn(text).some(
    ({ path, text: quoted }) => quoted === null && path.join(' ') === 'inputs self submodules',
  );

/** `flake.nix, line 4`; null where its line is not found. */
export const placeOfInput = (text: string, name: string): string | null => {
  const place = inputPlaces(text).find((one) => one.name === name);
  return place === undefined ? null : `flake.nix, line ${place.line}`;
};

/** What remains of a url when everything is taken off that an error may spell otherwise. */
const core = (url: string): string =>
  url
    .replace(/[?#].*$/, '')
    .replace(/^(?:git\+|tarball\+|file\+)/, '')
    .replace(/^[a-z+]+:(?:\/\/)?(?:[^/@]*@)?/, '')
    .replace(/\/$/, '');

/** What an error quotes: a branch that the remote does not have. */
const quotedIn = (said: string): readonly string[] =>
  [...said.matchAll(/'([^'\s]{2,})'/g)].flatMap(([, word]) => word ?? []);

/** Whether a url names a branch, a tag or a revision. */
const namesRef = (url: string, ref: string): boolean =>
  new URLSearchParams(url.replace(/#.*$/, '').replace(/^[^?]*\??/, '')).get('ref') === ref ||
  url.replace(/[?#].*$/, '').endsWith(`/${ref}`);

/** The only input whose url stands in a text; null where none does, or several. */
export const inputNamedIn = (flakeText: string, said: string): InputPlace | null => {
  const places = inputPlaces(flakeText);
  const byUrl = places.filter(({ url }) => {
    const part = core(url);
    return part.length > 3 && said.includes(part);
  });
  const refs = quotedIn(said);
  const byRef = places.filter(({ url }) => refs.some((ref) => namesRef(url, ref)));
  const hits = byUrl.length > 0 ? byUrl : byRef;
  if (byUrl.length === 0 && byRef.length > 1) return null;
  const longest = hits.toSorted((one, other) => core(other.url).length - core(one.url).length);
  const [first, second] = longest;
  if (first === undefined) return null;
  return second !== undefined && core(second.url).length === core(first.url).length ? null : first;
};
