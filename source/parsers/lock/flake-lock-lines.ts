/** Line of a position in a text, counted from 1. */
export const lineAt = (text: string, position: number): number => {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1))
    line += 1;
  return line;
};

/** Line of the first match; null when there is none. */
export const lineOf = (text: string, form: RegExp): number | null => {
  const at = text.search(form);
  return at === -1 ? null : lineAt(text, at);
};

/**
 * Line on which a key stands with a value that begins as `value` says; null when
 * there is none. A name is often both the key of a node and the name of an input.
 */
export const lineOfKey = (text: string, key: string, value = ''): number | null => {
  const quoted = JSON.stringify(key).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return lineOf(text, new RegExp(`${quoted}\\s*:\\s*${value}`));
};

export const conflictMarker = /^(?:<{7}|\|{7}|={7}|>{7})(?: |\r?$)/m;
