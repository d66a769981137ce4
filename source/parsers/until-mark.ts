/** How many of the last characters may be the begin of the mark. */
const begunAtEnd = (text: string, mark: string): number => {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1)
    if (text.endsWith(mark.slice(0, length))) return length;
  return 0;
};

/**
 * A stream on which one process writes after the other: each text is passed on as it comes, and after
 * the last of a process comes the line `MARK STATUS`, wherever it is cut into pieces. Pure but for its calls.
 */
export const readUntilMark = (
  mark: string,
  onText: (text: string) => void,
  onEnd: (status: number) => void,
): ((text: string) => void) => {
  let held = '';
  const pass = (text: string): void => {
    if (text !== '') onText(text);
  };
  return (text) => {
    held += text;
    for (;;) {
      const at = held.indexOf(mark);
      const end = at === -1 ? -1 : held.indexOf('\n', at);
      const known = at === -1 ? held.length - begunAtEnd(held, mark) : at;
      pass(held.slice(0, known));
      if (end === -1) {
        held = held.slice(known);
        return;
      }
      const status = Number(held.slice(at + mark.length, end));
      held = held.slice(end + 1);
      onEnd(status);
    }
  };
};
