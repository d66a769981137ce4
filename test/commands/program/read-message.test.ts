import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMessage } from '../../../source/commands/program/read-message.ts';
import { explainInLine } from '../../../source/model/explain/explain.ts';
import { createFiles } from '../../../source/services/world/files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-message-'));
  writeFileSync(path.join(folder, 'message'), 'from a file\n');
  for (const name of ['written', 'silent', 'open', 'endless'])
    execFileSync('mkfifo', [path.join(folder, name)]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const none = Readable.from([]);

const read = async (
  file: string,
  input: Readable & { readonly isTTY?: boolean } = none,
  ms = 20_000,
): Promise<string> => {
  const world = { files: createFiles(), workingFolder: folder };
  const done = await readMessage(file, world, input, { ms, bytes: 100_000 });
  if (done.ok) return done.value;
  return `refused: ${explainInLine(done.failure)}`.replaceAll(`${folder}/`, '');
};

/** Writes to the pipe by a shell of its own, which is ended with what it started. */
const writer = (script: string): Disposable => {
  const child = spawn('sh', ['-c', script], { cwd: folder, stdio: 'ignore', detached: true });
  return {
    [Symbol.dispose]: () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, 'SIGKILL');
    },
  };
};

test('a message comes from a file, a pipe or standard input', async () => {
  expect(await read('message')).toBe('from a file\n');
  for (const name of ['-', '/dev/stdin', '/dev/fd/0'])
    expect(await read(name, Readable.from([Buffer.from('für'), Buffer.from(' alle\n')]))).toBe(
      'für alle\n',
    );
  using _ = writer('{ echo one; echo two; } > written');
  expect(await read('written')).toBe('one\ntwo\n');
});

test('what never comes, never ends, is endless or is a terminal is refused with its reason', async () => {
  const byFile =
    'Nothing was committed. Write the message into a file, then: nixup commit --message FILE';
  expect(await read('silent', none, 30)).toBe(
    `refused: Refused: nothing was written to silent within 0.03 s. ${byFile}`,
  );
  using _ = writer('exec 3> open; echo begun >&3; exec sleep 600');
  // The limit leaves room for the shell to start; what it wrote is there long before.
  expect(await read('open', none, 3_000)).toMatch(/^refused: Refused: (what writes|nothing was)/);
  using __ = writer('exec yes > endless');
  const tooLong =
    'gave more than 97.6 KiB, which is too long for a message. Nothing was committed. Give a shorter one: nixup commit --message FILE';
  expect(await read('endless')).toBe(`refused: Refused: endless ${tooLong}`);
  expect(await read('-', Readable.from([Buffer.alloc(200_000, 'a')]))).toBe(
    `refused: Refused: standard input ${tooLong}`,
  );
  expect(await read('-', Object.assign(Readable.from(['a']), { isTTY: true }))).toMatch(
    /^refused: Refused: standard input is a terminal\. .*: nixup commit --edit$/,
  );
  expect(await read('absent')).toContain('there is no such file. Check it with: ls -ld -- absent');
  expect(await read('.')).toMatch(/it is a folder/);
});
