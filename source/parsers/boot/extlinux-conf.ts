/** A label of extlinux.conf, as U-Boot keeps it. */
export interface ExtlinuxLabel {
  readonly name: string;
  readonly kernel: string | null;
  readonly initrd: string | null;
  readonly append: string | null;
}

interface ExtlinuxMenu {
  readonly labels: readonly ExtlinuxLabel[];
  readonly wanted: string | null;
}

/** What makes U-Boot give up on the whole file. */
export class ExtlinuxMistake extends Error {}

const keywords = new Map(
  Object.entries({
    menu: 'menu',
    title: 'title',
    timeout: 'timeout',
    default: 'default',
    prompt: 'prompt',
    label: 'label',
    kernel: 'kernel',
    linux: 'kernel',
    localboot: 'localboot',
    append: 'append',
    initrd: 'initrd',
    include: 'include',
    devicetree: 'fdt',
    fdt: 'fdt',
    devicetreedir: 'fdtdir',
    fdtdir: 'fdtdir',
    fdtoverlays: 'fdtoverlays',
    ontimeout: 'default',
    ipappend: 'ipappend',
    background: 'background',
    kaslrseed: 'kaslrseed',
  }),
);

/** Files inside of each other, as U-Boot and pxelinux count them. */
const deepest = 16;

interface Token {
  /** A keyword, or `end`, `line` (its end) or `word` (anything else). */
  readonly kind: string;
  readonly text: string;
}

/** `get_token`: what a word means depends on where it is expected, not on where its line begins. */
class Tokens {
  private at = 0;
  private readonly text: string;
  private readonly file: string;
  constructor(text: string, file: string) {
    // A string of C ends at the first NUL.
    this.text = text.replace(/\0.*$/s, '');
    this.file = file;
  }
  get place(): number {
    return this.at;
  }
  back(place: number): void {
    this.at = place;
  }
  next(what: 'keyword' | 'literal'): Token {
    const { text } = this;
    const skipped = /[ \t]*(?:#[^\n]*)?/y;
    skipped.lastIndex = this.at;
    this.at += skipped.exec(text)?.[0].length ?? 0;
    if (this.at >= text.length) return { kind: 'end', text: '' };
    if (text[this.at] === '\n') {
      this.at += 1;
      return { kind: 'line', text: '' };
    }
    const pattern = what === 'literal' ? /[^\n]*/y : /[^ \t\n\v\f\r]*/y;
    pattern.lastIndex = this.at;
    const found = pattern.exec(text)?.[0] ?? '';
    this.at += found.length;
    return what === 'literal'
      ? { kind: 'word', text: found }
      : { kind: keywords.get(found.toLowerCase()) ?? 'word', text: found };
  }
  literal(): string {
    const token = this.next('literal');
    if (token.kind === 'word') return token.text;
    const line = this.text.slice(0, this.at).split('\n').length - (token.kind === 'line' ? 1 : 0);
    throw new ExtlinuxMistake(`line ${line} of ${this.file} lacks a value`);
  }
  skipLine(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end === -1 ? this.text.length : end;
  }
}

interface Reading {
  readonly labels: ExtlinuxLabel[];
  wanted: string | null;
  /** Text of a file that is included. */
  readonly textOf: (name: string) => string;
}

/** `parse_label`: it ends with the first word that is not one of its own. */
const readLabel = (tokens: Tokens, reading: Reading): void => {
  const name = tokens.literal();
  const given = new Map<string, string>();
  const index = reading.labels.push({ name, kernel: null, initrd: null, append: null }) - 1;
  for (;;) {
    const before = tokens.place;
    const { kind } = tokens.next('keyword');
    if (kind === 'menu') {
      const word = tokens.next('keyword').kind;
      if (word === 'default') reading.wanted ??= name;
      tokens.skipLine();
    } else if (['kernel', 'append', 'localboot', 'ipappend'].includes(kind)) {
      given.set(kind, tokens.literal());
      if (/initrd=/.test(kind === 'append' ? (given.get('append') ?? '') : ''))
        given.set('initrd', given.get('initrd') ?? '');
    } else if (['initrd', 'fdt', 'fdtdir', 'fdtoverlays'].includes(kind)) {
      // A second one takes no value: what follows is read as the next word.
      if (!given.has(kind)) given.set(kind, tokens.literal());
    } else if (kind !== 'kaslrseed' && kind !== 'line') {
      tokens.back(before);
      break;
    }
  }
  reading.labels[index] = {
    name,
    kernel: given.get('kernel') ?? null,
    initrd: given.get('initrd') ?? null,
    append: given.get('append') ?? null,
  };
};

/** `parse_pxefile_top`. */
const readTop = (text: string, file: string, reading: Reading, depth: number): void => {
  if (depth > deepest) throw new ExtlinuxMistake('its files read each other without an end');
  const tokens = new Tokens(text, file);
  const include = (): void => {
    const name = tokens.literal();
    readTop(reading.textOf(name), name, reading, depth + 1);
  };
  for (;;) {
    const { kind } = tokens.next('keyword');
    switch (kind) {
      case 'end':
        return;
      case 'line':
        break;
      case 'menu': {
        const word = tokens.next('keyword').kind;
        if (word === 'title' || word === 'background') tokens.literal();
        else if (word === 'include') include();
        tokens.skipLine();
        break;
      }
      case 'timeout':
        tokens.literal();
        break;
      case 'default':
        reading.wanted = tokens.literal();
        break;
      case 'label':
        readLabel(tokens, reading);
        break;
      case 'include':
        include();
        break;
      default:
        tokens.skipLine();
    }
  }
};

/**
 * Reads extlinux.conf as U-Boot does (`boot/pxe_utils.c`, `doc/README.pxe`).
 * Throws {@link ExtlinuxMistake} for what makes U-Boot give up.
 */
export const readExtlinuxConf = (
  text: string,
  file: string,
  textOf: (name: string) => string,
): ExtlinuxMenu => {
  const reading: Reading = { labels: [], wanted: null, textOf };
  readTop(text, file, reading, 1);
  return reading;
};
