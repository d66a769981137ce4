import { useRef } from 'react';
import { type ListWindow, nextWindow, wholeRowsStart } from '../../screen/layout.ts';

/**
 * The first visible row of a list. It depends on what was visible before, which belongs to what is
 * drawn and to nothing else: a list that is opened again begins with its cursor in the middle.
 * `isContinued` tells which rows go on with the one above: such a row is not the first one that is seen.
 */
export const useWindowStart = (
  cursor: Omit<ListWindow, 'start'>,
  length: number,
  height: number,
  isContinued: (place: number) => boolean = () => false,
): number => {
  const seen = useRef<ListWindow | null>(null);
  const next = nextWindow(seen.current, cursor, length, height);
  seen.current = { ...next, start: wholeRowsStart(next, isContinued, height) };
  return seen.current.start;
};
