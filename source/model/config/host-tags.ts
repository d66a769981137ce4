import type { Failure } from '../failure.ts';
import { nearestName } from '../words/nearest.ts';
import type { Config } from './settings.ts';

/** `@server` and `server` are the same word of `--on`. */
export const tagOf = (word: string): string => word.replace(/^@/, '');

/** Tags that the configuration gives to hosts. */
export const configTags = ({ hosts }: Pick<Config, 'hosts'>): readonly string[] => [
  ...new Set(Object.values(hosts).flatMap(({ tags }) => tags)),
];

/** Hosts to which the configuration gives one of these tags. */
export const hostsWith = (
  { hosts }: Pick<Config, 'hosts'>,
  words: readonly string[],
): readonly string[] => {
  const wanted = new Set(words.map(tagOf));
  return Object.entries(hosts).flatMap(([name, { tags }]) =>
    tags.some((tag) => wanted.has(tag)) ? [name] : [],
  );
};

/** Why a word names no tag; empty where it does. */
export const unknownTag = (known: readonly string[], word: string): readonly Failure[] => {
  const tag = tagOf(word);
  return known.includes(tag)
    ? []
    : [{ code: 'tag-unknown', tag, nearest: nearestName(tag, known), known }];
};
