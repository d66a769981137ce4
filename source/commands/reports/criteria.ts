import type { Criterion } from '../../screen/rows/success-criteria.ts';
import { alignRows } from '../arguments/text-table.ts';

const words: Readonly<Record<Criterion['state'], string>> = {
  met: 'met',
  unmet: 'not met',
  open: 'open',
  'not-set-up': 'not set up',
};

/** Of what is unmet only because its step was not done yet. */
const notYet = 'not yet';

/** The success criteria as text, each with its evidence. */
export const criteriaText = (criteria: readonly Criterion[]): readonly string[] =>
  alignRows([
    ['CRITERION', 'STATE', 'EVIDENCE'],
    ...criteria.map(({ title, state, isNotYet, evidence }) => [
      title,
      isNotYet === true ? notYet : words[state],
      evidence,
    ]),
  ]);

const notes: Readonly<Record<Criterion['state'], string>> = {
  met: '',
  unmet: ' (not met)',
  open: '',
  'not-set-up': ' (not set up)',
};

/** The same as a checklist of Markdown: what is met has its tick. */
export const criteriaMarkdown = (criteria: readonly Criterion[]): string =>
  criteria
    .map(
      ({ title, state, isNotYet, evidence }) =>
        `- [${state === 'met' ? 'x' : ' '}] ${title}${isNotYet === true ? ` (${notYet})` : notes[state]}: ${evidence.replace(/[\\`*_[\]<>#|]/g, '\\$&')}`,
    )
    .join('\n');
