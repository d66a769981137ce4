const problems: readonly (readonly [string, string])[] = [
  ['\0', 'has a NUL byte, which git takes in no message'],
  // What a byte becomes that is no part of a text in UTF-8.
  ['\ufffd', 'has a byte that is not UTF-8'],
];

/** Why a text cannot be the message of a commit, with its line; null when it can. */
export const messageProblem = (message: string): string | null => {
  for (const [sign, what] of problems) {
    const at = message.indexOf(sign);
    if (at >= 0) return `line ${message.slice(0, at).split('\n').length} of the message ${what}`;
  }
  return null;
};
