import { z } from 'zod';
import { duration, url } from './values.ts';

/** A row of `[[checks]]`. */
export const check = z
  .strictObject({
    name: z.string().min(1, 'must not be empty').describe('What the board calls it.'),
    http: url.describe('The address that is asked.'),
    expect: z.int().min(100).max(599).prefault(200).describe('The expected HTTP status.'),
    contains: z.string().optional().describe('Text that the answer must contain.'),
    timeout: duration.prefault('10s').describe('How long the answer may take.'),
  })
  .transform((table) => ({
    name: table.name,
    http: table.http,
    expect: table.expect,
    contains: table.contains ?? null,
    timeoutMs: table.timeout,
  }));
