import { expect, test } from 'vitest';
import { judgeRecipe } from '../../../source/model/causes/recipe-verdict.ts';

const ending = { use: 'test-all', shown: 'just quick-test', exitCode: 0, tail: [] } as const;

test.each([
  ['says well, and it is', ending, [], 'agrees', false],
  ['says well, and it is not', ending, ['razer is not built'], 'lies', false],
  ['fails, and it should', { ...ending, exitCode: 1 }, ['razer is not built'], 'agrees', false],
  [
    'fails for a sleeping laptop',
    { ...ending, exitCode: 255, tail: ['ssh: connect to host samsung port 22: No route to host'] },
    [],
    'offline',
    false,
  ],
  [
    'fails although all is built',
    { ...ending, exitCode: 1, tail: ['oops'] },
    [],
    'complains',
    false,
  ],
  [
    'fails in what only it knows',
    { ...ending, use: 'validate', exitCode: 1, tail: ['bad'] },
    [],
    'complains',
    true,
  ],
  [
    'was killed',
    { ...ending, use: 'validate', exitCode: null, tail: ['killed'] },
    [],
    'complains',
    true,
  ],
] as const)('a recipe that %s', (_, given, failures, kind, fails) => {
  expect(judgeRecipe(given, { failures })).toMatchObject({ kind, fails });
});

test('a sleeping host is named as the reason', () => {
  expect(
    judgeRecipe(
      {
        ...ending,
        exitCode: 255,
        tail: ['ssh: connect to host samsung port 22: No route to host'],
      },
      { failures: [] },
    ).text,
  ).toMatch(/could not be reached \(asleep\?\): ssh: connect to host samsung/);
});
