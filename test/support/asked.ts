import { type Command, showShortCommand } from '../../source/model/command.ts';
import type { ExecOptions, World } from '../../source/services/world/world.ts';

/** A world of which everything is noted that it is asked to change. */
export interface WatchedWorld extends World {
  /** What it was asked to change since the last call, in order, as a confirmation shows it. */
  takeAsked(): readonly string[];
  /** Files that were written since the last call, without those that nixup keeps for itself. */
  takeWritten(): readonly string[];
}

/** Git commands that change neither branch, index nor files of a person. */
const gitQuestions =
  /^(?:-c \S+ )*(?:rev-parse|show|status|for-each-ref|config -z|config --|ls-files|ls-tree|ls-remote|grep|merge-base|rev-list|log|diff|diff-tree|diff-index|cat-file|check-ignore|symbolic-ref|var|remote|check-ref-format|hash-object|stash list|interpret-trailers|for-each-repo|cherry|show-ref|version|--version|-C \S+ --version)\b/;

/** Objects and refs of nixup's own, which no branch and no file knows of. */
const gitOfItsOwn = /^(?:update-ref (?:-d )?refs\/nixup\/|hash-object -w|write-tree)\b/;

/** Whether the remote would take a push. */
const isDryRun = (words: string): boolean => /^push --dry-run /.test(words);

const isGitChange = ({ args, env = {} }: Command): boolean => {
  const [first = '', , ...rest] = args;
  const words = (first === '-C' ? rest : args).join(' ');
  if (gitQuestions.test(words) || isDryRun(words)) return false;
  // An index of nixup's own leaves the person's as it is.
  const isOnOwnIndex =
    env['GIT_INDEX_FILE'] !== undefined &&
    /^(?:read-tree|add|update-index)\b|^checkout-index .* --prefix=\S+\/\.cache\/nixup\//.test(
      words,
    );
  return !isOnOwnIndex && !gitOfItsOwn.test(words);
};

const nixQuestions =
  /^build .* --dry-run |^(?:--extra-experimental-features nix-command )?(?:eval|flake (?:metadata|show)|path-info|config show|store (?:info|ping)|show-config|--version|derivation show|log|why-depends|profile list)\b/;

/** Programs that only answer; ssh with -G prints its settings. */
const answering =
  /^(?:df|cp|nproc|free|nix-instantiate|nix-store|nix-eval-jobs|getent|hostname|id)$/;

const isLocalChange = (command: Command): boolean => {
  if (command.file === 'git') return isGitChange(command);
  if (command.file === 'nix') return !nixQuestions.test(command.args.join(' '));
  if (command.file === 'ssh') return command.args[0] !== '-G';
  if (command.file === 'gh')
    return !/^(?:issue list|pr (?:list|view)|api|auth)/.test(command.args.join(' '));
  return !answering.test(command.file);
};

