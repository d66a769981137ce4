import { expect, test } from 'vitest';
import {
  countReport,
  countsAfterAgain,
  filesToRunAgain,
  noCounts,
  outcomeLines,
  type Report,
  withFailure,
} from '../../scripts/test-counts.ts';

type Told = 'passed' | 'skipped' | { readonly failed: string };
type Files = Readonly<
  Record<string, Readonly<Record<string, Told>> | { readonly notLoaded: string }>
>;

/** As vitest's reporter `json` writes it. */
const reportOf = (files: Files): Report => {
  const testResults = Object.entries(files).map(([file, tests]) => {
    if (typeof tests['notLoaded'] === 'string')
      return {
        name: `/p/${file}`,
        status: 'failed',
        message: tests['notLoaded'],
        assertionResults: [],
      };
    const assertionResults = Object.entries(tests as Readonly<Record<string, Told>>).map(
      ([fullName, told]) =>
        typeof told === 'string'
          ? { fullName, status: told, failureMessages: [] }
          : { fullName, status: 'failed', failureMessages: [`${told.failed}\n    at x.ts:1:1`] },
    );
    const isFailed = assertionResults.some(({ status }) => status === 'failed');
    return {
      name: `/p/${file}`,
      status: isFailed ? 'failed' : 'passed',
      message: '',
      assertionResults,
    };
  });
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  return { numPassedTests: all.filter(({ status }) => status === 'passed').length, testResults };
};

const counted = (files: Files) => countReport(reportOf(files), '/p');

/** The outcome of two runs as `npm test` tells it. */
const after = (first: Files, again: Files) => {
  const counts = counted(first);
  const done = countsAfterAgain(counts, filesToRunAgain(counts), counted(again));
  return { passed: done.passed, failed: done.failures.length, lines: outcomeLines(done) };
};

const boots = { failed: 'AssertionError: expected 1 to be 0' };

test('a failed test is told with its file and the first line of why', () => {
  const counts = counted({ 'lab/a.test.ts': { boots, answers: 'passed' } });
  expect(counts.passed).toBe(1);
  expect(filesToRunAgain(counts)).toEqual(['lab/a.test.ts']);
  expect(outcomeLines(counts)).toEqual([
    'failed: lab/a.test.ts > boots: AssertionError: expected 1 to be 0',
  ]);
});

test('what passes when its file is run again counts as passed, and is told on a line of its own', () => {
  const first: Files = {
    'lab/a.test.ts': { boots, answers: 'passed' },
    'lab/b.test.ts': { sleeps: 'passed' },
  };
  expect(after(first, { 'lab/a.test.ts': { boots: 'passed', answers: 'passed' } })).toEqual({
    passed: 3,
    failed: 0,
    lines: ['failed at first, passed when run again: lab/a.test.ts > boots'],
  });
});

test('what fails again is a failure, and so is what fails only then', () => {
  const failed = { failed: 'Error: no answer' };
  expect(
    after(
      { 'lab/a.test.ts': { boots, answers: 'passed', sleeps: { failed: 'Error: once' } } },
      { 'lab/a.test.ts': { boots, answers: failed, sleeps: 'passed' } },
    ),
  ).toEqual({
    passed: 1,
    failed: 2,
    lines: [
      'failed at first, passed when run again: lab/a.test.ts > sleeps',
      'failed: lab/a.test.ts > boots: AssertionError: expected 1 to be 0',
      'failed: lab/a.test.ts > answers: Error: no answer',
    ],
  });
});

test('what is skipped or not run the second time stays failed', () => {
  const first: Files = { 'lab/a.test.ts': { boots }, 'lab/b.test.ts': { sleeps: boots } };
  const lines = [
    'failed: lab/a.test.ts > boots: AssertionError: expected 1 to be 0',
    'failed: lab/b.test.ts > sleeps: AssertionError: expected 1 to be 0',
  ];
  expect(after(first, { 'lab/a.test.ts': { boots: 'skipped' } })).toEqual({
    passed: 0,
    failed: 2,
    lines,
  });
});

test('a second run without a report is one failure more, and proves nothing of the first', () => {
  const first = counted({ 'lab/a.test.ts': { boots, answers: 'passed' } });
  const done = countsAfterAgain(
    first,
    ['lab/a.test.ts'],
    withFailure('the lab tests gave no report'),
  );
  expect(done.passed).toBe(1);
  expect(outcomeLines(done)).toEqual([
    'failed: lab/a.test.ts > boots: AssertionError: expected 1 to be 0',
    'failed: the lab tests gave no report',
  ]);
});

test('a file that could not be loaded is run again as well', () => {
  const first: Files = { 'lab/a.test.ts': { notLoaded: 'Error: p620 did not boot' } };
  expect(after(first, first).lines).toEqual(['failed: lab/a.test.ts: Error: p620 did not boot']);
  expect(after(first, { 'lab/a.test.ts': { boots: 'passed' } })).toEqual({
    passed: 1,
    failed: 0,
    lines: ['failed at first, passed when run again: lab/a.test.ts'],
  });
});

test('nothing is run again where nothing failed, no file is known, or many files failed', () => {
  expect(filesToRunAgain(counted({ 'lab/a.test.ts': { answers: 'passed' } }))).toEqual([]);
  expect(filesToRunAgain(withFailure('the lab tests gave no report', noCounts))).toEqual([]);
  const many = Object.fromEntries([...'abcdef'].map((name) => [`lab/${name}.test.ts`, { boots }]));
  expect(filesToRunAgain(counted(many))).toEqual([]);
});
