import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { grub } from '../../../source/parsers/boot/grub.ts';
import { fc, runs } from '../../support/chance.ts';
import { grubLines, nixosHead, top } from '../../support/grub-cfg.ts';
import { hasTools } from '../../support/needs.ts';

/** GRUB itself, as a program (`grub-emu` of Debian): where it is installed, it is asked. */
const hasGrub = hasTools(import.meta.filename, 'grub-emu');

const folder = mkdtempSync(path.join(tmpdir(), 'nixup-grub-'));
afterAll(() => rmSync(folder, { recursive: true }));

const store = /\/nix\/store\/(.)\1{31}-[^/\s"']+/g;

/** The letter of the system whose kernel GRUB loads with these words in grubenv; null where it loads none. */
const startedByGrub = (text: string, environment: readonly string[]): string | null => {
  // It has no `linux` of its own; a line of its terminal holds 80 letters.
  const script = `function linux { echo "<$*>"; halt; }\n${text.replace(store, '/$1')}`;
  writeFileSync(path.join(folder, 'grub.cfg'), script);
  writeFileSync(
    path.join(folder, 'grubenv'),
    `# GRUB Environment Block\n${environment.map((line) => `${line}\n`).join('')}`.padEnd(
      1024,
      '#',
    ),
  );
  const printed = execFileSync(
    'sh',
    ['-c', 'timeout 60 grub-emu -d "$0" -r host </dev/null 2>/dev/null || :', folder],
    {
      encoding: 'latin1',
      env: { ...process.env, TERM: 'xterm' },
    },
  );
  return /<[^>]*init=\/(.)\/init[^>]*>/.exec(printed.replace(/[\r\n]/g, ''))?.[1] ?? null;
};

const separator = fc.constantFrom('\n', '\n', ' ; ', '\n# c }\n', '\n\n', ';');
const title = fc
  .constantFrom('A', 'B', 'x > y', '2', '1 x', 'Z{', 'it is')
  .chain((text) => fc.constantFrom(`"${text}"`, `'${text}'`, text.replace(/[ >{]/g, '\\$&')));
const word = fc.constantFrom('a', 'b', '"$v"', '$v', '""', `'$v'`, 'a"b"c', '"\\"q\\""', 'a#b');
const condition = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    '[ -s $prefix/grubenv ]',
    '[ "$v" = a -o "$w" = b ]',
    '[ 10 -gt 9 ]',
    '[ ]',
    '[ -f $prefix/gone.cfg ]',
  ),
  fc
    .tuple(word, fc.constantFrom('=', '!=', '=='), word)
    .map(([left, sign, right]) => `[ ${left} ${sign} ${right} ]`),
  word.map((one) => `[ -n ${one} ]`),
);
const kernel = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('', ' quiet', ' "$w"', ' -- x'))
  .map(([letter, more]) => `linux /k init=${top(letter)}/init${more}`);
const options = fc.constantFrom(
  '',
  ' --class nixos --unrestricted',
  ' --id A',
  ' --id "2"',
  " --users ''",
  ' x y',
);

/** Statements of GRUB's language, right ones and wrong ones. */
const { statement } = fc.letrec<{ readonly statement: string }>((tie) => {
  const inner = tie('statement');
  return {
    statement: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      {
        weight: 6,
        arbitrary: fc
          .tuple(title, options, kernel)
          .map(([name, more, body]) => `menuentry ${name}${more} {\n${body}\n}`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom('v', 'w'), word)
          .map(([name, value]) => `set ${name}=${value}`),
      },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('0', '1', '"A"', '"A>B"', '1\\>0', '3', '"x >> y"', '-1', '""')
          .map((value) => `set default=${value}`),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'export v',
          'export default=1',
          'unset default',
          'true && false',
          'insmod png',
          'f',
          'menuentry "e" { }',
          'menuentry e { halt }',
          '}',
          "echo '}'",
        ),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(title, options, inner, separator, inner)
          .map(
            ([name, more, first, part, second]) =>
              `submenu ${name}${more} {\n${first}${part}${second}\n}`,
          ),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(condition, inner, fc.constantFrom('\n', ';'), inner)
          .map(([holds, yes, part, no]) => `if ${holds}; then\n${yes}${part}else\n${no}${part}fi`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(inner, separator)
          .map(([body, part]) => `function f {\n${body}${part}}`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(word, inner)
          .map(([value, body]) => `for v in x ${value}; do\n${body}\ndone`),
      },
    ),
  };
});

const menu = fc
  .array(fc.tuple(statement, separator), { minLength: 1, maxLength: 6 })
  .map((all) => `${all.flat().join('')}\n`);

describe.skipIf(!hasGrub)('GRUB itself starts', () => {
  test('the default that is told, or none is told', () => {
    fc.assert(
      fc.property(menu, (text) => {
        const whole = `set timeout=0\n${text}`;
        const told = grub.resolve(grubLines(whole, { environment: ['v=a'] }));
        if (told.kind === 'resolved') expect(startedByGrub(whole, ['v=a'])).toBe(told.toplevel[11]);
      }),
      { numRuns: runs(120) },
    );
  });

  test('the entry that is chosen once', () => {
    fc.assert(
      fc.property(menu, fc.constantFrom('a', 'b', 'c'), (text, letter) => {
        const whole = nixosHead().replace('timeout=1', 'timeout=0') + text;
        const choice = grub.findEntry(grubLines(whole, { environment: [] }), top(letter));
        if (choice.kind === 'found')
          expect(startedByGrub(whole, [`next_entry=${choice.entry}`])).toBe(letter);
      }),
      { numRuns: runs(120) },
    );
  });
});