/** A line of a script that sets a system, starts one, or takes a generation away. */
const changing =
  /(?:^|[\s(])(?<env>NIXOS_NO_CHECK=1 +)?(?:timeout (?:-k 5 )?(?:\$\(\(.*?\)\)|\d+) )?(?<deed>[^\s"']+\/bin\/switch-to-configuration (?:test|switch|boot|dry-activate)\b|nix-env -p \S+ --(?:set|switch-generation) (?:"\$\([^)]*\)"|[^\s)]+)|ln -s \S+ \S+nixup_known_good-"\$number"-link|nix-env -p \S+ --delete-generations [\d ]*\d|systemctl (?:reboot|poweroff|halt|kexec|start|stop|restart)\b(?: --)?(?: [a-z@][\w@.-]*)*|bootctl set-\S+ (?:'[^']*'|\S+)|"\$tool" --boot-directory=\S+ (?:'[^']*'|\S+)|(?:grub-set-default|efibootmgr)\b.*)/;

/** Functions of a script, `name() {` to the brace at the start of a line, by their names. */
const functionsOf = (script: string): ReadonlyMap<string, string> =>
  new Map(
    [...script.matchAll(/^(\w+)\(\) \{\n([\s\S]*?)^\}$/gm)].map((found) => [
      found[1] ?? '',
      found[2] ?? '',
    ]),
  );

const withoutFunctions = (script: string): string =>
  script.replaceAll(/^\w+\(\) \{\n[\s\S]*?^\}$/gm, '');

/** Variables that a script sets to a plain word at the start of a line. */
const filled = (script: string, line: string): string => {
  const values = new Map(
    [...script.matchAll(/^(\w+)=(?:'([^'\n]*)'|([^\s'"$`]+))$/gm)].map((found) => [
      found[1] ?? '',
      found[2] ?? found[3] ?? '',
    ]),
  );
  const pairs = /^for pair in (.*); do$/m.exec(script)?.[1] ?? '';
  const numbers = [...pairs.matchAll(/(?:^|[\s'])(\d+):/g)].map((found) => found[1]).join(' ');
  return line
    .replaceAll('$numbers', numbers)
    .replaceAll(/"\$(?:\{(\w+)\}|(\w+))([^"]*)"/g, (whole, braced, bare, rest) => {
      const value = values.get(braced ?? bare);
      return value === undefined ? whole : `${value}${rest}`;
    });
};

/** What a host has, as far as the scripts go by it; null where it is not known, and each test of it succeeds. */
export interface WatchedHost {
  readonly profile: string | null;
  readonly knownGood: string | null;
}

interface Line {
  readonly text: string;
  /** The test that stands before it in the script; absent where nothing does. */
  readonly only?: string;
}

const knownGoodSet = /^ln -s (\S+) \S+nixup_known_good-NUMBER-link$/;
const profileSet = /^nix-env -p \S+\/profiles\/system --set (\S+)$/;

const changesIn = (script: string, part: string): readonly Line[] => {
  const lines: Line[] = [];
  let only = '';
  for (const raw of part.split('\n')) {
    const line = filled(script, raw);
    if (/^\s*if /.test(line)) only = line.trim();
    // Another way to the same, and a move of what has an older name.
    if (/^\s*(?:#|\{ \( )|"\$\(readlink/.test(line.replace(/^\s*if .*/, ''))) continue;
    if (/^\s*(?:\[ -x|elif|if)\b/.test(line) && !/; then /.test(line)) continue;
    const found = changing.exec(line)?.groups;
    if (found === undefined) continue;
    const text = `${(found['env'] ?? '').trim()} ${found['deed'] ?? ''}`
      .trim()
      .replace('"$number"', 'NUMBER');
    lines.push(knownGoodSet.test(text) ? { text, only } : { text });
  }
  return lines;
};

/** What an activation does once it is confirmed, but for what it does where that fails. */
const whenConfirmed = (script: string): readonly Line[] => {
  const body = functionsOf(script).get('persist') ?? '';
  return changesIn(script, body.split('# Nothing half done')[0] ?? '');
};

/** Whether a host does this line: it sets no profile that it has, and keeps as known good what it should. */
const isDone = ({ text, only = '' }: Line, host: WatchedHost): boolean => {
  const profile = profileSet.exec(text)?.[1];
  if (profile !== undefined) return profile !== host.profile;
  if (!knownGoodSet.test(text)) return true;
  const paths = [...only.matchAll(/(! )?\[ "?([^\s"]+)"? -ef (\S+) \]/g)];
  return paths.every(([, isOther, link = '', path]) => {
    const now = link.includes('known_good') ? host.knownGood : host.profile;
    return now === null || (now === path) === (isOther === undefined);
  });
};

/** Watches one host: what it is asked to change by each script, as it would do it in the end. */
const watchHost = (begin: () => WatchedHost): ((script: string) => readonly string[]) => {
  let confirmed: ReadonlyMap<string, readonly Line[]> = new Map();
  let host: WatchedHost = { profile: null, knownGood: null };
  return (script) => {
    const activation = /^folder=\/run\/nixup\/(\S+)$/m.exec(script)?.[1] ?? '';
    const asks = /ln -s (commit|keep|revert) "\$folder\/decision"/.exec(script)?.[1];
    if (script.includes('>"$folder/supervise.sh"'))
      confirmed = new Map([...confirmed, [activation, whenConfirmed(script)]]);
    const lines =
      asks === 'commit'
        ? (confirmed.get(activation) ?? [])
        : changesIn(script, withoutFunctions(script));
    const now = begin();
    host = {
      profile: now.profile ?? host.profile,
      knownGood: now.knownGood ?? host.knownGood,
    };
    return lines.flatMap((line) => {
      if (!isDone(line, host)) return [];
      host = {
        profile: profileSet.exec(line.text)?.[1] ?? host.profile,
        knownGood: knownGoodSet.exec(line.text)?.[1] ?? host.knownGood,
      };
      return [line.text];
    });
  };
};

/**
 * Watches what a world is asked for, by what its hosts have before. Questions change
 * nothing; whatever is not known as one is a change.
 */
export const watchWorld = (
  world: World,
  hostOf: (name: string) => WatchedHost = () => ({ profile: null, knownGood: 'none' }),
): WatchedWorld => {
  let asked: string[] = [];
  let written: string[] = [];
  const hosts = new Map<string, (script: string) => readonly string[]>();
  const note = (command: Command, { input, quiet }: ExecOptions): void => {
    const { host } = command;
    if (host === undefined || input === undefined) {
      if (isLocalChange(command))
        asked.push(`${host === undefined ? '' : `${host}: `}${showShortCommand(command)}`);
      return;
    }
    const watch = hosts.get(host) ?? watchHost(() => hostOf(host));
    hosts.set(host, watch);
    const by = /sudo -n sh -s/.test(command.args.join(' ')) ? 'sudo -n ' : '';
    // A preview asks what an activation would do.
    for (const line of watch(input))
      if (!(quiet === true && line.endsWith('dry-activate')))
        asked.push(`${host}: ${by}${by !== '' && /^\w+=/.test(line) ? 'env ' : ''}${line}`);
  };
  return {
    ...world,
    exec: async (command, options = {}) => {
      note(command, options);
      return await world.exec(command, options);
    },
    files: {
      ...world.files,
      write: async (path, text) => {
        if (!/\/\.(?:local|cache|config)\/|\/\.git\//.test(path)) written.push(path);
        return await world.files.write(path, text);
      },
    },
    takeAsked: () => {
      const all = asked;
      asked = [];
      return all;
    },
    takeWritten: () => {
      const all = written;
      written = [];
      return all;
    },
  };
};
