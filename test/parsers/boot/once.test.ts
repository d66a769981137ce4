import { describe, expect, test } from 'vitest';
import { quoteWords } from '../../../source/model/command.ts';
import { bootLoaders } from '../../../source/parsers/boot/loaders.ts';

describe('the command that a confirmation shows for one boot is the one that the script runs', () => {
  test.each(bootLoaders.map((loader) => [loader.name, loader] as const))('%s', (_name, loader) => {
    const entry = "NixOS - it's (generation 7)";
    const [program, ...words] = loader.once(entry);
    const script = loader.chooseOnce(entry);
    if (program === undefined) {
      expect(script).toContain('cannot start a system once');
      return;
    }
    expect(script).toContain(program);
    const runs = script.split('\n').filter((line) => line.includes(` ${quoteWords(words)} 2>&1`));
    expect(runs).toHaveLength(1);
  });
});
