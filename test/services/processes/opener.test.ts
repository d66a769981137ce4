import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { createExec } from '../../../source/services/world/exec.ts';

const folder = mkdtempSync(join(tmpdir(), 'nixup-opener-'));
vi.stubEnv('TMPDIR', folder);
afterAll(() => rmSync(folder, { recursive: true }));
const path = process.env['PATH'] ?? '';
const many = { byShell: true };
const shell = (script: string) => ({ file: '/bin/sh', args: ['-c', script] });

/** Who started who, of the processes that there are: `man 5 proc`, stat. */
const parents = (): ReadonlyMap<number, number> => {
  const pairs = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): readonly (readonly [number, number])[] => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [, parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [[Number(name), Number(parent)]];
      } catch {
        return [];
      }
    });
  return new Map(pairs);
};

const startersOf = (pid: number): readonly number[] => {
  const known = parents();
  const starters: number[] = [];
  for (let one = known.get(pid); one !== undefined && one > 1; one = known.get(one))
    starters.push(one);
  return starters;
};

test.runIf(process.platform === 'linux')(
  'nixup starts one shell, which starts those that ask',
  async () => {
    const exec = createExec({ PATH: path }, Date.now);
    const gate = join(folder, 'gate');
    const asked = Array.from({ length: 20 }, (_, index) =>
      exec(shell(`echo $$ >${gate}.${index}; while [ ! -e ${gate} ]; do sleep 0.05; done`), many),
    );
    const pidOf = (index: number): number => {
      try {
        return Number(readFileSync(`${gate}.${index}`, 'utf8'));
      } catch {
        return 0;
      }
    };
    await expect
      .poll(() => asked.every((_, index) => pidOf(index) > 0), { timeout: 20_000 })
      .toBe(true);
    // The shell of a question is a copy of the one that nixup started.
    const chains = asked.map((_, index) => startersOf(pidOf(index)));
    const fromNixup = chains.map((chain) => chain[chain.indexOf(process.pid) - 1]);
    expect(new Set(fromNixup).size).toBe(1);
    expect(new Set(chains.map(([own]) => own)).size).toBe(20);
    writeFileSync(gate, '');
    for (const one of asked) expect(await one).toMatchObject({ ok: true });
  },
);

test.runIf(process.platform === 'linux')(
  'what they start ends where nobody reads it, as anywhere',
  async () => {
    const exec = createExec({ PATH: path }, Date.now);
    const answer = await exec({ file: 'grep', args: ['SigIgn', '/proc/self/status'] }, many);
    const ignored = answer.ok ? (/SigIgn:\s*([0-9a-f]+)/.exec(answer.value.stdout)?.[1] ?? '') : '';
    // Bit 12 is SIGPIPE (proc_pid_status(5), signal(7)).
    expect(BigInt(`0x${ignored}`) & (1n << 12n)).toBe(0n);
  },
);

test('where no named pipes can be made, the questions are asked all the same', async () => {
  const place = join(folder, 'without');
  mkdirSync(place);
  writeFileSync(join(place, 'mkfifo'), '#!/bin/sh\nexit 1\n');
  chmodSync(join(place, 'mkfifo'), 0o755);
  const exec = createExec({ PATH: [place, path].join(delimiter) }, Date.now);
  const answers = await Promise.all(
    ['one', 'two', 'three'].map((word) => exec(shell(`echo ${word}`), many)),
  );
  expect(answers.map((answer) => answer.ok && answer.value.stdout.trim())).toEqual([
    'one',
    'two',
    'three',
  ]);
});

test('where the shell that starts the others is killed, the questions are asked all the same', async () => {
  const exec = createExec({ PATH: path }, Date.now);
  const first = await exec(shell('echo $PPID'), many);
  const own = first.ok ? Number(first.value.stdout) : 0;
  const mother = startersOf(own)[0] ?? 0;
  if (mother !== process.pid && mother > 1) process.kill(mother, 'SIGKILL');
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => exec(shell(`echo ${index}`), many)),
  );
  expect(answers.map((answer) => answer.ok && answer.value.stdout.trim())).toEqual(
    answers.map((_, index) => String(index)),
  );
});

test('after a kill of nixup at any moment no shell and no pipe is left', async () => {
  const own = mkdtempSync(join(folder, 'killed-'));
  const script = join(own, 'ask.ts');
  const source = join(import.meta.dirname, '../../../source/services/world/exec.ts');
  writeFileSync(
    script,
    `import { createExec } from ${JSON.stringify(source)};
     const exec = createExec({ PATH: process.env.PATH }, Date.now);
     for (let index = 0; index < 40; index += 1)
       void exec({ file: '/bin/sh', args: ['-c', 'exit 0'] }, { byShell: true }).then((answer) => {
         if (index === Number(process.argv[2])) process.kill(process.pid, 'SIGKILL');
         return answer;
       });
     if (process.argv[2] === 'at-once') setImmediate(() => setImmediate(() => process.kill(process.pid, 'SIGKILL')));`,
  );
  for (const moment of ['at-once', '0', '1', '7', '12', '20', '39']) {
    const places = mkdtempSync(join(own, 'tmp-'));
    const asking = spawn(process.execPath, ['--no-warnings', script, moment], {
      env: { ...process.env, TMPDIR: places },
      stdio: 'ignore',
    });
    await new Promise((resolve) => asking.on('exit', resolve));
    const left = (): readonly string[] => [
      ...readdirSync(places, { recursive: true }).map(String),
      ...[...parents().keys()]
        .filter((pid) => {
          try {
            return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(places);
          } catch {
            return false;
          }
        })
        .map((pid) => `process ${pid}`),
    ];
    await expect.poll(left, { timeout: 20_000 }).toEqual([]);
  }
}, 60_000);
