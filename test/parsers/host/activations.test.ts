import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readActivations } from '../../../source/parsers/host/activations.ts';
import {
  type HostRecord,
  noteActivationFunction,
} from '../../../source/services/deploy/host-record.ts';
import { activationsFile } from '../../../source/services/host/commands.ts';
import { probeScript } from '../../../source/services/host/probe-script.ts';

const record: HostRecord = {
  who: 'anna@desk',
  run: '20261129-101500-abcdef',
  from: `/nix/store/${'0'.repeat(32)}-nixos-system-p620-1`,
  to: `/nix/store/${'1'.repeat(32)}-nixos-system-p620-2`,
  lock: '1a2b3c4d5e6f7081',
};

/** The file of a host, and what its scripts write and print of it. */
const hostFile = () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-activations-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'activations');
  const sh = (script: string): string =>
    execFileSync('sh', ['-c', `${script.replaceAll(activationsFile, file)}\ntrue`], {
      encoding: 'utf8',
    });
  const asked = /noted=.*\n.*activation \/p'/.exec(probeScript)?.[0] ?? 'no script';
  return {
    file,
    note: (over: Partial<HostRecord> = {}, result = 'committed') =>
      sh(`${noteActivationFunction({ ...record, ...over })}\nnote_activation '${result}'`),
    read: () =>
      readActivations(
        sh(asked)
          .split('\n')
          .flatMap((line) => /^activation (.*)$/.exec(line)?.[1] ?? []),
      ),
  };
};

test('what a host keeps of an activation is read back', () => {
  const { note, read } = hostFile();
  expect(read()).toEqual([]);
  note();
  note({ who: 'ben@laptop', from: null, lock: null }, 'reverted why 0');
  expect(read()).toMatchObject([
    {
      by: 'anna@desk',
      run: record.run,
      from: record.from,
      to: record.to,
      lock: record.lock,
      result: 'committed',
    },
    { by: 'ben@laptop', from: '-', lock: null, result: 'reverted' },
  ]);
});

test('it is bounded, and readable for all', () => {
  const { file, note, read } = hostFile();
  for (let index = 0; index < 30; index += 1) note({ run: `20261129-1015${index + 10}-abcdef` });
  expect(read()).toHaveLength(20);
  expect(read().at(-1)?.run).toBe('20261129-101539-abcdef');
  expect(execFileSync('stat', ['-c', '%a', file], { encoding: 'utf8' }).trim()).toBe('644');
});

test('names with spaces, quotes and line breaks become one word', () => {
  const { note, read } = hostFile();
  note({ who: "an na's\n1 2 x@desk\u001b[2J" });
  expect(read()).toMatchObject([{ by: "an_na's_1_2_x@desk_[2J" }]);
});

test.each([
  ['garbage', '\u0000\u0001 what\n1 x y z\n'],
  ['other facts', '1 2\nnixup-probe-end\nactivation 1 2 3\nelevation root\n'],
  ['escape sequences', `1 1764450000 \u001b]0;x\u0007 r ${record.from} ${record.to} - committed\n`],
  ['a path outside of the store', `1 1764450000 a r - /etc/shadow - committed\n`],
  ['a megabyte in one line', `1 ${'x'.repeat(1_000_000)}\n`],
])('a file with %s tells nothing, and the next activation stands in it', (_, text) => {
  const { file, note, read } = hostFile();
  writeFileSync(file, text);
  expect(read()).toEqual([]);
  note();
  expect(read()).toMatchObject([{ run: record.run }]);
  expect(readFileSync(file).length).toBeLessThan(20_000);
});

test('a link in its place is neither read nor written', () => {
  const { file, note, read } = hostFile();
  const target = `${file}-target`;
  writeFileSync(target, `1 1764450000 a r - ${record.to} - committed\n`);
  symlinkSync(target, file);
  note();
  expect(read()).toEqual([]);
  expect(readFileSync(target, 'utf8')).toContain('1764450000 a r');
});
