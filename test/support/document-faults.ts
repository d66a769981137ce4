import { z } from 'zod';
import { tellsLines } from '../../source/commands/arguments/rows.ts';
import { findSubcommand } from '../../source/commands/arguments/subcommands.ts';
import { documentSchema } from '../../source/commands/documents/json-schema.ts';
import { type DocumentName, documentsOf } from '../../source/commands/documents/shapes.ts';

const made = new Map<DocumentName, z.ZodType>();

/** The JSON Schema itself, read back: every key must be named in it. */
const strict = (name: DocumentName): z.ZodType => {
  const known = made.get(name);
  if (known !== undefined) return known;
  const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(documentSchema(name, false))));
  made.set(name, schema);
  return schema;
};

const typeOf = (value: unknown): unknown =>
  z.object({ type: z.string() }).safeParse(value).data?.type;

/** Which shape a line of a run has. */
const lineName = (value: unknown): DocumentName => {
  const type = typeOf(value);
  if (type === 'result') return 'run-result';
  if (type === 'progress') return 'run-progress';
  if (type === 'sampled') return 'sampled';
  if (type === 'journal' || type === 'journal-end') return 'unit-line';
  return type === 'watch-report' ? 'watch-report' : 'run-event';
};

const flat = (issues: readonly z.core.$ZodIssue[]): readonly string[] =>
  issues.flatMap((issue) =>
    issue.code === 'invalid_union' && issue.errors.length > 0
      ? flat(issue.errors.toSorted((one, other) => one.length - other.length)[0] ?? [])
      : [`${issue.path.join('.')}: ${issue.message}`],
  );

const faultsOf = (names: readonly DocumentName[], value: unknown): readonly string[] => {
  const faults = names.map((name) => {
    const read = strict(name).safeParse(value);
    return read.success ? [] : flat(read.error.issues);
  });
  return faults.some((one) => one.length === 0)
    ? []
    : faults.flatMap((one, place) =>
        one
          .slice(0, 3)
          .map((text) => `${names[place]}: ${text} in ${JSON.stringify(value).slice(0, 300)}`),
      );
};

/** The documents that each answer to a command line is one of. */
export const documentsIn = (
  line: string,
  answers: readonly unknown[],
): readonly (readonly [name: DocumentName, answer: unknown])[] => {
  const row = findSubcommand(line.split(' ')[0] ?? '');
  const names = row === undefined ? [] : documentsOf[row.name];
  return answers.flatMap((answer) => {
    const isLine = typeOf(answer) !== undefined && names.includes(lineName(answer));
    const among = isLine ? [lineName(answer)] : names.filter((name) => !name.startsWith('run-'));
    return among
      .filter((name) => strict(name).safeParse(answer).success)
      .map((name) => [name, answer] as const);
  });
};

/** What of the answers to a command line does not fit the schemas of its subcommand. */
export const documentFaults = (line: string, answers: readonly unknown[]): readonly string[] => {
  const [command = '', ...words] = line.split(' ').filter((word) => word !== '--json');
  const row = findSubcommand(command);
  if (row === undefined) return [`${line}: no such subcommand`];
  const names = documentsOf[row.name];
  const lineFaults = (answer: unknown): readonly string[] => {
    const name = lineName(answer);
    return names.includes(name)
      ? faultsOf([name], answer)
      : [`${line}: ${name} is none of its own`];
  };
  if (words.includes('--follow')) return answers.flatMap(lineFaults);
  if (
    !tellsLines(
      row,
      words.map((word) => word.replace(/^--|=.*$/g, '')),
    )
  ) {
    const documents = names.filter((name) => !name.startsWith('run-'));
    return answers.length === 1
      ? faultsOf(documents, answers[0])
      : [`${line}: ${answers.length} answers`];
  }
  const last = typeOf(answers.at(-1));
  return [
    ...(last === 'result' ? [] : [`${line}: the last line is ${String(last)}`]),
    ...answers.flatMap(lineFaults),
  ];
};
