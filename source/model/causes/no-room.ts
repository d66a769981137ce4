/**
 * Words for a full disk: strerror(3) of ENOSPC and EDQUOT, and git's own (csum-file.c,
 * builtin/commit.c).
 */
const noRoom =
  /no space left|disk quota exceeded|out of diskspace|check that disk is not full and quota/i;

export const saysNoRoom = (text: string): boolean => noRoom.test(text);
