import type { GitAnswer } from './deeds.ts';
import type { Repository } from './repository.ts';

/** `git log`, in the format that it is asked for. */
export const logAnswer =
  (repository: Repository): GitAnswer =>
  (call, args) => {
    const format = args.find((arg) => arg.startsWith('--format='))?.slice('--format='.length);
    const names = args.filter((arg) => arg !== '--');
    const from = names.find((arg) => arg.startsWith('^'))?.slice(1);
    const last = names.filter((arg) => !arg.startsWith('^')).at(-1) ?? 'HEAD';
    const head = repository.resolve(last.startsWith('-') ? 'HEAD' : last);
    if (format === undefined || head === undefined) return 128;
    const count = Number(args.find((arg) => /^-\d+$/.test(arg))?.slice(1) ?? 20);
    const end = args.includes('-z') ? '\0' : '\n';
    const known = repository.ancestors(head);
    const since = known.findIndex(({ revision }) => revision === from);
    const listed = known.slice(0, since === -1 ? count : since);
    for (const commit of args.includes('--reverse') ? listed.toReversed() : listed) {
      const fields: Readonly<Record<string, string>> = {
        H: commit.revision,
        h: commit.revision.slice(0, 7),
        T: commit.tree,
        P: commit.parent ?? '',
        B: commit.subject,
        s: commit.subject,
        ct: String(commit.at),
      };
      call.print(
        `${format
          .replace(/%(ct|H|h|T|P|B|s)/g, (_, name: string) => fields[name] ?? '')
          .replaceAll('%x09', '\t')
          .replaceAll('%n', '\n')}${end}`,
      );
    }
    return 0;
  };
