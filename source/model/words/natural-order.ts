let collator: Intl.Collator | undefined;

/** host2 stands before host10. The first collator takes 10 ms to make: one is made when names are compared. */
export const compareNaturally = (one: string, other: string): number => {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(one, other);
};

/** Names as a person lists them; those without a number keep the order they have. */
export const inNaturalOrder = (names: readonly string[]): readonly string[] =>
  names.some((name) => /\d/.test(name)) ? names.toSorted(compareNaturally) : names;
