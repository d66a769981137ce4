import { quoteWords } from '../command.ts';
import { type Advice, adviceLine, advise } from '../words/advice.ts';

/**
 * A file that Nix does not see, because git does not give it to Nix: it is on
 * the disk and git keeps it back, or git has it and it is not on the disk.
 * `repository` is the root of the repository that Nix reads, `file` is relative
 * to it, and may be a folder.
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
      /**
       * Why not even the submodule's own repository has it; null where only Nix does not look
       * there.
       */
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
      /** A rule of the repository around it ignores the folder. */
      readonly isIgnored?: boolean | undefined;
    }
  | {
      /**
       * A folder of which git has nothing, and where `git add` of the folder would not add
       * everything.
       */
      readonly kind: 'folder';
      readonly repository: string;
      readonly file: string;
      readonly inside: readonly UnseenFile[];
    }
  | { readonly kind: 'empty-folder'; readonly repository: string; readonly file: string }
  | {
      readonly kind: 'link';
      readonly repository: string;
      readonly file: string;
      /** The file itself, or a folder above it. */
      readonly link: string;
      /** As the link says it. */
      readonly target: string;
      /** Why Nix does not see what the link leads to; null where it leads out of the repository. */
      readonly inside: UnseenFile | null;
    }
  /** In place of the file stands a pointer of Git LFS. */
  | { readonly kind: 'lfs-pointer'; readonly repository: string; readonly file: string }
  /** Nix to 2.19 leaves it out of a clean tree, as `git archive` does. */
  | { readonly kind: 'export-ignored'; readonly repository: string; readonly file: string }
  | AbsentFile;

/** A file that is not on the disk. */
type AbsentFile =
  | {
      readonly kind: 'submodule-absent';
      readonly repository: string;
      readonly file: string;
      readonly submodule: string;
    }
  | {
      /** Git keeps a commit there, and `.gitmodules` does not say from where. */
      readonly kind: 'pointer';
      readonly repository: string;
      readonly file: string;
      readonly nested: string;
    }
  | {
      readonly kind: 'sparse';
      readonly repository: string;
      readonly file: string;
      /**
       * How git is told to see it again: by folders (cone mode), by a pattern, or for this file
       * alone.
       */
      readonly by: 'folders' | 'patterns' | 'hand';
    }
  | {
      readonly kind: 'deleted';
      readonly repository: string;
      readonly file: string;
      readonly isStaged: boolean;
    }
  | {
      readonly kind: 'spelled';
      readonly repository: string;
      readonly file: string;
      /** The name that git has. */
      readonly actual: string;
    };

/** Who owns the file that the name differs in. */
type UnseenBy = 'flake' | 'input';

/** Whether it is not even on the disk, below that name. */
const isAbsent = (unseen: UnseenFile): boolean => {
  switch (unseen.kind) {
    case 'submodule-absent':
    case 'pointer':
    case 'sparse':
    case 'deleted':
    case 'spelled':
      return true;
    case 'submodule':
    case 'link':
      return unseen.inside !== null && isAbsent(unseen.inside);
    case 'untracked':
    case 'ignored':
    case 'nested':
    case 'folder':
    case 'empty-folder':
    case 'lfs-pointer':
    case 'export-ignored':
      return false;
  }
};

/** `it is in lib, …`, and of the folder itself `it is …`. */
const placed = (file: string, folder: string, what: string): string =>
  file === folder ? `it is ${what}` : `it is in ${folder}, ${what}`;

