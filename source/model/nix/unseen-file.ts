import { quoteWords } from '../command.ts';

/**
 * A file that is on the disk and that Nix does not see, because git does not
 * give it to Nix. `repository` is the root of the repository that Nix reads,
 * `file` is relative to it.
 */
export type UnseenFile =
  | { readonly kind: 'untracked'; readonly repository: string; readonly file: string }
  | {
      readonly kind: 'ignored';
      readonly repository: string;
      readonly file: string;
      /** The line that ignores it, or a folder above it; the file as git names it. */
      readonly rule: { readonly file: string; readonly line: number; readonly pattern: string };
    }
  | {
      readonly kind: 'submodule';
      readonly repository: string;
      readonly file: string;
      readonly submodule: string;
      /** Why not even the submodule has it; null where only Nix does not look there. */
      readonly inside: UnseenFile | null;
    }
  | {
      readonly kind: 'nested';
      readonly repository: string;
      readonly file: string;
      /** The folder with the repository of its own. */
      readonly nested: string;
      /** The repository around it keeps a pointer to one of its commits. */
      readonly isPointedAt: boolean;
    };

/** Of whom the file is: what is to be written where differs. */
export type UnseenBy = 'flake' | 'input';

/** Why git does not give it to Nix, as the rest of a sentence about the file. */
export const unseenReason = (unseen: UnseenFile): string => {
  switch (unseen.kind) {
    case 'untracked':
      return 'git does not track it';
    case 'ignored': {
      const { file, line, pattern } = unseen.rule;
      return `git ignores it (${file}:${line}: ${pattern})`;
    }
    case 'submodule':
      return unseen.inside === null
        ? `it is in the submodule ${unseen.submodule}, and Nix reads submodules only where it is told to`
        : `it is in the submodule ${unseen.submodule}, where ${unseenReason(unseen.inside)}`;
    case 'nested':
      return `it is in ${unseen.nested}, a git repository of its own, and git adds nothing of that to the repository around it`;
  }
};

const git = (repository: string, ...words: readonly string[]): string =>
  quoteWords(['git', '-C', repository, ...words]);

/** The command after which git has the file, so that Nix sees it; null where no command of git helps. */
export const unseenCommand = (unseen: UnseenFile): string | null => {
  const { repository, file } = unseen;
  switch (unseen.kind) {
    case 'untracked':
      return git(repository, 'add', '--intent-to-add', '--', file);
    case 'ignored':
      return git(repository, 'add', '--force', '--intent-to-add', '--', file);
    case 'submodule':
      return unseen.inside === null ? null : unseenCommand(unseen.inside);
    case 'nested': {
      const { nested, isPointedAt } = unseen;
      // In a linked worktree .git is no folder.
      const gitFolder = `"$(${git(repository, 'rev-parse', '--absolute-git-dir')})"`;
      const name = `nested-${nested.replaceAll(/[^A-Za-z0-9._-]/g, '-')}`;
      return [
        `${quoteWords(['mv', '--', `${repository}/${nested}/.git`])} ${gitFolder}/${name}`,
        ...(isPointedAt
          ? [git(repository, 'rm', '--quiet', '--cached', '--force', '--', nested)]
          : []),
        git(repository, 'add', '--intent-to-add', '--', nested),
      ].join(' && ');
    }
  }
};

/** The way for a submodule, from Nix 2.27 on in flake.nix, with every Nix on the command line. */
const submoduleWay = (by: UnseenBy): string =>
  by === 'flake'
    ? "Let Nix read submodules: inputs.self.submodules = true; in flake.nix (Nix 2.27 or newer), or with every Nix: nixup --flake '.?submodules=1'"
    : 'Let Nix read its submodules: write ?submodules=1 behind its url in flake.nix.';

/** The whole sentence about a file: it is there, and why Nix does not see it. */
export const unseenSentence = (unseen: UnseenFile, name: string = unseen.file): string =>
  `${name} is there, but ${unseenReason(unseen)}${unseen.kind === 'submodule' && unseen.inside === null ? '' : ': Nix sees only what git tracks'}`;

/** What to do before the command, in a sentence without its end. */
export const unseenAdvice = (unseen: UnseenFile, by: UnseenBy = 'flake'): string => {
  switch (unseen.kind) {
    case 'untracked':
      return 'Let git track it; its content is staged later';
    case 'ignored':
      return `Let git track it all the same, or take the line out of ${unseen.rule.file}`;
    case 'submodule':
      return unseen.inside === null
        ? submoduleWay(by)
        : `${unseenAdvice(unseen.inside, by)}. ${submoduleWay(by)}`;
    case 'nested':
      return `Make ${unseen.nested} a submodule or an input of its own, or take its files into the repository around it; its history is then kept in .git`;
  }
};

/** Advice and command in one line. */
export const unseenRemedy = (unseen: UnseenFile, by: UnseenBy = 'flake'): string => {
  const command = unseenCommand(unseen);
  const advice = unseenAdvice(unseen, by);
  return command === null ? advice : `${advice}: ${command}`;
};
