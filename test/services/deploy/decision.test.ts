import { expect, test } from 'vitest';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const lost = { exit: 255, stderr: 'client_loop: send disconnect: Broken pipe\n' };

const answer = (...lines: readonly string[]): StrictAnswer => ({
  match: 'ssh',
  input: 'ln -s revert "$folder/decision"',
  stdout: lines.map((line) => `${line}\n`).join(''),
});

const decideWith = async (...answers: StrictAnswer[]) => {
  const world = strictWorld({ answers });
  const result = await createHosts(world).decide(hostEntry(), 'run-p620', 'revert');
  world.assertAllUsed();
  return result;
};

test('the host says what was decided and done, also when somebody else was first', async () => {
  expect(
    await decideWith(
      answer(
        'supervision-id run-p620',
        'supervision-decision commit',
        'supervision-phase ended 10 0',
        'supervision-result committed',
      ),
    ),
  ).toMatchObject({
    ok: true,
    value: { decision: 'commit', phase: 'ended', result: { kind: 'committed' } },
  });
});

test('a lost answer is resolved by asking again: the first decision stands', async () => {
  expect(
    await decideWith(
      { match: 'ssh', ...lost },
      answer(
        'supervision-id run-p620',
        'supervision-decision revert',
        'supervision-phase reverting 10 70',
      ),
      answer(
        'supervision-id run-p620',
        'supervision-decision revert',
        'supervision-phase ended 12 0',
        'supervision-result reverted asked 0',
      ),
    ),
  ).toMatchObject({
    ok: true,
    value: { result: { kind: 'reverted', why: 'asked', exitCode: 0 } },
  });
});

test('a host without such a record has nothing to decide', async () => {
  expect(await decideWith(answer(''))).toEqual({ ok: true, value: null });
});
