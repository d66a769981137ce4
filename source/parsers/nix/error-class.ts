import { isMachineTrouble, isTroubleInLog } from '../../model/causes/machine-trouble.ts';
import type { NixCauseClass } from '../../model/nix/cause.ts';
import type { RefusedPackage } from '../../model/nix/refused-package.ts';

/**
 * Nix's words, most telling first: a build that ran out of disk is no ordinary
 * failure of its builder. Texts of Nix 2.8 to 2.34 and Lix.
 */
const patterns: readonly (readonly [NixCauseClass, RegExp])[] = [
  ['canceled', /interrupted by the user|^interrupted$/m],
  [
    'hash-mismatch',
    /hash mismatch (in|importing|for)|NAR hash mismatch|hash mismatch in file downloaded/,
  ],
  ['disk-full', /No space left on device|database or disk is full|Disk quota exceeded/],
  [
    'out-of-memory',
    /out of memory|bad_alloc|Cannot allocate memory|failed due to signal 9|killed by signal 9|with exit code 137/i,
  ],
  [
    'no-builder',
    /is required to build '|local builds are disabled|unable to start any build|Failed to find a machine for remote build|platform mismatch|required system or feature not available/i,
  ],
  [
    'dependency-failed',
    /dependenc(y|ies) of derivation '[^']+' failed|Reason: \d+ dependenc(y|ies) failed|^some builds failed|^build of .* failed$/m,
  ],
  ['build-machine', /daemon-socket|remote store 'daemon'|[Nn]ix daemon disconnected/],
  [
    'network',
    /unable to download|Could(n't| not) resolve host|Failed to connect to|Connection (timed out|refused|reset)|Could not read from remote repository|unable to access '|HTTP error \d|Network is unreachable|cannot open connection to remote store|Failed to fetch git repository/i,
  ],
  [
    'untrusted-settings',
    /lacks a (valid )?signature|not privileged to|is a restricted setting|untrusted flake configuration|because it is not a trusted user/,
  ],
  [
    'lock-outdated',
    /requires lock file changes but they're not allowed|(cannot|can't) (update|write) (the )?lock ?file|cannot update (unlocked )?flake input/i,
  ],
  [
    'build-stopped',
    /timed out after \d+ seconds|failed due to signal \d+|killed by signal \d+|terminated by signal \d+|because it exceeded the (?:log|timeout)|exceeded the maximum (?:silent|build) time|with exit code (?:12[89]|1[34]\d)\b/,
  ],
  [
    'builder-failed',
    /builder for '[^']+' failed|Cannot build '|build of '[^']+' (on '[^']+' )?failed/,
  ],
  ['syntax', /^syntax error,|error: syntax error,|path has a trailing slash|invalid token/m],
  [
    'assertion',
    /Failed assertions:|assertion .*failed|is not equal to[\s\S]*condition of the assertion/,
  ],
  [
    'missing-attribute',
    /attribute '[^']*' missing|does not provide attribute|attribute '[^']*' in selection path/,
  ],
  // Messages that name no file: of any daemon, file or database.
  [
    'unknown',
    /^(?:error: )?(?:unexpected (?:end-of-file|EOF)$|database (?:table )?is (?:locked|busy)|database disk image is malformed|file is not a database|unable to open database file|attempt to write a readonly database|disk I\/O error)/m,
  ],
];

/** Only the message itself counts: the lines of code around it can hold the same words. */
const statements: readonly (readonly [NixCauseClass, RegExp])[] = [
  // Several at once are shown as such, whatever one of them is about.
  ['assertion', /Failed assertions: - .* - /],
  ['infinite-recursion', /^infinite recursion encountered|^stack overflow/],
  [
    'missing-file',
    /^Path '.+' (?:in the repository ".*" is not tracked by Git|does not exist in Git repository)|^path '.*-source\/.+' does not exist|^(?:getting status of|opening file) '.*-source\/.+': No such file/,
  ],
  ['missing-input', /^cannot find flake '[^']+' in the flake registries/],
  ['conflicting-options', /^The option .* has conflicting definition values/],
  [
    'removed-option',
    /^The option [`'‘"][^'’"]+['’"] does not exist|no longer has any effect|can no longer be used since|has been (?:renamed to|replaced by|removed|superseded)|was (?:renamed to|removed from)/,
  ],
];

/**
 * Logs mention disk, memory and network too; the exit of the builder is then only the consequence.
 */
const classesInLog: readonly (readonly [NixCauseClass, RegExp])[] = [
  ['disk-full', /No space left on device|Disk quota exceeded/],
  ['out-of-memory', /virtual memory exhausted|Killed signal terminated program|std::bad_alloc/],
  [
    'network',
    /curl: \(\d+\) (Could not resolve|Failed to connect|Connection)|Temporary failure in name resolution/,
  ],
];

const firstMatch = (
  rows: readonly (readonly [NixCauseClass, RegExp])[],
  text: string,
): NixCauseClass | null => rows.find(([, pattern]) => pattern.test(text))?.[0] ?? null;

/** The class of one error by its text. */
export const classifyError = (text: string): NixCauseClass => {
  const found = firstMatch(patterns, text);
  // Only what names nothing else.
  return (found === null || found === 'builder-failed' || found === 'unknown') &&
    text.split('\n').some(isMachineTrouble)
    ? 'build-machine'
    : (found ?? 'evaluation');
};

/** The class of an evaluation that failed, by its statement alone; null when it is of no such class. */
export const classifyStatement = (statement: string): NixCauseClass | null =>
  firstMatch(statements, statement);

/** What the end of a failed builder's log adds to the class of its failure. */
export const classifyByLog = (found: NixCauseClass, log: readonly string[]): NixCauseClass => {
  if (found !== 'builder-failed') return found;
  const inLog = firstMatch(classesInLog, log.join('\n'));
  return inLog ?? (log.some(isTroubleInLog) ? 'build-machine' : found);
};

/** The class of a package that nixpkgs refuses. */
export const classOfRefusal = ({ refusal }: RefusedPackage): NixCauseClass => {
  switch (refusal.reason) {
    case 'insecure':
      return 'insecure-package';
    case 'unfree':
      return 'unfree-package';
    case 'broken':
      return 'broken-package';
    case 'platform':
      return 'unsupported-package';
    case 'problems':
      return refusal.problems.some(({ kind }) => kind === 'broken')
        ? 'broken-package'
        : 'refused-package';
    case 'blocked-license':
    case 'not-from-source':
      return 'refused-package';
  }
};
