/** Action id to its first key, as people read it. */
let named: ReadonlyMap<string, string> = new Map();

/** Told once, before the first frame: texts name the keys that the person has, not those that nixup would give. */
export const nameKeys = (keys: ReadonlyMap<string, string>): void => {
  named = keys;
};

/** The key of an action in a text; one without a key is found by its name in the palette. */
export const keyName = (action: string): string => {
  const own = named.get(action);
  if (own !== undefined) return own;
  const palette = named.get('palette') ?? ':';
  return action === 'palette' ? palette : `${palette} ${action.replaceAll('-', ' ')}`;
};
