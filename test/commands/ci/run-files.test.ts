import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { junitText } from '../../../source/commands/ci/junit.ts';
import type { RunCase } from '../../../source/commands/ci/run-cases.ts';
import { createRunCases } from '../../../source/commands/ci/run-cases.ts';
import {
  addToSummary,
  checkRunFile,
  summaryFileOf,
} from '../../../source/commands/ci/run-files.ts';
import { runReport } from '../../../source/commands/ci/run-report.ts';
import { withoutControls } from '../../../source/model/words/without-controls.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import type { RunEvent } from '../../../source/state/events.ts';
import { result } from '../../support/fake-program.ts';

const hostile = 'a"b<c>&\u001b[31m]]>\u0000 @ada #12 | `x` <b>';

const cases: readonly RunCase[] = [
  { stage: 'test', host: 'p620', tookMs: 1_500, ending: { kind: 'passed' } },
  { stage: 'test', host: 'razer', tookMs: 0, ending: { kind: 'skipped', why: hostile } },
  {
    stage: 'test',
    host: 'nas',
    tookMs: 250,
    ending: { kind: 'failed', why: hostile, lines: ['```', hostile] },
  },
];

test('tests are counted, and no name or message is read as markup', () => {
  const text = junitText(cases, Date.UTC(2026, 10, 29, 12));
  expect(text).toContain('tests="3" failures="1" errors="0" time="1.75"');
  expect(text).toContain('timestamp="2026-11-29T12:00:00"');
  expect(text).toContain('<testcase classname="nixup.test" name="p620" time="1.5"/>');
  expect(text).toContain('a&quot;b&lt;c&gt;&amp;');
  for (const line of text.split('\n')) expect(withoutControls(line)).toBe(line);
  // Every `<` opens an element of the schema, and each is closed.
  const opened = [...text.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)];
  const depth: string[] = [];
  for (const [, isEnd, name = '', isWhole] of opened)
    if (isEnd === '/') expect(depth.pop()).toBe(name);
    else if (isWhole !== '/') depth.push(name);
  expect(depth).toEqual([]);
});

