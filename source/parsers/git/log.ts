import type { CommitSubject } from '../../model/lock/commit-count.ts';
import { cleanLine } from '../nix/clean-line.ts';

/** Reads `git log --format=%H%x09%ct%x09%an%x09%s`. Lines of another shape are left out. */
export const parseCommitLog = (text: string): readonly CommitSubject[] =>
  text.split('\n').flatMap((line) => {
    const found = /^([0-9a-f]{40,64})\t(\d+)\t([^\t]*)\t(.*)$/s.exec(line);
    if (found === null) return [];
    const [, revision = '', at = '', author = '', subject = ''] = found;
    return [{ revision, at: Number(at), subject: cleanLine(subject), author: cleanLine(author) }];
  });

/** Reads `git rev-list --left-right --count A...B`: commits of A only, then of B only. */
export const parseLeftRight = (
  text: string,
): { readonly left: number; readonly right: number } | null => {
  const found = /^(\d+)\s+(\d+)\s*$/.exec(text);
  return found === null ? null : { left: Number(found[1]), right: Number(found[2]) };
};
