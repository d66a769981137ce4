/** `1 host`, `3 hosts`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** Hosts named in a sentence; more of them are counted with the first ones named. */
const namedAtMost = 8;

/** `p510, samsung`; `12 hosts: a, b, c …`. */
export const hostList = (names: readonly string[]): string =>
  names.length <= namedAtMost
    ? names.join(', ')
    : `${counted(names.length, 'host')}: ${names.slice(0, namedAtMost).join(', ')} …`;

/** Inputs named in a sentence, few of them by name: `nixpkgs`, `7 inputs (agenix, disko, fh …)`. */
export const inputList = (names: readonly string[]): string =>
  names.length <= 3
    ? names.join(', ')
    : `${counted(names.length, 'input')} (${names.slice(0, 3).join(', ')} …)`;

/** Cells of the name before a line about a host or a step. */
const subjectCells = 10;

/** `razer      not tested: …`: a line of progress or of a log, whom it is about first. */
export const subjectLine = (subject: string, words: string): string =>
  `${subject.padEnd(subjectCells)} ${words}`;
