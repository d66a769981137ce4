/** Editors that take `FILE:LINE`; with the words that must stand before it. */
const colon: Readonly<Record<string, readonly string[]>> = {
  code: ['--goto'],
  codium: ['--goto'],
  cursor: ['--goto'],
  hx: [],
  helix: [],
  subl: [],
  zed: [],
  zeditor: [],
};

/** Editors that take `+LINE FILE`, most of those of terminals. */
const plus: ReadonlySet<string> = new Set([
  'vi',
  'vim',
  'nvim',
  'view',
  'gvim',
  'nano',
  'pico',
  'emacs',
  'emacsclient',
  'kak',
  'micro',
  'joe',
  'ne',
  'mg',
  'gedit',
  'kate',
]);

/**
 * The words after an editor's name that open a file at a line. `editor` is
 * $EDITOR, shell words: the first one is the program. One that is not known
 * gets the file alone: a wrong option would open nothing.
 */
export const editorWords = (
  editor: string,
  file: string,
  line: number | null,
): readonly string[] => {
  const program = (editor.trim().split(/\s+/)[0] ?? '').split('/').at(-1) ?? '';
  if (line === null) return [file];
  if (plus.has(program)) return [`+${line}`, file];
  const before = Object.hasOwn(colon, program) ? colon[program] : undefined;
  return before === undefined ? [file] : [...before, `${file}:${line}`];
};
