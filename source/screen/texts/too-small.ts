/** What a window shows that is too small for anything else. */
interface TooSmall {
  readonly columns: number;
  readonly rows: number;
  /** The smallest window that the screen is drawn for. */
  readonly smallest: { readonly columns: number; readonly rows: number };
  /** The key that leaves, as it is shown. */
  readonly leaves: string;
  /** What leaving would cancel, where that is asked just now: `A test`. */
  readonly asked: string | null;
}

/** The ways to say it, the longest first. */
const waysOf = ({
  columns,
  rows,
  smallest,
  leaves,
  asked,
}: TooSmall): readonly (readonly string[])[] => {
  const needs = `needs ${smallest.columns}x${smallest.rows}`;
  return asked === null
    ? [
        [`Too small: ${columns}x${rows}, ${needs}. ${leaves} leaves. Nothing is lost.`],
        [`Too small, ${needs}. ${leaves} leaves.`],
        [`Too small. ${leaves} leaves.`],
        ['Too small', `${leaves} leaves`],
        [`${leaves} leaves`],
        [leaves],
      ]
    : [
        [`${asked} is running: ${leaves} cancels it and leaves, Esc stays.`],
        [`Running: ${leaves} leaves, Esc stays.`],
        ['Running', `${leaves} leaves`, 'Esc stays'],
        [`${leaves} leaves`],
        [leaves],
      ];
};

/** As much of it as the window holds; the key that leaves is always part of it. */
export const tooSmallLines = (told: TooSmall): readonly string[] => {
  const ways = waysOf(told);
  return (
    ways.find(
      (lines) => lines.length <= told.rows && lines.every(({ length }) => length <= told.columns),
    ) ??
    ways.at(-1) ??
    []
  );
};
