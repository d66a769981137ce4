import type { Tone } from '../../model/words/line.ts';
import { fitText } from '../../model/words/line.ts';
import { glyph } from '../glyphs.ts';
import type { TonedText } from '../overlay.ts';
import {
  type Criterion,
  type CriterionPart,
  criterionWords,
  partGroups,
  partGroupWords,
  proofWords,
} from '../rows/criterion.ts';

const signs: Readonly<Record<Criterion['state'], { readonly sign: string; readonly tone: Tone }>> =
  {
    met: { sign: glyph.proven, tone: 'good' },
    unmet: { sign: glyph.failed, tone: 'bad' },
    open: { sign: glyph.todo, tone: 'plain' },
    'not-set-up': { sign: glyph.todo, tone: 'muted' },
  };

const partTones: Readonly<Record<CriterionPart['state'], Tone>> = {
  met: 'muted',
  unmet: 'bad',
  open: 'plain',
};

/** The success criteria as a checklist: a line for each, and below it who and what is behind it. */
export const criteriaTexts = (criteria: readonly Criterion[]): readonly TonedText[] => {
  const width = Math.max(0, ...criteria.map(({ title }) => title.length));
  return criteria.flatMap((criterion) => {
    const { title, state, isNotYet, proof } = criterion;
    // What was only not done yet is no failure.
    const isOpen = isNotYet === true;
    const { sign, tone } = signs[isOpen ? 'open' : state];
    const words = criterionWords(criterion);
    return [
      {
        text: `${sign} ${fitText(title, width)}  ${words === '' ? '' : `${words}: `}${proofWords(proof, 'now')}`,
        tone,
        hang: width + 4,
      },
      ...partGroups(proof).map((group): TonedText => {
        const shown = isOpen && group.state === 'unmet' ? 'open' : group.state;
        return {
          text: `    ${signs[shown].sign} ${partGroupWords(group)}`,
          tone: partTones[shown],
          hang: 6,
        };
      }),
    ];
  });
};
