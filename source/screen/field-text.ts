import { clustersOf } from '../model/words/clusters.ts';

/** What a field takes, characters; nobody looks for more. */
const longestField = 1_000;

/** Whether it can stand in a line: no controls, no lone surrogates; joiners are part of emoji. */
const isShown = (character: string): boolean => /^[\P{C}\u200c\u200d]$/u.test(character);

/** Sequences of colours and the like, as ECMA-48 has them, with their Esc. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const sequence = /\u001b(?:\[[ -?]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|.)/g;

/** The text of a field with more at its end: one line, whatever was pasted. */
export const addToField = (old: string, more: string): string => {
  const line = more.replaceAll(sequence, '').replaceAll(/[\r\n\t]+/g, ' ');
  const shown = [...line].filter(isShown).join('');
  return [...(old + shown)].slice(0, longestField).join('');
};

/** Without its last character as people count them. */
export const eraseInField = (text: string): string =>
  text.slice(0, [...clustersOf(text)].at(-1)?.index ?? 0);
