import { type CheckRow, row } from '../../model/board/board.ts';
import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type Advice, advise } from '../../model/words/advice.ts';
import { counted } from '../../model/words/sentences.ts';
import { parseTasks, type Task, taskRank } from '../../parsers/board/tasks.ts';
import type { World } from '../world/world.ts';
import { failureRow, type Question } from './row.ts';

/** Open tasks of the fleet, or why they are not known. */
type OpenTasks =
  | { readonly kind: 'listed'; readonly tasks: readonly Task[] }
  | { readonly kind: 'not-set-up'; readonly reason: string; readonly remedy: Advice | null }
  /** The repository's own command waits for the person's trust. */
  | { readonly kind: 'untrusted'; readonly command: readonly string[] };

const timeoutMs = 15_000;

const usual = [
  'gh',
  'issue',
  'list',
  '--state',
  'open',
  '--limit',
  '200',
  '--json',
  'number,title,labels,url',
];

const notAForge = /none of the git remotes|no git remotes|not a git repository/i;
const notLoggedIn = /gh auth login|GH_TOKEN|authentication/i;

/** Asks the configured command, otherwise GitHub's own where it is installed. */
export const openTasks = async (
  world: Pick<World, 'exec'>,
  from: {
    readonly flake: string;
    readonly command: readonly string[] | null;
    /** Whether the file that the command stands in is trusted. */
    readonly isTrusted: boolean;
  },
): Promise<Result<OpenTasks, Failure>> => {
  const own = from.command;
  if (own !== null && !from.isTrusted) return success({ kind: 'untrusted', command: own });
  const [file = '', ...args] = own ?? usual;
  const answer = await world.exec({ file, args, cwd: from.flake }, { timeoutMs, quiet: true });
  if (!answer.ok) {
    if (own !== null) return answer;
    const { failure } = answer;
    const said = 'tail' in failure ? failure.tail.join('\n') : '';
    if (failure.code === 'program-missing' || notAForge.test(said))
      return success({
        kind: 'not-set-up',
        reason:
          failure.code === 'program-missing'
            ? 'gh is not installed, and no [commands] tasks is given'
            : 'the repository is not on GitHub, and no [commands] tasks is given',
        remedy: null,
      });
    if (notLoggedIn.test(said))
      return success({
        kind: 'not-set-up',
        reason: 'gh is not logged in',
        remedy: advise('log in', 'gh auth login'),
      });
    return answer;
  }
  const tasks = parseTasks(answer.value.stdout);
  return tasks === null
    ? failed({
        code: 'output-unreadable',
        command: [file, ...args].join(' '),
        detail: 'a JSON list with number, title, labels and url is expected',
      })
    : success({ kind: 'listed', tasks });
};

export const taskQuestion: Question = { id: 'tasks.open', group: 'tasks', label: 'open tasks' };

/** The row of open tasks: critical ones first, and a warning when there are any. */
export const judgeTasks = (answer: Result<OpenTasks, Failure>): CheckRow => {
  if (!answer.ok) return failureRow(taskQuestion, answer.failure);
  const { value } = answer;
  switch (value.kind) {
    case 'not-set-up':
      return row(taskQuestion, 'not-set-up', value.reason, value.remedy);
    case 'untrusted':
      return row(
        taskQuestion,
        'not-set-up',
        `${quoteWords(value.command)} is in nixup.toml, which is not trusted yet`,
        advise('read nixup.toml, then trust it', 'nixup check --trust'),
      );
    case 'listed': {
      const sorted = [...value.tasks].sort((a, b) => taskRank(a) - taskRank(b));
      const detail = sorted.map(
        ({ number, title, labels, url }) =>
          `${number === null ? '' : `#${number} `}${title}${labels.length === 0 ? '' : ` [${labels.join(', ')}]`}${url === null ? '' : ` ${url}`}`,
      );
      const critical = sorted.filter((task) => taskRank(task) === 0);
      const [worst] = critical;
      if (worst !== undefined)
        return row(
          taskQuestion,
          'red',
          `${counted(sorted.length, 'open task')}, ${critical.length} critical: ${worst.title}`,
          worst.url === null
            ? { text: 'look at it first' }
            : { text: `look at it first: ${worst.url}` },
          detail,
        );
      return row(
        taskQuestion,
        'green',
        sorted.length === 0 ? 'none' : `${counted(sorted.length, 'open task')}, none critical`,
        null,
        detail,
      );
    }
  }
};
