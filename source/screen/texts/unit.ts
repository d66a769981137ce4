import type { TonedText } from '../overlay.ts';

/** The parts of what a unit's pane tells; a heading stands alone in its line. */
const heading = /^(?:Status of|Journal since|Unit file$|Difference of the unit file) ?/;

const difference = /^Difference of the unit file/;

/** What worse lines of a journal have behind their time. */
const worse = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (emergency|alert|critical|error|warning) /;

const toneOf = (text: string, isDifference: boolean): TonedText['tone'] => {
  if (heading.test(text)) return 'accent';
  if (isDifference && text.startsWith('+')) return 'good';
  if (isDifference && text.startsWith('-')) return 'bad';
  const level = worse.exec(text)?.[1];
  return level === undefined ? 'plain' : level === 'warning' ? 'warn' : 'bad';
};

/** Status, journal, file and difference of a unit, with what is worth a look set off. */
export const unitText = (lines: readonly string[]): readonly TonedText[] => {
  let isDifference = false;
  return lines.map((text) => {
    isDifference ||= difference.test(text);
    return { text, tone: toneOf(text, isDifference) };
  });
};
