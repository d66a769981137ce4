import { type DOMElement, measureElement } from 'ink';
import { type RefCallback, useCallback, useRef } from 'react';
import type { Line } from '../../model/words/line.ts';
import { widthOf } from '../../model/words/line.ts';
import { useLook } from './look.tsx';

/** What a click means at a cell, counted from the corner of what was drawn there; undefined for nothing. */
type TargetAt = (column: number, row: number) => string | undefined;

/** Where on the screen a click means something, as far as it is drawn. */
export interface ClickMap {
  add(box: DOMElement, at: TargetAt): () => void;
  /** What a click at this cell means, in the words of `actions/press/point.ts`. */
  targetAt(column: number, row: number): string | undefined;
}

export const createClickMap = (): ClickMap => {
  const areas = new Map<DOMElement, TargetAt>();
  return {
    add: (box, at) => {
      areas.set(box, at);
      return () => areas.delete(box);
    },
    targetAt: (column, row) => {
      for (const [box, at] of areas) {
        const { x, y, width, height } = measureElement(box);
        const isInside = column >= x && column < x + width && row >= y && row < y + height;
        const target = isInside ? at(column - x, row - y) : undefined;
        if (target !== undefined) return target;
      }
      return undefined;
    },
  };
};

/** For the box of something that can be clicked. Nothing is measured until somebody clicks. */
export const useClicks = (at: TargetAt): RefCallback<DOMElement> => {
  const { clicks } = useLook();
  const latest = useRef(at);
  latest.current = at;
  return useCallback(
    (box: DOMElement | null) =>
      box === null ? undefined : clicks.add(box, (column, row) => latest.current(column, row)),
    [clicks],
  );
};

/** What a click at a column of a line means. */
export const pressAt = (line: Line, column: number): string | undefined => {
  let end = 0;
  for (const part of line) {
    end += widthOf(part.text);
    if (column < end) return part.press;
  }
  return undefined;
};