/** Why git does not give it to Nix, as the rest of a sentence about the file. */
export const unseenReason = (unseen: UnseenFile): string => {
  const { file } = unseen;
  switch (unseen.kind) {
    case 'untracked':
      return 'git does not track it';
    case 'ignored': {
      const { rule } = unseen;
      return `git ignores it (${rule.file}:${rule.line}: ${rule.pattern})`;
    }
    case 'submodule': {
      const place =
        file === unseen.submodule
          ? `it is the submodule ${file}`
          : `it is in the submodule ${unseen.submodule}`;
      return unseen.inside === null
        ? `${place}, and Nix reads submodules only where it is told to`
        : unseen.inside.kind === 'submodule-absent'
          ? `${place}, which is not checked out here, and Nix reads submodules only where it is told to`
          : `${place}, where ${unseenReason(unseen.inside)}`;
    }
    case 'nested':
      return placed(
        file,
        unseen.nested,
        'a git repository of its own, and git adds nothing of that to the repository around it',
      );
    case 'folder':
      return `git has nothing of it: ${unseen.inside.map((one) => `${one.file}: ${unseenReason(one)}`).join('; ')}`;
    case 'empty-folder':
      return 'it is an empty folder, and git keeps no empty folders';
    case 'link': {
      const link = file === unseen.link ? 'it is a link' : `${unseen.link} is a link`;
      return unseen.inside === null
        ? `${link} to ${unseen.target}, which is outside of the repository`
        : `${link} to ${unseen.inside.file}, and of that: ${unseenReason(unseen.inside)}`;
    }
    case 'lfs-pointer':
      return 'in its place stands a pointer of Git LFS, and its content was not fetched';
    case 'export-ignored':
      return 'git leaves it out of archives (export-ignore in .gitattributes), and this Nix reads a clean tree as an archive';
    case 'submodule-absent':
      return `it is in the submodule ${unseen.submodule}, which is not checked out here`;
    case 'pointer':
      return placed(
        file,
        unseen.nested,
        'of which git keeps only the hash of a commit, and .gitmodules does not say from which repository',
      );
    case 'sparse':
      return unseen.by === 'hand'
        ? 'git has it and was told to leave it out of the working tree (skip-worktree)'
        : 'git has it and does not check it out here (sparse checkout)';
    case 'deleted':
      return unseen.isStaged
        ? 'the last commit has it, and it was deleted since'
        : 'git has it, and it was deleted here';
    case 'spelled':
      return `git has it as ${unseen.actual}, which is another name to Nix`;
  }
};

const git = (repository: string, ...words: readonly string[]): string =>
  quoteWords(['git', '-C', repository, ...words]);

/** Letters that a pattern of a sparse checkout, as one of an ignore file, would not take as they are. */
const asPattern = (file: string): string => `/${file.replaceAll(/[\\*?[\]#! ]/g, '\\$&')}`;

const folderOf = (file: string): string => file.replace(/\/?[^/]*$/, '') || file;

const nestedCommand = (unseen: Extract<UnseenFile, { kind: 'nested' }>): string => {
  const { repository, nested, isPointedAt, isIgnored } = unseen;
  // In a linked worktree .git is no folder.
  const gitFolder = `"$(${git(repository, 'rev-parse', '--absolute-git-dir')})"`;
  const name = `nested-${nested.replaceAll(/[^A-Za-z0-9._-]/g, '-')}`;
  return [
    `${quoteWords(['mv', '--', `${repository}/${nested}/.git`])} ${gitFolder}/${name}`,
    ...(isPointedAt ? [git(repository, 'rm', '--quiet', '--cached', '--force', '--', nested)] : []),
    git(
      repository,
      'add',
      ...(isIgnored === true ? ['--force'] : []),
      '--intent-to-add',
      '--',
      nested,
    ),
  ].join(' && ');
};

/** The command after which git has the file, so that Nix sees it; null where no command of git helps. */
export const unseenCommand = (unseen: UnseenFile): string | null => {
  const { repository, file } = unseen;
  switch (unseen.kind) {
    case 'untracked':
      return git(repository, 'add', '--intent-to-add', '--', file);
    case 'ignored':
      return git(repository, 'add', '--force', '--intent-to-add', '--', file);
    case 'submodule':
    case 'link':
      return unseen.inside === null ? null : unseenCommand(unseen.inside);
    case 'nested':
      return nestedCommand(unseen);
    case 'folder': {
      const commands = unseen.inside.flatMap((one) => unseenCommand(one) ?? []);
      return commands.length === 0 ? null : [...new Set(commands)].join(' && ');
    }
    case 'empty-folder': {
      const kept = `${file}/.gitkeep`;
      return `${quoteWords(['touch', '--', `${repository}/${kept}`])} && ${git(repository, 'add', '--', kept)}`;
    }
    case 'lfs-pointer':
      return git(repository, 'lfs', 'pull', '--include', file);
    case 'submodule-absent':
      return git(repository, 'submodule', 'update', '--init', '--', unseen.submodule);
    case 'sparse':
      return unseen.by === 'hand'
        ? `${git(repository, 'update-index', '--no-skip-worktree', '--', file)} && ${git(repository, 'checkout', '--', file)}`
        : git(
            repository,
            'sparse-checkout',
            'add',
            '--',
            unseen.by === 'folders' ? folderOf(file) : asPattern(file),
          );
    case 'deleted':
      return git(
        repository,
        'restore',
        ...(unseen.isStaged ? ['--staged', '--worktree'] : []),
        '--',
        file,
      );
    case 'export-ignored':
    case 'pointer':
    case 'spelled':
      return null;
  }
};

