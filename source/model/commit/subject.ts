import { isOwnInput, type LockChange } from '../lock/change.ts';
import { type CommitFacts, isLock } from './facts.ts';

const subjectWidth = 72;

/** As many names as fit, and how many more there are. */
const namesThatFit = (names: readonly string[], room: number, unit: string): string => {
  const all = names.join(', ');
  if (all.length <= room) return all;
  for (let shown = names.length - 1; shown > 0; shown -= 1) {
    const text = `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;
    if (text.length <= room) return text;
  }
  return `${names.length} ${unit}`;
};

const verbs = {
  updated: 'update',
  repointed: 're-point',
  rehashed: 're-lock',
  follows: 'change follows of',
  metadata: 're-lock',
  renamed: 'rename',
  added: 'add',
  removed: 'remove',
} as const satisfies Record<LockChange['kind'], string>;

/** One word for all changes when they are of one kind; what moves is an update otherwise. */
const verbOf = (changes: readonly LockChange[]): string => {
  const kinds = new Set(changes.map(({ kind }) => verbs[kind]));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? only : 'update';
};

/** Root inputs that changed, nixpkgs first; nested ones only when no root input did. */
const namedInputs = (changes: readonly LockChange[]): readonly string[] => {
  const real = changes.filter(({ kind }) => kind !== 'metadata');
  const counted = real.length > 0 ? real : changes;
  const top = counted.filter(isOwnInput);
  return (top.length > 0 ? top : counted)
    .map(({ path }) => path)
    .sort((a, b) => Number(b === 'nixpkgs') - Number(a === 'nixpkgs'));
};

/** The first line of the message: what moved, or which files changed, in at most 72 characters. */
export const commitSubject = (facts: CommitFacts): string => {
  const changes = facts.changes.map(({ change }) => change);
  const prefix = facts.style === 'conventional' ? 'chore(flake): ' : '';
  const capital = (text: string): string =>
    facts.style === 'conventional' ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  if (changes.length === 0) {
    const others = facts.files.filter((file) => !isLock(file));
    const files = others.length > 0 ? others : facts.files;
    const start = capital('change ');
    return (
      prefix + start + namesThatFit(files, subjectWidth - prefix.length - start.length, 'files')
    );
  }
  const named = namedInputs(changes);
  const inNamed = new Set(named);
  const start = capital(`${verbOf(changes.filter(({ path }) => inNamed.has(path)))} `);
  return (
    prefix + start + namesThatFit(named, subjectWidth - prefix.length - start.length, 'inputs')
  );
};
