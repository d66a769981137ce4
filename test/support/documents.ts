import { runCommand } from '../../source/commands/run-command.ts';
import { createEngine } from '../../source/engine/engine.ts';
import { readJournal } from '../../source/engine/run/journal-lines.ts';
import type { World } from '../../source/services/world/world.ts';

/** What one command line answered: its documents or events, and its exit status. */
export interface Answered {
  readonly status: number;
  readonly answers: readonly unknown[];
  readonly messages: string;
}

/** Runs a command line of nixup in a world, with nobody at the terminal unless somebody can be asked. */
export const runLine = async (
  world: World,
  line: string,
  canAsk = false,
  columns?: number,
): Promise<Answered> => {
  const answers: unknown[] = [];
  const messages: string[] = [];
  const never = new AbortController().signal;
  const status = await runCommand(line.split(' '), {
    console: {
      answer: (text) => void answers.push(text),
      answerRaw: (text) => void answers.push(JSON.parse(text)),
      answerJson: (value) => void answers.push(JSON.parse(JSON.stringify(value))),
      tell: (text) => void messages.push(text),
      terminal: null,
      canAsk,
      columns: () => columns,
      ask: async () => undefined,
      askSecret: async () => null,
      canceled: never,
      unread: never,
    },
    createWorld: async () => world,
    openEngine: async (options) => createEngine(options),
    openScreen: undefined,
  });
  return { status, answers, messages: messages.join('\n') };
};

/** As if the process of the newest deploy had died in the middle of an activation. */
export const cutNewestDeploy = async ({ files, folders }: World): Promise<void> => {
  const flakes = await files.list(`${folders.state}/flakes`);
  const runs = `${folders.state}/flakes/${flakes.ok ? flakes.value[0] : ''}/runs`;
  const ids = await files.list(runs);
  for (const id of ids.ok ? ids.value.toReversed() : []) {
    const path = `${runs}/${id}/journal.jsonl`;
    const read = await files.read(path);
    const lines = (read.ok ? (read.value ?? '') : '').split('\n');
    const begun = lines.findIndex((line) =>
      readJournal(`${line}\n`).events.some(
        (event) => event.type === 'intended' && event.deed.includes('activate'),
      ),
    );
    if (begun < 0) continue;
    await files.write(path, `${lines.slice(0, begun + 1).join('\n')}\n`);
    return;
  }
  throw new Error('no deploy to cut off');
};

type Table = Readonly<Record<string, unknown>>;

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys whose value says which of several forms a thing has. */
const formKeys = ['type', 'kind', 'step', 'stage', 'code', 'goal', 'status'];

/** Keys by which an element of a list is found again. */
const nameKeys = ['id', 'name', 'path', 'input', 'host', 'line', ...formKeys];

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;

/** What is meant by a word, where the word itself is another one each time. */
const wordOf = (text: string): string => {
  if (/^[0-9a-f]{7,64}$/.test(text)) return 'a hash';
  if (/^\d{8}-\d{6}-\w{6}$/.test(text)) return 'a run';
  if (/^sha256-\S+$/.test(text)) return 'a content hash';
  if (/^\/nix\/store\/\w{32}-/.test(text)) return text.replace(/^\/nix\/store\/\w{32}/, '');
  return /\s/.test(text) ? 'words' : text;
};

const meaningOf = (value: unknown): unknown => (typeof value === 'string' ? wordOf(value) : value);

/** Moments, durations and how far a build had come differ with what else is asked, and with the load of the machine. */
const isMeasured = (key: string): boolean =>
  /^(at|until|since|\w+At|\w+Ms|date|built|fetched|done|running|expected|bytes\w*)$/.test(key);

const differencesOfLists = (
  before: readonly unknown[],
  now: readonly unknown[],
  place: string,
): readonly string[] =>
  before.flatMap((element) => {
    const names = isTable(element) ? nameKeys.filter((key) => key in element) : [];
    const alike = now.filter(
      (other) =>
        !isTable(element) ||
        (isTable(other) && names.every((key) => meaningOf(other[key]) === meaningOf(element[key]))),
    );
    const name = isTable(element)
      ? names.map((key) => `${key} ${String(element[key])}`).join(', ')
      : JSON.stringify(element);
    const found = alike.map((other) => lostKeys(element, other, `${place}[${name}]`));
    return found.toSorted((one, other) => one.length - other.length)[0] ?? [`${place}: no ${name}`];
  });

/**
 * What of `before` is missing in `now`, or is something else there: a key, an
 * element of a list, a type, a word, a number. Keys and elements that came are
 * no difference, and sentences may say the same in other words.
 */
export const lostKeys = (
  before: unknown,
  now: unknown,
  place: string,
  key = '',
): readonly string[] => {
  // The commit of a host is found by its tree now, where its system does not name it.
  if (key === 'revision' && before === null) return [];
  if (typeOf(before) !== typeOf(now)) return [`${place}: ${typeOf(before)} became ${typeOf(now)}`];
  if (Array.isArray(before) && Array.isArray(now)) return differencesOfLists(before, now, place);
  if (isTable(before) && isTable(now))
    return Object.keys(before).flatMap((name) =>
      name in now
        ? lostKeys(before[name], now[name], `${place}.${name}`, name)
        : [`${place}.${name} is gone`],
    );
  if (isMeasured(key)) return [];
  const [one, other] = [meaningOf(before), meaningOf(now)];
  return one === other ? [] : [`${place}: ${String(one)} became ${String(other)}`];
};