/** The way for a submodule, from Nix 2.27 on in flake.nix, with every Nix on the command line. */
const submoduleWay = (by: UnseenBy): Advice =>
  by === 'flake'
    ? advise(
        'Let Nix read submodules: inputs.self.submodules = true; in flake.nix (Nix 2.27 or newer), or with every Nix',
        "nixup --flake '.?submodules=1'",
      )
    : { text: 'Let Nix read its submodules: write ?submodules=1 behind its url in flake.nix.' };

/** The whole sentence about a file: whether it is there, and why Nix does not see it. */
export const unseenSentence = (unseen: UnseenFile, name: string = unseen.file): string => {
  const reason = unseenReason(unseen);
  if (isAbsent(unseen)) return `${name} is not there: ${reason}`;
  if (unseen.kind === 'lfs-pointer') return `${name} is not whole: ${reason}`;
  const isTracked =
    unseen.kind === 'export-ignored' ||
    ((unseen.kind === 'submodule' || unseen.kind === 'link') && unseen.inside === null);
  return `${name} is there, but ${reason}${isTracked ? '' : ': Nix sees only what git tracks'}`;
};

/** What to do before the command, in a sentence without its end. */
export const unseenAdvice = (unseen: UnseenFile, by: UnseenBy = 'flake'): string => {
  switch (unseen.kind) {
    case 'untracked':
      return 'Let git track it; its content is staged later';
    case 'ignored':
      return `Let git track it anyway, or take the line out of ${unseen.rule.file}`;
    case 'submodule':
      return unseen.inside === null
        ? adviceLine(submoduleWay(by))
        : `${adviceLine(submoduleWay(by))}. ${unseenAdvice(unseen.inside, by)}`;
    case 'nested':
      return `Make ${unseen.nested} a submodule or an input of its own, or take its files into the repository around it; its history is then kept in .git`;
    case 'folder':
      return [...new Set(unseen.inside.map((one) => unseenAdvice(one, by)))].join('. ');
    case 'empty-folder':
      return 'Put a file into it that git tracks';
    case 'link':
      return unseen.inside === null
        ? `Put the file itself in place of the link: Nix takes nothing from outside of the repository`
        : unseenAdvice(unseen.inside, by);
    case 'lfs-pointer':
      return `Fetch its content, and let Nix do the same: ${by === 'flake' ? 'inputs.self.lfs = true; in flake.nix' : 'write ?lfs=1 behind its url in flake.nix'} (Nix 2.27 or newer)`;
    case 'export-ignored':
      return `Take export-ignore for it out of .gitattributes, or use Nix 2.20 or newer`;
    case 'submodule-absent':
      return 'Check the submodule out';
    case 'pointer':
      return `Add it as a submodule (git submodule add --force ADDRESS ${quoteWords([unseen.nested])}), or put its files there in place of the pointer`;
    case 'sparse':
      return 'Let git check it out';
    case 'deleted':
      return 'Bring it back, or take it out of the file that names it';
    case 'spelled':
      return `Write ${unseen.actual} in the file that names it`;
  }
};

/** What to do about it. */
export const unseenRemedy = (unseen: UnseenFile, by: UnseenBy = 'flake'): Advice => {
  if (unseen.kind === 'submodule' && unseen.inside === null) return submoduleWay(by);
  const text = unseenAdvice(unseen, by);
  const command = unseenCommand(unseen);
  return command === null ? { text } : { text, command };
};
