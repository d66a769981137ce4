import { memo, type ReactNode } from 'react';
import type { FleetHost } from '../../state/remembered.ts';
import { LineText } from '../base/line-text.tsx';
import { hostLine } from './host-line.ts';

/** A row that is drawn again only when its host, its marks or (while it moves) the time changes. */
export const HostRow = memo(function HostRow({
  host,
  isSelected,
  isMarked,
  columns,
  now,
  changes,
  queue,
}: {
  readonly host: FleetHost;
  readonly isSelected: boolean;
  readonly isMarked: boolean;
  readonly columns: number;
  readonly now: number;
  /** What a deploy would change, in a few words. */
  readonly changes: string;
  /** What it waits for while it is queued. */
  readonly queue: string;
}): ReactNode {
  return (
    <LineText
      line={hostLine({ host, now, changes, queue }, { isSelected, isMarked }, columns)}
      selected={isSelected}
    />
  );
});
