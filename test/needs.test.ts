import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandsByPackage } from './lab/machine.ts';
import { answerFor } from './support/needs.ts';

const own = { isCi: false, canInstall: false };

test('a test whose tools are there runs', () => {
  expect(answerFor('a.test.ts', [], own)).toEqual({ kind: 'run' });
});

test('a test that is left out for a missing tool says so by its name, with what to install', () => {
  expect(answerFor('services/a.test.ts', ['nix', 'openssl'], own)).toEqual({
    kind: 'skip',
    line: 'skipped: services/a.test.ts needs nix and openssl, which are not installed here (apt-get install nix-bin openssl)',
  });
});

test.each([
  { isCi: true, canInstall: false },
  { isCi: false, canInstall: true },
])('a missing tool is a failure where everything can be installed: %o', (machine) => {
  expect(answerFor('a.test.ts', ['grub-emu'], machine)).toEqual({
    kind: 'fail',
    line: 'a.test.ts needs grub-emu, which is not installed here (apt-get install grub-emu)',
  });
});

test('`npm test` and `.ci/run` install the same packages, and every tool is among them', () => {
  const text = readFileSync(new URL('../.ci/run', import.meta.url), 'utf8');
  const installed = [...text.matchAll(/^ +\[([a-z0-9-]+)\]=(\/\S+)$/gm)].map(
    ([, name, command]) => [name, command],
  );
  expect(Object.fromEntries(installed)).toEqual(commandsByPackage);
  for (const name of ['grub-emu', 'nix-bin', 'openssl'])
    expect(Object.keys(commandsByPackage)).toContain(name);
});
