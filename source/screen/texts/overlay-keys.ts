import { keyName } from '../key-names.ts';
import type { Menu, Overlay, TextOverlay } from '../overlay.ts';
import { plain } from '../toned.ts';

/** Keys of a confirmation: a text is typed where one is wanted, and only commands can be folded. */
const confirmHints = ({
  required,
  commands,
}: Extract<Overlay, { readonly kind: 'confirm' }>): readonly string[] => {
  const isTyped = required.kind !== 'nothing';
  const long = commands.length === 0 ? '' : '^o whole commands · ';
  const short = commands.length === 0 ? '' : '^o commands · ';
  return isTyped
    ? [
        `type it · left right choose · up down PgUp PgDn scroll · ${long}Enter takes · Esc closes`,
        `type it · left right · up down scroll · ${short}Enter · Esc closes`,
        'type it · left right · up down scroll · Enter · Esc closes',
      ]
    : [
        `left right choose · up down PgUp PgDn g G scroll · ${long}Enter takes · Esc closes`,
        `left right choose · up down g G scroll · ${short}Enter takes · Esc closes`,
        'left right choose · up down scroll · Enter · Esc closes',
      ];
};

/** Whether rows are taken with digits, as the steps of the runbook are. */
const hasDigits = ({ items }: Menu): boolean =>
  items.some(({ letter }) => letter !== undefined && /\d/.test(letter));

/** Keys of a text: where it lists commits a cursor is on one of them. */
const textHints = ({ lines }: TextOverlay): readonly string[] => {
  const move = `${keyName('down')} ${keyName('up')}`;
  const ends = `${keyName('first')} ${keyName('last')}`;
  const find = `${keyName('filter')} search`;
  const opens = keyName('open');
  const copies = keyName('copy');
  const page = `${keyName('open-link')} page`;
  return lines.some(({ commit }) => commit !== undefined)
    ? [
        `${move} PgUp PgDn ${ends} choose · ${opens} the commit · ${copies} copies the hash · ${page} · ${find} · Esc closes`,
        `${move} choose · ${opens} commit · ${copies} hash · ${page} · ${find} · Esc closes`,
        `${move} · ${opens} commit · ${copies} hash · ${page} · Esc closes`,
      ]
    : [
        `${move} PgUp PgDn ${ends} scroll · ${find} · Esc closes`,
        `${move} scroll · ${find} · Esc closes`,
        `${move} scroll · Esc closes`,
        'Esc closes',
      ];
};

/** Keys of what is open, in the longest words that fit: closing it is never cut. */
export const hintsOf = (overlay: Overlay): readonly string[] => {
  const move = `${keyName('down')} ${keyName('up')}`;
  const ends = `${keyName('first')} ${keyName('last')}`;
  const find = `${keyName('filter')} search`;
  const next = `${keyName('next-hit')} ${keyName('previous-hit')}`;
  const page = `${keyName('open-link')} page`;
  const copies = `${keyName('copy')} copies`;
  const opens = keyName('open');
  const folds = keyName('fold-hashes');
  const breaks = `${keyName('breaking')} breaking`;
  switch (overlay.kind) {
    case 'confirm':
      return confirmHints(overlay);
    case 'message':
      return [
        'type · arrows Home End, Ctrl by words · ^w ^u ^k erase · Esc ends and keeps the text',
        'type · arrows, Ctrl by words · ^w ^u ^k erase · Esc ends and keeps it',
        'type · arrows · ^w ^u ^k erase · Esc ends, keeps it',
      ];
    case 'menu':
      return [
        `a ${hasDigits(overlay) ? 'digit or letter' : 'letter'} takes its row · up down choose · Enter takes · Esc closes`,
        `${hasDigits(overlay) ? 'digit' : 'letter'} takes · up down choose · Enter · Esc closes`,
      ];
    case 'help':
    case 'palette':
      return [
        'type letters of a name · up down choose · Enter takes · Esc closes',
        'type letters of a name · up down · Enter · Esc closes',
      ];
    case 'difference':
      return [
        `${move} PgUp PgDn ${ends} scroll · ${find} · ${next} next change or hit · ${folds} folds hashes · Tab layout · Esc closes`,
        `${move} PgUp PgDn · ${find} · ${next} next · ${folds} folds hashes · Tab layout · Esc closes`,
        `${move} · ${find} · ${next} next · ${folds} folds · Tab · Esc closes`,
      ];
    case 'commands':
      return [
        `${move} PgUp PgDn ${ends} choose · ${keyName('filter')} filter · ${opens} how it was called · ${copies} · Esc closes`,
        `${move} choose · ${keyName('filter')} filter · ${opens} how it was called · ${copies} · Esc closes`,
        `${move} · ${keyName('filter')} filter · ${opens} whole · ${copies} · Esc`,
      ];
    case 'commits':
      return [
        `${move} PgUp PgDn ${ends} choose · ${opens} message · ${keyName('details-up')} ${keyName('details-down')} scroll it · ${breaks} · ${keyName('copy')} copies the hash · ${page} · ${find} ${next} · Esc closes`,
        `${move} choose · ${opens} message · ${breaks} · ${keyName('copy')} hash · ${page} · ${find} ${next} · Esc closes`,
        `${move} · ${opens} message · ${breaks} · ${keyName('copy')} hash · ${page} · ${keyName('filter')} · Esc closes`,
        `${move} choose · ${opens} message · ${keyName('copy')} hash · ${page} · ${keyName('filter')} · Esc`,
      ];
    case 'text':
      return textHints(overlay);
  }
};

/** The keys of what is open, a row for each, above it: closing them shows it again. */
export const keysOver = (overlay: Overlay): Overlay => ({
  kind: 'text',
  title: 'Keys here',
  lines: (hintsOf(overlay)[0] ?? '').split(' · ').map((keys) => plain(keys)),
  top: 0,
  under: overlay,
});
