import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const eachFrame = 'caches = new OutputCaches();';
const output = 'export default class Output {';

const kept = `
let lastFrame;
class KeptCaches extends OutputCaches {
    before = lastFrame;
    constructor() {
        super();
        if (lastFrame !== undefined) lastFrame.before = undefined;
        lastFrame = this;
    }
    getStyledChars(line) {
        const known = this.before?.styledChars.get(line);
        if (known === undefined) return super.getStyledChars(line);
        this.styledChars.set(line, known);
        return known;
    }
}
`;

/**
 * Has Ink keep the cells of a row from one frame to the next: it takes every row apart again in each
 * frame, several times, and most are as they were. What the last frame did not use is forgotten. Ink
 * itself changes no cell that it keeps: a test draws the same frames by both.
 */
export const quickInk: Plugin = {
  name: 'quick-ink',
  setup: (chain) => {
    chain.onLoad({ filter: /ink[/\\]build[/\\]output\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      if (![eachFrame, output].every((part) => text.includes(part)))
        throw new Error(`${file} changed: look whether scripts/quick-ink.ts still helps`);
      const contents = text
        .replace(eachFrame, () => 'caches = new KeptCaches();')
        .replace(output, () => `${kept}${output}`);
      return { contents, loader: 'js' };
    });
  },
};
