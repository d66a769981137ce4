import { useRef } from 'react';
import { type ListWindow, nextWindow } from '../../screen/layout.ts';

/**
 * The first visible row of a list. It depends on what was visible before, which belongs to what is
 * drawn and to nothing else: a list that is opened again begins with its cursor in the middle.
 */
export const useWindowStart = (
  cursor: Omit<ListWindow, 'start'>,
  length: number,
  height: number,
): number => {
  const seen = useRef<ListWindow | null>(null);
  seen.current = nextWindow(seen.current, cursor, length, height);
  return seen.current.start;
};
