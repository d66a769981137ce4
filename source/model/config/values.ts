import { z } from 'zod';
import { isSafeAddress } from '../host/address.ts';
import { dayMs, durationPattern, parseDuration } from '../words/durations.ts';

const durationWords = 'must be a duration such as "90s", "15m", "1h30m" or "30d"';

export const duration = z
  .string(durationWords)
  .regex(durationPattern, durationWords)
  .refine((text) => !durationPattern.test(text) || parseDuration(text) !== null, 'is too long')
  .transform((text) => parseDuration(text) ?? 0);

/** Longer than anybody waits; timers of Node.js end at 24 days, and fire at once beyond that. */
const longestLimitMs = 7 * dayMs;

/** A time after which something is given up: none at all would give up before it began. */
export const limit = duration
  .refine((ms) => ms > 0, 'must be more than 0')
  .refine((ms) => ms <= longestLimitMs, 'must be at most "7d"');

/** A pause that may be none. */
export const pause = duration.refine((ms) => ms <= longestLimitMs, 'must be at most "7d"');

export const atOnce = z.int().min(1).max(1_000);

export const words = z.array(z.string().min(1, 'must not be empty'));

export const command = z
  .array(z.string())
  .min(1, 'must name a program')
  .refine(
    ([program]) => program === undefined || program.trim() !== '',
    'must name a program first',
  );

/** Never starts with a dash: an address must not become an option of ssh. */
export const sshDestination = z
  .string()
  .refine(
    isSafeAddress,
    'must be an ssh destination such as "p620", "admin@192.0.2.7" or "ssh://p620:2222"',
  );

export const day = z.iso.date('must be a day such as "2026-12-24"');

export const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
