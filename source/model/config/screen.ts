import { z } from 'zod';
import { themeNames } from '../terminal/theme-names.ts';

/** The table `[screen]`. */
export const screen = z
  .strictObject({
    theme: z
      .enum(themeNames)
      .prefault('auto')
      .describe(
        'Colours of the screen: dark or light as the background of the terminal is (auto), high-contrast and colour-blind on either, mono for none. The variable NIXUP_THEME wins, and NO_COLOR over that.',
      ),
    mouse: z
      .boolean()
      .prefault(true)
      .describe(
        'Whether clicks and the wheel are taken. Where they are, terminals select text with Shift held; % changes it until nixup ends.',
      ),
    reader: z
      .boolean()
      .prefault(false)
      .describe(
        'Whether the screen is said in lines for a screen reader, as with --screen-reader. The variable INK_SCREEN_READER (true or false) wins.',
      ),
  })
  .transform((table) => ({ theme: table.theme, mouse: table.mouse, reader: table.reader }));
