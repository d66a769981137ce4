import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fitLine } from '../../model/words/line.ts';
import { messageLines } from '../../screen/reducer/message-lines.ts';
import { LineText } from '../base/line-text.tsx';
import { useLook } from '../base/look.tsx';
import { useApp } from '../base/use-app.ts';
import { keysLine } from './footer-lines.ts';

/** Two rows: what was answered, and the keys. For a long answer the view leaves more rows. */
export const Footer = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { table } = useLook();
  const lines = messageLines(app, ui);
  return (
    <Box flexDirection="column" height={lines.length + 1} flexShrink={0}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <LineText key={index} line={fitLine(line, ui.columns)} />
      ))}
      <LineText line={keysLine({ app, ui }, table)} />
    </Box>
  );
};
