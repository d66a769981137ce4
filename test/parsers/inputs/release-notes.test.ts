import { expect, test } from 'vitest';
import { newEntries, parseReleaseNotes } from '../../../source/parsers/inputs/release-notes.ts';

const old = `# Release 26.05 {#sec-release-26.05}

## Highlights {#sec-highlights}

- The [kernel](https://kernel.org) is now
  6.18.

## Backward Incompatibilities {#sec-incompat}

- \`services.foo\` was removed.
`;

const now = `${old}
- \`services.bar.port\` was renamed
  to \`services.bar.listen\`.

  A second paragraph says more.

  - a point below it

- {option}\`x.y\` now needs [a key](#opt-x).
`;

test('points are read with their heading, over line breaks, without markup', () => {
  expect(parseReleaseNotes(old)).toEqual([
    { section: 'Highlights', text: 'The kernel is now 6.18.' },
    { section: 'Backward Incompatibilities', text: '`services.foo` was removed.' },
  ]);
});

test('only what the old notes do not have is new', () => {
  expect(newEntries(old, now)).toEqual([
    {
      section: 'Backward Incompatibilities',
      text: '`services.bar.port` was renamed to `services.bar.listen`.',
    },
    { section: 'Backward Incompatibilities', text: '`x.y` now needs a key.' },
  ]);
  expect(newEntries(now, now)).toEqual([]);
});

test('emphasis is taken away, and stars in code are kept', () => {
  const [note] = parseReleaseNotes(
    '## Breaking\n\n- `a.*` **drops** *x*, `*.b` stays; 2 * 3 * 4.\n',
  );
  expect(note?.text).toBe('`a.*` drops x, `*.b` stays; 2 * 3 * 4.');
});
