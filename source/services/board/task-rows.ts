import { type CheckRow, row } from '../../model/board/board.ts';
import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import { counted } from '../../model/words/sentences.ts';
import { taskRank } from '../../parsers/board/tasks.ts';
import { byCommand, failureRow, type Question } from './row.ts';
import type { OpenTasks } from './tasks.ts';

export const taskQuestion: Question = { id: 'tasks.open', group: 'tasks', label: 'open tasks' };

/** The row of open tasks: critical ones first, and a warning when there are any. */
export const judgeTasks = (answer: Result<OpenTasks, Failure>): CheckRow => {
  if (!answer.ok) return failureRow(taskQuestion, answer.failure);
  const { value } = answer;
  switch (value.kind) {
    case 'not-set-up':
      return row(
        taskQuestion,
        'not-set-up',
        value.reason,
        value.remedy === null ? null : byCommand('mend it', value.remedy),
      );
    case 'untrusted':
      return row(
        taskQuestion,
        'not-set-up',
        `${quoteWords(value.command)} stands in nixup.toml, which is not trusted yet`,
        byCommand('read nixup.toml, then trust it', 'nixup check --trust'),
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
