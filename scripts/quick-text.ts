import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';

const eager = 'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;';

/**
 * Building the expression of all emoji takes 30 ms. A single code point is one
 * when it is presented as emoji by itself; only sequences need the whole list.
 */
const lazy = `
let wholeList;
const rgiEmojiRegex = {
	test(segment) {
		const codePoint = segment.codePointAt(0);
		const isSingle = segment.length === (codePoint > 0xFFFF ? 2 : 1);
		if (isSingle) return /^\\p{Emoji_Presentation}$/u.test(segment) && !/^\\p{Regional_Indicator}$/u.test(segment);
		wholeList ??= new RegExp('^\\\\p{RGI_Emoji}$', 'v');
		return wholeList.test(segment);
	},
};`;

const lazyEmoji: Plugin = {
  name: 'lazy-emoji',
  setup: (chain) => {
    chain.onLoad({ filter: /string-width[/\\]index\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      if (!text.includes(eager))
        throw new Error(`${file} changed: look whether scripts/quick-text.ts still helps`);
      return { contents: text.replace(eager, () => lazy), loader: 'js' };
    });
  },
};

/**
 * What makes measuring text cheap at the start: half of the time to the first
 * frame went into tables of Unicode that the screen does not need.
 */
export const quickText = {
  plugins: [lazyEmoji],
  inject: [path.join(import.meta.dirname, 'lazy-segmenter.js')],
  define: { 'Intl.Segmenter': 'LazySegmenter' },
} satisfies Pick<BuildOptions, 'plugins' | 'inject' | 'define'>;
