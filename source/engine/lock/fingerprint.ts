import { createHash } from 'node:crypto';

/** Hash of the lock's text; what tests and deploys belong to. */
export const fingerprint = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);