test('a report says the sentence first, and names of others are no markup', () => {
  const text = runReport({
    command: 'run',
    result: result({
      exitCode: 1,
      summary: `It failed: ${hostile}`,
      hosts: {
        nas: { status: 'failed', from: null, to: null, generation: null, reason: hostile },
      },
    }),
    facts: {
      run: '20261129-120000-abcdef',
      inputs: [{ name: 'a|b', from: null, to: 'f'.repeat(40) }],
    },
    cases,
    startedAt: 0,
    endedAt: 90_000,
  });
  const lines = text.split('\n');
  expect(lines[0]).toBe('## nixup run: failed');
  expect(text).toContain('exit status 1');
  expect(text).toContain('nixup history 20261129-120000-abcdef');
  const row = lines.find((line) => line.startsWith('| nas'));
  expect(row?.match(/(?<!\\)\|/g)).toHaveLength(7);
  expect(row).not.toMatch(/(?<!\\)<b>|@ada|#12/);
  // A fence that is longer than what stands in it.
  expect(lines.filter((line) => /^`{4}/.test(line))).toEqual(['````text', '````']);
});

test('steps and hosts are gathered from the events of a run, the last ending of each', () => {
  const gathered = createRunCases();
  const events: readonly RunEvent[] = [
    { type: 'stage-changed', stage: 'commit', state: { kind: 'running', since: 0 } },
    { type: 'run-started', run: 'r', goal: 'test', hosts: ['p620'], tree: null, lock: null },
    { type: 'stage-changed', stage: 'test', state: { kind: 'running', since: 0 } },
    { type: 'host-worked', host: 'p620', work: { kind: 'queued' } },
    { type: 'logged', host: 'p620', lines: ['why'] },
    {
      type: 'host-worked',
      host: 'p620',
      work: { kind: 'failed', step: 'build', reason: 'no', remedy: '', at: 0 },
    },
    { type: 'stage-changed', stage: 'test', state: { kind: 'failed', reason: 'p620', at: 0 } },
    { type: 'stage-changed', stage: 'deploy', state: { kind: 'passed', evidence: '', at: 0 } },
  ];
  for (const [index, event] of events.entries()) gathered.hear({ ...event, at: index * 1_000 });
  expect(gathered.cases()).toEqual([
    {
      stage: 'test',
      host: 'p620',
      tookMs: 2_000,
      ending: { kind: 'failed', why: 'no', lines: ['why'] },
    },
    {
      stage: 'test',
      host: null,
      tookMs: 4_000,
      ending: { kind: 'failed', why: 'p620', lines: [] },
    },
  ]);
});

test('a file that cannot be written is told before anything is begun, and nothing is left of the question', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const world = { ...createProcessWorld(), workingFolder: folder };
  await mkdir(path.join(folder, 'folder'));
  await writeFile(path.join(folder, 'there'), 'before');
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
  const check = async (name: string): Promise<boolean> =>
    (await checkRunFile(world, 'report', name)).ok;
  expect(await check('new.md')).toBe(true);
  expect(await check('there')).toBe(true);
  expect(await check('folder')).toBe(false);
  expect(await check('pipe')).toBe(false);
  expect(await check('/dev/full')).toBe(false);
  expect(await check('missing/new.md')).toBe(false);
  expect(await check('there/new.md')).toBe(false);
  if (process.getuid?.() !== 0) {
    await chmod(path.join(folder, 'folder'), 0o500);
    expect(await check('folder/new.md')).toBe(false);
  }
  expect((await readdir(folder)).sort()).toEqual(['folder', 'pipe', 'there']);
});

test.each([
  [{ GITHUB_STEP_SUMMARY: '/tmp/summary' }, '/tmp/summary'],
  [{ GITHUB_STEP_SUMMARY: '' }, null],
  [{ GITHUB_STEP_SUMMARY: 'relative' }, null],
  [{}, null],
])('the summary of a CI: %o', (environment, file) => {
  expect(summaryFileOf({ environment })).toBe(file);
});

test('the summary of a CI is added to its file, and no folder is made for it', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-summary-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const world = createProcessWorld();
  const at = (...names: readonly string[]) => ({
    files: world.files,
    environment: { GITHUB_STEP_SUMMARY: path.join(folder, ...names) },
  });
  await writeFile(path.join(folder, 'summary'), 'before\n');
  expect((await addToSummary(at('summary'), '## nixup run: well')).ok).toBe(true);
  expect(await readFile(path.join(folder, 'summary'), 'utf8')).toBe('before\n## nixup run: well\n');
  expect(await addToSummary(at('missing', 'summary'), 'x')).toMatchObject({
    failure: { code: 'file-failed', detail: 'there is no such folder' },
  });
  expect(await readdir(folder)).toEqual(['summary']);
});

/** What junit-10.xsd of jenkinsci/xunit-plugin lets elements have: attributes, and the elements in them. */
const schema: Readonly<Record<string, readonly [attributes: RegExp, within: string]>> = {
  testsuites: [/^(?:name|time|tests|failures|errors)$/, ''],
  testsuite: [
    /^(?:name|tests|failures|errors|group|time|skipped|timestamp|hostname|id|package|file|log|url)$/,
    'testsuites',
  ],
  testcase: [/^(?:name|time|classname|group)$/, 'testsuite'],
  failure: [/^(?:type|message)$/, 'testcase'],
  skipped: [/^(?:type|message)$/, 'testcase'],
};

test('the file has no element, attribute or time that the schema of CI servers refuses', () => {
  const hostile = 'a & b ]]> <c attribute="x"> \u001b[31mred\u0000 \ud800';
  const text = junitText(
    [
      { stage: 'test', host: null, tookMs: 12_345_678, ending: { kind: 'passed' } },
      {
        stage: 'test',
        host: hostile,
        tookMs: 0,
        ending: { kind: 'failed', why: hostile, lines: [hostile] },
      },
      { stage: 'deploy', host: 'razer', tookMs: 5, ending: { kind: 'skipped', why: hostile } },
    ],
    Date.UTC(2026, 10, 29, 12),
  );
  const open: string[] = [];
  for (const [, end, name = '', attributes = '', alone] of text.matchAll(
    /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g,
  )) {
    if (end !== '') expect(open.pop()).toBe(name);
    else {
      const [allowed, within] = schema[name] ?? [];
      expect(open.at(-1) ?? '', name).toBe(within);
      for (const [, attribute = '', value = ''] of attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
        expect(attribute, name).toMatch(allowed ?? /^$/);
        if (attribute === 'time') expect(value).toMatch(/^\d+(?:\.\d*)?$/);
      }
      if (alone === '') open.push(name);
    }
  }
  expect(open).toEqual([]);
  // Every sign of markup belongs to one of these elements.
  const rest = text.replaceAll(/<\/?[a-z]+(?: [a-z]+="[^"<]*")*\/?>|<\?xml[^>]*\?>/g, '');
  expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|apos);)/);
});
