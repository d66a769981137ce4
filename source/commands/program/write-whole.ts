import { fstatSync, writeSync } from 'node:fs';

/**
 * Whether Node writes to this descriptor at once and takes a part for the whole:
 * a file or a device such as /dev/full. Pipes and terminals have writers of their own.
 */
export const isWrittenAtOnce = (descriptor: number): boolean => {
  try {
    const facts = fstatSync(descriptor);
    return facts.isFile() || facts.isBlockDevice() || facts.isCharacterDevice();
  } catch {
    return false;
  }
};

/**
 * Writes all of the text: a disk that is nearly full takes a part and reports no
 * error (write(2)), which comes with the rest only.
 */
export const writeWhole = (descriptor: number, text: string): void => {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; )
    written += writeSync(descriptor, bytes, written, bytes.length - written);
};
