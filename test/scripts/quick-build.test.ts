import path from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { quickInk } from '../../scripts/quick-ink.ts';
import { quickProcess } from '../../scripts/quick-process.ts';
import { quickText } from '../../scripts/quick-text.ts';
import { fc, runs } from '../support/chance.ts';

const root = path.join(import.meta.dirname, '../..');

/** What a module exports once it went through the plugins of the build. */
const bundled = async (
  contents: string,
  options: BuildOptions = {},
): Promise<Readonly<Record<string, unknown>>> => {
  const built = await build({
    stdin: { contents, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    plugins: [quickText, quickProcess],
    ...options,
  });
  const [file] = built.outputFiles ?? [];
  return await import(
    `data:text/javascript;base64,${Buffer.from(file?.text ?? '').toString('base64')}`
  );
};

const bundledWidth = async (): Promise<(text: string) => number> => {
  const { default: measure } = await bundled("export { default } from 'string-width';");
  if (typeof measure !== 'function') throw new Error('string-width has no default export');
  return (text) => Number(measure(text));
};

test('every emoji, and every sixty-first code point, is as wide in the bundle as it is', async () => {
  const measure = await bundledWidth();
  const different: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const text = String.fromCodePoint(code);
    if (code % 61 !== 0 && !/[\p{Emoji}\p{Extended_Pictographic}]/u.test(text)) continue;
    if (measure(text) !== stringWidth(text)) different.push(code.toString(16));
  }
  expect(different).toEqual([]);
});

test('any text is as wide in the bundle as it is', async () => {
  const measure = await bundledWidth();
  const joiners = [
    '\u200d',
    '\ufe0f',
    '\ufe0e',
    '\u20e3',
    '\u{1f3fb}',
    '\u0301',
    '\u{1f1e9}',
    '\u{1f1ea}',
  ];
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(...joiners, '#', '1', '\u2764', '\u{1f469}', '\u{1f4bb}', '\ud800'),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('');
      expect(measure(text)).toBe(stringWidth(text));
    }),
    { numRuns: runs(2_000) },
  );
});

test.each([
  ["import it from 'node:process'; export default it;"],
  ["import it from 'process'; export default it;"],
  ["export default require('node:process');"],
])('%s is the process itself', async (contents) => {
  expect((await bundled(contents))['default']).toBe(process);
});

test('a name of the process that the bundle does not have ends the build', async () => {
  await expect(
    bundled("import { getegid } from 'node:process'; export default getegid;"),
  ).rejects.toThrow('getegid');
  await expect(
    bundled("import * as it from 'node:process'; export default it.getegid;"),
  ).rejects.toThrow('getegid');
});

interface InkOutput {
  write(x: number, y: number, text: string, options: { readonly transformers: [] }): void;
  clip(clip: Readonly<Record<'x1' | 'x2' | 'y1' | 'y2', number | undefined>>): void;
  unclip(): void;
  get(): { readonly output: string; readonly height: number };
}

type NewOutput = (size: { readonly width: number; readonly height: number }) => InkOutput;

const inkOutput = async (plugins: readonly Plugin[]): Promise<NewOutput> => {
  const contents =
    "import Output from './node_modules/ink/build/output.js'; export default (size) => new Output(size);";
  const { default: make } = await bundled(contents, { plugins: [...plugins] });
  if (typeof make !== 'function') throw new Error('Ink has no output');
  return (size) => make(size);
};

test('frames are the same where Ink keeps the cells of the frame before', async () => {
  const [quick, plain] = [await inkOutput([quickInk]), await inkOutput([])];
  const text = fc.oneof(
    fc.constantFrom('plain', '漢字 wide', '👩‍💻', 'e\u0301', '\u200b', 'two\nlines', '→ ✓', ''),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  );
  const styled = fc
    .tuple(text, fc.constantFrom('', '\u001b[1m', '\u001b[31m', '\u001b[48;5;12m', '\u001b[1;7m'))
    .map(([word, style]) => (style === '' ? word : `${style}${word}\u001b[0m`));
  const edge = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined });
  const writing = fc.record({
    x: fc.integer({ min: 0, max: 20 }),
    y: fc.integer({ min: 0, max: 3 }),
    text: fc.array(styled, { maxLength: 3 }).map((parts) => parts.join('')),
    clip: fc.option(fc.record({ x1: edge, x2: edge, y1: edge, y2: edge })),
  });
  type Writing = typeof writing extends fc.Arbitrary<infer One> ? One : never;
  const draw = (make: NewOutput, frame: readonly Writing[]) => {
    const output = make({ width: 20, height: 4 });
    for (const { x, y, text: words, clip } of frame) {
      if (clip !== null) output.clip(clip);
      output.write(x, y, words, { transformers: [] });
      if (clip !== null) output.unclip();
    }
    return output.get();
  };
  fc.assert(
    fc.property(fc.array(fc.array(writing, { maxLength: 6 }), { maxLength: 5 }), (frames) => {
      // Each twice, so that the second finds the cells of the first.
      for (const frame of frames.flatMap((one) => [one, one]))
        expect(draw(quick, frame)).toEqual(draw(plain, frame));
    }),
    { numRuns: runs(500) },
  );
});
