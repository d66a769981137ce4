/**
 * The own property of a record whose keys come from outside: an input may be called `constructor`.
 */
export const ownOf = <Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined => (Object.hasOwn(record, name) ? record[name] : undefined);
