/** Digits and words of a version, as Nix's `compareVersions` takes it apart. */
const components = (version: string): readonly string[] => version.match(/\d+|[^\d.-]+/g) ?? [];

const isNumber = (component: string): boolean => /^\d+$/.test(component);

/** After `componentsLT` of Nix's `names.cc`: `pre` is before nothing, words are before numbers. */
const isBefore = (one: string, other: string): boolean => {
  if (isNumber(one) && isNumber(other)) {
    const [left, right] = [BigInt(one), BigInt(other)];
    return left < right;
  }
  if (one === '' && isNumber(other)) return true;
  if (one === 'pre' && other !== 'pre') return true;
  if (other === 'pre') return false;
  if (isNumber(other)) return true;
  if (isNumber(one)) return false;
  return one < other;
};

/** Negative where the first version is the older one, as `builtins.compareVersions`. */
export const compareVersions = (one: string, other: string): number => {
  const left = components(one);
  const right = components(other);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const a = left[index] ?? '';
    const b = right[index] ?? '';
    if (isBefore(a, b)) return -1;
    if (isBefore(b, a)) return 1;
  }
  return 0;
};

/** A revision of git: it says what was built, and neither newer nor older. */
const isRevision = (word: string): boolean => {
  // git or Subversion may be named before it; 64 digits where git hashes by SHA-256.
  const digits = /^(?:git|rev|sha|g|r)?([0-9a-f]{7,64})$/i.exec(word)?.[1] ?? '';
  return /\d/.test(digits) && /[a-f]/i.test(digits);
};

/** Whether a version is nothing but a revision, as `0af1ced`. */
export const isRevisionVersion = (version: string): boolean => isRevision(version);

interface VersionWord {
  readonly text: string;
  /** What stands before it; empty at the beginning. */
  readonly after: string;
}

const words = (version: string): readonly VersionWord[] =>
  [...version.matchAll(/(^|[-+._~])([^-+._~]*)/g)].map(([, after = '', text = '']) => ({
    text,
    after,
  }));

/** `20261129`, with hours to seconds behind it; or seconds since 1970. */
const isMoment = (digits: string): boolean =>
  /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d\d){0,3}$/.test(digits) ||
  /^1\d{9}$/.test(digits);

/**
 * One hash in 27 of seven digits has no letter. As a part between dots it is a number of a build, and
 * with a date at its beginning a date.
 */
const isRevisionWord = ({ text, after }: VersionWord): boolean => {
  if (isRevision(text)) return true;
  const digits = /^(?:git|rev|sha|g)?(\d{7,64})$/i.exec(text)?.[1] ?? '';
  return digits !== '' && after !== '.' && (digits !== text || !isMoment(digits));
};

/**
 * As `compareVersions`, but null where the versions differ only in a revision, which has no
 * direction: `1.2-0af1ced` and `1.2-9be01f2`.
 */
export const versionDirection = (one: string, other: string): number | null => {
  const [left, right] = [words(one), words(other)];
  const none: VersionWord = { text: '', after: '' };
  const at = left.findIndex(({ text }, index) => text !== right[index]?.text);
  if (at !== -1 && (isRevisionWord(left[at] ?? none) || isRevisionWord(right[at] ?? none)))
    return null;
  return compareVersions(one, other);
};

/** Versions that are dates begin with a year; a new year is no new major version. */
const isYear = (component: string): boolean => /^(?:19|20)\d\d$|^20\d{6}$/.test(component);

/** Whether the first number rose. */
export const isMajorRise = (old: string, now: string): boolean => {
  if ([old, now].some((version) => words(version).slice(0, 1).some(isRevisionWord))) return false;
  const [before = ''] = components(old);
  const [after = ''] = components(now);
  if (!isNumber(before) || !isNumber(after) || isYear(before) || isYear(after)) return false;
  return BigInt(after) > BigInt(before);
};
