import { escapeMarkdown } from '../../model/words/markdown.ts';
import {
  type Criterion,
  type CriterionPart,
  criterionWords,
  partGroups,
  partGroupWords,
  proofWords,
} from '../../screen/rows/criterion.ts';
import { alignRows } from '../arguments/text-table.ts';

const partWords: Readonly<Record<CriterionPart['state'], string>> = {
  met: 'met',
  unmet: 'not met',
  open: 'open',
};

/** Of a part whose step was only not done yet nothing is told twice. */
const partState = ({ isNotYet }: Criterion, state: CriterionPart['state']): string =>
  isNotYet === true && state === 'unmet' ? 'not yet' : partWords[state];

/** The success criteria as a checklist: a line for each, and below it who and what is behind it. */
export const criteriaText = (criteria: readonly Criterion[]): readonly string[] =>
  alignRows([
    ['CRITERION', 'STATE', 'EVIDENCE'],
    ...criteria.flatMap((criterion) => [
      [
        criterion.title,
        criterion.state === 'met' ? 'met' : criterionWords(criterion),
        proofWords(criterion.proof, 'now'),
      ],
      ...partGroups(criterion.proof).map((group) => [
        '',
        partState(criterion, group.state),
        partGroupWords(group),
      ]),
    ]),
  ]);

const box = (isMet: boolean): string => `[${isMet ? 'x' : ' '}]`;

/** The same as a checklist of Markdown: what is met has its tick. */
export const criteriaMarkdown = (criteria: readonly Criterion[]): string =>
  criteria
    .flatMap((criterion) => {
      const { title, state, proof } = criterion;
      const words = criterionWords(criterion);
      const note = words === '' || state === 'open' ? '' : ` (${words})`;
      return [
        `- ${box(state === 'met')} ${title}${note}: ${escapeMarkdown(proofWords(proof, 'kept'))}`,
        ...partGroups(proof).map(
          (group) => `  - ${box(group.state === 'met')} ${escapeMarkdown(partGroupWords(group))}`,
        ),
      ];
    })
    .join('\n');

/** The same for `--json`: the parts as they are, not together. */
export const criteriaDocument = (criteria: readonly Criterion[]) => ({
  version: 1 as const,
  criteria: criteria.map(({ proof, ...criterion }) => ({ ...criterion, ...proof })),
});
