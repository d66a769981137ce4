import { expect, test } from 'vitest';
import { quoteWords } from '../../../source/model/command.ts';
import { launcher } from '../../../source/services/ssh/elevation.ts';
import { wrapScript } from '../../../source/services/ssh/remote-script.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { fc } from '../../support/chance.ts';

const exec = createExec({ PATH: process.env['PATH'] }, () => 0);
const run = (args: readonly string[], input: string) => exec({ file: 'sh', args }, { input });

test('a command in a script cannot swallow the rest of it', async () => {
  const result = await run(['-s'], wrapScript('cat\necho after'));
  expect(result).toMatchObject({ ok: true, value: { stdout: 'after\n' } });
});

test('no half of a script that was cut off runs', async () => {
  const whole = wrapScript('echo first\necho second');
  const result = await run(['-s'], whole.slice(0, whole.indexOf('echo second')));
  expect(result).toMatchObject({ ok: false });
  expect(JSON.stringify(result)).not.toContain('first');
});

test('the status of the last command is the status of the script', async () => {
  expect(await run(['-s'], wrapScript('sh -c "exit 7"'))).toMatchObject({
    ok: false,
    failure: { code: 'command-failed', exitCode: 7 },
  });
});

test('input reaches the commands as it is, whatever it holds', async () => {
  const texts = ['a\nNIXUP_INPUT_ENDS\nb', '$(reboot) `x` \'y\' "z" \\', 'no end of line', ''];
  for (const text of texts) {
    const result = await run(['-s'], wrapScript('cat', text));
    const expected = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    expect(result).toMatchObject({ ok: true, value: { stdout: expected } });
  }
});

test('words that were quoted are read back by a shell as they were', async () => {
  // Neither a NUL nor a lone surrogate can reach another process at all.
  const word = fc
    .string({ unit: 'binary' })
    .filter((text) => !text.includes('\0') && text.isWellFormed());
  const words = ['', "it's", '$(reboot)', '`reboot`', '-n', 'a\nb', '\\', ...fc.sample(word, 300)];
  const result = await run(['-s'], wrapScript(`printf '%s\\036' ${quoteWords(words)}`));
  expect(result).toMatchObject({
    ok: true,
    value: { stdout: words.map((text) => `${text}\u001e`).join('') },
  });
});

test('the launcher holds nothing that another login shell would read differently', () => {
  for (const privilege of ['none', 'wanted', 'needed'] as const)
    for (const elevate of ['auto', 'sudo', 'doas', 'run0', 'root'] as const)
      for (const hasPassword of [false, true])
        expect(launcher({ elevate }, privilege, hasPassword)).not.toMatch(/['\\!\n]/);
});

test('a tool of the config is the only one that is tried', () => {
  const line = launcher({ elevate: 'doas' }, 'needed');
  expect(line).toContain('doas -n');
  expect(line).not.toContain('sudo');
});
