import { z } from 'zod';
import { readJson } from '../json.ts';

export interface Task {
  readonly number: number | null;
  readonly title: string;
  readonly labels: readonly string[];
  readonly url: string | null;
}

const label = z.union([
  z.string(),
  z.looseObject({ name: z.string() }).transform(({ name }) => name),
]);

const tasks = z.array(
  z.looseObject({
    number: z.number().optional(),
    title: z.string(),
    labels: z.array(label).catch([]),
    url: z.string().optional(),
  }),
);

/** Reads a JSON list of tasks, in the form of `gh issue list --json number,title,labels,url`; null when it is none. */
export const parseTasks = (text: string): readonly Task[] | null => {
  const read = tasks.safeParse(readJson(text));
  return read.success
    ? read.data.map((task) => ({
        number: task.number ?? null,
        title: task.title,
        labels: task.labels,
        url: task.url ?? null,
      }))
    : null;
};

const ranks = ['critical', 'high', 'medium', 'low'] as const;

/** 0 for critical to 3 for low, by a label such as `priority:high` or `critical`; 2 without one. */
export const taskRank = (task: Task): number => {
  for (const [rank, word] of ranks.entries())
    if (
      task.labels.some((one) =>
        one
          .toLowerCase()
          .split(/[:/ ]+/)
          .includes(word),
      )
    )
      return rank;
  return 2;
};
