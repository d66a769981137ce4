import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';

const eager = 'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;';
const asked = 'rgiEmojiRegex.test(segment)';

/**
 * A single code point is one of the emoji where it is presented as one by itself;
 * only sequences need the whole list. Both answer alike: a test compares them on
 * every code point.
 */
const lazy = `
let wholeList;
const isRgiEmoji = (segment) => {
	const codePoint = segment.codePointAt(0);
	const isSingle = segment.length === (codePoint > 0xFFFF ? 2 : 1);
	if (isSingle) return /^\\p{Emoji_Presentation}$/u.test(segment) && !/^\\p{Regional_Indicator}$/u.test(segment);
	wholeList ??= /^\\p{RGI_Emoji}$/v;
	return wholeList.test(segment);
};`;

const atOnce = 'const segmenter = new Intl.Segmenter();';
const segmented = 'segmenter.segment(string)';
const whenAsked = '(segmenter ??= new Intl.Segmenter()).segment(string)';

const ascii = '/^[\\u0020-\\u007E]*$/.test(string)';
const clusters = path.join(import.meta.dirname, '../source/model/words/clusters.ts');

const measured = 'export default function stringWidth(input, options = {}) {';

/** Texts whose width is remembered; then all are forgotten, so that no long log stays in memory. */
const remembered = { texts: 4_000, length: 400 };

/**
 * Ink measures each glyph and each row again in each frame, and the segments of a text cost more
 * than all else of it.
 */
const remembering = `
const widths = new Map();
export default function stringWidth(input, options) {
	if (options !== undefined || typeof input !== 'string' || input.length > ${remembered.length}) return measure(input, options);
	const known = widths.get(input);
	if (known !== undefined) return known;
	const width = measure(input);
	if (widths.size >= ${remembered.texts}) widths.clear();
	widths.set(input, width);
	return width;
}

function measure(input, options = {}) {`;

/**
 * Measures text without the list of all emoji and without a segmenter, where these are not needed:
 * making the list takes 30 ms and a segmenter 8 ms, and a first frame 15. A few places of one file
 * are put otherwise; nothing of the language or of a library is replaced by a part of it.
 */
export const quickText: Plugin = {
  name: 'quick-text',
  setup: (chain) => {
    chain.onLoad({ filter: /string-width[/\\]index\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const quick = text
        .replace(eager, () => lazy)
        .replace(asked, () => 'isRgiEmoji(segment)')
        .replace(atOnce, () => 'let segmenter;')
        .replace(segmented, () => whenAsked)
        .replace(ascii, () => 'isOneCellEach(string)')
        .replace(measured, () => remembering);
      const known = [eager, asked, atOnce, segmented, ascii, measured];
      const isKnown = known.every((part) => text.includes(part));
      if (!isKnown || quick.includes('rgiEmojiRegex'))
        throw new Error(`${file} changed: look whether scripts/quick-text.ts still helps`);
      const contents = `import { isOneCellEach } from ${JSON.stringify(clusters)};\n${quick}`;
      return { contents, loader: 'js' };
    });
  },
};
