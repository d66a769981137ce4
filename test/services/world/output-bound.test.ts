import { expect, test } from 'vitest';
import { questionMark, wrapQuestion } from '../../../source/services/ssh/remote-script.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import type { ExecOptions } from '../../../source/services/world/world.ts';

const bound = 1024 * 1024;
const mark = questionMark('1');

/** All ways to start a process, each with a script that a shell reads from its input. */
const ways: readonly (readonly [way: string, options: (script: string) => ExecOptions])[] = [
  ['by nixup itself', (input) => ({ input })],
  ['by the small process', (input) => ({ input, isAmongMany: true })],
  ['by a small shell', (input) => ({ input, byShell: true })],
  [
    'by a shell that stays open',
    (input) => ({
      input,
      conversation: { name: 'p620', kind: 'opens', question: wrapQuestion(input, mark), mark },
    }),
  ],
];

const cases = ways.flatMap(([way, options]) =>
  [
    ['lines', 'yes'],
    ['a line that never ends', `tr '\\0' x </dev/zero`],
    ['lines of standard error', 'yes >&2'],
  ].map(([said, script = '']) => ({ way, said, options: options(script) })),
);

const sh = { file: 'sh', args: ['-s'] };
const start = (options: ExecOptions) =>
  createExec({ PATH: process.env['PATH'] }, Date.now, bound)(sh, options);

test.each(cases)('$said without end, asked $way: it is ended and told', async ({ options }) => {
  expect(await start(options)).toEqual({
    ok: false,
    failure: {
      code: 'output-unreadable',
      command: 'sh -s',
      detail: 'it is longer than 1 MiB, and the command was stopped',
    },
  });
});

test.each(ways)('almost as much as may be said, asked %s, is told whole', async (_, options) => {
  const answer = await start(options(`head -c ${bound - 100} /dev/zero | tr '\\0' x`));
  expect(answer.ok ? answer.value.stdout.trimEnd().length : answer.failure).toBe(bound - 100);
});

test('lines that are heard and not kept have no bound', async () => {
  for (const [, options] of ways) {
    let heard = 0;
    const onLine = (): void => {
      heard += 1;
    };
    const flood = options(`seq ${bound}; exit 3`);
    expect(await start({ ...flood, onLine, discardOutput: true })).toMatchObject({
      failure: { code: 'command-failed', exitCode: 3 },
    });
    expect(heard).toBeGreaterThanOrEqual(bound);
  }
});
