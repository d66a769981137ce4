import type { Failure } from '../../model/failure.ts';

/** Makes the failures of one operation of git: what stands against it, and what helps. */
export const refusing =
  (operation: string) =>
  (detail: string, remedy: string): Failure => ({
    code: 'git-refused',
    operation,
    detail,
    remedy,
  });

export const refusedCommit = refusing('commit');
