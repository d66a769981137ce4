import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** What failed: the file and the title of a test, or the file alone where it could not be loaded. */
export interface TestFailure {
  /** From the root of the project; null where no file can be named. */
  readonly file: string | null;
  readonly title: string | null;
  /** The first line of why. */
  readonly why: string;
}

export interface Counts {
  readonly passed: number;
  readonly failures: readonly TestFailure[];
  /** The titles of the tests that passed, of each file that was run. */
  readonly passedIn: ReadonlyMap<string, readonly string[]>;
  /** What failed at first and passed when its file was run again. */
  readonly passedAgain: readonly TestFailure[];
}

export const noCounts: Counts = {
  passed: 0,
  failures: [],
  passedIn: new Map(),
  passedAgain: [],
};

/** What vitest's reporter `json` writes, as far as it is read here. */
export interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const firstLine = (text: string): string => stripVTControlCharacters(text).split('\n', 1)[0] ?? '';

/** A file that could not even be loaded has no failed test, yet it failed. */
export const countReport = (report: Report, root: string): Counts => {
  const files = report.testResults.map(({ name, ...rest }) => ({
    ...rest,
    file: path.relative(root, name),
  }));
  return {
    ...noCounts,
    passed: report.numPassedTests,
    passedIn: new Map(
      files.map(({ file, assertionResults }) => [
        file,
        assertionResults
          .filter(({ status }) => status === 'passed')
          .map(({ fullName }) => fullName),
      ]),
    ),
    failures: files.flatMap(
      ({ file, status, message, assertionResults }): readonly TestFailure[] => {
        const failed = assertionResults.filter((one) => one.status === 'failed');
        if (failed.length === 0)
          return status === 'failed' ? [{ file, title: null, why: firstLine(message) }] : [];
        return failed.map(({ fullName, failureMessages }) => ({
          file,
          title: fullName,
          why: firstLine(failureMessages[0] ?? ''),
        }));
      },
    ),
  };
};

export const withFailure = (why: string, before: Counts = noCounts): Counts => ({
  ...before,
  failures: [...before.failures, { file: null, title: null, why }],
});

/** When more files than these fail, it is no chance; running them again would only take time. */
const mostFiles = 5;

/** The files to run once more: those with a failure, unless they are many. */
export const filesToRunAgain = ({ failures }: Counts): readonly string[] => {
  const files = [...new Set(failures.flatMap(({ file }) => (file === null ? [] : [file])))];
  return files.length > mostFiles ? [] : files;
};

const nameOf = ({ file, title }: TestFailure): string =>
  [file, title].filter((part) => part !== null).join(' > ');

/**
 * The counts after the failed files were run again, whole: for these files the second outcome
 * counts, in good and in bad. What the second run does not tell, or skips, stays failed.
 */
export const countsAfterAgain = (
  first: Counts,
  files: readonly string[],
  again: Counts,
): Counts => {
  const failedAgain = new Set(again.failures.map(nameOf));
  const isPassedAgain = (one: TestFailure): boolean => {
    const passed = one.file === null ? [] : (again.passedIn.get(one.file) ?? []);
    if (failedAgain.has(nameOf(one))) return false;
    return one.title === null ? passed.length > 0 : passed.includes(one.title);
  };
  const told = files.filter((file) => again.passedIn.has(file));
  const passedOf = (counts: Counts): number =>
    told.reduce((sum, file) => sum + (counts.passedIn.get(file)?.length ?? 0), 0);
  const open = first.failures.filter((one) => !isPassedAgain(one) && !failedAgain.has(nameOf(one)));
  return {
    passed: first.passed - passedOf(first) + passedOf(again),
    passedIn: new Map([...first.passedIn, ...again.passedIn]),
    failures: [...open, ...again.failures],
    passedAgain: first.failures.filter(isPassedAgain),
  };
};

/** Lines for the end of the log: what failed, and what failed only once. */
export const outcomeLines = ({ failures, passedAgain }: Counts): readonly string[] => [
  ...passedAgain.map((one) => `failed at first, passed when run again: ${nameOf(one)}`),
  ...failures.map(
    (one) => `failed: ${[nameOf(one), one.why].filter((part) => part !== '').join(': ')}`,
  ),
];
