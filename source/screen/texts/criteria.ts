import type { Tone } from '../../model/words/line.ts';
import { glyph } from '../glyphs.ts';
import type { TonedText } from '../overlay.ts';
import type { Criterion } from '../rows/success-criteria.ts';
import { quiet } from '../toned.ts';

const signs: Readonly<Record<Criterion['state'], { readonly sign: string; readonly tone: Tone }>> =
  {
    met: { sign: glyph.proven, tone: 'good' },
    unmet: { sign: glyph.failed, tone: 'bad' },
    open: { sign: glyph.todo, tone: 'plain' },
    'not-set-up': { sign: glyph.todo, tone: 'muted' },
  };

const stateWords: Readonly<Record<Criterion['state'], string>> = {
  met: '',
  unmet: ': not met',
  open: ': open',
  'not-set-up': ': not set up',
};

/** The success criteria, each with its evidence below it. */
export const criteriaTexts = (criteria: readonly Criterion[]): readonly TonedText[] =>
  criteria.flatMap(({ title, state, isNotYet, evidence }) => {
    // What was only not done yet is no failure.
    const { sign, tone } = signs[isNotYet === true ? 'open' : state];
    const words = isNotYet === true ? ': not yet' : stateWords[state];
    return [{ text: `${sign} ${title}${words}`, tone }, quiet(`    ${evidence}`)];
  });
