import { z } from 'zod';
import { command } from './values.ts';

/** The table `[notify]`. */
export const notify = z
  .strictObject({
    terminal: z
      .boolean()
      .optional()
      .describe(
        'Whether the terminal tells when something long ended or turned bad: OSC 9, 777 or 99, else the bell. Without it: yes, but never over ssh.',
      ),
    command: command
      .optional()
      .describe(
        'A command that is run then, with the event as JSON on its standard input; {title} and {text} stand for its words. Run only after the file was trusted.',
      ),
  })
  .transform((table) => ({
    terminal: table.terminal ?? null,
    command: table.command ?? null,
  }));
