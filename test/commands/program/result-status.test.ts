import { expect, test } from 'vitest';
import type { RunResult } from '../../../source/state/run.ts';
import type { EngineParts } from '../../support/engine-parts.ts';
import { entry, fleet, outcome, play, result } from '../../support/fake-program.ts';

type Deed = () => Promise<RunResult>;

/** Each subcommand that does something, and the engine that does it by this deed. */
const rows: readonly (readonly [string, (run: Deed) => EngineParts])[] = [
  ['update --json', (update) => ({ lock: { update } })],
  ['revert stylix --json', (revert) => ({ lock: { revert } })],
  ['revert --all --json', (restore) => ({ lock: { restore } })],
  ['hold stylix --json', (hold) => ({ lock: { hold } })],
  ['hold stylix --release --json', (release) => ({ lock: { release } })],
  ['test --json', (run) => ({ build: { test: run } })],
  ['deploy --yes --json', (run) => ({ deploy: { run }, health: { verify: run } })],
  ['verify --json', (verify) => ({ health: { verify } })],
  ['verify p620 --accept --json', (accept) => ({ health: { accept } })],
  ['watch --json', (watch) => ({ health: { watch } })],
  ['rollback --yes --json', (run) => ({ rollback: { run } })],
  ['clean --yes --json', (run) => ({ clean: { run } })],
  ['run --yes --json', (all) => ({ runs: { all } })],
];

const codes = [0, 1, 2, 3, 4, 5, 130];

test.each(
  rows.flatMap(([line, engineWith]) => codes.map((code) => [line, code, engineWith] as const)),
)('%s whose engine ends with %i ends as its last line says', async (line, exitCode, engineWith) => {
  const played = await play(line, () => ({
    facts: fleet(entry('p620')),
    engine: engineWith(async () =>
      // A host beside it that is fine never makes a failed run a good one.
      result({ exitCode, hosts: { p620: outcome('succeeded') } }),
    ),
  }));
  const last = played.lines.at(-1);
  expect(last).toMatchObject({
    type: 'result',
    exitCode: played.status,
    ok: played.status === 0,
  });
  expect(played.status).toBe(exitCode);
});

test.each([
  'deploy nosuch --json',
  'verify nosuch --json',
  'rollback nosuch --yes --json',
  'test nosuch --json',
  'deploy --json',
  'run --json',
])('%s, which is refused, ends as its last line says', async (line) => {
  const played = await play(line, () => ({ facts: fleet(entry('p620')) }));
  expect(played.status).not.toBe(0);
  expect(played.lines.at(-1)).toMatchObject({ type: 'result', ok: false, exitCode: played.status });
});

test('what is refused before it begins says in JSON too what to do next', async () => {
  const played = await play('deploy p62 --json', () => ({ facts: fleet(entry('p620')) }));
  expect(played.lines.at(-1)).toMatchObject({ reason: expect.stringMatching(/p62\b.*p620/) });
});
