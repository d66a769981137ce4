import { expect, test } from 'vitest';
import type { CommitFacts } from '../../../source/model/commit/facts.ts';
import { type RequestFacts, requestBody, requestTitle } from '../../../source/model/forge/body.ts';
import { inert, inertLines } from '../../../source/model/forge/inert.ts';
import { trackingIssue } from '../../../source/model/forge/issue.ts';
import type { LockChange } from '../../../source/model/lock/change.ts';

const change = (path: string, over: Partial<LockChange> = {}): LockChange => ({
  path,
  kind: 'updated',
  lockedChanged: true,
  old: { type: 'github', rev: '6'.repeat(40), lastModified: 1_763_164_800 },
  new: { type: 'github', rev: '7'.repeat(40), lastModified: 1_763_769_600 },
  days: 7,
  compareUrl: 'https://github.com/NixOS/nixpkgs/compare/666...777',
  alarms: [],
  alsoMoves: [],
  ...over,
});

const system = (host: string): string => `/nix/store/${'c'.repeat(32)}-nixos-system-${host}-26.05`;

const facts: CommitFacts = {
  style: 'conventional',
  changes: [
    {
      change: change('nixpkgs', { alarms: ['release-change'] }),
      count: { count: 1204, exact: true, source: 'revCount' },
    },
    { change: change('home-manager', { compareUrl: null }), count: null },
  ],
  built: ['alpha', 'beta'],
  hosts: [
    {
      name: 'alpha',
      work: { kind: 'succeeded', from: system('old'), to: system('alpha'), generation: 7, at: 1 },
    },
    { name: 'beta', work: { kind: 'pending', why: 'asleep' } },
  ],
  files: ['flake.lock'],
  tests: [],
  healthy: ['alpha'],
  held: [{ input: 'disko', reason: 'breaks suspend (until 2026-12-24)' }],
  breaking: ['nixpkgs: nixos/foo: remove option #12 by @ada'],
};

const request = (over: Partial<RequestFacts> = {}): RequestFacts => ({
  facts,
  revision: 'a'.repeat(40),
  before: 'b'.repeat(40),
  run: '20261129-093015-4f2a9c',
  day: '2026-11-29',
  hosts: [
    {
      name: 'alpha',
      system: system('alpha'),
      kernel: '6.18.24',
      packages: '2 upgraded',
      sizeDelta: 1_000_000,
      needsRestart: true,
    },
  ],
  subjects: [{ input: 'nixpkgs', subjects: ['foo: 1 -> 2 (#12)', 'bar: by @name'] }],
  packages: [{ hosts: ['alpha'], lines: ['linux 6.18.19 → 6.18.24'] }],
  failures: [],
  watch: { kind: 'pending', time: '24 hours' },
  carried: [],
  ...over,
});

test('the body says the verdict first, ticks what is proven, and goes on from what may break', () => {
  const body = requestBody(request());
  expect(body.split('\n').slice(0, 6)).toEqual([
    '2 hosts built, 1 deployed, 1 without new trouble, 1 asleep or not reached, watched for 24 hours, not over yet.',
    '',
    '- [x] built (2 of 2)',
    '- [ ] deployed (1 of 2)',
    '- [x] no new trouble (1 of 1 deployed)',
    '- [ ] watched for 24 hours, not over yet',
  ]);
  const order = [
    '### Alarms',
    '### Held',
    '### Inputs',
    '### Hosts',
    'Packages of alpha',
    'Commits of nixpkgs (2)',
    '### How to go back',
    '<!-- nixup: {"version":1',
  ];
  const places = order.map((words) => body.indexOf(words));
  expect(places.every((place, index) => place > (places[index - 1] ?? 0))).toBe(true);
  expect(body).toContain(
    '| nixpkgs | updated | `6666666` → `7777777` | 2025-11-15 → 2025-11-22 | 1,204 commits | [compare](https://github.com/NixOS/nixpkgs/compare/666...777) |',
  );
  expect(requestTitle(facts, 'x', '2026-11-29')).toBe('flake.lock: 2 inputs, 2026-11-29');
});

