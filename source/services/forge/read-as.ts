import type { z } from 'zod';

/** A value of this form in what a program printed; null where it is another one. */
export const readAs = <Value>(schema: z.ZodType<Value>, text: string): Value | null => {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = schema.safeParse(read);
  return parsed.success ? parsed.data : null;
};

/** The number at the end of the address of a request. */
export const numberAtEnd = (url: string): string => /(\d+)\/?(?:[?#].*)?$/.exec(url)?.[1] ?? url;
