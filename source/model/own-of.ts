/** What a record has under a name of somebody else's choice: an input may be called `constructor`. */
export const ownOf = <Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined => (Object.hasOwn(record, name) ? record[name] : undefined);
