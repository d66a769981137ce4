import { type SignedArea, type SignOff, signedAreas } from '../../model/watch/run-watch.ts';

const isArea = (word: string): word is SignedArea => signedAreas.some((area) => area === word);

/** `desktop: no sound`; null for anything else. */
const readTrouble = (value: string): SignOff['trouble'][number] | null => {
  const [, area = '', text = ''] = /^\s*(\w+)\s*:\s*(\S.*)$/s.exec(value) ?? [];
  return isArea(area) ? { area, text: text.trim() } : null;
};

/**
 * What several `--sign` say together: trouble, or none where all is fine; null takes a signature back. `wrong`: they
 * are none of that, or contradict each other.
 */
export const readSigns = (
  values: readonly string[],
):
  | { readonly kind: 'wrong'; readonly why: string }
  | { readonly kind: 'signed'; readonly trouble: SignOff['trouble'] | null } => {
  const isWord = (value: string): boolean => value === 'fine' || value === 'open';
  const unread = values.find((value) => !isWord(value) && readTrouble(value) === null);
  if (unread !== undefined)
    return {
      kind: 'wrong',
      why: `--sign ${unread}: say fine, open, or an area with a text: ${signedAreas.map((area) => `${area}:TEXT`).join(', ')}`,
    };
  const trouble = values.flatMap((value) => readTrouble(value) ?? []);
  const words = new Set(values.filter(isWord));
  return words.size > 1 || (words.size > 0 && trouble.length > 0)
    ? {
        kind: 'wrong',
        why: `--sign says several things at once: ${values.join(', ')}. Say fine, or open, or only trouble`,
      }
    : { kind: 'signed', trouble: words.has('open') ? null : trouble };
};
