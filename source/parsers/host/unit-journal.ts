import { z } from 'zod';
import type { JournalLine, JournalPage } from '../../model/host/unit-journal.ts';
import { readJson } from '../json.ts';
import { cleanLine } from '../nix/clean-line.ts';
import { redact } from '../redact.ts';

/** Fields that are asked for beside those that always come. */
export const unitJournalFields = [
  'MESSAGE',
  'PRIORITY',
  'SYSLOG_IDENTIFIER',
  '_COMM',
  '_PID',
] as const;

/** Lines of one message that are shown; the rest is told as a number. */
const mostOfMessage = 40;

/**
 * A field is a text; a list of bytes where it is no clean UTF-8, as with control sequences; null where it has more
 * than 4096 bytes; a list of these where the record has it more than once (systemd's JOURNAL_EXPORT_FORMATS, "Journal
 * JSON Format").
 */
const entry = z.looseObject({
  __CURSOR: z.string(),
  __REALTIME_TIMESTAMP: z.string().regex(/^\d{1,17}$/),
  MESSAGE: z.unknown().optional(),
  PRIORITY: z.unknown().optional(),
  SYSLOG_IDENTIFIER: z.unknown().optional(),
  _COMM: z.unknown().optional(),
  _PID: z.unknown().optional(),
});

const isByte = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 256;

const textOf = (field: unknown): string | null => {
  if (typeof field === 'string') return field;
  if (!Array.isArray(field)) return null;
  const values: readonly unknown[] = field;
  return values.every(isByte)
    ? new TextDecoder().decode(Uint8Array.from(values))
    : values.map((one) => textOf(one) ?? '').join('\n');
};

const levelOf = (field: unknown): number | null => {
  const text = textOf(field);
  return text !== null && /^[0-7]$/.test(text) ? Number(text) : null;
};

const messageLines = (field: unknown): readonly string[] => {
  if (field === undefined) return ['(without a message)'];
  const text = textOf(field);
  if (text === null) return ['(a message of more than 4096 bytes; journalctl --all shows it)'];
  const lines = text.replace(/\n+$/, '').split('\n');
  const shown = lines.slice(0, mostOfMessage).map((line) => redact(cleanLine(line)));
  return lines.length > mostOfMessage
    ? [...shown, `(${lines.length - mostOfMessage} more lines of this message)`]
    : shown;
};

/** `journalctl --output=json`, an object a line; what is none, such as a line that was cut, is left out. */
export const parseUnitJournal = (lines: readonly string[], asked: number): JournalPage => {
  const read: JournalLine[] = [];
  let cursor: string | null = null;
  let records = 0;
  for (const line of lines) {
    const parsed = entry.safeParse(readJson(line));
    if (!parsed.success) continue;
    const { data } = parsed;
    records += 1;
    cursor = data.__CURSOR;
    const name = textOf(data.SYSLOG_IDENTIFIER) ?? textOf(data._COMM) ?? 'unknown';
    const pid = textOf(data._PID);
    const from = cleanLine(pid === null ? name : `${name}[${pid}]`);
    const at = Math.floor(Number(data.__REALTIME_TIMESTAMP) / 1_000);
    const level = levelOf(data.PRIORITY);
    for (const text of messageLines(data.MESSAGE)) read.push({ at, level, from, text });
  }
  return { lines: read, cursor, isFull: records >= asked };
};
