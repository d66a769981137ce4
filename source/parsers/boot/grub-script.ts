/**
 * GRUB's script language, read as GRUB reads it: `grub-core/script/yylex.l` for
 * words and quotes, `grub-core/script/parser.y` for the grammar. Nothing is run
 * here; that is `grub-run.ts`.
 */

/** A piece of a word. What is not quoted is split where it expands to several words. */
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean };

export interface Word {
  readonly parts: readonly Part[];
  /** True when some of it stands in quotes: such a word is a word even where it is empty. */
  readonly quoted: boolean;
}

export interface Block {
  readonly statements: readonly Statement[];
  /** Its text, to tell whether two blocks are the same. */
  readonly source: string;
}

interface Branch {
  readonly condition: readonly Statement[];
  readonly body: readonly Statement[];
}

export type Statement =
  | {
      readonly kind: 'command';
      readonly words: readonly Word[];
      readonly block: Block | null;
      readonly line: number;
    }
  | {
      readonly kind: 'if';
      readonly branches: readonly Branch[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly words: readonly Word[];
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'loop'; readonly body: readonly Statement[]; readonly line: number }
  | { readonly kind: 'function'; readonly name: string; readonly body: readonly Statement[] };

/** Statements up to the first thing that GRUB would call a mistake. */
interface GrubScript {
  readonly statements: readonly Statement[];
  /** GRUB continues behind a mistake, and it is not known how: nothing that follows is known. */
  readonly mistake: { readonly line: number; readonly what: string } | null;
}

type Token =
  | {
      readonly kind: 'word';
      readonly word: Word;
      readonly bare: string | null;
      readonly at: number;
    }
  | { readonly kind: '\n' | ';' | '{' | '}' | 'end'; readonly at: number };

class Mistake extends Error {
  readonly at: number;
  constructor(at: number, what: string) {
    super(what);
    this.at = at;
  }
}

const deepest = 64;

const variablePattern =
  /\$(?:([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[?#*@])|\{([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[?#*@])\})/y;

const plainPattern = /[^{}|&$;<> \t\n'"\\]+/y;

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** Joins what stands side by side, so that equal words are equal. */
class WordBuilder {
  private readonly parts: Part[] = [];
  quoted = false;
  text(text: string): void {
    const last = this.parts.at(-1);
    if (last?.kind === 'text')
      this.parts[this.parts.length - 1] = { kind: 'text', text: last.text + text };
    else this.parts.push({ kind: 'text', text });
  }
  variable(name: string, quoted: boolean): void {
    this.parts.push({ kind: 'variable', name, quoted });
  }
  word(): Word {
    return { parts: this.parts, quoted: this.quoted };
  }
}

const readVariable = (text: string, at: number, quoted: boolean, word: WordBuilder): number => {
  const match = matchAt(variablePattern, text, at);
  if (match === null) throw new Mistake(at, 'a $ that names no variable');
  word.variable(match[1] ?? match[2] ?? '', quoted);
  return at + match[0].length;
};

/** What is left of a backslash between double quotes, by the character behind it. */
const escapedInQuotes: Readonly<Record<string, string>> = {
  $: '$',
  '\\': '\\',
  '"': '"',
  '\n': '',
};

const readDoubleQuoted = (
  text: string,
  start: number,
  translated: boolean,
  word: WordBuilder,
): number => {
  let at = start + 1;
  for (;;) {
    const character = text[at];
    if (character === undefined) throw new Mistake(start, 'a quote that is not closed');
    if (character === '"') return at + 1;
    if (character === '\\') {
      const next = text[at + 1];
      if (next === undefined) throw new Mistake(start, 'a quote that is not closed');
      word.text(escapedInQuotes[next] ?? `\\${next}`);
      at += 2;
    } else if (character === '$' && !translated) at = readVariable(text, at, true, word);
    else {
      word.text(character);
      at += 1;
    }
  }
};

/** One word from `start` on, with all its quotes; null where none begins there. */
const readWord = (
  text: string,
  start: number,
): { readonly word: Word; readonly end: number } | null => {
  const word = new WordBuilder();
  let at = start;
  for (;;) {
    const character = text[at];
    const plain = matchAt(plainPattern, text, at)?.[0];
    if (plain !== undefined) {
      word.text(plain);
      at += plain.length;
    } else if (character === "'") {
      const close = text.indexOf("'", at + 1);
      if (close === -1) throw new Mistake(at, 'a quote that is not closed');
      word.quoted = true;
      word.text(text.slice(at + 1, close));
      at = close + 1;
    } else if (character === '"') {
      word.quoted = true;
      at = readDoubleQuoted(text, at, false, word);
    } else if (character === '$' && text[at + 1] === '"') {
      word.quoted = true;
      at = readDoubleQuoted(text, at + 1, true, word);
    } else if (character === '$') at = readVariable(text, at, false, word);
    else if (character === '\\') {
      const next = text[at + 1];
      if (next === undefined) throw new Mistake(at, 'a backslash at the end');
      if (next !== '\n') word.text(next);
      at += 2;
    } else break;
  }
  return at === start ? null : { word: word.word(), end: at };
};

/** A comment reaches to the end of its line, unless its first word has a quote that goes on behind it. */
const commentEnd = (text: string, at: number): number | null => {
  const newline = text.indexOf('\n', at);
  const lineEnd = newline === -1 ? text.length : newline;
  try {
    const read = readWord(text, at);
    return read !== null && read.end > lineEnd ? null : lineEnd;
  } catch {
    const word = /^#[^{}|&;<> \t\n]*/.exec(text.slice(at, lineEnd))?.[0] ?? '';
    if (/['"]/.test(word)) throw new Mistake(at, 'a quote that is not closed');
    return lineEnd;
  }
};

class Tokens {
  private at = 0;
  private readonly text: string;
  private ahead: Token | null = null;
  constructor(text: string) {
    this.text = text;
  }
  peek(): Token {
    this.ahead ??= this.read();
    return this.ahead;
  }
  next(): Token {
    const token = this.peek();
    this.ahead = null;
    return token;
  }
  source(from: number, to: number): string {
    return this.text.slice(from, to);
  }
  private read(): Token {
    const { text } = this;
    for (;;) {
      const at = this.at;
      const character = text[at];
      if (character === undefined) return { kind: 'end', at };
      if (character === ' ' || character === '\t') {
        this.at += 1;
        continue;
      }
      if (character === '#') {
        const end = commentEnd(text, at);
        if (end !== null) {
          this.at = end;
          continue;
        }
      }
      if (character === '\n' || character === '{' || character === '}') {
        this.at += 1;
        return { kind: character, at };
      }
      if (character === ';' && text[at + 1] !== ';') {
        this.at += 1;
        return { kind: ';', at };
      }
      const read = readWord(text, at);
      // The grammar has no rule for |, &, <, > and their like.
      if (read === null) throw new Mistake(at, `"${character}" outside of quotes`);
      this.at = read.end;
      const source = text.slice(at, read.end);
      if (source === '[[' || source === ']]') throw new Mistake(at, `"${source}"`);
      return {
        kind: 'word',
        word: read.word,
        bare: /^[a-z]+$/.test(source) ? source : null,
        at,
      };
    }
  }
}

/** Words that end a list of commands, or begin what the grammar has no rule for. */
const reserved = new Set(
  'case do done elif else esac fi for if in select then until while function'.split(' '),
);

class Parser {
  private readonly tokens: Tokens;
  private readonly lineOf: (at: number) => number;
  private depth = 0;
  constructor(text: string, lineOf: (at: number) => number) {
    this.tokens = new Tokens(text);
    this.lineOf = lineOf;
  }

  /**
   * The statements of a file; those before a mistake are kept by `into`. GRUB reads as many
   * lines as make whole commands, and does none of them where one is wrong.
   */
  file(into: Statement[]): void {
    let line: Statement[] = [];
    this.newlines();
    for (;;) {
      const token = this.tokens.peek();
      if (token.kind === 'end') break;
      line.push(this.statement(true));
      const after = this.tokens.peek();
      if (after.kind !== '\n' && after.kind !== ';' && after.kind !== 'end')
        throw new Mistake(after.at, `a ${shown(after)} behind the end of a command`);
      this.tokens.next();
      const isLine = after.kind === '\n' || this.tokens.peek().kind === '\n';
      this.newlines();
      if (!isLine) continue;
      into.push(...line);
      line = [];
    }
    into.push(...line);
  }

  private newlines(): void {
    while (this.tokens.peek().kind === '\n') this.tokens.next();
  }

  /** A line break or one semicolon; behind either only line breaks (`delimiters1`). */
  private delimiters(): boolean {
    const { kind } = this.tokens.peek();
    if (kind !== '\n' && kind !== ';') return false;
    this.tokens.next();
    this.newlines();
    return true;
  }

  /** Commands up to one of the words, or to the closing brace: at least one, as in the grammar. */
  private list(until: readonly string[]): {
    readonly statements: readonly Statement[];
    readonly end: Token;
    readonly isDelimited: boolean;
  } {
    const statements: Statement[] = [];
    let isDelimited = false;
    this.newlines();
    for (;;) {
      const token = this.tokens.peek();
      const isEnd =
        token.kind === 'word'
          ? token.bare !== null && until.includes(token.bare)
          : until.includes(token.kind);
      if (isEnd) {
        if (statements.length === 0) throw new Mistake(token.at, 'a body without a command');
        this.tokens.next();
        return { statements, end: token, isDelimited };
      }
      if (token.kind === 'end')
        throw new Mistake(token.at, `the end of the file before "${until.join('" or "')}"`);
      if (statements.length > 0 && !isDelimited)
        throw new Mistake(token.at, `a ${shown(token)} behind the end of a command`);
      statements.push(this.statement());
      isDelimited = this.delimiters();
    }
  }

  /** A list that ends with one of these words, behind a line break or a semicolon. */
  private until(...words: readonly string[]): {
    readonly statements: readonly Statement[];
    readonly word: string;
  } {
    const { statements, end, isDelimited } = this.list(words);
    if (!isDelimited) throw new Mistake(end.at, 'a missing ; or line break');
    return { statements, word: end.kind === 'word' ? (end.bare ?? '') : end.kind };
  }

  /** A function is defined at the top of a file only. */
  private statement(isTop = false): Statement {
    this.depth += 1;
    try {
      const token = this.tokens.next();
      if (this.depth > deepest) throw new Mistake(token.at, 'too many levels inside of each other');
      if (token.kind !== 'word')
        throw new Mistake(token.at, `a ${shown(token)} where a command begins`);
      switch (token.bare) {
        case 'if':
          return this.conditional();
        case 'for':
          return this.forEach();
        case 'while':
        case 'until': {
          this.until('do');
          const { statements } = this.until('done');
          return { kind: 'loop', body: statements, line: this.lineOf(token.at) };
        }
        case 'function':
          if (!isTop) throw new Mistake(token.at, 'a function inside of other commands');
          return this.definition();
        case null:
          return this.command(token.word, token.at);
        default:
          if (reserved.has(token.bare))
            throw new Mistake(token.at, `"${token.bare}" where a command begins`);
          return this.command(token.word, token.at);
      }
    } finally {
      this.depth -= 1;
    }
  }

  private conditional(): Statement {
    const branches: Branch[] = [];
    for (;;) {
      const condition = this.until('then').statements;
      const body = this.until('fi', 'else', 'elif');
      branches.push({ condition, body: body.statements });
      if (body.word === 'fi') return { kind: 'if', branches, otherwise: [] };
      if (body.word === 'else')
        return { kind: 'if', branches, otherwise: this.until('fi').statements };
    }
  }

  private name(): string {
    const token = this.tokens.next();
    const part = token.kind === 'word' && !token.word.quoted ? token.word.parts[0] : undefined;
    if (part?.kind !== 'text' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(part.text))
      throw new Mistake(token.at, 'something else than a name');
    return part.text;
  }

  private forEach(): Statement {
    const name = this.name();
    const word = this.tokens.next();
    if (word.kind !== 'word' || word.bare !== 'in')
      throw new Mistake(word.at, 'a for without "in"');
    const words: Word[] = [];
    while (this.tokens.peek().kind === 'word') {
      const token = this.tokens.next();
      if (token.kind === 'word') words.push(token.word);
    }
    const isDelimited = this.delimiters();
    const begin = this.tokens.next();
    if (!isDelimited || begin.kind !== 'word' || begin.bare !== 'do')
      throw new Mistake(begin.at, 'a for without "do"');
    return { kind: 'for', name, words, body: this.until('done').statements };
  }

  private definition(): Statement {
    const name = this.name();
    this.newlines();
    const open = this.tokens.next();
    if (open.kind !== '{') throw new Mistake(open.at, 'a function without a body');
    return { kind: 'function', name, body: this.until('}').statements };
  }

  private command(first: Word, at: number): Statement {
    const words = [first];
    const line = this.lineOf(at);
    for (;;) {
      const token = this.tokens.peek();
      if (token.kind === 'word') {
        words.push(token.word);
        this.tokens.next();
      } else if (token.kind === '{') {
        this.tokens.next();
        const { statements, end } = this.list(['}']);
        return {
          kind: 'command',
          words,
          block: { statements, source: this.tokens.source(token.at, end.at + 1) },
          line,
        };
      } else return { kind: 'command', words, block: null, line };
    }
  }
}

const shown = (token: Token): string =>
  token.kind === 'word'
    ? 'word'
    : { '\n': 'line break', ';': '";"', '{': '"{"', '}': '"}"', end: 'missing part' }[token.kind];

/** Carriage returns are skipped by GRUB wherever it reads a line (`grub_file_getline`). */
export const readGrubScript = (text: string): GrubScript => {
  const read = text.replaceAll('\r', '');
  const lineOf = (at: number): number => read.slice(0, at).split('\n').length;
  const statements: Statement[] = [];
  try {
    new Parser(read, memoLines(read)).file(statements);
    return { statements, mistake: null };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { statements, mistake: { line: lineOf(error.at), what: error.message } };
  }
};

/** Lines are asked for in ascending order: counting from the last answer on keeps it linear. */
const memoLines = (text: string): ((at: number) => number) => {
  let counted = 0;
  let line = 1;
  return (at) => {
    if (at < counted) {
      counted = 0;
      line = 1;
    }
    for (; counted < at; counted += 1) if (text[counted] === '\n') line += 1;
    return line;
  };
};
