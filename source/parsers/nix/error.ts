import type { NixCause, NixCauseClass } from '../../model/nix/cause.ts';
import { cleanLine } from './clean-line.ts';
import { classifyByLog, classifyError, classifyStatement, classOfRefusal } from './error-class.ts';
import { ownPosition, positionsIn } from './error-position.ts';
import { withFetchReason } from './fetch-error.ts';
import { parseRefusedPackage, withoutAdvice } from './refused-package.ts';
import { withUnusableBuilders } from './warnings.ts';

const tailLines = 20;
const longestMessage = 600;

const errorLine = /^\s*error:\s?(.*)$/;
const warningLine = /^(?:evaluation )?(?:warning|trace|note|hint|info):/;

/** What Nix does next: `nix flake check` goes on after an error. */
const progressLine =
  /^(?:checking |derivation evaluated to \/|running \d+ flake checks|evaluating |building '|copying (?:path )?'|fetching )/;

/** Where the message ends and its context begins. */
const circumstance =
  /^\s*(?:at |…|\.\.\. |\(use '--show-trace'|\(stack trace truncated|Last \d+ log lines|last \d+ log lines|For full logs|Output paths:|>|\d+\||\||\^|note:|hint:)/;

/** Hints that Nix adds for its own users. */
const aside = /^\s*\((?:use '--show-trace'|stack trace truncated)/;

/** Groups of lines, each begun by an `error:` at the margin; warnings and talk are left out. */
const errorBlocks = (lines: readonly string[]): readonly (readonly string[])[] => {
  const blocks: string[][] = [];
  let current: string[] | null = null;
  for (const line of lines) {
    if (/^(?:nix-instantiate: |nix: )?error:/.test(line)) {
      current = [line];
      blocks.push(current);
    } else if (warningLine.test(line) || progressLine.test(line)) current = null;
    else current?.push(line);
  }
  return blocks;
};

/** "Reason: platform mismatch" and "Required system: …" stand on lines of their own. */
const isOneOfSeveral = (before: string, line: string): boolean =>
  /^[A-Z][a-z ]+: /.test(line) && /[^.:,]$/.test(before);

interface ErrorStatement {
  readonly text: string;
  readonly at: number;
}

/** What Nix says in a block: the last `error:` of it, below the trace that led there. */
const statementOf = (block: readonly string[]): ErrorStatement => {
  const at = Math.max(
    0,
    block.findLastIndex((line) => errorLine.test(line)),
  );
  const said = [errorLine.exec(block[at] ?? '')?.[1] ?? block[at] ?? ''];
  for (const line of block.slice(at + 1)) {
    if (circumstance.test(line)) break;
    if (line.trim() === '' && said.length > 1) continue;
    said.push(line.trim());
  }
  // It stands below the place: "Did you mean hostName?"
  const suggestion = block.slice(at + 1).find((line) => /^\s*Did you mean .*\?$/.test(line));
  if (suggestion !== undefined && !said.includes(suggestion.trim()))
    said.push(`(${suggestion.trim()})`);
  const text = said
    .filter((line) => line !== '')
    .reduce((all, line) => all + (isOneOfSeveral(all, line) ? ', ' : ' ') + line, '')
    .replace(/\s+/g, ' ')
    .trim();
  return { text, at };
};

const frameStart = /^\s*…/;

/** Code that nixup gave to Nix, or that belongs to Nix: nobody can correct anything there. */
const foreignPlace = /\bat «(?:string|nix-internal|none)»/;

/** The lines of an error without those frames of its trace that lie in code of nixup or of Nix. */
const withoutForeignFrames = (block: readonly string[]): readonly string[] => {
  const groups: string[][] = [[]];
  for (const line of block) {
    if (frameStart.test(line) || errorLine.test(line)) groups.push([]);
    groups.at(-1)?.push(line);
  }
  return groups
    .filter(
      ([first = '', ...rest]) =>
        !frameStart.test(first) || !rest.some((line) => foreignPlace.test(line)),
    )
    .flat()
    .filter((line) => !/^\s*error:\s*$/.test(line));
};

const logLinesOf = (block: readonly string[]): readonly string[] =>
  block.flatMap((line) => /^\s*> ?(.*)$/.exec(line)?.[1] ?? []);

const hashAfter = (text: string, label: string): string | null =>
  new RegExp(`${label}\\s*'?([A-Za-z0-9+/=:-]{20,})`).exec(text)?.[1] ?? null;

const cut = (text: string): string =>
  text.length > longestMessage ? `${text.slice(0, longestMessage)} …` : text;

const readBlock = (block: readonly string[]): NixCause => {
  const statement = statementOf(block);
  const refused = parseRefusedPackage(statement.text);
  const whole = block.join('\n');
  const log = logLinesOf(block);
  const said = block.filter((line) => !/^\s*(?:>|\d*\|)/.test(line)).join('\n');
  const positions = positionsIn(block, statement.at);
  const kind =
    (refused === null ? null : classOfRefusal(refused)) ??
    classifyStatement(statement.text) ??
    classifyByLog(classifyError(`${statement.text}\n${said}`), log);
  return {
    class: kind,
    message: cut(refused === null ? statement.text : withoutAdvice(statement.text)),
    derivation: /'([^'\s]+\.drv)'/.exec(statement.text)?.[1] ?? null,
    position: ownPosition(positions),
    positions,
    ...(refused === null ? {} : { refused }),
    expected: hashAfter(whole, '(?:specified|wanted|expected):?'),
    got: hashAfter(whole, '(?:got):?'),
    // Nix's message about a failed builder is not a message of the builder.
    tail: (log.length > 0 || kind === 'builder-failed'
      ? log
      : withoutForeignFrames(block).filter((line) => line.trim() !== '' && !aside.test(line))
    ).slice(-tailLines),
  };
};

/** These only report that something else failed, and are no cause. */
const consequences: ReadonlySet<NixCauseClass> = new Set(['dependency-failed', 'canceled']);

const lastWords = (lines: readonly string[]): NixCause => {
  const said = lines.filter((line) => line.trim() !== '' && !warningLine.test(line.trim()));
  const message = said.at(-1)?.trim() ?? '';
  const found = classifyError(said.join('\n'));
  return {
    class: found === 'evaluation' ? 'unknown' : found,
    message: message === '' ? 'Nix gave no reason' : message,
    derivation: null,
    position: null,
    positions: [],
    expected: null,
    got: null,
    tail: said.slice(-tailLines),
  };
};

const read = (
  lines: readonly string[],
): { readonly clean: readonly string[]; readonly causes: readonly NixCause[] } => {
  const clean = lines.flatMap((line) => line.split('\n')).map((line) => cleanLine(line));
  const causes = errorBlocks(clean)
    .map((block) => readBlock(block))
    .filter((cause) => cause.message !== '');
  return { clean, causes };
};

/** What else failed, besides the first cause, in a build that keeps going. */
export interface FurtherFailures {
  /** Derivations that failed of themselves. */
  readonly causes: readonly NixCause[];
  /** Derivations that were not built for another reason, such as a dependency that failed; Nix names each. */
  readonly unbegun: readonly string[];
}

/** Failures of the derivation itself; a failing machine, disk or network affects many. */
const ownFaults: ReadonlySet<NixCauseClass> = new Set(['builder-failed', 'hash-mismatch']);

export const furtherFailures = (lines: readonly string[]): FurtherFailures => {
  const own = new Map<string, NixCause>();
  const unbegun = new Set<string>();
  const { causes } = read(lines);
  const first = causes.find((one) => !consequences.has(one.class));
  for (const cause of causes) {
    const { derivation } = cause;
    if (derivation === null || derivation === first?.derivation) continue;
    if (!ownFaults.has(cause.class)) unbegun.add(derivation);
    else if (!own.has(derivation)) own.set(derivation, cause);
  }
  return { causes: [...own.values()], unbegun: [...unbegun] };
};

/**
 * Why Nix failed, from the lines of its standard error (or of its messages):
 * the first error that is not merely the consequence of another. Warnings are
 * never a cause. Reads `builder for 'X.drv' failed …` (to 2.28) and
 * `Cannot build 'X.drv'. Reason: …` (from 2.29).
 */
export const causeOf = (lines: readonly string[]): NixCause => {
  const { clean, causes } = read(lines);
  const cause = causes.find((one) => !consequences.has(one.class)) ?? causes[0] ?? lastWords(clean);
  return withUnusableBuilders(withFetchReason(cause, clean), clean);
};

const lostConnection =
  /daemon disconnected unexpectedly|unexpected end-of-file|[Cc]onnection (?:reset|closed|refused|timed out)|[Bb]roken pipe|failed to start SSH connection|cannot connect to|unexpected EOF/;

/** The cause as the loss of a remote builder, where that is what its words mean. */
export const withLostBuilder = (
  cause: NixCause,
  builder: string,
  derivation: string | null,
): NixCause =>
  lostConnection.test(cause.message)
    ? {
        ...cause,
        class: 'builder-lost',
        message: `The builder ${builder} went away${derivation === null ? '' : ` while it built ${derivation}`}: ${cause.message}`,
      }
    : cause;

/**
 * The cause with the last lines of the failed builder's log, which may tell what the error does
 * not.
 */
export const withLog = (cause: NixCause, log: readonly string[]): NixCause => ({
  ...cause,
  class: classifyByLog(cause.class, log),
  tail: log,
});

const failureTexts = [
  /builder for '([^'\s]+\.drv)' failed/g,
  /hash mismatch in fixed-output derivation '([^'\s]+\.drv)'/g,
  /Cannot build '([^'\s]+\.drv)'\.\s+Reason: (?!\d+ dependenc)/g,
  /build of '([^'\s]+\.drv)' on '[^']*' failed/g,
];

/** The derivations whose own build a text without control sequences calls failed. */
export const failedDerivations = (text: string): readonly string[] => {
  if (!text.includes('.drv')) return [];
  const found = failureTexts.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match) => match[1] ?? []),
  );
  return [...new Set(found)];
};
