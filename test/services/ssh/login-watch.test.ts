import { expect, test } from 'vitest';
import { watchLogin } from '../../../source/services/ssh/login-watch.ts';

test('what a login says behind its link is shown too, such as a code to type', () => {
  const told: string[] = [];
  const login = watchLogin({
    clock: { now: () => 0, after: () => () => undefined },
    timeoutMs: 1_000,
    patience: { waitMs: 60_000, tell: () => undefined },
    onAsked: (text) => told.push(text),
  });
  login.hear('Open the following URL: https://device.example/');
  login.hear('Then enter the code:');
  login.hear('ABCD-EFGH');
  expect(told[0]).toBe('Open the following URL: https://device.example/');
  expect(told.at(-1)).toBe(
    'Open the following URL: https://device.example/ Then enter the code: ABCD-EFGH',
  );
  expect(login.asked()).toBe(told.at(-1));
  login.begun();
  login.hear('a line of the script');
  expect(told).toHaveLength(3);
  login.close();
});
