import type { NixEvent, NixMessageLevel } from '../../model/nix/event.ts';
import { cleanLine } from './clean-line.ts';
import { failedDerivations } from './error.ts';
import { findActivity } from './log-activities.ts';
import { expectedEvent, findResult, isRecord, knownCount, results } from './log-results.ts';

const prefix = '@nix ';
const startPrefix = '@nix {"action":"start",';
const stopPrefix = '@nix {"action":"stop","id":';
const resultPrefix = '@nix {"action":"result","fields":[';

/** Whether a line tells of an activity, as do the lines of a builder; errors and warnings are messages. */
export const isActivityRecord = (line: string): boolean =>
  line.startsWith(resultPrefix) || line.startsWith(startPrefix) || line.startsWith(stopPrefix);

/** Ids are larger than what a number holds; a quote inside a JSON text is never bare. */
const quoteIds = (json: string): string => json.replace(/"(id|parent)":\s*(\d+)/g, '"$1":"$2"');

const parseRecord = (json: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(quoteIds(json));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
};

const fieldsOf = (record: Readonly<Record<string, unknown>>): readonly (string | number)[] => {
  const { fields } = record as { readonly fields?: unknown };
  if (!Array.isArray(fields)) return [];
  return fields.map((field: unknown) => (typeof field === 'number' ? field : String(field)));
};

const plannedPath = /^ {2}(\/\S+\/[0-9a-z]{32}-\S+)$/;

const levels: readonly NixMessageLevel[] = ['error', 'warning', 'notice', 'information'];

const messageEvent = (level: NixMessageLevel | null, raw: string): NixEvent => {
  const lines = raw.split('\n').map((line) => cleanLine(line));
  const text = lines.join('\n');
  return {
    action: 'message',
    level,
    text,
    failedDerivations: level === 'error' || level === null ? failedDerivations(text) : [],
    planned: lines.flatMap((line) => plannedPath.exec(line)?.[1] ?? []),
  };
};

const digit0 = 48;
const digit9 = 57;
const comma = 44;

/** Where the next field begins after the one at `from`; `end` when there is none. */
const fieldAfter = (line: string, from: number, end: number): number => {
  for (let at = from; at < end; at += 1) if (line.charCodeAt(at) === comma) return at + 1;
  return end;
};

/** The count that is written at a place; 0 for what is none, as Nix sends -1 and 2^63 where it does not know. */
const countAt = (line: string, from: number, end: number): number => {
  let value = 0;
  for (let at = from; at < end; at += 1) {
    const code = line.charCodeAt(at);
    if (code === comma) break;
    if (code < digit0 || code > digit9) return 0;
    value = value * 10 + (code - digit0);
  }
  return value < 2 ** 60 ? value : 0;
};

/** Whether only digits stand there: other keys may follow an id (`sid` of Determinate Nix). */
const isNumber = (text: string): boolean => {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < digit0 || code > digit9) return false;
  }
  return text !== '';
};

const typeKey = ',"type":';

/** The number at the end of a line; not a number where another key stands there. */
const typeAtEnd = (line: string): number => {
  const at = line.lastIndexOf(typeKey);
  return at < 0 || !line.endsWith('}') ? Number.NaN : Number(line.slice(at + typeKey.length, -1));
};

/** Whether fields are a text alone; false also for one that holds a quote. */
const isOneText = (fields: string): boolean =>
  fields.startsWith('"') && fields.indexOf('"', 1) === fields.length - 1;

/** Lines in the order of keys that CppNix writes: read without a full parse. */
const readQuickly = (line: string): NixEvent | null | undefined => {
  if (line.startsWith(stopPrefix) && line.endsWith('}')) {
    const id = line.slice(stopPrefix.length, -1);
    return isNumber(id) ? { action: 'stop', id } : undefined;
  }
  if (!line.startsWith(resultPrefix)) return undefined;
  const close = line.lastIndexOf('],"id":');
  const typeAt = line.lastIndexOf(typeKey);
  if (close < 0 || typeAt < close) return undefined;
  const id = line.slice(close + 7, typeAt);
  if (!isNumber(id)) return undefined;
  const type = typeAtEnd(line);
  if (Number.isNaN(type)) return undefined;
  const result = findResult(type);
  if (result === null) return null;
  if (type === results.progress.type || type === results.expected.type) {
    // Half of all lines: their numbers are read where they stand.
    const start = resultPrefix.length;
    const second = fieldAfter(line, start, close);
    if (type === results.expected.type)
      return expectedEvent(countAt(line, start, close), countAt(line, second, close));
    const third = fieldAfter(line, second, close);
    return {
      action: 'progress',
      id,
      done: countAt(line, start, close),
      expected: countAt(line, second, close),
      running: countAt(line, third, close),
      failed: countAt(line, fieldAfter(line, third, close), close),
    };
  }
  const inner = line.slice(resultPrefix.length, close);
  try {
    // A line of a builder is the one text of its record.
    if (isOneText(inner)) return result.read(id, [String(JSON.parse(inner))], undefined);
    const fields: unknown = JSON.parse(`[${inner}]`);
    return result.read(id, Array.isArray(fields) ? fields.map(String) : [], undefined);
  } catch {
    return undefined;
  }
};

/** Activities that no count and no list is made of: their lines are not parsed. */
const isIgnoredStart = (line: string): boolean => {
  const type = typeAtEnd(line);
  return line.startsWith(startPrefix) && !Number.isNaN(type) && findActivity(type) === null;
};

/**
 * Reads one line of standard error of a Nix with `--log-format internal-json`.
 * Null for what nixup has no use for: unknown numbers, broken records. Any line
 * without Nix's prefix is a message of level null.
 */
export const readNixLogLine = (line: string): NixEvent | null => {
  if (!line.startsWith(prefix)) return line.trim() === '' ? null : messageEvent(null, line);
  const quick = readQuickly(line);
  if (quick !== undefined) return quick;
  if (isIgnoredStart(line)) return null;
  const record = parseRecord(line.slice(prefix.length));
  if (record === null) return null;
  const { action, id, type, text, level, msg } = record as {
    readonly action?: unknown;
    readonly id?: unknown;
    readonly type?: unknown;
    readonly text?: unknown;
    readonly level?: unknown;
    readonly msg?: unknown;
  };
  const number = knownCount(type);
  switch (action) {
    case 'start':
      return (
        findActivity(number)?.read(
          String(id),
          fieldsOf(record).map(String),
          typeof text === 'string' ? cleanLine(text) : '',
        ) ?? null
      );
    case 'stop':
      return { action: 'stop', id: String(id) };
    case 'result':
      return findResult(number)?.read(String(id), fieldsOf(record), record['payload']) ?? null;
    case 'msg':
      return typeof msg === 'string'
        ? messageEvent(levels[knownCount(level)] ?? 'detail', msg)
        : null;
    default:
      return null;
  }
};
