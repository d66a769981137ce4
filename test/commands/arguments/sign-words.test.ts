import { expect, test } from 'vitest';
import { readSigns } from '../../../source/commands/arguments/sign-words.ts';

test.each<readonly [readonly string[], unknown]>([
  [['fine'], { kind: 'signed', trouble: [] }],
  [['open'], { kind: 'signed', trouble: null }],
  [
    ['desktop: no sound', 'network:slow'],
    {
      kind: 'signed',
      trouble: [
        { area: 'desktop', text: 'no sound' },
        { area: 'network', text: 'slow' },
      ],
    },
  ],
])('%j is read as it is said', (values, signs) => {
  expect(readSigns(values)).toEqual(signs);
});

test.each<readonly [readonly string[], string]>([
  [['good'], '--sign good'],
  [['printer: jams'], '--sign printer: jams'],
  [['desktop:'], '--sign desktop:'],
  [['fine', 'desktop: dark'], 'several things at once'],
  [['fine', 'open'], 'several things at once'],
])('%j is refused with its reason', (values, why) => {
  expect(readSigns(values)).toMatchObject({ kind: 'wrong', why: expect.stringContaining(why) });
});
