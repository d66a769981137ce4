/** Where `flake.nix` says from where an input comes. */
interface InputPlace {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly url: string;
}

const word = String.raw`(?:[A-Za-z_][\w'-]*|"[^"\n]+")`;
// Each has one way to match: a gap of many comments is read in a moment.
const longComment = String.raw`\/\*(?:[^*]|\*(?!\/))*\*\/`;
const gap = String.raw`(?:\s|#[^\n]*\n|${longComment})*`;

/** A comment, an assignment with the start of its value, a text, or a brace. */
const token = new RegExp(
  [
    String.raw`#[^\n]*`,
    longComment,
    String.raw`(?<name>${word}(?:\s*\.\s*${word})*)${gap}=${gap}(?<value>\{|true\b(?!['-])|"(?<text>(?:[^"\\]|\\.)*)")`,
    String.raw`"(?:[^"\\]|\\.)*"`,
    String.raw`''[\s\S]*?''`,
    '[{}]',
  ].join('|'),
  'g',
);

/** `inputs."nixpkgs-25.11".url` has three. */
const names = (path: string): readonly string[] =>
  [...path.matchAll(/"([^"]*)"|[^\s."]+/g)].map(([plain, quoted]) => quoted ?? plain);

interface Assignment {
  readonly path: readonly string[];
  /** The text that is assigned, or true. */
  readonly value: string | true;
  /** Where it begins. */
  readonly at: number;
}

/** What is assigned in the set that a flake is, not in the functions and lists inside it. */
const assignments = (text: string): readonly Assignment[] => {
  const found: Assignment[] = [];
  // The names before each open brace; none for the flake itself, and for what is no value of a name.
  const open: (readonly string[])[] = [];
  for (const match of text.matchAll(token)) {
    const { name, value, text: assigned } = match.groups ?? {};
    if (match[0] === '}') open.pop();
    else if (match[0] === '{') open.push([]);
    else if (name !== undefined && value === '{') open.push(names(name));
    else if (name !== undefined && value !== undefined) {
      if (open.slice(1).some(({ length }) => length === 0)) continue;
      found.push({
        path: [...open.flat(), ...names(name)],
        value: assigned ?? true,
        at: match.index,
      });
    }
  }
  return found;
};

/**
 * The `url` lines of inputs, found by their text: an input that is computed is not found. Enough to
 * name a place to a person; nothing is decided by it.
 */
export const inputPlaces = (text: string): readonly InputPlace[] =>
  assignments(text).flatMap(({ path, value, at }) => {
    const [inputs, name, last] = path;
    const isUrl = path.length === 3 && inputs === 'inputs' && last === 'url';
    return isUrl && name !== undefined && value !== true
      ? [{ name, line: text.slice(0, at).split('\n').length, url: value }]
      : [];
  });

/**
 * Whether a flake asks for the submodules of its own repository (`inputs.self`
 * of nix-flake(1), Nix 2.27 and later). Inputs are literals, so its text tells.
 */
export const readsOwnSubmodules = (text: string): boolean =>
  text.includes('submodules') &&
  assignments(text).some(
    ({ path, value }) => value === true && path.join('\n') === 'inputs\nself\nsubmodules',
  );

/** What `outputs` takes: `{ self, nixpkgs, ... }@all`, or one name for all. */
const outputsTake = new RegExp(
  String.raw`\boutputs${gap}=${gap}(?:${word}${gap}@${gap})?(?:\{(?<names>[^{}]*)\}|${word})${gap}[@:]`,
);

/**
 * Whether a flake surely has no inputs: it names none, and `outputs` takes none, which Nix would look up in its
 * registry. Nix writes no lock for such a flake (`nix flake lock` ends with 0 and leaves no file, seen with Nix 2.8).
 */
export const hasNoInputs = (text: string): boolean => {
  if (assignments(text).some(({ path: [first] }) => first === 'inputs')) return false;
  const taken = outputsTake.exec(text)?.groups;
  return (
    taken !== undefined &&
    (taken['names'] ?? '')
      .replaceAll(/#[^\n]*/g, '')
      .split(',')
      .every((name) => ['', 'self', '...'].includes(name.trim()))
  );
};

/** `flake.nix, line 4`; null where its line is not found. */
export const placeOfInput = (text: string, name: string): string | null => {
  const place = inputPlaces(text).find((one) => one.name === name);
  return place === undefined ? null : `flake.nix, line ${place.line}`;
};

/** A url without the parts that an error message may spell differently. */
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