/** What a forge would make of a subject that strangers wrote. */
test.each<[string, string]>([
  ['#12', '#<!-- -->12'],
  ['@name', '@<!-- -->name'],
  ['fixes owner/repo#12', 'fixes owner/repo#<!-- -->12'],
  ['GH-12', 'GH-<!-- -->12'],
  ['!12 ~bug %1', '!<!-- -->12 \\~<!-- -->bug %<!-- -->1'],
  ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert\\(1\\)&gt;'],
  ['<!-- nixup: {} -->', '&lt;!-- nixup: \\{\\} --&gt;'],
  ['[click](https://evil.example)', '\\[click\\]\\(https:<!-- -->//evil.example\\)'],
  ['![x](y)', '!\\[x\\]\\(y\\)'],
  [
    'https://github.com/NixOS/nixpkgs/issues/12',
    'https:<!-- -->//github.com/NixOS/nixpkgs/issues/12',
  ],
  ['www.evil.example', 'www<!-- -->.evil.example'],
  ['`rm` *bold* _it_ |cell|', '\\`rm\\` \\*bold\\* \\_it\\_ \\|cell\\|'],
  ['two\nlines\u0007', 'two lines?'],
  ['- a list', '\\- a list'],
  ['# a heading', '\\# a heading'],
  ['1. a list', '1\\. a list'],
  ['&amp;', '&amp;amp;'],
])('%j is only text in a pull request', (subject, text) => {
  expect(inert(subject)).toBe(text);
});

test('a message keeps its paragraphs and lists', () => {
  expect(inertLines('Inputs:\n- nixpkgs: #12\n  by @ada')).toBe(
    'Inputs:\n- nixpkgs: #<!-- -->12\n  by @<!-- -->ada',
  );
});

test('ten thousand hostile commits stay below the limit, and how many are missing is said', () => {
  const subjects = Array.from(
    { length: 10_000 },
    (_, index) => `#${index} @name${index} <b>→ [x](http://y) ${'ü'.repeat(index % 300)}`,
  );
  const many = request({
    subjects: [{ input: 'nixpkgs', subjects }],
    facts: {
      ...facts,
      changes: Array.from({ length: 400 }, (_, index) => ({
        change: change(`input-${index}`),
        count: null,
      })),
      breaking: subjects,
    },
  });
  const body = requestBody(many);
  expect(body.length).toBeLessThanOrEqual(60_000);
  expect(new TextEncoder().encode(body).length).toBeLessThanOrEqual(131_000);
  expect(body).toMatch(/… \d+ more/);
  expect(body).not.toMatch(/[#@][\w]/);
  expect(body).not.toMatch(/<b>|\]\(http:/);
  // What machines read is whole, and at the end.
  const machine = /<!-- nixup: (\{.*\}) -->\n$/.exec(body)?.[1] ?? '';
  expect(JSON.parse(machine)).toMatchObject({ version: 1, revision: 'a'.repeat(40) });
  expect(body.match(/<details>/g)?.length).toBe(body.match(/<\/details>/g)?.length);
});

test('a comment for machines cannot be ended by a name', () => {
  const body = requestBody(
    request({ facts: { ...facts, changes: [{ change: change('x-->y<!--'), count: null }] } }),
  );
  const machine = /<!-- nixup: (\{.*\}) -->\n$/.exec(body)?.[1] ?? '';
  expect(machine).not.toMatch(/--|[<>]/);
  expect(JSON.parse(machine)).toMatchObject({ inputs: [{ path: 'x-->y<!--' }] });
});

test('the last 20 lines of a failure are told, as they were', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index} </details> @ada`);
  const body = requestBody(request({ failures: [{ host: 'beta', lines }] }));
  expect(body).not.toContain('    line 9 ');
  expect(body).toContain('    line 29 </details> @ada');
});

test('a major update gets an issue with the steps of the runbook', () => {
  const issue = trackingIssue(facts, 'https://github.com/ada/fleet/pull/7');
  expect(issue.title).toBe('Major update: nixpkgs');
  expect(issue.body).toContain('The update is in https://github.com/ada/fleet/pull/7 .');
  expect(issue.body).toContain('- [ ] every host built');
  expect(issue.body).toContain('nixos/foo: remove option #<!-- -->12 by @<!-- -->ada');
});

test('a request before any deploy says that no host was deployed, and no count of none', () => {
  const undeployed = { ...facts, hosts: facts.hosts.slice(1), healthy: [] };
  const body = requestBody(request({ facts: undeployed }));
  expect(body).toContain('- [ ] no new trouble (no host was deployed)');
  expect(body).not.toContain('0 of 0');
});
