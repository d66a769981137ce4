import { padText } from '../../model/words/line.ts';
import { frameAt, glyph } from '../glyphs.ts';
import { keyName } from '../key-names.ts';
import type { TonedText } from '../overlay.ts';

/** What each sign stands for, in few words: for a legend of a row or two. */
export const signWords: readonly (readonly [sign: string, means: string])[] = [
  [glyph.needs, 'needs you'],
  [glyph.todo, 'not yet'],
  [glyph.begun, 'in part'],
  [glyph.proven, 'proven'],
  [glyph.failed, 'failed'],
  [glyph.look, 'look'],
  ['?', 'not known'],
  [glyph.absent, 'absent, asleep'],
  [frameAt(0), 'works now'],
  [glyph.selected, 'selected'],
  [glyph.marked, 'marked'],
];

const rows = (): readonly (readonly [sign: string, means: string])[] => [
  [glyph.needs, 'needs you: it is what to do next'],
  [glyph.todo, 'not done yet'],
  [glyph.begun, 'done for a part of the hosts'],
  [glyph.proven, 'done, with evidence'],
  [glyph.failed, 'failed'],
  [glyph.look, 'look at it: an alarm, or trouble that was there before'],
  [keyName('breaking'), 'before an input: its commits may break something'],
  ['?', 'not known, because nothing answered yet'],
  [glyph.absent, 'absent, asleep, or left out on purpose'],
  [frameAt(0), 'works right now'],
  [glyph.selected, 'selected: keys act on it'],
  [glyph.marked, `marked with ${keyName('mark')}: keys act on all that are marked`],
  [
    `${glyph.folded} ${glyph.unfolded}`,
    `folded and unfolded; ${keyName('right')} and ${keyName('left')} open and close it`,
  ],
  [`${glyph.up} ${glyph.down}`, 'so many more rows above or below'],
];

const besideNames = (): readonly (readonly [word: string, means: string])[] => [
  ['here', 'this machine'],
  ['ask', 'asked about before each deploy (policy = "ask")'],
  ['protected', 'its name must be typed before anything is changed on it'],
  ['@server', `a tag; ${keyName('filter')} finds hosts by it, --on takes it`],
  ['g241', 'generation 241 of the system profile'],
  ['2 of 2', 'so many of its critical units run'],
];

/** What a new user meets first in the fleet. */
export const firstSigns: readonly (readonly [sign: string, means: string])[] = [
  [glyph.needs, 'needs you'],
  [glyph.todo, 'not yet'],
  [glyph.proven, 'proven'],
  [glyph.look, 'look at it'],
  [glyph.failed, 'failed'],
  [glyph.absent, 'absent, asleep'],
  ['g241', 'generation 241'],
  ['here', 'this machine'],
  ['ask', 'asks before each deploy'],
  ['protected', 'its name must be typed'],
  ['@server', 'a tag'],
  ['2 of 2', 'critical units run'],
];

const tableOf = (
  table: readonly (readonly [sign: string, means: string])[],
  cells: number,
): readonly TonedText[] =>
  table.map(([sign, means]) => ({ text: `  ${padText(sign, cells)} ${means}`, tone: 'plain' }));

/** All signs, and the words beside the name of a host. */
export const signsText = (): readonly TonedText[] => [
  ...tableOf(rows(), 4),
  { text: '', tone: 'plain' },
  { text: 'Beside the name of a host', tone: 'muted' },
  ...tableOf(besideNames(), 10),
];
