import type { BootDefault } from './host.ts';

/** That the next boot does not start the default, in words; null where nothing was chosen for it. */
export const onceWords = ({ once }: BootDefault): string | null =>
  once === undefined ? null : `the next boot starts ${once.entry} once, chosen by ${once.by}`;
